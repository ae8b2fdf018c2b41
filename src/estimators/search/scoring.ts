// Scores by name, for cross-validation and searches: larger is better in all of them.

import { ArgumentError, describe, oneOf } from "../../errors.js";
import { sameName, suggestion } from "../../names.js";
import { isIndicator, type TruthLike } from "../samples/indicator.js";
import type { Label, LabelsLike, TargetsLike } from "../samples/labels.js";
import { accuracyScore, balancedAccuracyScore } from "../scores/confusion.js";
import { type Average, f1Score, precisionScore, recallScore } from "../scores/fscores.js";
import { type ClassColumns, logLoss, rocAucScore, type ScoresLike } from "../scores/probabilities.js";
import { meanAbsoluteError, meanSquaredError, r2Score } from "../scores/regression.js";

/** What is scored: anything that predicts. */
export interface Scorable {
  readonly classes?: unknown;
  predict?(x: never): unknown;
  predictProba?(x: never): unknown;
  score?(x: never, y: never): number | Promise<number>;
}

export type Scorer = (estimator: Scorable, x: unknown, y: unknown) => number | Promise<number>;

// @__NO_SIDE_EFFECTS__
function predicting(score: (yTrue: never, yPred: never) => number): Scorer {
  return async (estimator, x, y) => score(y as never, (await call(estimator, "predict")(x)) as never);
}

// @__NO_SIDE_EFFECTS__
function withProbabilities(score: (yTrue: never, probabilities: ScoresLike, options: ClassColumns) => number): Scorer {
  return async (estimator, x, y) => {
    const { classes } = estimator;
    // A fold may lack a class that the columns have.
    const options = Array.isArray(classes) && !isIndicator(y) ? { labels: classes as Label[] } : {};
    return score(y as never, (await call(estimator, "predictProba")(x)) as ScoresLike, options);
  };
}

// @__NO_SIDE_EFFECTS__
function averaged(score: typeof f1Score, average: Average): Scorer {
  return predicting((yTrue: TruthLike, yPred: TruthLike) => score(yTrue, yPred, { average }));
}

const scorers = {
  score: (estimator: Scorable, x: unknown, y: unknown) =>
    (call(estimator, "score") as (x: unknown, y: unknown) => number | Promise<number>)(x, y),
  accuracy: predicting((yTrue: TruthLike, yPred: TruthLike) => accuracyScore(yTrue, yPred)),
  balancedAccuracy: predicting((yTrue: LabelsLike, yPred: LabelsLike) => balancedAccuracyScore(yTrue, yPred)),
  f1: averaged(f1Score, "binary"),
  f1Macro: averaged(f1Score, "macro"),
  f1Micro: averaged(f1Score, "micro"),
  f1Weighted: averaged(f1Score, "weighted"),
  f1Samples: averaged(f1Score, "samples"),
  precision: averaged(precisionScore, "binary"),
  recall: averaged(recallScore, "binary"),
  negLogLoss: withProbabilities((yTrue: LabelsLike, probabilities, options) => -logLoss(yTrue, probabilities, options)),
  rocAuc: withProbabilities((yTrue: TruthLike, probabilities, options) => rocAucScore(yTrue, probabilities, options)),
  r2: predicting((yTrue: TargetsLike, yPred: TargetsLike) => r2Score(yTrue, yPred)),
  negMeanSquaredError: predicting((yTrue: TargetsLike, yPred: TargetsLike) => -meanSquaredError(yTrue, yPred)),
  negMeanAbsoluteError: predicting((yTrue: TargetsLike, yPred: TargetsLike) => -meanAbsoluteError(yTrue, yPred)),
} satisfies Record<string, Scorer>;

export type ScoringName = keyof typeof scorers;
/** A name, or a function of estimator, x and y. "score" asks the estimator itself. */
export type Scoring = ScoringName | Scorer;

/** The scorer of that name; `neg_log_loss`, as scikit-learn writes it, is `negLogLoss` too. */
export function getScorer(subject: string, scoring: Scoring): Scorer {
  if (typeof scoring === "function") return scoring;
  const names = Object.keys(scorers) as ScoringName[];
  const name = typeof scoring === "string" ? sameName(scoring, names) : undefined;
  if (name !== undefined) return scorers[name];
  const meant = suggestion(scoring, names);
  throw new ArgumentError(
    `${subject}: scoring must be a function or ${oneOf(names)}; received ${describe(scoring)}${meant}${meant ? "?" : "."}`,
  );
}

function call(estimator: Scorable, method: "predict" | "predictProba" | "score"): (...args: unknown[]) => unknown {
  const found = estimator[method] as ((...args: unknown[]) => unknown) | undefined;
  if (typeof found === "function") return found.bind(estimator);
  throw new ArgumentError(`search: this scoring needs an estimator with ${method}(); ${describe(estimator)} has none.`);
}
