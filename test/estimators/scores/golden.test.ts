// Scores against those of scikit-learn on the same labels and probabilities.

import { describe, expect, test } from "vitest";
import {
  accuracyScore,
  balancedAccuracyScore,
  cohenKappaScore,
  confusionMatrix,
  matthewsCorrcoef,
} from "../../../src/estimators/scores/confusion.js";
import { perClassFscore, precisionRecallFscore } from "../../../src/estimators/scores/fscores.js";
import { logLoss, rocAucScore, rocCurve, topKAccuracyScore } from "../../../src/estimators/scores/probabilities.js";
import {
  explainedVarianceScore,
  meanAbsoluteError,
  meanSquaredError,
  r2Score,
} from "../../../src/estimators/scores/regression.js";
import { type ClassificationCase, rowsOf, sklearn } from "../../support/sklearn.js";

const { classification, regression } = sklearn.metrics;

/** Equal to 1e-9, a thousandth of what is promised. */
function close(received: number, expected: unknown): void {
  expect(expected).toBeTypeOf("number");
  expect(Math.abs(received - (expected as number)), `${received} for ${expected}`).toBeLessThan(1e-9);
}

describe.each(classification)("$name", (golden: ClassificationCase) => {
  const { y_true: truth, y_pred: predicted, classes } = golden;
  const probabilities = rowsOf(golden.probs);
  const labels = Array.from({ length: classes }, (_, i) => i);

  test("labels", () => {
    close(accuracyScore(truth, predicted), golden.accuracy);
    close(balancedAccuracyScore(truth, predicted), golden.balanced_accuracy);
    close(matthewsCorrcoef(truth, predicted), golden.matthews);
    close(cohenKappaScore(truth, predicted), golden.cohen_kappa);
    expect(confusionMatrix(truth, predicted, { labels }).counts).toEqual(golden.confusion_matrix);
  });

  test("precision, recall and F1", () => {
    for (const average of ["macro", "micro", "weighted"] as const) {
      const expected = golden[average] as Record<string, number>;
      const scores = precisionRecallFscore(truth, predicted, { average, labels });
      close(scores.precision, expected.precision);
      close(scores.recall, expected.recall);
      close(scores.fscore, expected.f1);
    }
    const perClass = golden.per_class as Record<string, number[]>;
    perClassFscore(truth, predicted, { labels }).forEach((scores, i) => {
      close(scores.precision, perClass.precision?.[i]);
      close(scores.recall, perClass.recall?.[i]);
      close(scores.fscore, perClass.f1?.[i]);
      expect(scores.support).toBe(perClass.support?.[i]);
    });
    const binary = golden.binary as Record<string, number> | undefined;
    expect(binary === undefined).toBe(classes > 2);
    if (binary) {
      const scores = precisionRecallFscore(truth, predicted, { average: "binary" });
      close(scores.precision, binary.precision);
      close(scores.recall, binary.recall);
      close(scores.fscore, binary.f1);
    }
  });

  test("probabilities", () => {
    close(logLoss(truth, probabilities, { labels }), golden.log_loss);
    for (const [k, expected] of Object.entries(golden.top_k as Record<string, number>)) {
      close(topKAccuracyScore(truth, probabilities, { k: Number(k), labels }), expected);
    }
    if (golden.roc_auc !== undefined) {
      close(rocAucScore(truth, probabilities), golden.roc_auc);
      close(
        rocAucScore(
          truth,
          Float64Array.from(probabilities, ([, p]) => p as number),
        ),
        golden.roc_auc,
      );
    }
    if (golden.roc_auc_ovr_macro !== undefined) {
      close(rocAucScore(truth, probabilities, { labels }), golden.roc_auc_ovr_macro);
      close(rocAucScore(truth, probabilities, { labels, multiClass: "ovo" }), golden.roc_auc_ovo_macro);
    }
    const curve = golden.roc_curve as { fpr: number[]; tpr: number[] } | undefined;
    if (curve) {
      const { falsePositiveRate, truePositiveRate } = rocCurve(truth, probabilities);
      expect(falsePositiveRate).toEqual(curve.fpr);
      expect(truePositiveRate).toEqual(curve.tpr);
    }
  });
});

test("the cases cover two classes and more, with both kinds of area", () => {
  expect(classification.filter((golden) => golden.roc_auc !== undefined).length).toBeGreaterThan(0);
  expect(classification.filter((golden) => golden.roc_auc_ovo_macro !== undefined).length).toBeGreaterThan(1);
});

test.each(regression)("$name", (golden) => {
  const [truth, predicted] = [rowsOf(golden.y_true), rowsOf(golden.y_pred)];
  close(r2Score(truth, predicted), golden.r2);
  close(explainedVarianceScore(truth, predicted), golden.explained_variance);
  close(meanSquaredError(truth, predicted), golden.mse);
  close(meanAbsoluteError(truth, predicted), golden.mae);
});
