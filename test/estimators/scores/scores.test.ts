// What scores do with labels of every type, edges, and what they refuse.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../../src/errors.js";
import {
  accuracyScore,
  balancedAccuracyScore,
  cohenKappaScore,
  confusionMatrix,
} from "../../../src/estimators/scores/confusion.js";
import {
  f1Score,
  perClassFscore,
  precisionRecallFscore,
  precisionScore,
  recallScore,
} from "../../../src/estimators/scores/fscores.js";
import { logLoss, rocAucScore, topKAccuracyScore } from "../../../src/estimators/scores/probabilities.js";
import { explainedVarianceScore, r2Score } from "../../../src/estimators/scores/regression.js";
import { classificationReport } from "../../../src/estimators/scores/report.js";
import { tensor } from "../../../src/tensor/tensor.js";
import { expectRefusal } from "../../support/expect-refusal.js";

test("labels may be numbers, strings, booleans, typed arrays and tensors", () => {
  expect(accuracyScore(["a", "b", "b"], ["a", "b", "a"])).toBeCloseTo(2 / 3);
  expect(accuracyScore([true, false], [true, true])).toBe(0.5);
  expect(accuracyScore(Int32Array.of(1, 2), [1, 2])).toBe(1);
  expect(accuracyScore(tensor([1, 2], { dtype: "int32" }), [1, 1])).toBe(0.5);
});

test("a confusion matrix has rows of truth, and the order of labels that is asked for", () => {
  expect(confusionMatrix(["b", "a", "b"], ["b", "b", "c"])).toEqual({
    labels: ["a", "b", "c"],
    counts: [
      [0, 1, 0],
      [0, 1, 1],
      [0, 0, 0],
    ],
  });
  expect(confusionMatrix([0, 1], [0, 0], { labels: [1, 0] }).counts).toEqual([
    [0, 1],
    [0, 1],
  ]);
});

test("a class that is never predicted has precision 0", () => {
  expect(precisionRecallFscore([0, 1], [0, 0], { average: "binary" })).toEqual({
    precision: 0,
    recall: 0,
    fscore: 0,
    support: 1,
  });
});

test("the report prints as scikit-learn's", () => {
  const report = classificationReport([0, 1, 2, 2, 2], [0, 0, 2, 2, 1], { targetNames: ["none", "one", "two"] });
  expect(String(report)).toBe(
    [
      "              precision    recall  f1-score   support",
      "",
      "        none       0.50      1.00      0.67         1",
      "         one       0.00      0.00      0.00         1",
      "         two       1.00      0.67      0.80         3",
      "",
      "    accuracy                           0.60         5",
      "   macro avg       0.50      0.56      0.49         5",
      "weighted avg       0.70      0.60      0.61         5",
    ].join("\n"),
  );
  expect(report.macro.fscore).toBeCloseTo((2 / 3 + 0 + 0.8) / 3);
});

test("a certain error costs a finite log loss", () => {
  expect(
    logLoss(
      [0, 1],
      [
        [0, 1],
        [0, 1],
      ],
    ),
  ).toBeCloseTo(-Math.log(Number.EPSILON) / 2);
});

describe("some of the classes", () => {
  // scikit-learn 1.2.1: a confusion matrix leaves other samples out, precision counts them as wrong.
  test("in a confusion matrix", () => {
    expect(confusionMatrix([0, 1, 2], [0, 1, 1], { labels: [0, 1] }).counts).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(confusionMatrix(["a", "b", "c", "c"], ["c", "b", "a", "c"], { labels: ["c", "x", "a"] }).counts).toEqual([
      [1, 0, 1],
      [0, 0, 0],
      [1, 0, 0],
    ]);
  });

  test("in precision and recall", () => {
    const [zero, one] = perClassFscore([0, 1, 2], [0, 1, 1], { labels: [0, 1] });
    expect(zero).toEqual({ label: 0, precision: 1, recall: 1, fscore: 1, support: 1 });
    expect(one).toEqual({ label: 1, precision: 0.5, recall: 1, fscore: 2 / 3, support: 1 });
    const micro = precisionRecallFscore([0, 1, 2], [0, 1, 1], { labels: [0, 1], average: "micro" });
    expect(micro).toEqual({ precision: 2 / 3, recall: 1, fscore: 0.8, support: 2 });
  });

  test("in a report", () => {
    const report = classificationReport([0, 1, 2], [0, 1, 1], { labels: [0, 1] });
    expect(String(report).split("\n")[5]).toBe("   micro avg       0.67      1.00      0.80         2");
    expect(String(classificationReport([0, 1], [0, 1], { labels: [1, 0] }))).toContain("accuracy");
  });

  test.each([
    [() => confusionMatrix([0, 1], [0, 1], { labels: [] }), /at least one label/],
    [() => confusionMatrix([0, 1], [0, 1], { labels: [1, 1] }), /labels must be different; received 1 twice/],
    [() => perClassFscore([0, 1], [0, 1], { labels: ["0"] }), /must occur in yTrue/],
    [() => classificationReport([0, 1], [0, 1], { targetNames: ["a"] }), /targetNames must name the 2 classes/],
  ])("refusal %#", (call, message) => expect(call).toThrow(message));
});

test("precision, recall and F1 of two classes count class 1, as scikit-learn's", () => {
  const [truth, predicted] = [
    [0, 1, 1, 0, 1],
    [1, 1, 0, 0, 1],
  ];
  expect(precisionScore(truth, predicted)).toBeCloseTo(2 / 3, 15);
  expect(recallScore(truth, predicted)).toBeCloseTo(2 / 3, 15);
  expect(f1Score(truth, predicted, { posLabel: 0 })).toBe(0.5);
  expect(f1Score([1, 2, 2], [1, 2, 1])).toBeCloseTo(2 / 3, 15);
  expect(f1Score([0, 0], [0, 0])).toBe(0);
  expect(f1Score([true, false], [true, false])).toBe(1);
  expect(precisionScore(["no", "yes"], ["yes", "yes"])).toBe(0.5);
});

test("columns of labels, booleans and 64-bit integers are labels", () => {
  expect(accuracyScore(tensor([[1], [2]]), [[1], [3]])).toBe(0.5);
  expect(accuracyScore(BigInt64Array.of(1n, 2n), [1, 2])).toBe(1);
  expect(accuracyScore([1n, 2n], Int32Array.of(1, 3))).toBe(0.5);
  expect(confusionMatrix([true, false], [true, true]).labels).toEqual([false, true]);
  expect(r2Score(BigInt64Array.of(1n, 3n), [1, 3])).toBe(1);
  expect(() => accuracyScore([2n ** 60n], [1])).toThrow(ArgumentError);
});

test.each([
  [
    "accuracyScore",
    () => accuracyScore([1], [1], { bogus: 1 } as object),
    /options must be an object with normalize; received "bogus"/,
  ],
  ["accuracyScore", () => accuracyScore([1], [1], 1 as never), /options must be/],
  [
    "accuracyScore",
    () => accuracyScore([1], [1], {}, ...([1] as unknown as [])),
    /takes at most 3 arguments; received 4/,
  ],
  [
    "r2Score",
    () => r2Score([1, 2], [1, 2], ...([{ bogus: 1 }] as unknown as [])),
    /takes at most 2 arguments; received 3/,
  ],
  [
    "balancedAccuracyScore",
    () => balancedAccuracyScore([1], [1], ...([{ bogus: 1 }] as unknown as [])),
    /takes at most 2/,
  ],
  ["f1Score", () => f1Score([1], [1], { Average: "micro" } as object), /did you mean "average"\?/],
  ["f1Score", () => f1Score([1], [1], { average: "Macro" as "macro" }), /did you mean "macro"\?/],
  ["rocAucScore", () => rocAucScore([0, 1], [0, 1], { multi_class: "ovr" } as object), /did you mean "multiClass"\?/],
])("%s refuses what it does not know", (subject, call, message) => {
  expect(call).toThrow(ArgumentError);
  expect(call).toThrow(message);
  expect(call).toThrow(new RegExp(`^${subject}: `));
});

test("top-k of two classes: a tie is the first, as scikit-learn has it", () => {
  const even = [0.5, 0.5];
  expect(topKAccuracyScore([0, 0, 1], [even, even, even], { k: 1, labels: [0, 1] })).toBe(2 / 3);
  expect(topKAccuracyScore([0, 0, 1], [even, even, even], { k: 2, labels: [0, 1] })).toBe(1);
  expect(topKAccuracyScore([0, 1, 1], [0.5, 0.5, 0.6], { k: 1 })).toBe(2 / 3);
  // Scores beyond [0, 1] are divided at 0.
  expect(topKAccuracyScore([0, 1, 1], [-2, 0.3, 1.5], { k: 1 })).toBe(1);
});

test("of equal scores of several classes the later ranks higher", () => {
  const even = [0.5, 0.5, 0.5];
  expect(topKAccuracyScore([0, 1, 2], [even, even, even], { k: 1 })).toBe(1 / 3);
  expect(topKAccuracyScore([2, 2, 2], [even, even, even], { k: 1, labels: [0, 1, 2] })).toBe(1);
});

test("a constant target", () => {
  expect(r2Score([2, 2], [2, 2])).toBe(1);
  expect(r2Score([2, 2], [2, 3])).toBe(0);
});

test.each([0.1, 14.62, 1 / 3, -1e-9, 1e300, 1e-300, 5e-324, 0])("a constant target of %d, in any number", (value) => {
  for (const count of [2, 3, 7, 1000, 4999]) {
    const truth = new Array<number>(count).fill(value);
    expect(r2Score(truth, truth)).toBe(1);
    expect(
      r2Score(
        truth,
        truth.map((one) => one + 25),
      ),
    ).toBe(value === 1e300 ? 1 : 0);
    expect(
      r2Score(
        truth,
        truth.map((one, i) => (i === 1 ? one + 25 + Math.abs(one) : one)),
      ),
    ).toBe(0);
    expect(
      explainedVarianceScore(
        truth,
        truth.map((one) => one + 25),
      ),
    ).toBe(1);
    expect(
      explainedVarianceScore(
        truth,
        truth.map((one, i) => one + (i + 1) * (1 + Math.abs(one))),
      ),
    ).toBe(0);
  }
});

test("scores do not depend on the unit", () => {
  const [truth, predicted] = [
    [1, 2, 4, 8],
    [1, 3, 4, 6],
  ];
  const right = 1 - 5 / 28.75;
  for (const unit of [1, 1e-200, 1e200, 1e-307]) {
    const scaled = (values: readonly number[]) => values.map((value) => value * unit);
    expect(r2Score(scaled(truth), scaled(predicted))).toBeCloseTo(right, 12);
  }
});

test("a single sample has no variance, as scikit-learn has it", () => {
  expect(r2Score([1], [2])).toBeNaN();
  expect(r2Score([1], [1])).toBeNaN();
  expect(r2Score([[1, 2]], [[1, 2]])).toBeNaN();
  expect(explainedVarianceScore([1], [2])).toBe(1);
});

test.each([
  [
    () => accuracyScore([0, 1], [0]),
    ShapeError,
    "accuracyScore: yPred: there must be one label per sample; received 1 for 2.",
  ],
  [
    () => accuracyScore([], []),
    ArgumentError,
    "accuracyScore: yTrue: there must be at least one label; received none.",
  ],
  [
    () => accuracyScore([1, Number.NaN], [1, 1]),
    ArgumentError,
    "accuracyScore: yTrue: labels must be all numbers, all strings or all booleans, and not NaN; received NaN at index 1.",
  ],
  [
    () => accuracyScore(["1"], [1]),
    ArgumentError,
    'accuracyScore: yTrue and yPred must hold labels of one type; received "1" and 1.',
  ],
  [
    () => confusionMatrix([0, 3], [0, 0], { labels: [1, 2] }),
    ArgumentError,
    "confusionMatrix: one of the labels at least must occur in yTrue; received [1, 2].",
  ],
  [
    () =>
      logLoss(
        [0, 0],
        [
          [0.5, 0.5],
          [0.1, 0.9],
        ],
      ),
    ShapeError,
    "logLoss: there must be one column of scores per class; received 2 for [0]; pass labels where yTrue lacks some.",
  ],
  [
    () =>
      logLoss(
        [0, 1],
        [
          [2, -1],
          [1, 0],
        ],
      ),
    ArgumentError,
    "logLoss: yProb must hold probabilities; received 2.",
  ],
  [
    () => rocAucScore([1, 1], [0.1, 0.2], { labels: [0, 1] }),
    ArgumentError,
    "rocAucScore: every class must occur in yTrue, and at least two; received 1 of 2.",
  ],
  [
    () => topKAccuracyScore([0, 1], [0.5, 0.5], { k: 0 }),
    ArgumentError,
    "topKAccuracyScore: k must be a positive integer; received 0.",
  ],
  [
    () => r2Score([1, 2], [1, 2, 3]),
    ShapeError,
    "r2Score: yTrue and yPred must have the same shape; received [2, 1] and [3, 1].",
  ],
])("refusal %#", (call, kind, message) => expectRefusal(call, kind, message));

test("cohenKappaScore of one class alone is NaN, as in scikit-learn: there is no chance to go beyond", () => {
  expect(cohenKappaScore([0, 0, 0], [0, 0, 0])).toBeNaN();
  expect(cohenKappaScore([0, 1], [0, 0])).toBe(0);
});
