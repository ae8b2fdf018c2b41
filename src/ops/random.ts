// Random numbers as nodes. Element i depends on (seed, stream, i) alone; by default the seed is the graph's.

import { ArgumentError, checkInteger, checkNumber, describe } from "../errors.js";
import { seedKey, streamOf } from "../tensor/random.js";
import { checkShape, type Shape } from "../tensor/shape.js";
import { defineSource, type OpRecord, type SourceFunction } from "./op.js";

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

const NORMAL_OPTIONS = ["shape", "mean", "stddev", "seed", "stream"] as const;

export const randomUniform = random<UniformAttributes>({
  name: "randomUniform",
  doc: "Uniform in [low, high), default [0, 1).",
  options: ["shape", "low", "high", "seed", "stream"],
  attributes: (given) => {
    const { low = 0, high = 1 } = given;
    checkNumber("randomUniform: low", low);
    checkNumber("randomUniform: high", high, low);
    return { ...randomAttributes("randomUniform", given), low, high };
  },
  parameters: ({ low, high }) => [low, high],
});

export const randomNormal = random<NormalAttributes>({
  name: "randomNormal",
  doc: "Normal with the given mean (0) and stddev (1).",
  options: NORMAL_OPTIONS,
  attributes: (given) => normalAttributes("randomNormal", given),
  parameters: ({ mean, stddev }) => [mean, stddev],
});

export const truncatedNormal = random<NormalAttributes>({
  name: "truncatedNormal",
  doc: "Normal with the given mean (0) and stddev (1), within two standard deviations: as if drawn again beyond them.",
  options: NORMAL_OPTIONS,
  attributes: (given) => normalAttributes("truncatedNormal", given),
  parameters: ({ mean, stddev }) => [mean, stddev],
});

interface Description<A> {
  readonly name: "randomUniform" | "randomNormal" | "truncatedNormal";
  readonly doc: string;
  readonly options: readonly (keyof A & string)[];
  readonly attributes: (given: Partial<A>) => A;
  /** The two numbers that the kernel of this name takes. */
  readonly parameters: (attributes: A) => readonly [number, number];
}

/** An op that fills a shape, with the graph's seed as default. */
// @__NO_SIDE_EFFECTS__
function random<A extends RandomAttributes>(description: Description<A>): SourceFunction<A> {
  const { name, doc, options, attributes, parameters } = description;
  const record: OpRecord<never, A> = {
    name,
    doc,
    options,
    inputs: [],
    attributes,
    shape: (_, { shape }) => shape,
    forward: (k, { y }, given) => {
      const stream = typeof given.stream === "string" ? streamOf(given.stream) : given.stream;
      for (let from = 0; from < y.size; from += PIECE) {
        const count = Math.min(PIECE, y.size - from);
        k[name](y.ptr + 4 * from, count, ...seedKey(given.seed), stream, from / 4, ...parameters(given));
      }
    },
    samples: [
      { inputs: {}, attributes: { shape: [7], seed: 1, stream: 2 } },
      { inputs: {}, attributes: { shape: [3, 11], seed: 2 ** 40 + 5, stream: "weights" } },
    ],
  };
  return defineSource<A>(record, ({ seed }) => ({ seed }) as Partial<A>);
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
  checkStream(subject, stream);
  return { shape: shape as Shape, seed, stream };
}

/** Fails unless `stream` is a name or an unsigned 32-bit integer. */
export function checkStream(subject: string, stream: unknown): void {
  if (typeof stream === "number" ? stream >>> 0 !== stream : typeof stream !== "string") {
    throw new ArgumentError(
      `${subject}: stream must be a name or an integer in [0, 2^32); received ${describe(stream)}.`,
    );
  }
}

function normalAttributes(subject: string, given: Partial<NormalAttributes>): NormalAttributes {
  const { mean = 0, stddev = 1 } = given;
  checkNumber(`${subject}: mean`, mean);
  checkNumber(`${subject}: stddev`, stddev, 0);
  return { ...randomAttributes(subject, given), mean, stddev };
}
