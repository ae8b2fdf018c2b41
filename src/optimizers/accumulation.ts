// Gradient accumulation: gradients of several runs added up in variables, until an update uses their mean.

import type { Graph } from "../graph/graph.js";
import { add, affine } from "../ops/arithmetic.js";
import type { Node } from "../ops/op.js";
import { type Accumulation, assign } from "../ops/update.js";
import type { Shape } from "../tensor/shape.js";
import type { GradientPair } from "./clipping.js";

/** Gradients that are added up. */
export interface Accumulated {
  /** The means over the runs so far since the last update, this one included, times runs / every. */
  readonly pairs: readonly GradientPair[];
  /** The update that keeps the sums, and counts the runs. */
  readonly adding: Node;
  /** For the update of some of the variables: that it is made in every n-th run, and clears their sums. */
  of(members: readonly GradientPair[]): Accumulation;
}

/** Sums over `every` runs, in variables named `<variable>/gradientSum`. */
export function accumulate(graph: Graph, pairs: readonly GradientPair[], every: number): Accumulated {
  const counter = graph.variable("runs", 0, { shape: [], trainable: false, dtype: "int32" });
  const sums = pairs.map(({ variable }) =>
    graph.variable(`${variable.name}/gradientSum`, 0, {
      shape: variable.shape as Shape,
      trainable: false,
      group: `${counter.name}/gradientSum`,
    }),
  );
  const totals = pairs.map(({ gradient }, i) => add(gradient, sums[i] as Node));
  const sumOf = new Map(pairs.map(({ variable }, i) => [variable, sums[i] as Node]));
  return {
    pairs: pairs.map(({ variable }, i) => ({ variable, gradient: affine(totals[i] as Node, { scale: 1 / every }) })),
    adding: assign(sums, totals, { rate: null, slots: [], step: counter }, {}),
    of: (members) => ({ every, counter, sums: members.map(({ variable }) => sumOf.get(variable) as Node) }),
  };
}
