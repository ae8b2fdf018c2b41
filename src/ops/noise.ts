// Gaussian noise by the counter-based generator: what is added is a function of (seed, stream, step).

import { checkInteger, checkNumber } from "../errors.js";
import { seedKey, streamOf } from "../tensor/random.js";
import { checkNode, checkNodeName, defineOp, type Node, type Op, readOptions } from "./op.js";
import { checkStream } from "./random.js";

export interface NoiseAttributes {
  /** At least 0. */
  readonly stddev: number;
  readonly seed: number;
  /** Names an independent sequence of the seed. */
  readonly stream: string;
}

export const steppedNoise: Op<["x", "training", "step"], NoiseAttributes> = defineOp<
  ["x", "training", "step"],
  NoiseAttributes
>({
  name: "gaussianNoise",
  doc:
    "While the scalar `training` is not 0: x plus normal numbers of mean 0, a function of seed, stream and step. Else " +
    "x itself.",
  inputs: ["x", "training", "step"],
  inputTypes: { step: "int32" },
  options: ["stddev", "seed", "stream"],
  attributes: ({ stddev = 1, seed = 0, stream = "" }) => {
    checkNumber("gaussianNoise: stddev", stddev, 0);
    checkInteger("gaussianNoise: seed", seed, 0);
    checkStream("gaussianNoise", stream);
    return { stddev, seed, stream };
  },
  shape: ({ x }) => x,
  forward: (k, { x, training, step, y }, { stddev, seed, stream }, { workspace }) =>
    k.gaussianNoise(
      x.ptr,
      y.ptr,
      y.size,
      training.ptr,
      step.ptr,
      ...seedKey(seed),
      streamOf(stream),
      stddev,
      workspace,
    ),
  workspace: () => 256,
  vjp: { x: ({ dy }) => dy },
  inPlace: "x",
  switch: { by: "training", off: "x" },
  samples: [
    { inputs: { x: [70], training: [], step: [] }, below: { step: 9 }, attributes: { stream: "a" } },
    { inputs: { x: [3, 5], training: [], step: [] }, below: { step: 9 }, attributes: { stddev: 0.2, seed: 3 } },
  ],
});

/** In training x + stddev * z, z standard normal and anew in each step; otherwise x itself. */
export function gaussianNoise(x: Node, options: { readonly stddev?: number; readonly name?: string } = {}): Node {
  checkNode("gaussianNoise", "x", x);
  readOptions("gaussianNoise", arguments, 1, ["stddev"]);
  const { stddev = 1, name = "gaussianNoise" } = options;
  checkNumber("gaussianNoise: stddev", stddev, 0);
  const { graph } = x;
  const stream = graph.uniqueName(checkNodeName("gaussianNoise", name));
  return steppedNoise(x, graph.training, graph.trainingStep, { stddev, seed: graph.seed, stream, name });
}
