// Plans without a session, and how tests write down what is in them.

import type { Node } from "../../src/ops/op.js";
import type { SpansOf } from "../../src/plan/place.js";
import { makePlan, type Plan } from "../../src/plan/plan.js";
import { type Shape, sizeOf } from "../../src/tensor/shape.js";

/** All variables of an update side by side. */
export const together: SpansOf = ({ variables }) => {
  let words = 0;
  const offsets = variables.map((variable) => {
    words += sizeOf(variable.shape as Shape);
    return words - sizeOf(variable.shape as Shape);
  });
  return [{ variables, offsets, words }];
};

export function plan(fetches: readonly Node[], feeds: readonly Node[] = [], batch: number | null = null): Plan {
  return makePlan({ fetches, feeds, batch }, together);
}

/** The ops a plan executes, fused ones with a plus between them. */
export function opsOf({ steps }: Plan): string[] {
  return steps.map(({ node, epilogue }) => [node.op.name, ...epilogue.map(({ kind }) => kind)].join("+"));
}
