// Random numbers as nodes. Element i depends on (seed, stream, i) alone; by default the seed is the graph's.

import { ArgumentError, checkInteger, checkNumber, describe } from "../errors.js";
import { seedKey, streamOf } from "../tensor/random.js";
import { checkShape, type Shape } from "../tensor/shape.js";
import { type Calls, defineSource, type NodeFactory, type OpOptions, type OpRecord } from "./op.js";

interface RandomAttributes {
  readonly shape: Shape;
  readonly seed: number;
  /** A number in [0, 2^32) or a name: independent sequences of one seed. */
  readonly stream: number | string;
}

export interface UniformAttributes extends RandomAttributes {
  readonly low: number;
  readonly high: number;
}

export interface NormalAttributes extends RandomAttributes {
  readonly mean: number;
  readonly stddev: number;
}

type Fill = "randomUniform" | "randomNormal" | "truncatedNormal";

export const randomUniform = withGraphSeed(
  defineSource<UniformAttributes>({
    ...random("randomUniform", "Uniform in [low, high), default [0, 1)."),
    attributes: (given) => {
      const { low = 0, high = 1 } = given;
      checkNumber("randomUniform: low", low);
      checkNumber("randomUniform: high", high, low);
      return { ...randomAttributes("randomUniform", given), low, high };
    },
    forward: (k, { y }, { seed, stream, low, high }) => fill(k, "randomUniform", y, seed, stream, low, high),
  }),
);

export const randomNormal = withGraphSeed(
  defineSource<NormalAttributes>({
    ...random("randomNormal", "Normal with the given mean (0) and stddev (1)."),
    attributes: (given) => normalAttributes("randomNormal", given),
    forward: (k, { y }, { seed, stream, mean, stddev }) => fill(k, "randomNormal", y, seed, stream, mean, stddev),
  }),
);

export const truncatedNormal = withGraphSeed(
  defineSource<NormalAttributes>({
    ...random(
      "truncatedNormal",
      "Normal with the given mean (0) and stddev (1), within two standard deviations: as if drawn again beyond them.",
    ),
    attributes: (given) => normalAttributes("truncatedNormal", given),
    forward: (k, { y }, { seed, stream, mean, stddev }) => fill(k, "truncatedNormal", y, seed, stream, mean, stddev),
  }),
);

function random(name: Fill, doc: string): Pick<OpRecord<never>, "name" | "doc" | "inputs" | "shape" | "samples"> {
  return {
    name,
    doc,
    inputs: [],
    shape: (_, attributes) => attributes.shape,
    samples: [
      { inputs: {}, attributes: { shape: [7], seed: 1, stream: 2 } },
      { inputs: {}, attributes: { shape: [3, 11], seed: 2 ** 40 + 5, stream: "weights" } },
    ],
  };
}

function fill(
  k: Calls,
  kernel: Fill,
  y: { ptr: number; size: number },
  seed: number,
  stream: number | string,
  a: number,
  b: number,
): void {
  const number = typeof stream === "string" ? streamOf(stream) : stream;
  for (let from = 0; from < y.size; from += PIECE) {
    const count = Math.min(PIECE, y.size - from);
    k[kernel](y.ptr + 4 * from, count, ...seedKey(seed), number, from / 4, a, b);
  }
}

/**
 * Elements of one call, a multiple of the four words of a counter. Engines replace a function that has become hot by
 * better code when it is called again: a first weight matrix filled in one call would be made by the slowest code.
 */
const PIECE = 8192;

function randomAttributes(subject: string, given: Partial<RandomAttributes>): RandomAttributes {
  const { shape, seed = 0, stream = 0 } = given;
  checkShape(subject, shape);
  checkInteger(`${subject}: seed`, seed, 0);
  if (typeof stream === "number" ? stream >>> 0 !== stream : typeof stream !== "string") {
    throw new ArgumentError(
      `${subject}: stream must be a name or an integer in [0, 2^32); received ${describe(stream)}.`,
    );
  }
  return { shape: shape as Shape, seed, stream };
}

function normalAttributes(subject: string, given: Partial<NormalAttributes>): NormalAttributes {
  const { mean = 0, stddev = 1 } = given;
  checkNumber(`${subject}: mean`, mean);
  checkNumber(`${subject}: stddev`, stddev, 0);
  return { ...randomAttributes(subject, given), mean, stddev };
}

/** The same op with the graph's seed as default. */
function withGraphSeed<A extends RandomAttributes>(source: {
  (graph: NodeFactory, options: OpOptions<A>): ReturnType<NodeFactory["apply"]>;
  readonly record: OpRecord;
}): typeof source {
  const seeded = (graph: NodeFactory, options: OpOptions<A>) =>
    source(graph, { ...options, seed: options.seed ?? graph.seed });
  return Object.assign(seeded, { record: source.record });
}
