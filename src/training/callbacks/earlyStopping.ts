// Stopping when a metric no longer gets better.

import { checkArity, checkFlag, checkInteger, checkNumber, checkOptions } from "../../errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Callback } from "./callback.js";
import { MONITOR_OPTIONS, type MonitorOptions, makeMonitor } from "./monitor.js";

export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without improvement before the training stops. Default 0: the first one stops it. */
  readonly patience?: number;
  /** Only epochs that are better than this, too, begin the waiting anew. Default: any improvement does. */
  readonly baseline?: number;
  /**
   * Sets the weights back to those of the best epoch when the training ends, whatever ended it: patience, the last
   * epoch, the signal, an error. Default true.
   */
  readonly restoreBest?: boolean;
}

export interface EarlyStopping extends Callback {
  /** The best value so far; null before the first. */
  readonly best: number | null;
  /** The epoch it came in, from 1; 0 before the first. */
  readonly bestEpoch: number;
}

/** Ends the training after `patience` epochs in which the metric `monitor` has not become better. */
export function earlyStopping(options: EarlyStoppingOptions = {}): EarlyStopping {
  checkArity("earlyStopping", arguments.length, 1);
  checkOptions("earlyStopping", options, [...MONITOR_OPTIONS, "patience", "baseline", "restoreBest"]);
  const { patience = 0, baseline, restoreBest = true, monitor = "valLoss" } = options;
  const watch = makeMonitor("earlyStopping", options);
  checkInteger("earlyStopping: patience", patience, 0);
  if (baseline !== undefined) checkNumber("earlyStopping: baseline", baseline);
  checkFlag("earlyStopping: restoreBest", restoreBest);
  let best: number | null = null;
  let bestEpoch = 0;
  let waited = 0;
  let weights: ReadonlyMap<string, Tensor> | null = null;
  let resumed = false;
  return {
    name: "earlyStopping",
    get best() {
      return best;
    },
    get bestEpoch() {
      return bestEpoch;
    },
    onTrainBegin: () => {
      if (!resumed) [best, bestEpoch, waited, weights] = [null, 0, 0, null];
      resumed = false;
    },
    onEpochEnd: (training) => {
      const value = watch.read(training.metrics);
      waited++;
      if (watch.improves(value, best)) {
        best = value;
        bestEpoch = training.epoch;
        if (restoreBest) weights = training.model.getWeights();
        if (baseline === undefined || watch.improves(value, baseline)) waited = 0;
      }
      if (waited > 0 && waited >= patience) {
        training.stop(
          `earlyStopping: ${monitor} has not become better for ${waited} epochs; best in epoch ${bestEpoch}`,
        );
      }
    },
    onTrainEnd: ({ model }) => {
      if (weights !== null) model.setWeights(weights);
    },
    getState: () => ({ values: { best, bestEpoch, waited }, ...(weights && { tensors: weights }) }),
    setState: ({ values, tensors }) => {
      best = values.best as number | null;
      bestEpoch = values.bestEpoch as number;
      waited = values.waited as number;
      weights = tensors && tensors.size > 0 ? tensors : null;
      resumed = true;
    },
  };
}
