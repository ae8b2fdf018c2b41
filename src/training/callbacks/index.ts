// All callbacks.

export { type AdviceCallback, type AdviceOptions, advice } from "./advice.js";
export type { AdviceRule, Finding } from "./adviceRules.js";
export type { Callback, CallbackState, ModelState, Training, TrainingPosition } from "./callback.js";
export { type CheckpointInfo, type CheckpointOptions, checkpoint } from "./checkpoint.js";
export { type EarlyStopping, type EarlyStoppingOptions, earlyStopping } from "./earlyStopping.js";
export { type HistoryCallback, history } from "./history.js";
export {
  type LayerStatistics,
  type LayerStatisticsCallback,
  type LayerStatisticsOptions,
  layerStatistics,
  type StatisticsRecord,
} from "./layerStatistics.js";
export {
  type LearningRateOptions,
  learningRate,
  type ReduceLearningRateOptions,
  reduceOnPlateau,
} from "./learningRate.js";
export { csvLogger, jsonLogger, type LoggerOptions } from "./loggers.js";
export { type Pausable, pausable } from "./pausable.js";
export { type ProgressOptions, progress } from "./progress.js";
export { NonFiniteError, type StopOnNaNOptions, stopOnNaN } from "./stopOnNaN.js";
