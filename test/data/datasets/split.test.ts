import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Dataset, Examples } from "../../../src/data/datasets/dataset.js";
import { digits, iris, type SplitOptions } from "../../../src/data/datasets/index.js";
import { stratifiedSplit } from "../../../src/data/datasets/split.js";
import { ArgumentError } from "../../../src/errors.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import { sha256 } from "./fake-mnist.js";

const sets: [string, (options?: SplitOptions) => Dataset][] = [
  ["iris", iris],
  ["digits", digits],
];

function countsOf({ y }: Examples, classes: number): number[] {
  const counts = new Array(classes).fill(0);
  for (const label of y.data) counts[label]++;
  return counts;
}

/** Features and label of every row as a string, so that rows can be compared as a set. */
function rowsOf({ x, y }: Examples): string[] {
  const width = x.shape[1] as number;
  return Array.from(y.data, (label, row) => `${x.data.subarray(row * width, (row + 1) * width).join()}:${label}`);
}

/** One feature per row, its number; `counts[c]` rows of class c, one class after another. */
function numbered(counts: readonly number[]): Examples {
  const labels = counts.flatMap((count, label) => new Array(count).fill(label));
  return {
    x: new Tensor(Float32Array.from(labels.keys()), [labels.length, 1]),
    y: new Tensor(Int32Array.from(labels), [labels.length]),
  };
}

function hashOf({ train, test }: Dataset): string {
  const arrays = [train.x, train.y, test.x, test.y].map(({ data }) => Buffer.from(data.slice().buffer));
  return sha256(Buffer.concat(arrays)).slice(0, 16);
}

describe.each(sets)("%s", (name, load) => {
  const all = load({ testFraction: 0 }).train;

  test.each([0.1, 0.2, 0.25, 0.5, 0.9])("every row goes to one part, testFraction %d", (testFraction) => {
    const { train, test } = load({ testFraction, seed: 3 });
    expect(test.y.size).toBe(Math.round(testFraction * all.y.size));
    expect([...rowsOf(train), ...rowsOf(test)].sort()).toEqual(rowsOf(all).sort());
  });

  test("classes give their share to within one row", () => {
    const { test, classNames } = load();
    const counts = countsOf(test, classNames.length);
    for (const [label, count] of countsOf(all, classNames.length).entries()) {
      expect(Math.abs((counts[label] as number) - 0.2 * count)).toBeLessThan(1);
    }
  });

  test("both parts come shuffled", () => {
    const { train, test } = load();
    for (const { y } of [train, test]) {
      const changes = Array.from(y.data, (label, i) => Number(i > 0 && label !== y.data[i - 1]));
      expect(changes.reduce((sum, change) => sum + change)).toBeGreaterThan(y.size / 2);
    }
  });

  test("the seed decides", () => {
    expect(hashOf(load({ seed: 1 }))).toBe(hashOf(load({ seed: 1 })));
    expect(hashOf(load({ seed: 1 }))).not.toBe(hashOf(load({ seed: 2 })));
    expect(hashOf(load())).toBe(hashOf(load({ testFraction: 0.2, seed: 0 })));
  });

  test.each([1, -0.1, 2, Number.NaN, Number.POSITIVE_INFINITY, "0.2", null])("refuses testFraction %s", (value) => {
    const options = { testFraction: value } as SplitOptions;
    expect(() => load(options)).toThrow(ArgumentError);
    expect(() => load(options)).toThrow(`${name}: testFraction must be a number in [0, 1); received `);
  });

  test.each([-1, 0.5, Number.NaN, "1", 2 ** 53])("refuses seed %s", (value) => {
    const options = { testFraction: 0, seed: value } as SplitOptions;
    expect(() => load(options)).toThrow(ArgumentError);
    expect(() => load(options)).toThrow(`${name}: seed must be a non-negative integer; received `);
  });
});

// The split is part of the promise "same bits": a change here changes everyone's results. An implementation in Python
// of Philox and of the split has given the same hashes.
test("golden splits", () => {
  expect(hashOf(iris())).toBe("d3a90510e1a05eed");
  expect(hashOf(iris({ seed: 42 }))).toBe("a44c23a01613d93a");
  expect(hashOf(digits())).toBe("77a3eb66c7bc30c4");
  expect(hashOf(digits({ testFraction: 0.5, seed: 2 ** 53 - 1 }))).toBe("2f0ad6b28562d7cd");
});

test("quotas: whole shares first, then the largest remainders, the lower class first among equals", () => {
  const countTest = (counts: number[], testFraction: number) =>
    countsOf(stratifiedSplit("set", numbered(counts), { testFraction }).test, counts.length);
  expect(countTest([50, 50, 50], 0.2)).toEqual([10, 10, 10]);
  // Shares 0.6, 1.2, 0.8: one whole row, then two of round(2.6) = 3 by remainder.
  expect(countTest([3, 6, 4], 0.2)).toEqual([1, 1, 1]);
  expect(countTest([5, 5, 5, 5], 0.1)).toEqual([1, 1, 0, 0]);
  // Every class keeps a row for training.
  expect(countTest([1, 4], 0.9)).toEqual([0, 3]);
  expect(countTest([50, 50, 50], 0.999)).toEqual([49, 49, 49]);
  expect(countTest([1, 63, 64, 65], 1 - Number.EPSILON / 2)).toEqual([0, 62, 63, 64]);
});

test("any classes, fraction and seed: a partition, shares to within one row, no class without training", () => {
  const counts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
  const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(counts, fraction, fc.maxSafeNat(), (counts, testFraction, seed) => {
      const all = numbered(counts);
      const { train, test } = stratifiedSplit("set", all, { testFraction, seed });
      expect([...train.x.data, ...test.x.data].sort((a, b) => a - b)).toEqual([...all.x.data]);
      const held = countsOf(test, counts.length);
      for (const [label, count] of counts.entries()) {
        expect(held[label]).toBeLessThan(count);
        expect(Math.abs((held[label] as number) - Math.min(testFraction * count, count - 1))).toBeLessThan(1);
      }
      for (const { x, y } of [train, test]) {
        for (const [i, row] of x.data.entries()) expect(y.data[i]).toBe(all.y.data[row]);
      }
    }),
  );
});
