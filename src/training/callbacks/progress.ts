// Progress as lines of text, for terminals and logs.

import { checkArity, checkCallback, checkInteger, checkOptions } from "../../errors.js";
import type { Metrics } from "../loop/tally.js";
import type { Callback, Training } from "./callback.js";

export interface ProgressOptions {
  /** Takes one line, without its end. Default: console.log. */
  readonly write?: (line: string) => unknown;
  /** A line after every so many steps as well. Default null: after epochs only. */
  readonly everySteps?: number | null;
}

/** `epoch  3/10  loss 0.4312  accuracy 0.8913  valLoss 0.5120  1.2 s` */
export function progress(options: ProgressOptions = {}): Callback {
  checkArity("progress", arguments.length, 1);
  checkOptions("progress", options, ["write", "everySteps"]);
  const { write = console.log, everySteps = null } = options;
  checkCallback("progress: write", write);
  if (everySteps !== null) checkInteger("progress: everySteps", everySteps, 1);
  let begun = 0;
  const line = ({ epoch, epochs, metrics }: Training, step: string) => {
    const seconds = (performance.now() - begun) / 1000;
    const place = `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}${step}`;
    return write([place, ...numbersOf(metrics), `${seconds.toFixed(1)} s`].join("  "));
  };
  return {
    name: "progress",
    onEpochBegin: () => {
      begun = performance.now();
    },
    ...(everySteps !== null && {
      onStepEnd: (training: Training) => {
        const { step, steps } = training;
        if (step % everySteps === 0 && step !== steps)
          line(training, `  step ${step}${steps === null ? "" : `/${steps}`}`);
      },
    }),
    onEpochEnd: (training) => {
      line(training, "");
    },
    onTrainEnd: ({ stopReason }) => {
      if (stopReason !== null) write(`stopped: ${stopReason}`);
    },
  };
}

/** Four digits behind the point, or three of a number that is small. */
function numbersOf(metrics: Metrics): string[] {
  return Object.entries(metrics).map(([name, value]) => {
    const small = value !== 0 && Math.abs(value) < 0.001;
    return `${name} ${small ? value.toExponential(2) : value.toFixed(4)}`;
  });
}
