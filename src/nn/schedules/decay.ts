// Rates that fall by a power of the step: exponential, inverse in time, polynomial. The formulas are Keras's.

import { checkArity, checkFlag, checkOptions } from "../../errors.js";
import { power } from "./arithmetic.js";
import { checkPositive, checkRate, defineSchedule, type Schedule } from "./schedule.js";

export interface DecayOptions {
  readonly initialLearningRate: number;
  /** Steps after which `decayRate` has acted once. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Acts at every decaySteps-th step only, and all at once. Default false. */
  readonly staircase?: boolean;
}

/** initialLearningRate * decayRate^(step / decaySteps); as a staircase, the "step decay". */
export function exponentialDecay(options: DecayOptions): Schedule {
  checkArity("exponentialDecay", arguments.length, 1);
  const { initialLearningRate, decayRate, progress } = readDecay("exponentialDecay", options);
  return defineSchedule("exponentialDecay", options, (step) => initialLearningRate * power(decayRate, progress(step)));
}

/** initialLearningRate / (1 + decayRate * step / decaySteps) */
export function inverseTimeDecay(options: DecayOptions): Schedule {
  checkArity("inverseTimeDecay", arguments.length, 1);
  const { initialLearningRate, decayRate, progress } = readDecay("inverseTimeDecay", options);
  return defineSchedule("inverseTimeDecay", options, (step) => initialLearningRate / (1 + decayRate * progress(step)));
}

function readDecay(name: string, options: DecayOptions) {
  checkOptions(name, options, ["initialLearningRate", "decaySteps", "decayRate", "staircase"]);
  const { initialLearningRate, decaySteps, decayRate, staircase = false } = options;
  checkFlag(`${name}: staircase`, staircase);
  checkRate(`${name}: initialLearningRate`, initialLearningRate);
  checkPositive(`${name}: decaySteps`, decaySteps);
  checkRate(`${name}: decayRate`, decayRate);
  const progress = (step: number) => (staircase ? Math.floor(step / decaySteps) : step / decaySteps);
  return { initialLearningRate, decayRate, progress };
}

export interface PolynomialDecayOptions {
  readonly initialLearningRate: number;
  /** Steps until `endLearningRate` is reached. */
  readonly decaySteps: number;
  /** Default 0.0001. */
  readonly endLearningRate?: number;
  /** Default 1: a straight line. */
  readonly power?: number;
  /** Begins again from the current multiple of decaySteps, in place of staying at the end. Default false. */
  readonly cycle?: boolean;
}

/** (initialLearningRate - endLearningRate) * (1 - step / decaySteps)^power + endLearningRate */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  checkArity("polynomialDecay", arguments.length, 1);
  const names = ["initialLearningRate", "decaySteps", "endLearningRate", "power", "cycle"];
  checkOptions("polynomialDecay", options, names);
  const { initialLearningRate, decaySteps, endLearningRate = 1e-4, power: exponent = 1, cycle = false } = options;
  checkRate("polynomialDecay: initialLearningRate", initialLearningRate);
  checkPositive("polynomialDecay: decaySteps", decaySteps);
  checkRate("polynomialDecay: endLearningRate", endLearningRate);
  checkPositive("polynomialDecay: power", exponent);
  checkFlag("polynomialDecay: cycle", cycle);
  return defineSchedule("polynomialDecay", options, (step) => {
    const span = cycle ? decaySteps * Math.max(1, Math.ceil(step / decaySteps)) : decaySteps;
    const left = 1 - Math.min(step, span) / span;
    return (initialLearningRate - endLearningRate) * power(left, exponent) + endLearningRate;
  });
}
