// Schedules by the kind that they tell: what makes them from the options of a description.

import type { Makers } from "../description.js";
import {
  constant,
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  inverseTimeDecay,
  oneCycle,
  piecewiseConstant,
  polynomialDecay,
  type WarmUpOptions,
  warmUp,
} from "./index.js";
import type { Schedule } from "./schedule.js";

export const scheduleKinds: Makers = {
  constant: ({ learningRate }: { learningRate: number }) => constant(learningRate),
  piecewiseConstant,
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  inverseTimeDecay,
  polynomialDecay,
  oneCycle,
  warmUp: ({ schedule, ...options }: WarmUpOptions & { schedule: Schedule }) => warmUp(schedule, options),
};
