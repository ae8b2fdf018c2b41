// A study: a strategy proposes trials, a runner runs them, a journal remembers them.

import { ArgumentError, checkArity, checkCallback, checkOptions, DataError, describe } from "../../errors.js";
import { checkIsSignal, type HostSignal, heard, patiently } from "../../host/signal.js";
import { TurnClock } from "../../training/loop/yield.js";
import { fileJournal, type Journal, openJournal, toLine } from "./journal.js";
import { isBetter, SearchResults } from "./results.js";
import type { Strategy } from "./strategy.js";
import { checkReport, inlineRunner, type Objective, type Trial, type TrialResult, type TrialRunner } from "./trial.js";

export interface StudyProgress {
  /** Trials that have ended, those of the journal included. */
  readonly done: number;
  readonly total: number;
  /** The trial that has just ended. */
  readonly trial: TrialResult;
  /** The best so far; null while every trial has failed. */
  readonly best: TrialResult | null;
}

export interface StudyOptions {
  /** A file, or a journal of your own: finished trials are kept there, and a search begun again goes on from it. */
  readonly journal?: string | Journal;
  /** After each trial, in the order in which they end. */
  readonly onTrial?: (progress: StudyProgress) => void;
  /**
   * Starts no further trial and waits for none; the search then rejects with the signal's reason at once. A trial that is
   * running has the signal too: an objective in this thread as `context.signal`, while threads are ended.
   */
  readonly signal?: HostSignal;
}

/** The names of the options, for callers that add their own. */
export const studyOptions = ["journal", "onTrial", "signal"];

/**
 * Searches for the parameters with the highest score. `objective` is a function, run in this thread, or a runner such
 * as `workerRunner`. A trial that throws has failed, which is noted in the results, and the search goes on.
 * The results do not depend on the runner's concurrency.
 */
export async function search(
  objective: Objective | TrialRunner,
  strategy: Strategy,
  options: StudyOptions = {},
): Promise<SearchResults> {
  checkArity("search", arguments.length, 3);
  checkOptions("search", options, studyOptions);
  const runner =
    typeof (objective as TrialRunner)?.run === "function"
      ? (objective as TrialRunner)
      : inlineRunner(objective as Objective);
  return await runStudy(runner, strategy, options, () => ({}));
}

/** `subject` gives plain data that tell what is searched, beside the strategy. The runner is closed in the end. */
export async function runStudy(
  runner: TrialRunner,
  strategy: Strategy,
  options: StudyOptions,
  subject: () => object,
): Promise<SearchResults> {
  checkStudy("search", options);
  const { journal, onTrial, signal } = options;
  signal?.throwIfAborted();
  if (typeof strategy?.rounds !== "function") {
    throw new ArgumentError(
      `search: the strategy must have rounds(), as gridStrategy and others give; received ${describe(strategy)}.`,
    );
  }
  const written = typeof journal === "string" ? fileJournal(journal) : journal;
  const results: TrialResult[] = [];
  let best: TrialResult | null = null;
  const finish = (trial: TrialResult) => {
    results.push(trial);
    if (trial.error === null && (best === null || isBetter(trial, best))) best = trial;
    onTrial?.({ done: results.length, total: strategy.trials, trial, best });
  };
  try {
    const identity = () => ({ strategy: strategy.name, ...strategy.settings, ...subject() });
    const known = written ? await openJournal(written, identity()) : new Map<number, TrialResult>();
    const rounds = strategy.rounds();
    // Objectives that wait for nothing would otherwise let nobody abort.
    const clock = new TurnClock();
    let number = 0;
    for (let round = rounds.next(); !round.done; ) {
      const ended = await inParallel(round.value, runner.concurrency, async (proposal) => {
        const trial = { number: number++, ...proposal };
        if (clock.due) await clock.give();
        signal?.throwIfAborted();
        const before = known.get(trial.number);
        const result = before ? recall(before, trial) : await run(runner, trial, signal);
        if (!before) await written?.append(toLine(result));
        finish(result);
        return result;
      });
      round = rounds.next(ended.map(({ error, score }) => (error === null ? score : -Infinity)));
    }
  } finally {
    await patiently(runner.close());
  }
  return new SearchResults(results.sort((a, b) => a.number - b.number));
}

async function run(runner: TrialRunner, trial: Trial, signal: HostSignal | undefined): Promise<TrialResult> {
  const start = performance.now();
  const ended = (score: number, details: TrialResult["details"], error: string | null) => ({
    ...trial,
    score,
    details,
    error,
    seconds: Math.round(performance.now() - start) / 1000,
  });
  try {
    const { score, details = {} } = checkReport(await heard(runner.run(trial, signal), signal));
    return ended(score, details, null);
  } catch (error) {
    signal?.throwIfAborted();
    return ended(Number.NaN, {}, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
}

/** A trial from the journal, which must be the one that the strategy proposes. */
function recall(before: TrialResult, { number, parameters, budget }: Trial): TrialResult {
  const same = toLine([before.parameters, before.budget]) === toLine([parameters, budget]);
  if (same) return { ...before, parameters };
  throw new DataError(`search: trial ${number} of the journal must be the one proposed now, and has other parameters.`);
}

/** Fails unless the options are what a study takes. `subject` begins the message. */
export function checkStudy(subject: string, { journal, onTrial, signal }: StudyOptions): void {
  checkCallback(`${subject}: onTrial`, onTrial);
  checkIsSignal(subject, signal);
  if (journal === undefined || typeof journal === "string") return;
  if (typeof journal?.read === "function" && typeof journal.append === "function") return;
  throw new ArgumentError(
    `${subject}: journal must be a path, or an object with read() and append(); received ${describe(journal)}.`,
  );
}

/**
 * Maps the items with at most `limit` at a time, taking each only when its turn has come; after the first error none is
 * begun, and it is thrown when all have ended.
 */
async function inParallel<T, R>(items: Iterable<T>, limit: number, map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  const iterator = items[Symbol.iterator]();
  let count = 0;
  let done = false;
  const work = async () => {
    while (!done && failures.length === 0) {
      const next = iterator.next();
      done = next.done === true;
      if (next.done) return;
      const i = count++;
      try {
        results[i] = await map(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const workers: Promise<void>[] = [];
  while (!done && (workers.length === 0 || workers.length < limit)) workers.push(work());
  await Promise.all(workers);
  if (failures.length > 0) throw failures[0];
  return results;
}
