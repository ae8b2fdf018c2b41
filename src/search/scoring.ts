// Scores by name, for cross-validation and searches: larger is better in all of them.

import { ArgumentError, describe, oneOf } from "../errors.js";
import type { LabelsLike, TargetsLike } from "../samples/labels.js";
import { accuracyScore, balancedAccuracyScore, precisionRecallFscore } from "../scores/confusion.js";
import { logLoss, rocAucScore, type ScoresLike } from "../scores/probabilities.js";
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
function withProbabilities(score: (yTrue: LabelsLike, probabilities: ScoresLike) => number): Scorer {
  return async (estimator, x, y) => score(y as LabelsLike, (await call(estimator, "predictProba")(x)) as ScoresLike);
}

const scorers = {
  score: (estimator: Scorable, x: unknown, y: unknown) =>
    (call(estimator, "score") as (x: unknown, y: unknown) => number | Promise<number>)(x, y),
  accuracy: predicting(accuracyScore),
  balancedAccuracy: predicting(balancedAccuracyScore),
  f1Macro: predicting((yTrue: LabelsLike, yPred: LabelsLike) => precisionRecallFscore(yTrue, yPred).fscore),
  negLogLoss: withProbabilities((yTrue, probabilities) => -logLoss(yTrue, probabilities)),
  rocAuc: withProbabilities((yTrue, probabilities) => rocAucScore(yTrue, probabilities)),
  r2: predicting(r2Score),
  negMeanSquaredError: predicting((yTrue: TargetsLike, yPred: TargetsLike) => -meanSquaredError(yTrue, yPred)),
  negMeanAbsoluteError: predicting((yTrue: TargetsLike, yPred: TargetsLike) => -meanAbsoluteError(yTrue, yPred)),
} satisfies Record<string, Scorer>;

export type ScoringName = keyof typeof scorers;
/** A name, or a function of estimator, x and y. "score" asks the estimator itself. */
export type Scoring = ScoringName | Scorer;

export function getScorer(subject: string, scoring: Scoring): Scorer {
  if (typeof scoring === "function") return scoring;
  if (Object.hasOwn(scorers, scoring)) return scorers[scoring];
  const names = oneOf(Object.keys(scorers));
  throw new ArgumentError(`${subject}: scoring must be a function or ${names}; received ${describe(scoring)}.`);
}

function call(estimator: Scorable, method: "predict" | "predictProba" | "score"): (...args: unknown[]) => unknown {
  const found = estimator[method] as ((...args: unknown[]) => unknown) | undefined;
  if (typeof found === "function") return found.bind(estimator);
  throw new ArgumentError(`search: this scoring needs an estimator with ${method}(); ${describe(estimator)} has none.`);
}
