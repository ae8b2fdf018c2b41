// Further results: what an op makes beside its value, in the same call. Each is a node of its own that reads the node of the
// op, so that it can be read, fetched and placed like any value; the planner knows that it has no call of its own.

import type { OpenShape } from "../tensor/shape.js";
import type { DType } from "../tensor/tensor.js";
import type { Node, OpRecord } from "./op.js";

/** What a record says of a further result. */
export interface ResultRule<I extends string, A> {
  /** Default float32. */
  readonly dtype?: DType;
  readonly shape: (shapes: Readonly<Record<I, OpenShape>>, attributes: A) => OpenShape;
}

interface ResultAttributes {
  /** Its name among the results of the op. */
  readonly result: string;
  readonly shape: OpenShape;
}

/** The record of all nodes that are further results. */
export const resultRecord: OpRecord<"of", ResultAttributes> = {
  name: "result",
  doc: "A further result of an op, made by the call that makes the op's value.",
  inputs: ["of"],
  shape: (_, { shape }) => shape,
  samples: [],
};

/** True for a node that the call of another node makes. */
export function isResult(node: Node): boolean {
  return node.op === (resultRecord as OpRecord);
}

/** The node whose call makes a further result. */
export function makerOf(result: Node): Node {
  return result.inputs[0] as Node;
}

/** What a further result is called in its record. */
export function resultName({ attributes }: Node): string {
  return (attributes as ResultAttributes).result;
}

/** The further results of a node, in the order of its record. */
export function resultsOf({ results }: Node): readonly Node[] {
  return results === undefined ? NONE : Object.values(results);
}

const NONE: readonly Node[] = [];

/** A further result by its name, of a node that has it. */
export function resultOf({ results }: Node, name: string): Node {
  return results?.[name] as Node;
}
