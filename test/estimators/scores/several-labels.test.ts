// Scores of several labels per sample, counted by hand.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../../src/errors.js";
import { accuracyScore, confusionMatrix, hammingLoss } from "../../../src/estimators/scores/confusion.js";
import {
  f1Score,
  perClassFscore,
  precisionRecallFscore,
  precisionScore,
  recallScore,
} from "../../../src/estimators/scores/fscores.js";
import { rocAucScore } from "../../../src/estimators/scores/probabilities.js";
import { classificationReport } from "../../../src/estimators/scores/report.js";
import { tensor } from "../../../src/tensor/tensor.js";

describe("several labels per sample, counted by hand", () => {
  const truth = [
    [1, 0, 1],
    [0, 1, 0],
    [0, 0, 0],
    [1, 1, 1],
  ];
  const predicted = [
    [1, 0, 0],
    [0, 1, 1],
    [0, 0, 0],
    [1, 0, 1],
  ];

  test("accuracy asks for all labels of a sample, hamming loss for each", () => {
    expect(accuracyScore(truth, predicted)).toBe(0.25);
    expect(accuracyScore(truth, predicted, { normalize: false })).toBe(1);
    expect(hammingLoss(truth, predicted)).toBe(0.25);
    expect(hammingLoss([0, 1, 2], [0, 2, 2])).toBeCloseTo(1 / 3, 15);
    expect(accuracyScore(tensor(truth), tensor(predicted, { dtype: "int32" }))).toBe(0.25);
    const flags = truth.map((row) => row.map(Boolean));
    expect(accuracyScore(flags, predicted)).toBe(0.25);
  });

  test.each([
    ["macro", 2.5 / 3, 2 / 3, (1 + 2 / 3 + 0.5) / 3],
    ["weighted", 2.5 / 3, 2 / 3, (1 + 2 / 3 + 0.5) / 3],
    ["micro", 0.8, 2 / 3, 8 / 11],
    ["samples", 0.625, 6.5 / 12, 1.6 / 3],
  ] as const)("%s", (average, precision, recall, fscore) => {
    const scores = precisionRecallFscore(truth, predicted, { average });
    expect(scores.precision).toBeCloseTo(precision, 14);
    expect(scores.recall).toBeCloseTo(recall, 14);
    expect(scores.fscore).toBeCloseTo(fscore, 14);
    expect(scores.support).toBe(6);
    expect(precisionScore(truth, predicted, { average })).toBe(scores.precision);
    expect(recallScore(truth, predicted, { average })).toBe(scores.recall);
    expect(f1Score(truth, predicted, { average })).toBe(scores.fscore);
  });

  test("of some columns", () => {
    expect(perClassFscore(truth, predicted, { labels: [2] })).toEqual([
      { label: 2, precision: 0.5, recall: 0.5, fscore: 0.5, support: 2 },
    ]);
  });

  test("a report", () => {
    const report = classificationReport(truth, predicted, { targetNames: ["red", "green", "blue"] });
    expect(String(report)).toBe(
      [
        "              precision    recall  f1-score   support",
        "",
        "         red       1.00      1.00      1.00         2",
        "       green       1.00      0.50      0.67         2",
        "        blue       0.50      0.50      0.50         2",
        "",
        "   micro avg       0.80      0.67      0.73         6",
        "   macro avg       0.83      0.67      0.72         6",
        "weighted avg       0.83      0.67      0.72         6",
        " samples avg       0.62      0.54      0.53         6",
      ].join("\n"),
    );
    expect(report.accuracy).toBe(0.25);
  });

  test("areas under the ROC curve", () => {
    const y = [
      [1, 0],
      [0, 1],
      [0, 0],
      [1, 1],
    ];
    const scores = [
      [0.9, 0.2],
      [0.1, 0.8],
      [0.4, 0.3],
      [0.8, 0.25],
    ];
    expect(rocAucScore(y, scores)).toBe(0.875);
    expect(rocAucScore(y, scores, { average: "micro" })).toBe(0.875);
    expect(rocAucScore(y.slice(0, 2), scores.slice(0, 2), { average: "samples" })).toBe(1);
    expect(() => rocAucScore(y, scores, { average: "samples" })).toThrow(/both 0 and 1 must occur in row 2 of yTrue/);
    expect(() => rocAucScore(y, [[1], [2], [3], [4]])).toThrow(ShapeError);
    // One column has 3 positives with area 1, the other 1 with area 2 / 3.
    const uneven = rocAucScore(
      [
        [1, 0],
        [1, 0],
        [1, 0],
        [0, 1],
      ],
      [
        [4, 1],
        [3, 1],
        [2, 3],
        [1, 2],
      ],
      { average: "weighted" },
    );
    expect(uneven).toBeCloseTo((3 * 1 + 1 * (2 / 3)) / 4, 14);
  });

  test.each([
    [
      () =>
        accuracyScore(
          [
            [1, 2],
            [0, 1],
          ],
          [
            [1, 0],
            [0, 1],
          ],
        ),
      ArgumentError,
      /given as 0 or 1 each; received 2 in row 0/,
    ],
    [() => accuracyScore(truth, [1, 0, 0, 1]), ArgumentError, /both have several labels per sample, or both one/],
    [() => accuracyScore(truth, [[1, 0]] as number[][]), ShapeError, /one row of labels per sample; received 1 for 4/],
    [
      () => accuracyScore([[1, 0], [1]] as number[][], truth),
      ShapeError,
      /every row must have 2 labels; received 1 in row 1/,
    ],
    [() => confusionMatrix(truth, truth), ShapeError, /labels must have shape \[samples\]; received 3 values in row 0/],
    [() => f1Score(truth, predicted), ArgumentError, /average "binary" needs two classes; received several labels/],
    [() => f1Score([0, 1, 2], [0, 1, 2]), ArgumentError, /average "binary" needs two classes; received 3 classes/],
    [() => f1Score([0, 1], [0, 1], { average: "samples" }), ArgumentError, /needs several labels per sample/],
  ])("refusal %#", (call, kind, message) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });
});
