// What scores do with labels of every type, edges, and what they refuse.

import { expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { accuracyScore, confusionMatrix, precisionRecallFscore } from "../../src/scores/confusion.js";
import { logLoss, rocAucScore, topKAccuracyScore } from "../../src/scores/probabilities.js";
import { r2Score } from "../../src/scores/regression.js";
import { classificationReport } from "../../src/scores/report.js";
import { tensor } from "../../src/tensor/tensor.js";
import { expectRefusal } from "../support/expect-refusal.js";

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

test("of equal scores the later class ranks higher", () => {
  expect(
    topKAccuracyScore(
      [0, 1],
      [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
      { k: 1 },
    ),
  ).toBe(0.5);
});

test("a constant target", () => {
  expect(r2Score([2, 2], [2, 2])).toBe(1);
  expect(r2Score([2, 2], [2, 3])).toBe(0);
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
    () => confusionMatrix([0, 3], [0, 0], { labels: [0, 1] }),
    ArgumentError,
    "confusionMatrix: yTrue: labels must be among [0, 1]; received 3 at index 1.",
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
