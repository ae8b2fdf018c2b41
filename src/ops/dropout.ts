// Dropout: elements are dropped by the counter-based generator, so that a mask is a function of (seed, stream, step) and
// need not be kept for the gradient.

import { ArgumentError, checkInteger, describe } from "../errors.js";
import { seedKey, streamOf } from "../tensor/random.js";
import { defineOp, type Node, type Op } from "./op.js";

export interface DropoutAttributes {
  /** Share of the elements dropped, in [0, 1). */
  readonly rate: number;
  readonly seed: number;
  /** Names an independent sequence of the seed. */
  readonly stream: string;
}

export const maskedDropout: Op<["x", "training", "step"], DropoutAttributes> = defineOp<
  ["x", "training", "step"],
  DropoutAttributes
>({
  name: "dropout",
  doc:
    "While the scalar `training` is not 0: drops elements with probability `rate` and divides the others by 1 - rate; " +
    "which ones is a function of seed, stream and step. Else x itself.",
  inputs: ["x", "training", "step"],
  inputTypes: { step: "int32" },
  attributes: ({ rate = 0.5, seed = 0, stream = "" }) => {
    if (typeof rate !== "number" || !(rate >= 0 && rate < 1)) {
      throw new ArgumentError(`dropout: rate must be a number in [0, 1); received ${describe(rate)}.`);
    }
    checkInteger("dropout: seed", seed, 0);
    return { rate, seed, stream };
  },
  shape: ({ x }) => x,
  forward: (k, { x, training, step, y }, { rate, seed, stream }, { workspace }) =>
    k.dropout(x.ptr, y.ptr, y.size, training.ptr, step.ptr, ...seedKey(seed), streamOf(stream), rate, workspace),
  workspace: () => 256,
  vjp: { x: ({ training, step, dy }, attributes) => maskedDropout(dy, training, step, attributes) },
  inPlace: "x",
  switch: { by: "training", off: "x" },
  samples: [
    { inputs: { x: [70], training: [], step: [] }, below: { step: 9 }, attributes: { stream: "a" } },
    { inputs: { x: [3, 5], training: [], step: [] }, below: { step: 9 }, attributes: { rate: 0.2, seed: 3 } },
  ],
});

/**
 * Inverted dropout: in training, elements are dropped with probability `rate` and the others divided by 1 - rate, anew in
 * each step; otherwise x itself. Each dropout of a graph has its own sequence.
 * Srivastava et al. 2014, Dropout: A Simple Way to Prevent Neural Networks from Overfitting.
 */
export function dropout(x: Node, options: { readonly rate?: number; readonly name?: string } = {}): Node {
  const { rate = 0.5, name = "dropout" } = options;
  const { graph } = x;
  const stream = graph.uniqueName(name);
  return maskedDropout(x, graph.training, graph.trainingStep, { rate, seed: graph.seed, stream, name });
}
