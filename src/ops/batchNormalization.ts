// Batch normalisation of the last axis, the channels: its moments, itself and its gradient, each in few passes over memory.

import { ShapeError } from "../errors.js";
import { formatShape, type OpenShape, sameShape } from "../tensor/shape.js";
import { multiply } from "./arithmetic.js";
import { type Buffer, checkRank, defineOp, type Op } from "./op.js";
import { resultOf } from "./results.js";
import { neg } from "./unary.js";

export const channelMoments: Op<["x"]> = defineOp({
  name: "channelMoments",
  doc:
    "Mean over all axes but the last, and as a further result the biased variance, both [channels]. No gradient passes: that " +
    "of batchNormalize knows that both are functions of its x.",
  inputs: ["x"],
  shape: ({ x }) => [channelsOf("channelMoments", x)],
  results: { variance: { shape: ({ x }) => [channelsOf("channelMoments", x)] } },
  stopsGradient: true,
  forward: (k, { x, y }, _, { results }) =>
    k.columnMoments(x.ptr, y.ptr, (results.variance as Buffer).ptr, ...matrixOf(x)),
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
    x: ({ dy, x, mean, scale, shared }) => batchNormalizeGradient(dy, x, mean, scale, resultOf(shared, "factors")),
    mean: ({ scale, shared }) => neg(multiply(shared, scale)),
    scale: ({ shared }) => resultOf(shared, "products"),
    shift: ({ shared }) => shared,
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
    "What the gradients of batchNormalize share: the sum of upstream by channel, and as further results that of upstream * (x - mean), " +
    "and factors[2, channels], the factor and the summand by which x reaches y through its moments, 0 where training is 0.",
  inputs: ["upstream", "x", "mean", "root", "scale", "training"],
  shape: ({ upstream, x, mean, root, scale, training }) => {
    checkSame("normalizationSums", x, upstream);
    checkVectors("normalizationSums", x, { mean, root, scale });
    checkRank("normalizationSums", "training", training, 0);
    return [channelsOf("normalizationSums", x)];
  },
  results: {
    products: { shape: ({ x }) => [channelsOf("normalizationSums", x)] },
    factors: { shape: ({ x }) => [2, channelsOf("normalizationSums", x)] },
  },
  forward: (k, { upstream, x, mean, root, scale, training, y }, _, { results }) => {
    const made = [y, results.products, results.factors].map((buffer) => (buffer as Buffer).ptr);
    const given = [upstream.ptr, x.ptr, mean.ptr, root.ptr, scale.ptr, training.ptr] as const;
    k.normalizationSums(...given, ...(made as [number, number, number]), ...matrixOf(x));
  },
  samples: [
    { inputs: { upstream: [5, 3], x: [5, 3], mean: [3], root: [3], scale: [3], training: [] } },
    { inputs: { upstream: [9, 37], x: [9, 37], mean: [37], root: [37], scale: [37], training: [] } },
  ],
});

export const batchNormalizeGradient: Op<["upstream", "x", "mean", "scale", "sums"]> = defineOp({
  name: "batchNormalizeGradient",
  doc: "Gradient of batchNormalize: upstream * scale + (x - mean) * factors[0] + factors[1], by channel.",
  inputs: ["upstream", "x", "mean", "scale", "factors"],
  shape: ({ upstream, x, mean, scale, factors }) => {
    checkSame("batchNormalizeGradient", x, upstream);
    checkVectors("batchNormalizeGradient", x, { mean, scale });
    if (!sameShape(factors, [2, channelsOf("batchNormalizeGradient", x)])) {
      throw new ShapeError(
        `batchNormalizeGradient: factors must be [2, channels]; x is ${formatShape(x)}, factors is ${formatShape(factors)}.`,
      );
    }
    return x;
  },
  forward: (k, { upstream, x, mean, scale, factors, y }) =>
    k.normalizeColumnsGradient(upstream.ptr, x.ptr, mean.ptr, scale.ptr, factors.ptr, y.ptr, ...matrixOf(x)),
  inPlace: "upstream",
  samples: [
    { inputs: { upstream: [5, 3], x: [5, 3], mean: [3], scale: [3], factors: [2, 3] } },
    { inputs: { upstream: [9, 37], x: [9, 37], mean: [37], scale: [37], factors: [2, 37] } },
  ],
});

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
