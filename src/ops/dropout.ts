// Dropout: elements are dropped by the counter-based generator, so that a mask is a function of (seed, stream, step) and
// need not be kept for the gradient.

import { checkDecay, checkInteger } from "../errors.js";
import { seedKey, streamOf } from "../tensor/random.js";
import { checkNode, checkNodeName, defineOp, type Node, type Op, readOptions } from "./op.js";
import { checkStream } from "./random.js";

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
  options: ["rate", "seed", "stream"],
  attributes: ({ rate = 0.5, seed = 0, stream = "" }) => {
    checkDecay("dropout: rate", rate);
    checkInteger("dropout: seed", seed, 0);
    checkStream("dropout", stream);
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
  checkNode("dropout", "x", x);
  readOptions("dropout", arguments, 1, ["rate"]);
  const { rate = 0.5, name = "dropout" } = options;
  checkDecay("dropout: rate", rate);
  const { graph } = x;
  const stream = graph.uniqueName(checkNodeName("dropout", name));
  return maskedDropout(x, graph.training, graph.trainingStep, { rate, seed: graph.seed, stream, name });
}
