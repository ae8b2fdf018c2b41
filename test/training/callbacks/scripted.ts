// Metrics as a test wants them, for callbacks that watch one.

import type { Callback } from "../../../src/index.js";

/** A metric that takes these values in validation, epoch by epoch. */
export function scripted(values: readonly number[]): Callback {
  return {
    onEpochEnd: (training) => {
      Object.defineProperty(training, "metrics", {
        configurable: true,
        get: () => ({ loss: 1, score: values[training.epoch - 1] }),
      });
    },
  };
}
