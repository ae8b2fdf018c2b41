// A rate that falls when a metric stops getting better: no function of the step, but of what it has been told.

import {
  ArgumentError,
  checkArity,
  checkFlag,
  checkInteger,
  checkNumber,
  checkOptions,
  describe,
  oneOf,
} from "../../errors.js";
import { checkPositive, checkRate } from "./schedule.js";

export interface ReduceOnPlateauOptions {
  /** The rate to begin with. */
  readonly learningRate: number;
  /** What a reduction leaves of the rate, in (0, 1). Default 0.1. */
  readonly factor?: number;
  /** Reports in a row without improvement that lead to a reduction. Default 10. PyTorch's patience is one less. */
  readonly patience?: number;
  /** "min" where smaller is better, "max" where larger is. Default "min". */
  readonly mode?: "min" | "max";
  /** Less than this is no improvement. Default 0.0001. */
  readonly minDelta?: number;
  /** minDelta counts as a fraction of the best value (PyTorch), not by itself (Keras). Default false. */
  readonly relative?: boolean;
  /** Reports after a reduction that do not count as bad. Default 0. */
  readonly cooldown?: number;
  /** Default 0. */
  readonly minLearningRate?: number;
}

/** All that it remembers: with it a training goes on where it stopped. */
export interface PlateauState {
  readonly learningRate: number;
  /** Null before the first report. */
  readonly best: number | null;
  readonly badReports: number;
  readonly cooldownLeft: number;
}

const NAMES = ["learningRate", "factor", "patience", "mode", "minDelta", "relative", "cooldown", "minLearningRate"];

export class ReduceOnPlateau {
  readonly #options: Required<ReduceOnPlateauOptions>;
  #state: PlateauState;

  constructor(options: ReduceOnPlateauOptions) {
    checkOptions("reduceOnPlateau", options, NAMES);
    const { learningRate, factor = 0.1, patience = 10, mode = "min", minDelta = 1e-4 } = options;
    const { relative = false, cooldown = 0, minLearningRate = 0 } = options;
    checkRate("reduceOnPlateau: learningRate", learningRate);
    checkPositive("reduceOnPlateau: factor", factor);
    if (factor >= 1) throw new ArgumentError(`reduceOnPlateau: factor must be below 1; received ${factor}.`);
    checkInteger("reduceOnPlateau: patience", patience, 1);
    if (mode !== "min" && mode !== "max") {
      throw new ArgumentError(`reduceOnPlateau: mode must be ${oneOf(["min", "max"])}; received ${describe(mode)}.`);
    }
    checkNumber("reduceOnPlateau: minDelta", minDelta, 0);
    checkFlag("reduceOnPlateau: relative", relative);
    checkInteger("reduceOnPlateau: cooldown", cooldown, 0);
    checkRate("reduceOnPlateau: minLearningRate", minLearningRate);
    this.#options = { learningRate, factor, patience, mode, minDelta, relative, cooldown, minLearningRate };
    this.#state = { learningRate, best: null, badReports: 0, cooldownLeft: 0 };
  }

  get learningRate(): number {
    return this.#state.learningRate;
  }

  get state(): PlateauState {
    return this.#state;
  }

  set state(state: PlateauState) {
    this.#state = { ...state };
  }

  /** Takes the metric of an epoch and returns the rate of the next. NaN is no improvement. */
  report(metric: number): number {
    checkArity("ReduceOnPlateau.report", arguments.length, 1);
    if (typeof metric !== "number") {
      throw new ArgumentError(`ReduceOnPlateau.report: metric must be a number; received ${describe(metric)}.`);
    }
    const { factor, patience, cooldown, minLearningRate } = this.#options;
    let { learningRate, best, badReports, cooldownLeft } = this.#state;
    if (this.#improves(metric, best)) {
      best = metric;
      badReports = 0;
    } else badReports++;
    if (cooldownLeft > 0) {
      cooldownLeft--;
      badReports = 0;
    }
    if (badReports >= patience) {
      learningRate = Math.min(learningRate, Math.max(learningRate * factor, minLearningRate));
      cooldownLeft = cooldown;
      badReports = 0;
    }
    this.#state = { learningRate, best, badReports, cooldownLeft };
    return learningRate;
  }

  #improves(metric: number, best: number | null): boolean {
    if (best === null) return !Number.isNaN(metric);
    const { mode, minDelta, relative } = this.#options;
    const delta = relative ? Math.abs(best) * minDelta : minDelta;
    return mode === "min" ? metric < best - delta : metric > best + delta;
  }
}

/** An object to tell the metric to: `session.set({ "sgd/learningRate": plateau.report(loss) })` after each epoch. */
export function reduceOnPlateau(options: ReduceOnPlateauOptions): ReduceOnPlateau {
  checkArity("reduceOnPlateau", arguments.length, 1);
  return new ReduceOnPlateau(options);
}
