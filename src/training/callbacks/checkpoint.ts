// Saving a training while it runs. Where to is the caller's affair: a file, a data base, memory.

import { ArgumentError, checkArity, checkFlag, checkInteger, checkOptions, describe } from "../../errors.js";
import type { Metrics } from "../loop/tally.js";
import type { Callback, ModelState, Training } from "./callback.js";
import { MONITOR_OPTIONS, type MonitorOptions, makeMonitor } from "./monitor.js";

export interface CheckpointOptions extends MonitorOptions {
  /** Gets the state and where it was taken. `fit` waits for the promise that it may return. */
  readonly save: (state: ModelState, at: CheckpointInfo) => unknown;
  /** Saves after every so many epochs. Default 1; null for none. */
  readonly everyEpochs?: number | null;
  /** Saves within epochs too, after every so many steps of the training. Default null: never. */
  readonly everySteps?: number | null;
  /** Of the epochs, saves only those that are better than all before, by `monitor`. Default false. */
  readonly bestOnly?: boolean;
}

export interface CheckpointInfo {
  /** From 1. */
  readonly epoch: number;
  /** Steps made in this epoch. */
  readonly step: number;
  readonly metrics: Metrics;
  /** Whether this state is the best saved so far by `monitor`; false within epochs, or without that metric. */
  readonly best: boolean;
}

/** Hands the state of the training to `save`: `model.setState` and `fit` with `initialEpoch` go on from it. */
export function checkpoint(options: CheckpointOptions): Callback {
  checkArity("checkpoint", arguments.length, 1);
  checkOptions("checkpoint", options, [...MONITOR_OPTIONS, "save", "everyEpochs", "everySteps", "bestOnly"]);
  const { save, everyEpochs = 1, everySteps = null, bestOnly = false, monitor = "valLoss" } = options;
  if (typeof save !== "function") {
    throw new ArgumentError(`checkpoint: save must be a function of the state; received ${describe(save)}.`);
  }
  if (everyEpochs !== null) checkInteger("checkpoint: everyEpochs", everyEpochs, 1);
  if (everySteps !== null) checkInteger("checkpoint: everySteps", everySteps, 1);
  checkFlag("checkpoint: bestOnly", bestOnly);
  const watch = makeMonitor("checkpoint", options);
  let best: number | null = null;
  let resumed = false;
  const saveAt = ({ model, epoch, step, metrics }: Training, isBest: boolean) =>
    save(model.getState(), { epoch, step, metrics, best: isBest });
  return {
    name: "checkpoint",
    last: true,
    onTrainBegin: () => {
      if (!resumed) best = null;
      resumed = false;
    },
    ...(everySteps !== null && {
      // The last step of an epoch is left to the epoch's end, where the state is complete.
      onStepEnd: (training: Training) =>
        training.stepsMade % everySteps === 0 && training.step !== training.steps ? saveAt(training, false) : undefined,
    }),
    onEpochEnd: (training) => {
      const due = everyEpochs !== null && training.epoch % everyEpochs === 0;
      const stepsDue = everySteps !== null && training.stepsMade % everySteps === 0;
      // An epoch that is not saved must not keep those that are from being the best.
      if (!bestOnly && !due && !stepsDue) return undefined;
      const watched = bestOnly || Object.hasOwn(training.metrics, monitor);
      const value = watched ? watch.read(training.metrics) : Number.NaN;
      const isBest = watch.improves(value, best);
      if (isBest) best = value;
      return bestOnly && !isBest ? undefined : saveAt(training, isBest);
    },
    getState: () => ({ values: { best } }),
    setState: ({ values }) => {
      best = values.best as number | null;
      resumed = true;
    },
  };
}
