// The metrics of all epochs, kept: also when `fit` is aborted or fails, or goes on from a state.

import { checkArity } from "../../errors.js";
import type { Callback, Json } from "./callback.js";

export interface HistoryCallback extends Callback {
  /** For each metric its value after each epoch: `metrics.loss[0]`. */
  readonly metrics: Readonly<Record<string, readonly number[]>>;
}

/** Collects what `fit` would return; a training that goes on adds to it. */
export function history(): HistoryCallback {
  checkArity("history", arguments.length, 0);
  let metrics: Record<string, number[]> = {};
  let resumed = false;
  return {
    name: "history",
    get metrics() {
      return metrics;
    },
    onTrainBegin: () => {
      if (!resumed) metrics = {};
      resumed = false;
    },
    onEpochEnd: (training) => {
      for (const [name, value] of Object.entries(training.metrics)) {
        metrics[name] ??= [];
        metrics[name].push(value);
      }
    },
    // JSON has no NaN: null stands for it.
    getState: () => ({
      values: Object.fromEntries(
        Object.entries(metrics).map(([name, list]) => [
          name,
          list.map((value) => (Number.isFinite(value) ? value : null)),
        ]),
      ),
    }),
    setState: ({ values }) => {
      const read = (list: Json) => (list as readonly (number | null)[]).map((value) => value ?? Number.NaN);
      metrics = Object.fromEntries(Object.entries(values).map(([name, list]) => [name, read(list)]));
      resumed = true;
    },
  };
}
