// Learning-rate schedules: functions of the step, and one object that watches a metric.
//   const rate = schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 1000 });
//   session.set({ "sgd/learningRate": rate(step) });

export { constant, type PiecewiseConstantOptions, piecewiseConstant } from "./constant.js";
export {
  type CosineDecayOptions,
  type CosineDecayRestartsOptions,
  cosineDecay,
  cosineDecayRestarts,
} from "./cosine.js";
export {
  type DecayOptions,
  exponentialDecay,
  inverseTimeDecay,
  type PolynomialDecayOptions,
  polynomialDecay,
} from "./decay.js";
export { type OneCycleOptions, oneCycle } from "./oneCycle.js";
export { learningRateRangeTest, type RangeTest, type RangeTestOptions } from "./rangeTest.js";
export {
  type PlateauState,
  type ReduceOnPlateau,
  type ReduceOnPlateauOptions,
  reduceOnPlateau,
} from "./reduceOnPlateau.js";
export type { Schedule } from "./schedule.js";
export { type WarmUpOptions, warmUp } from "./warmUp.js";
