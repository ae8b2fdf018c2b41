// Watching a metric for its best value. Used by the callbacks that wait for improvement.

import { ArgumentError, checkNumber, describe, oneOf } from "../../errors.js";
import { fold, sameName, suggestion } from "../../names.js";
import type { Metrics } from "../loop/tally.js";

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
      const names = Object.keys(metrics);
      const known = Object.hasOwn(metrics, monitor) ? monitor : sameMetric(monitor, names);
      if (known !== undefined) return metrics[known] as number;
      const remedy = monitor.startsWith("val") ? "; give fit validationData or validationSplit" : "";
      throw new ArgumentError(
        `${subject}: monitor must be ${oneOf(names)}; received ${describe(monitor)}${remedy}${meant(monitor, names)}`,
      );
    },
    improves: (value, best) => (best === null ? !Number.isNaN(value) : sign * (value - best) > minDelta),
  };
}

/** The metric in another spelling, `val_loss`, or by the short name that Keras has for it, `val_acc`. */
function sameMetric(monitor: string, names: readonly string[]): string | undefined {
  const long = fold(monitor)
    .replace(/acc$/, "accuracy")
    .replace(/mse$/, "meanSquaredError")
    .replace(/mae$/, "meanAbsoluteError");
  return sameName(monitor, names) ?? sameName(long, names);
}

function meant(monitor: string, names: readonly string[]): string {
  const text = suggestion(monitor, names);
  return text === "" ? "." : `${text}?`;
}
