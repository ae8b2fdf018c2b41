// Random numbers: the words of the generator, exact uniforms, quantiles against float64, moments and bounds.

import { describe, expect, test } from "vitest";
import { RandomStream, seedKey } from "../../src/tensor/random.js";
import { builds } from "../support/builds.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { massWithinTwo, quantileOfTail } from "../support/normal-quantile.js";
import { ScratchMemory } from "../support/scratch-memory.js";
import { byteShifts } from "../support/span-lengths.js";

type Kernel = "randomUniform" | "randomNormal" | "truncatedNormal";

const memories = new Map(builds.map((build) => [build, new ScratchMemory(build)]));

/** n numbers of a kernel with its two parameters. */
function draw(memory: ScratchMemory, kernel: Kernel, n: number, seed: number, stream: number, a = 0, b = 1, shift = 0) {
  memory.clear();
  const y = memory.output("y", n, shift);
  memory.kernels[kernel](y.ptr, n, ...seedKey(seed), stream, 0, a, b);
  memory.verify(`${kernel} ${memory.build}, n ${n}`);
  return memory.floats(y);
}

function words(n: number, seed: number, stream: number): Uint32Array {
  const random = new RandomStream(seed, stream);
  return Uint32Array.from({ length: n }, () => random.uint32());
}

const normal = (word: number) => signed(word, quantileOfTail(tailOf(word)));
const truncated = (word: number) => signed(word, quantileOfTail(0.5 - (0.5 - tailOf(word)) * massWithinTwo));
const tailOf = (word: number) => ((word % 2 ** 31) + 0.5) / 2 ** 32;
const signed = (word: number, z: number) => (word >= 2 ** 31 ? -z : z);

/** Seeds whose first four words hold an extreme one: found by search. */
const extremes = [
  { seed: 1343428, at: 3, word: 0 },
  { seed: 223229714, at: 1, word: 0x80000001 },
  { seed: 363144639, at: 1, word: 0x80000002 },
  { seed: 63679368, at: 2, word: 0x8000000c },
  { seed: 2044385912, at: 3, word: 0x7fffffff },
  { seed: 454088803, at: 1, word: 0xffffffff },
];

describe.each(builds)("%s", (build) => {
  const memory = memories.get(build) as ScratchMemory;

  test("uniform numbers are the upper 24 bits of the words of RandomStream", () => {
    const streams = [0, 1, 0x80000000, 0xffffffff];
    for (const n of [...Array(35).keys(), 64, 1003]) {
      for (const seed of [0, 1, 0xffffffff, 2 ** 53 - 1]) {
        const stream = streams[n % streams.length] as number;
        const expected = Float32Array.from(words(n, seed, stream), (word) => (word >>> 8) * 2 ** -24);
        for (const shift of byteShifts) {
          const subject = `randomUniform ${build}, n ${n}, seed ${seed}, stream ${stream}, shift ${shift}`;
          expectSameBits(subject, draw(memory, "randomUniform", n, seed, stream, 0, 1, shift), expected);
        }
      }
    }
  });

  test("uniform numbers between bounds", () => {
    for (const [low, high] of [
      [-0.25, 0.25],
      [-1, 1],
      [0, 3],
      [-7, -5],
      [2, 2],
    ] as const) {
      const expected = Float32Array.from(words(1000, 5, 6), (word) =>
        Math.fround(Math.fround(Math.fround(high - low) * 2 ** -24 * (word >>> 8)) + low),
      );
      const received = draw(memory, "randomUniform", 1000, 5, 6, low, high);
      expectSameBits(`randomUniform ${build}, [${low}, ${high})`, received, expected);
    }
  });

  test("normal numbers are the quantiles of the words", () => {
    const n = 100_000;
    const exact = Float64Array.from(words(n, 7, 8), normal);
    // Near 0 the rounding of the tail to 24 bits counts, elsewhere the relative error of the quantile.
    const tolerance = (i: number) => 5e-7 * Math.abs(exact[i] as number) + 5e-8;
    expectClose(`randomNormal ${build}`, draw(memory, "randomNormal", n, 7, 8), exact, tolerance);
  });

  test("truncated normal numbers are the quantiles of the words", () => {
    const n = 100_000;
    const exact = Float64Array.from(words(n, 9, 10), truncated);
    const tolerance = (i: number) => 5e-7 * Math.abs(exact[i] as number) + 6e-7;
    expectClose(`truncatedNormal ${build}`, draw(memory, "truncatedNormal", n, 9, 10), exact, tolerance);
  });

  test("mean and stddev scale and move", () => {
    for (const kernel of ["randomNormal", "truncatedNormal"] as const) {
      const standard = draw(memory, kernel, 101, 11, 12);
      const expected = standard.map((z) => Math.fround(3 * z) - 2);
      expectSameBits(`${kernel} ${build}, mean -2, stddev 3`, draw(memory, kernel, 101, 11, 12, -2, 3), expected);
      expectSameBits(`${kernel} ${build}, stddev 0`, draw(memory, kernel, 3, 11, 12, 5, 0), [5, 5, 5]);
    }
  });

  test("moments lie within five standard errors", () => {
    const n = 200_000;
    // The fourth central moments give the standard error of the variance.
    const moments = [
      { kernel: "randomUniform", mean: 0.5, variance: 1 / 12, fourth: 1 / 80 },
      { kernel: "randomNormal", mean: 0, variance: 1, fourth: 3 },
      { kernel: "truncatedNormal", mean: 0, variance: 0.7737413035, fourth: 1.416165 },
    ] as const;
    for (const { kernel, mean, variance, fourth } of moments) {
      const x = Float64Array.from(draw(memory, kernel, n, 13, 14));
      const average = x.reduce((sum, value) => sum + value, 0) / n;
      const spread = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
      expect(Math.abs(average - mean), `mean of ${kernel}`).toBeLessThan(5 * Math.sqrt(variance / n));
      const error = Math.sqrt((fourth - variance ** 2) / n);
      expect(Math.abs(spread - variance), `variance of ${kernel}`).toBeLessThan(5 * error);
    }
  });

  test.each(extremes)("the word $word of seed $seed gives the right extreme", ({ seed, at, word }) => {
    expect(words(4, seed, 0)[at]).toBe(word);
    const z = draw(memory, "randomNormal", 4, seed, 0)[at] as number;
    expectClose(`randomNormal ${build}, word ${word}`, [z], [normal(word)], 5e-7 * Math.abs(normal(word)) + 5e-8);
    const within = draw(memory, "truncatedNormal", 4, seed, 0)[at] as number;
    expectClose(`truncatedNormal ${build}, word ${word}`, [within], [truncated(word)], 1.6e-6);
    expect(Math.abs(within), `truncatedNormal ${build}, word ${word}`).toBeLessThanOrEqual(2);
  });

  test("seed, stream and index each make a difference", () => {
    const base = draw(memory, "randomNormal", 8, 1, 1);
    const others = [
      draw(memory, "randomNormal", 8, 2, 1),
      draw(memory, "randomNormal", 8, 1 + 2 ** 32, 1),
      draw(memory, "randomNormal", 8, 1, 2),
    ];
    for (const other of others) expect([...other]).not.toEqual([...base]);
    expect(new Set(base).size).toBe(8);
    expectSameBits(`randomNormal ${build}, a longer run`, draw(memory, "randomNormal", 20, 1, 1).slice(0, 8), base);
  });
});

test("all builds draw the same numbers, relaxed too", () => {
  for (const kernel of ["randomUniform", "randomNormal", "truncatedNormal"] as const) {
    const reference = draw(memories.get("scalar") as ScratchMemory, kernel, 10_001, 15, 16, -0.3, 0.7);
    for (const [build, memory] of memories) {
      expectSameBits(`${kernel} ${build}`, draw(memory, kernel, 10_001, 15, 16, -0.3, 0.7), reference);
    }
  }
});
