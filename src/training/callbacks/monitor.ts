// Watching a metric for its best value. Used by the callbacks that wait for improvement.

import { ArgumentError, checkNumber, describe, oneOf } from "../../errors.js";
import type { Metrics } from "../tally.js";

export interface MonitorOptions {
  /** The metric to watch. Default "valLoss". */
  readonly monitor?: string;
  /** Whether smaller is better or larger. Default: larger for accuracy, precision, recall, F1, AUC and R2, else smaller. */
  readonly mode?: "min" | "max";
  /** Less than this is no improvement. Default 0. */
  readonly minDelta?: number;
}

export const MONITOR_OPTIONS = ["monitor", "mode", "minDelta"];

const largerIsBetter = /(acc|accuracy|precision|recall|f1|auc|r2)$/i;

export interface Monitor {
  /** The watched metric; ArgumentError where there is none of that name. */
  read(metrics: Metrics): number;
  /** Whether `value` is better than `best` by more than minDelta. NaN never is; any other is better than null. */
  improves(value: number, best: number | null): boolean;
}

/** `subject` names the callback in messages. */
export function makeMonitor(subject: string, { monitor = "valLoss", mode, minDelta = 0 }: MonitorOptions): Monitor {
  if (typeof monitor !== "string") {
    throw new ArgumentError(`${subject}: monitor must be the name of a metric; received ${describe(monitor)}.`);
  }
  if (mode !== undefined && mode !== "min" && mode !== "max") {
    throw new ArgumentError(`${subject}: mode must be ${oneOf(["min", "max"])}; received ${describe(mode)}.`);
  }
  checkNumber(`${subject}: minDelta`, minDelta, 0);
  const sign = (mode ?? (largerIsBetter.test(monitor) ? "max" : "min")) === "max" ? 1 : -1;
  return {
    read: (metrics) => {
      const value = metrics[monitor];
      if (value !== undefined) return value;
      const remedy = monitor.startsWith("val") ? "; give fit validationData or validationSplit" : "";
      throw new ArgumentError(
        `${subject}: monitor must be ${oneOf(Object.keys(metrics))}; received ${describe(monitor)}${remedy}.`,
      );
    },
    improves: (value, best) => (best === null ? !Number.isNaN(value) : sign * (value - best) > minDelta),
  };
}
