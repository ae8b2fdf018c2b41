// What the searches with cross-validation have in common: the trials of a strategy, the best parameters, and an
// estimator fitted with them on everything.

import {
  ArgumentError,
  checkArity,
  checkCallback,
  checkFlag,
  checkInteger,
  checkOptions,
  describe,
  StateError,
} from "../errors.js";
import { heard } from "../host/signal.js";
import { streamOf } from "../tensor/random.js";
import { Tensor } from "../tensor/tensor.js";
import { type CrossValidationTask, packSamples } from "./crossValidationTask.js";
import { clone, parameterNames } from "./parameters/parameterized.js";
import { suggestName } from "./parameters/suggestion.js";
import { toRecipe } from "./recipe.js";
import { countOf, type Samples } from "./samples/rows.js";
import {
  checkFolds,
  evaluateCandidate,
  foldsFor,
  type Ration,
  type SearchableEstimator,
} from "./search/crossValidation.js";
import type { SearchResults } from "./search/results.js";
import { getScorer, type Scoring, type ScoringName } from "./search/scoring.js";
import type { Strategy } from "./search/strategy.js";
import { checkStudy, runStudy, type StudyOptions, studyOptions } from "./search/study.js";
import { inlineRunner, type TrialResult, type TrialRunner } from "./search/trial.js";
import { type StartWorker, ThreadPool } from "./search/workers.js";
import type { Fold, Splitter } from "./splits/folds.js";

export interface SearchCVOptions extends StudyOptions {
  /** A number of folds, stratified for classifiers, or a splitter. Default 5. */
  readonly cv?: number | Splitter;
  /** Default "score": accuracy of classifiers, R² of regressors. */
  readonly scoring?: Scoring;
  /** Fit the best parameters on all samples in the end, so that predict and score work. Default true. */
  readonly refit?: boolean;
  /**
   * Threads that run trials; 0 runs them in this one. Default 0. Threads take the estimators of this library and a
   * scoring by name.
   */
  readonly workers?: number;
  /** Starts a worker for each of these threads. Default: they are started from the package. */
  readonly startWorker?: StartWorker;
}

const ownOptions = ["cv", "scoring", "refit", "workers", "startWorker"];

export abstract class SearchCV<E extends SearchableEstimator> {
  readonly estimator: E;
  readonly #subject: string;
  readonly #options: SearchCVOptions;
  #found: { readonly results: SearchResults; readonly best: E | null } | null = null;

  /** `subject` is the class, as messages name it; `given` how many arguments its constructor was called with. */
  constructor(subject: string, estimator: E, options: SearchCVOptions, given: number) {
    checkArity(subject, given, 3);
    if (typeof estimator?.fit !== "function" || typeof estimator.setParams !== "function") {
      const rule = "needs an estimator with fit, getParams and setParams";
      throw new ArgumentError(`${subject}: ${rule}; received ${describe(estimator)}.`);
    }
    const { cv, refit = true, workers = 0, scoring = "score" } = options;
    checkFolds(subject, cv);
    checkFlag(`${subject}: refit`, refit);
    checkInteger(`${subject}: workers`, workers, 0);
    checkCallback(`${subject}: startWorker`, options.startWorker);
    getScorer(subject, scoring);
    checkStudy(subject, options);
    this.#subject = subject;
    this.estimator = estimator;
    this.#options = options;
  }

  /** What to try, for this number of samples. */
  protected abstract strategy(samples: number): Strategy;
  /** The parameters that the search varies. */
  protected abstract get names(): readonly string[];
  /** How budgets are spent; undefined where there are none. */
  protected ration(_samples: number): Ration | undefined {
    return undefined;
  }

  /** Runs the search, and fits the best parameters on everything. */
  async fit(x: Samples, y: Samples): Promise<this> {
    checkArity(`${this.#subject}.fit`, arguments.length, 2);
    const subject = this.#subject;
    const { cv, scoring = "score", refit = true, workers = 0, startWorker, journal, onTrial, signal } = this.#options;
    checkNames(subject, this.estimator, this.names);
    const samples = countOf(`${subject}: x`, x);
    const strategy = this.strategy(samples);
    const ration = this.ration(samples);
    const folds = foldsFor(subject, this.estimator, x, y, cv);
    const task = { estimator: this.estimator, x, y, folds, scoring, ration };
    const runner = workers === 0 ? inlineCandidates(task) : threads(subject, task, workers, startWorker);
    const identity = () => ({
      estimator: this.estimator.getParams(),
      scoring: String(scoring),
      data: [fingerprint(x), fingerprint(y), fingerprint(folds.map(({ test }) => test))],
    });
    const study = {
      ...(journal === undefined ? {} : { journal }),
      ...(onTrial === undefined ? {} : { onTrial }),
      ...(signal === undefined ? {} : { signal }),
    };
    const results = await runStudy(runner, strategy, study, identity);
    let best: E | null = null;
    if (refit) {
      best = clone(this.estimator);
      best.setParams(results.best.parameters);
      if (ration && ration.resource !== "samples") best.setParams({ [ration.resource]: ration.maxResources });
      await heard(Promise.resolve(best.fit(x as never, y as never)), signal);
    }
    this.#found = { results, best };
    return this;
  }

  /** All trials. */
  get results(): SearchResults {
    if (this.#found) return this.#found.results;
    throw new StateError(`${this.#subject}.results: nothing has been searched yet; call fit() first.`);
  }
  get best(): TrialResult {
    return this.results.best;
  }
  get bestParams(): TrialResult["parameters"] {
    return this.best.parameters;
  }
  /** The mean score of the best parameters over the folds. */
  get bestScore(): number {
    return this.best.score;
  }
  /** The estimator with the best parameters, fitted on everything. */
  get bestEstimator(): E {
    const { results } = this;
    if (this.#found?.best) return this.#found.best;
    throw new StateError(
      `${this.#subject}.bestEstimator: refit is false; fit ${JSON.stringify(results.best.parameters)} yourself.`,
    );
  }

  /** What the best estimator predicts. */
  async predict(x: Samples): Promise<unknown> {
    checkArity(`${this.#subject}.predict`, arguments.length, 1);
    return await this.bestEstimator.predict?.(x as never);
  }
  /** How the best estimator scores, by the scoring of the search. */
  async score(x: Samples, y: Samples): Promise<number> {
    checkArity(`${this.#subject}.score`, arguments.length, 2);
    return await getScorer("search", this.#options.scoring ?? "score")(this.bestEstimator, x, y);
  }
}

interface Task {
  readonly estimator: SearchableEstimator;
  readonly x: Samples;
  readonly y: Samples;
  readonly folds: readonly Fold[];
  readonly scoring: Scoring;
  readonly ration: Ration | undefined;
}

function inlineCandidates(task: Task): TrialRunner {
  return inlineRunner((parameters, { budget, signal }) => evaluateCandidate(task, parameters, budget, signal));
}

function threads(
  subject: string,
  { estimator, x, y, folds, scoring, ration }: Task,
  workers: number,
  startWorker: StartWorker | undefined,
): TrialRunner {
  if (typeof scoring === "function") {
    throw new ArgumentError(`${subject}: threads need a scoring by name; received ${describe(scoring)}.`);
  }
  const recipe = toRecipe(subject, estimator, { learnt: false });
  const data = { x: packSamples(x), y: packSamples(y) };
  const task: CrossValidationTask = {
    kind: "crossValidation",
    recipe,
    ...data,
    folds,
    scoring: scoring as ScoringName,
    ration,
  };
  return new ThreadPool(task, workers, startWorker);
}

/** Fails with ArgumentError where the estimator does not have a parameter of that name. */
function checkNames(subject: string, estimator: SearchableEstimator, names: readonly string[]): void {
  const known = parameterNames(estimator.getParams());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const kind = (estimator as { kind?: string }).kind ?? estimator.constructor.name;
  throw new ArgumentError(`${subject}: ${kind} has no parameter ${describe(unknown)}; ${suggestName(unknown, known)}`);
}

/** The options of the search among those of a class; unknown keys are refused. */
export function readOptions(subject: string, options: object, own: readonly string[]): SearchCVOptions {
  const known = [...ownOptions, ...studyOptions];
  checkOptions(subject, options, [...own, ...known]);
  return Object.fromEntries(Object.entries(options).filter(([name]) => known.includes(name)));
}

/** A number that other data would hardly have: FNV-1a over the words of a tensor, or over the text of a list. */
function fingerprint(samples: Samples): number {
  if (!(samples instanceof Tensor)) return streamOf(JSON.stringify(samples));
  const { data } = samples;
  let hash = streamOf(String(samples.shape));
  for (const word of new Int32Array(data.buffer, data.byteOffset, data.length))
    hash = Math.imul(hash ^ word, 0x01000193);
  return hash >>> 0;
}
