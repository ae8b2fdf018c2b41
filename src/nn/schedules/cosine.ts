// Rates that fall along half a cosine, once or again and again. The formulas are Keras's.

import { checkArity, checkNumber, checkOptions } from "../../errors.js";
import { cosineOfPi } from "./arithmetic.js";
import { checkFraction, checkPositive, checkRate, defineSchedule, type Schedule } from "./schedule.js";

export interface CosineDecayOptions {
  readonly initialLearningRate: number;
  /** Steps until the end is reached. */
  readonly decaySteps: number;
  /** The rate at the end, as a fraction of the initial one. Default 0. */
  readonly alpha?: number;
}

/** initialLearningRate * ((1 - alpha) * (1 + cos(pi * step / decaySteps)) / 2 + alpha), constant from decaySteps on. */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  checkArity("cosineDecay", arguments.length, 1);
  checkOptions("cosineDecay", options, ["initialLearningRate", "decaySteps", "alpha"]);
  const { initialLearningRate, decaySteps, alpha = 0 } = options;
  checkRate("cosineDecay: initialLearningRate", initialLearningRate);
  checkPositive("cosineDecay: decaySteps", decaySteps);
  checkFraction("cosineDecay: alpha", alpha);
  return defineSchedule(
    "cosineDecay",
    options,
    (step) => initialLearningRate * fall(Math.min(step / decaySteps, 1), alpha),
  );
}

export interface CosineDecayRestartsOptions {
  readonly initialLearningRate: number;
  /** Steps of the first period. */
  readonly firstDecaySteps: number;
  /** How much longer each period is than the one before, at least 1. Default 2. */
  readonly tMul?: number;
  /** What the initial rate of each period is of the one before. Default 1. */
  readonly mMul?: number;
  /** The rate at the end of the first period, as a fraction of the initial one. Default 0. */
  readonly alpha?: number;
}

/** Loshchilov & Hutter 2017, SGDR: cosine decay that begins again after each period. */
export function cosineDecayRestarts(options: CosineDecayRestartsOptions): Schedule {
  checkArity("cosineDecayRestarts", arguments.length, 1);
  const names = ["initialLearningRate", "firstDecaySteps", "tMul", "mMul", "alpha"];
  checkOptions("cosineDecayRestarts", options, names);
  const { initialLearningRate, firstDecaySteps, tMul = 2, mMul = 1, alpha = 0 } = options;
  checkRate("cosineDecayRestarts: initialLearningRate", initialLearningRate);
  checkPositive("cosineDecayRestarts: firstDecaySteps", firstDecaySteps);
  checkNumber("cosineDecayRestarts: tMul", tMul, 1);
  checkPositive("cosineDecayRestarts: mMul", mMul);
  checkFraction("cosineDecayRestarts: alpha", alpha);
  return defineSchedule("cosineDecayRestarts", options, (step) => {
    let start = 0;
    let length = firstDecaySteps;
    let height = 1;
    for (; step - start >= length; length *= tMul, height *= mMul) start += length;
    return initialLearningRate * (fall((step - start) / length, 0) * height * (1 - alpha) + alpha);
  });
}

/** Half a cosine from 1 at x = 0 down to `end` at x = 1. */
function fall(x: number, end: number): number {
  return (1 - end) * 0.5 * (1 + cosineOfPi(x)) + end;
}
