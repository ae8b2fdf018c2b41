// One cycle: up to a large rate, and down to one far below the first.

import { ArgumentError, checkArity, checkFlag, checkInteger, checkOptions, describe, oneOf } from "../../errors.js";
import { cosineOfPi } from "./arithmetic.js";
import { checkFraction, checkPositive, defineSchedule, type Schedule } from "./schedule.js";

export interface OneCycleOptions {
  readonly maxLearningRate: number;
  /** Steps of the cycle, at least 2; from then on the last rate stays. */
  readonly totalSteps: number;
  /** The part of the steps in which the rate rises, in [0, 1]. Default 0.3. */
  readonly risingFraction?: number;
  /** The first rate is maxLearningRate / divFactor. Default 25. */
  readonly divFactor?: number;
  /** The last rate is the first / finalDivFactor. Default 10,000. */
  readonly finalDivFactor?: number;
  /** Default "cosine". */
  readonly annealing?: "cosine" | "linear";
  /** Down to the first rate as fast as up, then to the last, in place of straight to the last. Default false. */
  readonly threePhase?: boolean;
}

const NAMES = [
  "maxLearningRate",
  "totalSteps",
  "risingFraction",
  "divFactor",
  "finalDivFactor",
  "annealing",
  "threePhase",
];

/** Smith & Topin 2018, Super-Convergence; the same values as PyTorch's OneCycleLR, which also cycles a momentum. */
export function oneCycle(options: OneCycleOptions): Schedule {
  checkArity("oneCycle", arguments.length, 1);
  checkOptions("oneCycle", options, NAMES);
  const { maxLearningRate, totalSteps, risingFraction = 0.3, divFactor = 25, finalDivFactor = 1e4 } = options;
  const { annealing = "cosine", threePhase = false } = options;
  checkPositive("oneCycle: maxLearningRate", maxLearningRate);
  checkInteger("oneCycle: totalSteps", totalSteps, 2);
  checkFraction("oneCycle: risingFraction", risingFraction);
  checkPositive("oneCycle: divFactor", divFactor);
  checkPositive("oneCycle: finalDivFactor", finalDivFactor);
  checkFlag("oneCycle: threePhase", threePhase);
  if (annealing !== "cosine" && annealing !== "linear") {
    const names = oneOf(["cosine", "linear"]);
    throw new ArgumentError(`oneCycle: annealing must be ${names}; received ${describe(annealing)}.`);
  }
  const first = maxLearningRate / divFactor;
  const last = first / finalDivFactor;
  const top = risingFraction * totalSteps - 1;
  const phases = threePhase
    ? [
        { end: top, from: first, to: maxLearningRate },
        { end: 2 * top, from: maxLearningRate, to: first },
        { end: totalSteps - 1, from: first, to: last },
      ]
    : [
        { end: top, from: first, to: maxLearningRate },
        { end: totalSteps - 1, from: maxLearningRate, to: last },
      ];
  return defineSchedule("oneCycle", options, (step) => {
    let start = 0;
    for (const { end, from, to } of phases) {
      if (step <= end) {
        const x = end > start ? (step - start) / (end - start) : 1;
        return annealing === "linear" ? from + (to - from) * x : to + ((from - to) / 2) * (1 + cosineOfPi(x));
      }
      start = Math.max(end, 0);
    }
    return last;
  });
}
