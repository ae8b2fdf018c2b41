// A study: a strategy proposes trials, a runner runs them, a journal remembers them.

import { checkCallback, checkOptions, DataError } from "../errors.js";
import type { HostSignal } from "../signal.js";
import { fileJournal, type Journal, openJournal } from "./journal.js";
import { SearchResults } from "./results.js";
import type { Strategy } from "./strategy.js";
import { inlineRunner, type Objective, type Trial, type TrialResult, type TrialRunner } from "./trial.js";

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
  /** Starts no further trial; the search then rejects with the signal's reason. */
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
  { journal, onTrial, signal }: StudyOptions,
  subject: () => object,
): Promise<SearchResults> {
  checkCallback("search: onTrial", onTrial);
  const written = typeof journal === "string" ? fileJournal(journal) : journal;
  const results: TrialResult[] = [];
  const finish = (trial: TrialResult) => {
    results.push(trial);
    onTrial?.({ done: results.length, total: strategy.trials, trial, best: bestOf(results) });
  };
  try {
    const identity = () => ({ strategy: strategy.name, ...strategy.settings, ...subject() });
    const known = written ? await openJournal(written, identity()) : new Map<number, TrialResult>();
    const rounds = strategy.rounds();
    let number = 0;
    for (let round = rounds.next(); !round.done; ) {
      const trials = round.value.map((proposal) => ({ number: number++, ...proposal }));
      const ended = await inParallel(trials, runner.concurrency, async (trial) => {
        signal?.throwIfAborted();
        const before = known.get(trial.number);
        const result = before ? recall(before, trial) : await run(runner, trial, signal);
        if (!before) await written?.append(JSON.stringify(result));
        finish(result);
        return result;
      });
      round = rounds.next(ended.map(({ error, score }) => (error === null ? score : -Infinity)));
    }
  } finally {
    await runner.close();
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
    const { score, details = {} } = await runner.run(trial, signal);
    return ended(score, details, null);
  } catch (error) {
    signal?.throwIfAborted();
    return ended(Number.NaN, {}, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
}

/** A trial from the journal, which must be the one that the strategy proposes. */
function recall(before: TrialResult, { number, parameters, budget }: Trial): TrialResult {
  const same = JSON.stringify([before.parameters, before.budget]) === JSON.stringify([parameters, budget]);
  if (same) return { ...before, parameters };
  throw new DataError(`search: trial ${number} of the journal must be the one proposed now, and has other parameters.`);
}

function bestOf(results: readonly TrialResult[]): TrialResult | null {
  return results.some(({ error }) => error === null) ? new SearchResults(results).best : null;
}

/** Maps the items with at most `limit` at a time; after the first error none is begun, and it is thrown when all have ended. */
async function inParallel<T, R>(items: readonly T[], limit: number, map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const work = async () => {
    while (next < items.length && failures.length === 0) {
      const i = next++;
      try {
        results[i] = await map(items[i] as T);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
