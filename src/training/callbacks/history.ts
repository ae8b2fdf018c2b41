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
  // Any name may be a metric's, "constructor" and "__proto__" too: `fromEntries` makes fields of their own of them.
  let metrics: Readonly<Record<string, number[]>> = {};
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
      const kept = new Map(Object.entries(metrics));
      for (const [name, value] of Object.entries(training.metrics)) {
        const values = kept.get(name);
        if (values === undefined) kept.set(name, [value]);
        else values.push(value);
      }
      if (kept.size > Object.keys(metrics).length) metrics = Object.fromEntries(kept);
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
