// What `fit` writes in a terminal: whole lines, so that nothing another program writes meanwhile is garbled.

import { advice } from "./advice.js";
import type { Callback } from "./callback.js";
import { progress } from "./progress.js";

/** Milliseconds between lines of epochs, at least, and of steps within a long one. */
const PAUSE = 100;
const LONG = 5000;

/** A line after an epoch, or within a long one, and one for each piece of advice at the end. */
export function terminal(): Callback {
  const lines = progress({ everySteps: 1 });
  const { onStepEnd, onTrainBegin, onTrainEnd } = advice();
  let last = 0;
  return {
    onTrainBegin: (training) => {
      last = performance.now() - PAUSE;
      return onTrainBegin?.(training);
    },
    onEpochBegin: (training) => lines.onEpochBegin?.(training),
    onStepEnd: (training) => {
      const now = performance.now();
      if (now - last >= LONG) {
        last = now;
        lines.onStepEnd?.(training);
      }
      return onStepEnd?.(training);
    },
    onEpochEnd: (training) => {
      const now = performance.now();
      const isLast = training.epoch === training.epochs || training.stopReason !== null;
      if (now - last < PAUSE && !isLast) return;
      last = now;
      lines.onEpochEnd?.(training);
    },
    onTrainEnd: (training) => {
      lines.onTrainEnd?.(training);
      return onTrainEnd?.(training);
    },
  };
}
