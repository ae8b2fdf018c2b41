// Gradient accumulation: gradients of several runs added up in variables, until an update uses their mean.

import { checkArity, checkInteger } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import { add, affine } from "../../ops/arithmetic.js";
import type { Node } from "../../ops/op.js";
import { type Accumulation, assign } from "../../ops/update.js";
import type { Shape } from "../../tensor/shape.js";
import type { GradientPair } from "./clipping.js";
import { checkOptimizer, type Optimizer } from "./optimizer.js";

/**
 * The optimizer with gradients added up over so many runs; the last of them updates, with their mean. That is the step of
 * one batch that many times as large, if the batches are equally large. Clipping acts on the mean.
 */
export function accumulateGradients(optimizer: Optimizer, runs: number): Optimizer {
  checkArity("accumulateGradients", arguments.length, 2);
  checkOptimizer("accumulateGradients", optimizer);
  checkInteger("accumulateGradients: runs", runs, 1);
  if (runs === 1) return optimizer;
  const summed: (graph: Graph, pairs: readonly GradientPair[]) => Accumulated = (...given) =>
    accumulate(...given, runs);
  return optimizer.extended("accumulateGradients", { runs }, { accumulate: summed });
}

/** Gradients that are added up. */
export interface Accumulated {
  /** The sums since the last update divided by the number of runs there will be: after the last run, the means. */
  readonly pairs: readonly GradientPair[];
  /** The update that keeps the sums, and counts the runs. */
  readonly adding: Node;
  /** For the update of some of the variables: that it is made in every n-th run, and clears their sums. */
  of(members: readonly GradientPair[]): Accumulation;
}

/** Sums over `every` runs, in variables named `<variable>/gradientSum`. */
function accumulate(graph: Graph, pairs: readonly GradientPair[], every: number): Accumulated {
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
