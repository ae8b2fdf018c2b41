// Learning rates that change while a model is trained: by a schedule, or when a metric stops getting better.

import { ArgumentError, checkArity, checkNumber, checkOptions, describe, oneOf } from "../../errors.js";
import type { ReduceOnPlateauOptions } from "../../nn/schedules/reduceOnPlateau.js";
import {
  type PlateauState,
  reduceOnPlateau as plateauOf,
  type ReduceOnPlateau,
} from "../../nn/schedules/reduceOnPlateau.js";
import type { Schedule } from "../../nn/schedules/schedule.js";
import type { Callback, Training } from "./callback.js";
import { makeMonitor } from "./monitor.js";

export interface LearningRateOptions {
  /** What the schedule counts, from 0: epochs, or steps over all epochs. Default "epoch". */
  readonly per?: "epoch" | "step";
}

/** Sets the rate before each epoch, or before each step: `learningRate(schedules.cosineDecay({ ... }), { per: "step" })`. */
export function learningRate(schedule: Schedule, options: LearningRateOptions = {}): Callback {
  checkArity("learningRate", arguments.length, 2);
  if (typeof schedule !== "function") {
    throw new ArgumentError(`learningRate: needs a schedule, a function of a number; received ${describe(schedule)}.`);
  }
  checkOptions("learningRate", options, ["per"]);
  const { per = "epoch" } = options;
  if (per !== "epoch" && per !== "step") {
    throw new ArgumentError(`learningRate: per must be ${oneOf(["epoch", "step"])}; received ${describe(per)}.`);
  }
  const set = (training: Training, count: number) => {
    const rate: unknown = schedule(count);
    checkNumber(`learningRate: what the schedule gives for ${per} ${count}`, rate, 0);
    training.learningRate = rate;
  };
  if (per === "epoch") return { onEpochBegin: (training) => set(training, training.epoch - 1) };
  const setNext = (training: Training) => set(training, training.stepsMade);
  return { onTrainBegin: setNext, onStepEnd: setNext };
}

export interface ReduceLearningRateOptions extends Omit<ReduceOnPlateauOptions, "learningRate"> {
  /** The metric to watch. Default "valLoss". */
  readonly monitor?: string;
}

const PLATEAU_OPTIONS = ["factor", "patience", "mode", "minDelta", "relative", "cooldown", "minLearningRate"];

/** Lowers the rate when the metric has not become better for `patience` epochs, beginning with the optimizer's rate. */
export function reduceOnPlateau(options: ReduceLearningRateOptions = {}): Callback {
  checkArity("reduceOnPlateau", arguments.length, 1);
  checkOptions("reduceOnPlateau", options, ["monitor", ...PLATEAU_OPTIONS]);
  const { monitor = "valLoss", ...rest } = options;
  const watch = makeMonitor("reduceOnPlateau", { monitor });
  const make = (rate: number) => plateauOf({ ...rest, learningRate: rate });
  make(0); // Refuses bad options now, not when the training begins.
  let plateau: ReduceOnPlateau | null = null;
  let remembered: PlateauState | null = null;
  return {
    name: "reduceOnPlateau",
    onTrainBegin: (training) => {
      plateau = make(training.learningRate);
      // Refuses a rate that cannot be set now, not after the first epoch.
      training.learningRate = plateau.learningRate;
      if (remembered !== null) plateau.state = remembered;
      remembered = null;
    },
    onEpochEnd: (training) => {
      training.learningRate = (plateau as ReduceOnPlateau).report(watch.read(training.metrics));
    },
    getState: () => ({ values: { ...plateau?.state } }),
    setState: ({ values }) => {
      remembered = "learningRate" in values ? (values as unknown as PlateauState) : null;
    },
  };
}
