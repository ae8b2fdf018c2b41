// Front door of `lanewise/estimators`: re-exports only. Names and meanings are scikit-learn's, in camelCase.

export type { NodeWorker, PageWorker } from "../host/threads.js";
export type { ClassWeight } from "./classWeights.js";
export type { ColumnTransformerState } from "./columnTransformer.js";
export {
  ColumnTransformer,
  type ColumnTransformerOptions,
  makeColumnTransformer,
  type NamedColumns,
} from "./columnTransformer.js";
export type { MLPClassifierState } from "./mlp/classifier.js";
export { MLPClassifier } from "./mlp/classifier.js";
export type { Weights } from "./mlp/network.js";
export type { MLPAliases, MLPClassifierParameters, MLPParameters } from "./mlp/parameters.js";
export type { MLPRegressorState } from "./mlp/regressor.js";
export { MLPRegressor } from "./mlp/regressor.js";
// Types that signatures mention: TypeScript names them in declarations of what a program makes of the above.
export type { Cloneable, Parameters } from "./parameters/parameterized.js";
export { clone, Parameterized, type ParameterRules } from "./parameters/parameterized.js";
export type { PerceptronState } from "./perceptron.js";
export { Perceptron } from "./perceptron.js";
export type { PerceptronParameters } from "./perceptronParameters.js";
export { estimatorFromBytes, estimatorToBytes, loadEstimator, saveEstimator } from "./persistence.js";
export type { NamedStep } from "./pipeline.js";
export { Pipeline, type PipelineStep, pipeline } from "./pipeline.js";
export type { Category } from "./preprocessing/categories.js";
export type { ColumnType } from "./preprocessing/columnSelection.js";
export {
  type ColumnSelector,
  type ColumnSelectorOptions,
  type ColumnSlice,
  type Columns,
  makeColumnSelector,
} from "./preprocessing/columnSelection.js";
export { LabelEncoder } from "./preprocessing/labelEncoder.js";
export { MinMaxScaler, type MinMaxScalerParameters } from "./preprocessing/minMaxScaler.js";
export { OneHotEncoder, type OneHotEncoderParameters } from "./preprocessing/oneHotEncoder.js";
export { OrdinalEncoder, type OrdinalEncoderParameters } from "./preprocessing/ordinalEncoder.js";
export { SimpleImputer, type SimpleImputerParameters } from "./preprocessing/simpleImputer.js";
export { StandardScaler, type StandardScalerParameters } from "./preprocessing/standardScaler.js";
export type { ColumnsLike } from "./preprocessing/transformer.js";
export type { BuiltIn } from "./recipe.js";
export type { IndicatorLike, TruthLike } from "./samples/indicator.js";
export type { Label, LabelsLike, TargetsLike } from "./samples/labels.js";
export type { MatrixLike } from "./samples/matrix.js";
export type { NamedTable, Samples } from "./samples/rows.js";
export type { Cell, TableLike } from "./samples/table.js";
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
} from "./scores/confusion.js";
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
} from "./scores/fscores.js";
export type { ScoresLike, TopKOptions } from "./scores/probabilities.js";
export {
  logLoss,
  type RocAucOptions,
  type RocCurve,
  rocAucScore,
  rocCurve,
  topKAccuracyScore,
} from "./scores/probabilities.js";
export { explainedVarianceScore, meanAbsoluteError, meanSquaredError, r2Score } from "./scores/regression.js";
export type { ReportOptions } from "./scores/report.js";
export { type ClassificationReport, classificationReport } from "./scores/report.js";
export type { Ration } from "./search/crossValidation.js";
export { type CrossValidationOptions, crossValScore, type SearchableEstimator } from "./search/crossValidation.js";
export { fileJournal, type Journal } from "./search/journal.js";
export { searchProgress } from "./search/progress.js";
export type { ResultRow } from "./search/results.js";
export { SearchResults } from "./search/results.js";
export type { Scorable, Scorer, Scoring, ScoringName } from "./search/scoring.js";
export { choice, type Distribution, intUniform, logUniform, type SearchSpace, uniform } from "./search/space.js";
export { gridStrategy, type ParameterGrid } from "./search/strategies/grid.js";
export {
  type HyperbandOptions,
  halvingStrategy,
  hyperbandStrategy,
  type RationOptions,
} from "./search/strategies/halving.js";
export { type RandomOptions, randomStrategy } from "./search/strategies/random.js";
export { type TpeOptions, tpeStrategy } from "./search/strategies/tpe.js";
export type { Proposal, Rounds, Strategy } from "./search/strategy.js";
export { type StudyOptions, type StudyProgress, search } from "./search/study.js";
export type { TrialContext } from "./search/trial.js";
export {
  inlineRunner,
  type Objective,
  type Trial,
  type TrialReport,
  type TrialResult,
  type TrialRunner,
} from "./search/trial.js";
export { type StartWorker, type WorkerRunnerOptions, workerRunner } from "./search/workers.js";
export type { SearchCV, SearchCVOptions } from "./searchCV.js";
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
export { type Fold, type FoldParameters, KFold, type Splitter, StratifiedKFold } from "./splits/folds.js";
export { type TrainTestSplit, type TrainTestSplitOptions, trainTestSplit } from "./splits/trainTestSplit.js";
export type { Regressor, TargetTransformer } from "./transformedTarget.js";
export { type TransformedTargetParameters, TransformedTargetRegressor } from "./transformedTarget.js";
