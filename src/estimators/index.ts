// Front door of `lanewise/estimators`: re-exports only. Names and meanings are scikit-learn's, in camelCase.

export { clone, Parameterized, type ParameterRules } from "../parameters/parameterized.js";
export {
  type ColumnSelector,
  type ColumnSelectorOptions,
  type ColumnSlice,
  type Columns,
  makeColumnSelector,
} from "../preprocessing/columnSelection.js";
export { LabelEncoder } from "../preprocessing/labelEncoder.js";
export { MinMaxScaler, type MinMaxScalerParameters } from "../preprocessing/minMaxScaler.js";
export { OneHotEncoder, type OneHotEncoderParameters } from "../preprocessing/oneHotEncoder.js";
export { OrdinalEncoder, type OrdinalEncoderParameters } from "../preprocessing/ordinalEncoder.js";
export { SimpleImputer, type SimpleImputerParameters } from "../preprocessing/simpleImputer.js";
export { StandardScaler, type StandardScalerParameters } from "../preprocessing/standardScaler.js";
export type { IndicatorLike, TruthLike } from "../samples/indicator.js";
export type { Label, LabelsLike, TargetsLike } from "../samples/labels.js";
export type { MatrixLike } from "../samples/matrix.js";
export type { NamedTable } from "../samples/rows.js";
export type { TableLike } from "../samples/table.js";
export {
  type AccuracyOptions,
  accuracyScore,
  balancedAccuracyScore,
  type ClassOptions,
  type ConfusionMatrix,
  cohenKappaScore,
  confusionMatrix,
  hammingLoss,
  matthewsCorrcoef,
} from "../scores/confusion.js";
export {
  type Average,
  type AverageOptions,
  type FscoreOptions,
  f1Score,
  type PrecisionRecallFscore,
  perClassFscore,
  precisionRecallFscore,
  precisionScore,
  recallScore,
} from "../scores/fscores.js";
export {
  logLoss,
  type RocAucOptions,
  type RocCurve,
  rocAucScore,
  rocCurve,
  topKAccuracyScore,
} from "../scores/probabilities.js";
export { explainedVarianceScore, meanAbsoluteError, meanSquaredError, r2Score } from "../scores/regression.js";
export { type ClassificationReport, classificationReport } from "../scores/report.js";
export { type CrossValidationOptions, crossValScore, type SearchableEstimator } from "../search/crossValidation.js";
export { fileJournal, type Journal } from "../search/journal.js";
export { searchProgress } from "../search/progress.js";
export { SearchResults } from "../search/results.js";
export type { Scoring, ScoringName } from "../search/scoring.js";
export { choice, type Distribution, intUniform, logUniform, type SearchSpace, uniform } from "../search/space.js";
export { gridStrategy, type ParameterGrid } from "../search/strategies/grid.js";
export {
  type HyperbandOptions,
  halvingStrategy,
  hyperbandStrategy,
  type RationOptions,
} from "../search/strategies/halving.js";
export { type RandomOptions, randomStrategy } from "../search/strategies/random.js";
export { type TpeOptions, tpeStrategy } from "../search/strategies/tpe.js";
export type { Proposal, Rounds, Strategy } from "../search/strategy.js";
export { type StudyOptions, type StudyProgress, search } from "../search/study.js";
export {
  inlineRunner,
  type Objective,
  type Trial,
  type TrialReport,
  type TrialResult,
  type TrialRunner,
} from "../search/trial.js";
export { type StartWorker, type WorkerRunnerOptions, workerRunner } from "../search/workers.js";
export { type Fold, type FoldParameters, KFold, type Splitter, StratifiedKFold } from "../splits/folds.js";
export { type TrainTestSplit, type TrainTestSplitOptions, trainTestSplit } from "../splits/trainTestSplit.js";
export type { ClassWeight } from "./classWeights.js";
export {
  ColumnTransformer,
  type ColumnTransformerOptions,
  makeColumnTransformer,
  type NamedColumns,
} from "./columnTransformer.js";
export { MLPClassifier } from "./mlp/classifier.js";
export type { MLPAliases, MLPClassifierParameters, MLPParameters } from "./mlp/parameters.js";
export { MLPRegressor } from "./mlp/regressor.js";
export { Perceptron } from "./perceptron.js";
export type { PerceptronParameters } from "./perceptronParameters.js";
export { estimatorFromBytes, estimatorToBytes, loadEstimator, saveEstimator } from "./persistence.js";
export { Pipeline, type PipelineStep, pipeline } from "./pipeline.js";
export type { SearchCVOptions } from "./searchCV.js";
export {
  GridSearchCV,
  HalvingSearchCV,
  type HalvingSearchOptions,
  HyperbandSearchCV,
  RandomizedSearchCV,
  type RandomizedSearchOptions,
  type RationedSearchOptions,
  TPESearchCV,
  type TPESearchOptions,
} from "./searches.js";
export { type TransformedTargetParameters, TransformedTargetRegressor } from "./transformedTarget.js";
