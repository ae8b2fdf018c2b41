import { describe, expect, test } from "vitest";
import { philox, RandomStream, streamOf } from "../../src/tensor/random.js";

// Known answers of the authors' library Random123 (tests/kat_vectors, philox4x32 10).
const knownAnswers = [
  { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
] as const;

describe("philox", () => {
  test.each(knownAnswers)("gives the published words for counter $counter", ({ counter, key, words }) => {
    const out = new Uint32Array(4);
    philox(out, counter[0], counter[1], counter[2], counter[3], key[0], key[1]);
    expect([...out]).toEqual([...words]);
  });
});

describe("RandomStream", () => {
  test("the same seed and stream repeat, another stream or seed differs", () => {
    const draw = (seed: number, stream: number | string) => {
      const random = new RandomStream(seed, stream);
      return Array.from({ length: 9 }, () => random.uint32());
    };
    expect(draw(7, "a")).toEqual(draw(7, streamOf("a")));
    expect(draw(7, "a")).not.toEqual(draw(7, "b"));
    expect(draw(7, "a")).not.toEqual(draw(8, "a"));
    expect(draw(2 ** 40, "a")).not.toEqual(draw(0, "a"));
  });

  test("a permutation holds every index once", () => {
    for (const n of [0, 1, 2, 10, 1000]) {
      const order = new RandomStream(1, n).permutation(n);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    }
  });

  test("the mean and variance of uniform lie within five standard errors", () => {
    const n = 20_000;
    const random = new RandomStream(3, "moments");
    const uniform = Array.from({ length: n }, () => random.uniform());
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / n;
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan((5 * Math.sqrt(1 / 12)) / Math.sqrt(n));
    const variance = mean(uniform.map((value) => (value - 0.5) ** 2));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan((5 * Math.sqrt(1 / 180)) / Math.sqrt(n));
  });

  test("refuses what is no seed, stream or bound", () => {
    expect(() => new RandomStream(-1, 0)).toThrow("seed must be a non-negative integer; received -1.");
    expect(() => new RandomStream(1, 1.5)).toThrow("stream must be a name or an integer in [0, 2^32); received 1.5.");
    expect(() => new RandomStream(1, 0).below(0)).toThrow("n must be an integer in [1, 2^32]; received 0.");
  });
});
