// Cross-validation: an estimator is fitted on all folds but one and scored on that one, for each fold.

import { ArgumentError, checkArity, checkInteger, checkOptions, describe, ShapeError } from "../../errors.js";
import type { HostSignal } from "../../host/signal.js";
import { RandomStream } from "../../tensor/random.js";
import { type Cloneable, clone } from "../parameters/parameterized.js";
import { isIndicator } from "../samples/indicator.js";
import type { LabelsLike } from "../samples/labels.js";
import { countOf, type Samples, takeRows } from "../samples/rows.js";
import { type Fold, KFold, type Splitter, StratifiedKFold } from "../splits/folds.js";
import { getScorer, type Scorable, type Scoring } from "./scoring.js";

/** Any object that learns and can be scored. */
export interface SearchableEstimator extends Cloneable, Scorable {
  /** "classifier" gets stratified folds. */
  readonly estimatorType?: string | undefined;
  setParams(parameters: object): unknown;
  fit(x: never, y: never): unknown;
}

export interface CrossValidationOptions {
  /** A number of folds, stratified for classifiers of one label per sample, or a splitter. Default 5. */
  readonly cv?: number | Splitter;
  /** Default "score". */
  readonly scoring?: Scoring;
}

/** Fails unless `cv` is absent, a number of folds, or a splitter. */
export function checkFolds(subject: string, cv: unknown): void {
  if (cv === undefined || (typeof cv === "object" && typeof (cv as Splitter | null)?.split === "function")) return;
  if (typeof cv === "number") checkInteger(`${subject}: cv`, cv, 2);
  else throw new ArgumentError(`${subject}: cv must be a number of folds or a splitter; received ${describe(cv)}.`);
}

/** The folds that `cv` means for this estimator. */
export function foldsFor(
  subject: string,
  estimator: SearchableEstimator,
  x: Samples,
  y: Samples,
  cv: number | Splitter = 5,
): readonly Fold[] {
  const [samples, labels] = [countOf(`${subject}: x`, x), countOf(`${subject}: y`, y)];
  if (samples !== labels) {
    throw new ShapeError(`${subject}: x and y must have equally many samples; received ${samples} and ${labels}.`);
  }
  checkFolds(subject, cv);
  if (typeof cv !== "number") return cv.split(x, y as LabelsLike);
  const byClass = estimator.estimatorType === "classifier" && !isIndicator(y);
  const splitter = byClass ? new StratifiedKFold({ nSplits: cv }) : new KFold({ nSplits: cv });
  return splitter.split(x, y as LabelsLike);
}

/** The score of each fold. The estimator itself learns nothing: clones do. */
export async function crossValScore(
  estimator: SearchableEstimator,
  x: Samples,
  y: Samples,
  options: CrossValidationOptions = {},
): Promise<number[]> {
  checkArity("crossValScore", arguments.length, 4);
  checkOptions("crossValScore", options, ["cv", "scoring"]);
  const { cv, scoring = "score" } = options;
  if (typeof (estimator as SearchableEstimator | null)?.fit !== "function") {
    throw new ArgumentError(`crossValScore: estimator must have fit; received ${describe(estimator)}.`);
  }
  getScorer("crossValScore", scoring);
  const folds = foldsFor("crossValScore", estimator, x, y, cv);
  const scores: number[] = [];
  for (const fold of folds) scores.push(await scoreFold(estimator, x, y, fold, scoring));
  return scores;
}

/** How a trial of a search uses its budget: for some of the samples, or as a parameter such as `epochs`. */
export interface Ration {
  /** "samples" or the name of a parameter. */
  readonly resource: string;
  /** The budget that means all samples. */
  readonly maxResources: number;
  /** Chooses the samples. */
  readonly randomState: number;
}

/** One trial of a search: parameters and, if rationed, a budget; mean and standard deviation over the folds. */
export async function evaluateCandidate(
  task: {
    readonly estimator: SearchableEstimator;
    readonly x: Samples;
    readonly y: Samples;
    readonly folds: readonly Fold[];
    readonly scoring: Scoring;
    readonly ration?: Ration | undefined;
  },
  parameters: object,
  budget: number | undefined,
  signal?: HostSignal,
): Promise<{ readonly score: number; readonly details: Readonly<Record<string, number>> }> {
  const { estimator, x, y, folds, scoring, ration } = task;
  const candidate = clone(estimator);
  candidate.setParams(parameters);
  const share = ration?.resource === "samples" && budget !== undefined ? budget / ration.maxResources : 1;
  if (ration && ration.resource !== "samples") candidate.setParams({ [ration.resource]: budget });
  const scores: number[] = [];
  for (const fold of folds) {
    // Nobody waits any longer: the folds that are left would only take time from others.
    signal?.throwIfAborted();
    const train = share < 1 ? someOf(fold.train, share, (ration as Ration).randomState) : fold.train;
    scores.push(await scoreFold(candidate, x, y, { ...fold, train }, scoring));
  }
  const score = scores.reduce((sum, one) => sum + one, 0) / scores.length;
  const std = Math.sqrt(scores.reduce((sum, one) => sum + (one - score) ** 2, 0) / scores.length);
  return { score, details: { std, ...Object.fromEntries(scores.map((one, i) => [`fold${i + 1}`, one])) } };
}

async function scoreFold(
  estimator: SearchableEstimator,
  x: Samples,
  y: Samples,
  { train, test }: Fold,
  scoring: Scoring,
): Promise<number> {
  const fitted = clone(estimator);
  await fitted.fit(takeRows(x, train) as never, takeRows(y, train) as never);
  return await getScorer("search", scoring)(fitted, takeRows(x, test), takeRows(y, test));
}

function someOf(rows: Uint32Array, share: number, randomState: number): Uint32Array {
  const order = new RandomStream(randomState, "search/samples").permutation(rows.length);
  return order.subarray(0, Math.max(1, Math.round(share * rows.length))).map((i) => rows[i] as number);
}
