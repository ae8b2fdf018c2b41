// A trial, what it reports, and who runs it. A runner is an interface, so that threads, or a queue across machines, can
// stand behind a study.

import { ArgumentError, checkArity, describe } from "../../errors.js";
import type { HostSignal } from "../../host/signal.js";
import type { Parameters } from "../parameters/parameterized.js";

export interface Trial {
  /** From 0, in the order in which the strategy proposed it. */
  readonly number: number;
  readonly parameters: Parameters;
  readonly budget?: number;
}

/** What running a trial gave. */
export interface TrialReport {
  /** Larger is better. */
  readonly score: number;
  /** Numbers behind the score, such as that of each fold. */
  readonly details?: Readonly<Record<string, number>>;
}

/** A trial that has ended. */
export interface TrialResult extends Trial {
  /** NaN where the trial failed. */
  readonly score: number;
  readonly details: Readonly<Record<string, number>>;
  /** Why it failed; null where it did not. */
  readonly error: string | null;
  readonly seconds: number;
}

export interface TrialContext {
  readonly number: number;
  /** How much of the resource to use; undefined where the strategy does not ration. */
  readonly budget: number | undefined;
  /**
   * Aborts when the search does, which waits for the trial no longer: an objective that gives it to `fit`, or asks
   * `signal.aborted`, stops. In threads undefined; they are ended.
   */
  readonly signal?: HostSignal | undefined;
}

/** Tries parameters and says how good they are: a score, larger is better, or a score with details. */
export type Objective = (
  parameters: never,
  context: TrialContext,
) => number | TrialReport | Promise<number | TrialReport>;

export interface TrialRunner {
  /** How many trials may run at the same time. */
  readonly concurrency: number;
  /** Runs one trial; rejects where it fails. */
  run(trial: Trial, signal?: HostSignal): Promise<TrialReport>;
  /** Lets go of threads and the like. */
  close(): Promise<void>;
}

/** Runs trials in this thread, one after another. */
export function inlineRunner(objective: Objective): TrialRunner {
  checkArity("inlineRunner", arguments.length, 1);
  if (typeof objective !== "function") {
    throw new ArgumentError(
      `search: the objective must be a function or a TrialRunner; received ${describe(objective)}.`,
    );
  }
  return { concurrency: 1, run: (trial, signal) => attempt(objective, trial, signal), close: async () => {} };
}

/** Calls the objective; ArgumentError if what it returns is not a score. */
export async function attempt(
  objective: Objective,
  { number, parameters, budget }: Trial,
  signal?: HostSignal,
): Promise<TrialReport> {
  const returned = await objective(parameters as never, { number, budget, ...(signal && { signal }) });
  return checkReport(typeof returned === "number" ? { score: returned } : returned, returned);
}

/** Fails unless the score is a number other than NaN, and each detail a number. */
export function checkReport(report: TrialReport, received: unknown = report): TrialReport {
  if (typeof report?.score !== "number" || Number.isNaN(report.score)) {
    throw new ArgumentError(
      `search: an objective must return a score, which is not NaN; received ${describe(report?.score ?? received)}.`,
    );
  }
  const { details = {} } = report;
  const wrong = isRecord(details)
    ? Object.entries(details).find(([, value]) => typeof value !== "number")
    : ["", details];
  if (wrong) throw new ArgumentError(`search: details must be numbers by name; received ${describe(wrong[1])}.`);
  return report;
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
