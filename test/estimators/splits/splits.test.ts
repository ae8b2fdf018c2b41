// Splits: sizes and class counts of scikit-learn, and what must hold for any data.

import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { ArgumentError, ShapeError } from "../../../src/errors.js";
import { KFold, StratifiedKFold } from "../../../src/estimators/splits/folds.js";
import { trainTestSplit } from "../../../src/estimators/splits/trainTestSplit.js";
import { tensor } from "../../../src/tensor/tensor.js";
import { expectRefusal } from "../../support/expect-refusal.js";
import { sklearn } from "../../support/sklearn.js";

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const casesOf = (kind: string) => sklearn.splits.filter((golden) => golden.kind === kind);
const countsOf = (labels: readonly number[], classes: number) =>
  range(classes).map((code) => labels.filter((label) => label === code).length);

describe("the splits of scikit-learn", () => {
  test.each(casesOf("KFold"))("KFold of $n in $k", ({ n, k, test_sizes, test_first_last }) => {
    const folds = new KFold({ nSplits: k }).split(range(n));
    expect(folds.map(({ test }) => test.length)).toEqual(test_sizes);
    expect(folds.map(({ test }) => [test[0], test[test.length - 1]])).toEqual(test_first_last);
  });

  test.each(casesOf("StratifiedKFold"))("StratifiedKFold in $k", ({ y, k, test_sizes, test_class_counts }) => {
    const folds = new StratifiedKFold({ nSplits: k }).split(y, y);
    expect(folds.map(({ test }) => test.length)).toEqual(test_sizes);
    const classes = new Set(y).size;
    const counts = folds.map(({ test }) =>
      countsOf(
        [...test].map((i) => y[i] as number),
        classes,
      ),
    );
    for (const code of range(classes)) {
      const column = counts.map((row) => row[code] as number);
      expect(Math.max(...column) - Math.min(...column)).toBeLessThanOrEqual(1);
    }
    if (test_class_counts) expect(counts).toEqual(test_class_counts);
  });

  test.each(casesOf("train_test_split"))("trainTestSplit, $test_size held out", (golden) => {
    const labels = range(golden.n).map((i) => Math.floor(i / 50));
    const { yTrain, yTest } = trainTestSplit(labels, labels, { testSize: golden.test_size, stratify: labels });
    expect([yTrain.length, yTest.length]).toEqual(golden.sizes);
    expect(countsOf(yTest, 3).sort((a, b) => b - a)).toEqual(golden.stratified_test_class_counts);
  });

  test("there are cases of each kind", () => {
    for (const kind of ["KFold", "StratifiedKFold", "train_test_split"])
      expect(casesOf(kind).length).toBeGreaterThan(1);
  });
});

describe("for any data", () => {
  const labels = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 60 });

  test("each sample is tested once, trained on otherwise, and classes are shared out evenly", () => {
    fc.assert(
      fc.property(labels, fc.boolean(), fc.integer({ min: 0, max: 99 }), (y, shuffle, randomState) => {
        const least = Math.min(...countsOf(y, 4).filter((count) => count > 0));
        fc.pre(least >= 2);
        const parameters = { nSplits: Math.min(least, 4), shuffle, randomState };
        for (const splitter of [new KFold(parameters), new StratifiedKFold(parameters)]) {
          const folds = splitter.split(y, y);
          expect(folds.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual(range(y.length));
          for (const { train, test } of folds) {
            expect([...train, ...test].sort((a, b) => a - b)).toEqual(range(y.length));
          }
          if (splitter instanceof KFold) continue;
          for (const code of new Set(y)) {
            const shares = folds.map(({ test }) => [...test].filter((i) => y[i] === code).length);
            expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
          }
        }
      }),
      { seed: 1 },
    );
  });

  test("trainTestSplit keeps samples with their labels and loses none", () => {
    fc.assert(
      fc.property(labels, fc.integer({ min: 0, max: 99 }), (y, randomState) => {
        const x = tensor(y.map((label, i) => [i, label]));
        const split = trainTestSplit(x, y, { testSize: 0.3, randomState });
        for (const [rows, own] of [
          [split.xTrain, split.yTrain],
          [split.xTest, split.yTest],
        ] as const) {
          expect((rows.toArray() as number[][]).map(([, label]) => label)).toEqual(own);
        }
        const seen = [split.xTrain, split.xTest].flatMap((rows) => (rows.toArray() as number[][]).map(([i]) => i));
        expect(seen.sort((a = 0, b = 0) => a - b)).toEqual(range(y.length));
      }),
      { seed: 1 },
    );
  });
});

describe("a class with fewer samples than folds", () => {
  const folds = (y: readonly (string | number)[], nSplits: number) =>
    new StratifiedKFold({ nSplits }).split(y, y).map(({ test }) => [...test]);

  // The indices are those of scikit-learn 1.2.1, worked out from its rule: classes are numbered by first appearance, and
  // fold i gets what stands at i, i + nSplits, ... of the sorted numbers.
  test.each([
    [
      ["a", "a", "a", "a", "a", "a", "b"],
      3,
      [
        [0, 1, 6],
        [2, 3],
        [4, 5],
      ],
      '"b" has 1 sample',
    ],
    [
      ["b", "a", "a", "a", "a", "a", "a"],
      3,
      [
        [0, 1, 2],
        [3, 4],
        [5, 6],
      ],
      '"b" has 1 sample',
    ],
    [
      [7, 7, 7, 3, 3, 7],
      3,
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
      "3 has 2 samples",
    ],
  ])("%j in %i folds", (y, nSplits, expected, rare) => {
    const said = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect(folds(y, nSplits)).toEqual(expected);
    expect(said.mock.calls).toEqual([
      [`StratifiedKFold: class ${rare}, fewer than nSplits, ${nSplits}; some folds have none of it.`],
    ]);
    said.mockRestore();
  });

  test("classes are numbered by first appearance", () => {
    // Sorted numbers 0 0 0 1 1 1 1: fold 0 gets numbers 0, 1, 1 at places 0, 3, 5 ...
    expect(folds(["b", "b", "b", "a", "a", "a", "a"], 3)).toEqual([
      [0, 3, 4],
      [1, 5],
      [2, 6],
    ]);
  });
});

test("the seed decides the shuffle", () => {
  const folds = (randomState: number) =>
    new KFold({ nSplits: 2, shuffle: true, randomState }).split(range(20)).map(({ test }) => [...test]);
  expect(folds(1)).toEqual(folds(1));
  expect(folds(1)).not.toEqual(folds(2));
  expect(trainTestSplit(range(9), range(9), { shuffle: false, testSize: 2 }).xTest).toEqual([7, 8]);
});

test("typed arrays and tensors keep their kind", () => {
  const { xTrain, yTrain } = trainTestSplit(tensor([[1], [2], [3], [4]]), Int32Array.of(0, 1, 0, 1));
  expect(xTrain.shape).toEqual([3, 1]);
  expect(yTrain).toBeInstanceOf(Int32Array);
});

test.each([
  [() => new KFold({ nSplits: 1 }), ArgumentError, "KFold: nSplits must be an integer >= 2; received 1."],
  [
    () => new KFold({ nsplits: 3 } as object),
    ArgumentError,
    'KFold: KFold has no parameter "nsplits"; did you mean "nSplits"?',
  ],
  [
    () => new KFold({ nSplits: 4 }).split([1, 2, 3]),
    ArgumentError,
    "KFold: nSplits must be at most the number of samples, 3; received 4.",
  ],
  [
    () => new StratifiedKFold({ nSplits: 4 }).split(range(5), [0, 0, 0, 1, 1]),
    ArgumentError,
    "StratifiedKFold: nSplits must be at most the number of samples in the largest class, 3; received 4.",
  ],
  [
    () => new StratifiedKFold().split([1, 2]),
    ArgumentError,
    "StratifiedKFold.split: needs the labels y; received none.",
  ],
  [
    () => trainTestSplit([1, 2], [1]),
    ShapeError,
    "trainTestSplit: x and y must have equally many samples; received 2 and 1.",
  ],
  [
    () => trainTestSplit([1, 2], [1, 2], { testSize: 2 }),
    ArgumentError,
    "trainTestSplit: testSize must be a part in (0, 1) or an integer from 1 to 1, leaving samples in both parts; received 2 of 2.",
  ],
  [
    () => trainTestSplit(range(4), range(4), { stratify: [0, 0, 0, 1] }),
    ArgumentError,
    "trainTestSplit: every class of stratify must have at least two samples; 1 has one.",
  ],
])("refusal %#", (call, kind, message) => expectRefusal(call, kind, message));
