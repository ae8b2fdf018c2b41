// Batch normalisation of the last axis, the channels: its moments, itself and its gradient, each in few passes over memory.

import { ShapeError } from "../errors.js";
import { formatShape, type OpenShape, sameShape } from "../tensor/shape.js";
import { multiply } from "./arithmetic.js";
import { reshape, slice } from "./layout.js";
import { type Buffer, checkRank, defineOp, type Node, type Op } from "./op.js";
import { neg } from "./unary.js";

export const channelMoments: Op<["x"]> = defineOp({
  name: "channelMoments",
  doc:
    "Mean and biased variance over all axes but the last: y[2, channels]. No gradient passes: that of batchNormalize " +
    "knows that both are functions of its x.",
  inputs: ["x"],
  shape: ({ x }) => [2, channelsOf("channelMoments", x)],
  stopsGradient: true,
  forward: (k, { x, y }) => k.columnMoments(x.ptr, y.ptr, ...matrixOf(x)),
  samples: [{ inputs: { x: [5, 3] } }, { inputs: { x: [9, 37] } }, { inputs: { x: [2, 3, 8] } }],
});

export const batchNormalize: Op<["x", "mean", "root", "scale", "shift", "training"]> = defineOp({
  name: "batchNormalize",
  doc:
    "y = (x - mean) * scale + shift, by channel. Where training is not 0, the gradient of x takes mean and root = " +
    "1 / sqrt(variance + epsilon) for the moments of x, and scale for a multiple of root.",
  inputs: ["x", "mean", "root", "scale", "shift", "training"],
  shape: ({ x, mean, root, scale, shift, training }) => {
    checkVectors("batchNormalize", x, { mean, root, scale, shift });
    checkRank("batchNormalize", "training", training, 0);
    return x;
  },
  forward: (k, { x, mean, scale, shift, y }) =>
    k.normalizeColumns(x.ptr, mean.ptr, scale.ptr, shift.ptr, y.ptr, ...matrixOf(x)),
  shared: ({ dy, x, mean, root, scale, training }) => normalizationSums(dy, x, mean, root, scale, training),
  vjp: {
    x: ({ dy, x, mean, scale, shared }) => batchNormalizeGradient(dy, x, mean, scale, shared),
    mean: ({ scale, shared }) => neg(multiply(rowOf(shared, 0), scale)),
    scale: ({ shared }) => rowOf(shared, 1),
    shift: ({ shared }) => rowOf(shared, 0),
  },
  inPlace: "x",
  // Inputs drawn at random are no moments of x: the samples are outside training, test/nn/layers those within.
  samples: [[5, 3] as const, [9, 37] as const, [2, 3, 8] as const].map((x) => {
    const vector = x.slice(-1);
    return {
      inputs: { x, mean: vector, root: vector, scale: vector, shift: vector, training: [] },
      range: { training: [0, 0] },
    };
  }),
});

export const normalizationSums: Op<["upstream", "x", "mean", "root", "scale", "training"]> = defineOp({
  name: "normalizationSums",
  doc:
    "What the gradients of batchNormalize share, y[4, channels]: the sums of upstream and of upstream * (x - mean), and the factor and " +
    "the summand by which x reaches y through its moments, 0 where training is 0.",
  inputs: ["upstream", "x", "mean", "root", "scale", "training"],
  shape: ({ upstream, x, mean, root, scale, training }) => {
    checkSame("normalizationSums", x, upstream);
    checkVectors("normalizationSums", x, { mean, root, scale });
    checkRank("normalizationSums", "training", training, 0);
    return [4, channelsOf("normalizationSums", x)];
  },
  forward: (k, { upstream, x, mean, root, scale, training, y }) =>
    k.normalizationSums(upstream.ptr, x.ptr, mean.ptr, root.ptr, scale.ptr, training.ptr, y.ptr, ...matrixOf(x)),
  samples: [
    { inputs: { upstream: [5, 3], x: [5, 3], mean: [3], root: [3], scale: [3], training: [] } },
    { inputs: { upstream: [9, 37], x: [9, 37], mean: [37], root: [37], scale: [37], training: [] } },
  ],
});

export const batchNormalizeGradient: Op<["upstream", "x", "mean", "scale", "sums"]> = defineOp({
  name: "batchNormalizeGradient",
  doc: "Gradient of batchNormalize: upstream * scale + (x - mean) * sums[2] + sums[3], by channel.",
  inputs: ["upstream", "x", "mean", "scale", "sums"],
  shape: ({ upstream, x, mean, scale, sums }) => {
    checkSame("batchNormalizeGradient", x, upstream);
    checkVectors("batchNormalizeGradient", x, { mean, scale });
    if (!sameShape(sums, [4, channelsOf("batchNormalizeGradient", x)])) {
      throw new ShapeError(
        `batchNormalizeGradient: sums must be [4, channels]; x is ${formatShape(x)}, sums is ${formatShape(sums)}.`,
      );
    }
    return x;
  },
  forward: (k, { upstream, x, mean, scale, sums, y }) => {
    const [rows, channels] = matrixOf(x);
    const factors = sums.ptr + 8 * channels;
    k.normalizeColumnsGradient(upstream.ptr, x.ptr, mean.ptr, scale.ptr, factors, y.ptr, rows, channels);
  },
  inPlace: "upstream",
  samples: [
    { inputs: { upstream: [5, 3], x: [5, 3], mean: [3], scale: [3], sums: [4, 3] } },
    { inputs: { upstream: [9, 37], x: [9, 37], mean: [37], scale: [37], sums: [4, 37] } },
  ],
});

/** Row i of a matrix, a vector. */
export function rowOf(matrix: Node, i: number): Node {
  const channels = matrix.shape[1] as number;
  return reshape(slice(matrix, { begin: [i, 0], size: [1, channels] }), { shape: [channels] });
}

function matrixOf({ shape, size }: Buffer): [rows: number, channels: number] {
  const channels = shape.at(-1) as number;
  return [channels === 0 ? 0 : size / channels, channels];
}

function channelsOf(subject: string, x: OpenShape): number {
  const channels = x.at(-1);
  if (typeof channels === "number") return channels;
  throw new ShapeError(`${subject}: the last axis of x must have a known extent; x is ${formatShape(x)}.`);
}

function checkVectors(subject: string, x: OpenShape, vectors: Readonly<Record<string, OpenShape>>): void {
  const wanted = [channelsOf(subject, x)];
  for (const [name, shape] of Object.entries(vectors)) {
    if (!sameShape(shape, wanted)) {
      throw new ShapeError(
        `${subject}: ${name} must have one value per channel; x is ${formatShape(x)}, ${name} is ${formatShape(shape)}.`,
      );
    }
  }
}

function checkSame(subject: string, x: OpenShape, upstream: OpenShape): void {
  if (!sameShape(x, upstream)) {
    throw new ShapeError(
      `${subject}: upstream must have the shape of x; x is ${formatShape(x)}, upstream is ${formatShape(upstream)}.`,
    );
  }
}
