// Sample calls of lanewise/estimators. One line for each export.

import * as estimators from "../../../src/estimators/index.js";
import {
  call,
  callback,
  create,
  exempt,
  flag,
  instead,
  integer,
  type Kind,
  maker,
  nullable,
  number,
  optional,
  options,
  path,
  positive,
  signal,
  type Table,
  text,
  value,
  word,
} from "../kinds.js";
import { classes, examples, features, file, folder, targets } from "./fixtures.js";

const { gridStrategy, MLPRegressor, Perceptron, StandardScaler } = estimators;

const truth = targets();
const guesses = value(() => [0, 1, 0, 0]);
const shares = value(() => [0.1, 0.8, 0.4, 0.3]);
const numbers = value(() => [1, 2, 3, 4]);
const labels = value(() => [0, 1]);
const estimator = value(() => new Perceptron({ maxIter: 2 }));
const fitted = new StandardScaler().fit(features);
const space = value(() => ({ a: [1, 2] }));
const score = call(truth, guesses);
const errorOf = call(numbers, numbers);
const folds = create(options({ nSplits: integer(2), shuffle: flag(), randomState: integer(1) }));
const cv = value(2);
const own = exempt("what a class of one's own extends; its subclasses are judged");
/** The options that all searches share. */
const study = {
  cv: value(2),
  scoring: value("accuracy", "function"),
  refit: flag(),
  workers: value(0),
  startWorker: callback(),
  journal: value(() => estimators.fileJournal(folder("journal.jsonl")), "string"),
  onTrial: callback(),
  signal: signal(),
};
const tpe = {
  trials: integer(4),
  startup: integer(2),
  batch: integer(1),
  gamma: positive(0.25),
  candidates: integer(4),
  randomState: integer(1),
};
const grid = value(() => ({ maxIter: [1, 2] }));
const distributions = value(() => ({ alpha: estimators.uniform(0.1, 1) }));
const ration = {
  resource: text("samples"),
  minResources: integer(2),
  maxResources: integer(12),
  factor: integer(2),
  randomState: integer(1),
};
const sharedByMLPs = {
  hiddenUnits: value(() => [2], "[]"),
  activation: value("relu", "function", "null"),
  kernelInitializer: value("heNormal", "function"),
  solver: word("sgd"),
  learningRate: positive(0.1),
  momentum: positive(0.5),
  nesterov: flag(),
  alpha: positive(0.1),
  batchSize: nullable(integer(2)),
  epochs: integer(1),
  steps: nullable(integer(1)),
  tol: nullable(positive(0.1)),
  nIterNoChange: integer(1),
  earlyStopping: flag(),
  validationFraction: positive(0.5),
  shuffle: flag(),
  randomState: integer(1),
  warmStart: flag(),
};
const aliasesOfMLPs = (kind: Kind): Kind => {
  const one = instead(
    kind,
    ["hiddenUnits"],
    "hiddenLayerSizes",
    value(() => [2], "[]"),
  );
  const two = instead(one, ["learningRate"], "learningRateInit", positive(0.1));
  const three = instead(two, ["epochs"], "maxIter", integer(1));
  const four = instead(three, ["nesterov"], "nesterovsMomentum", flag());
  return instead(four, ["randomState"], "seed", integer(1));
};
const classWeight = value("balanced", "null", "{}", "date");
const averaged = { labels, average: word("macro"), posLabel: value(1, "string", "number", "true", "bigint") };
/** Any label. */
const label = ["number", "string", "true"] as const;

export const estimatorsTable: Table = {
  GridSearchCV: create(estimator, grid, options(study)),
  HalvingSearchCV: create(
    estimator,
    distributions,
    options({ nCandidates: integer(2), ...study, ...ration }, ["nCandidates"]),
  ),
  HyperbandSearchCV: create(estimator, distributions, options({ ...study, ...ration })),
  RandomizedSearchCV: create(
    estimator,
    distributions,
    options({ nIter: integer(2), randomState: integer(1), ...study }),
  ),
  TPESearchCV: create(estimator, distributions, options({ ...tpe, ...study })),
  ColumnTransformer: create(
    value(() => [["scale", new StandardScaler(), [0]]]),
    options({ remainder: word("passthrough"), verboseFeatureNamesOut: flag() }),
  ),
  makeColumnTransformer: {
    ...call(value(() => [new StandardScaler(), [0]])),
    rest: value(() => ["drop", [1]]),
  },
  makeColumnSelector: call(
    options({
      pattern: value(/a/, "string"),
      dtypeInclude: value("number", "[]"),
      dtypeExclude: value("string", "[]"),
    }),
  ),
  MLPClassifier: create(aliasesOfMLPs(options({ classWeight, ...sharedByMLPs }))),
  MLPRegressor: create(aliasesOfMLPs(options(sharedByMLPs))),
  Perceptron: create(
    instead(
      instead(
        instead(
          options({
            penalty: nullable(word("l2")),
            alpha: positive(0.1),
            l1Ratio: positive(0.5),
            fitIntercept: flag(),
            maxIter: integer(2),
            tol: nullable(positive(0.1)),
            shuffle: flag(),
            eta0: positive(1),
            randomState: integer(1),
            earlyStopping: flag(),
            validationFraction: positive(0.5),
            nIterNoChange: integer(1),
            classWeight,
            warmStart: flag(),
          }),
          ["maxIter"],
          "epochs",
          integer(2),
        ),
        ["eta0"],
        "learningRate",
        positive(1),
      ),
      ["randomState"],
      "seed",
      integer(1),
    ),
  ),
  OrdinalEncoder: create(
    options({
      categories: word("auto"),
      handleUnknown: word("useEncodedValue"),
      unknownValue: value(-1, "number", "NaN"),
      encodedMissingValue: value(-2, "number", "NaN"),
    }),
  ),
  SimpleImputer: create(
    options({
      missingValues: value(0, "number", "NaN", "string", "null"),
      strategy: word("median"),
      fillValue: value(0, ...label, "NaN", "null"),
      addIndicator: flag(),
      keepEmptyFeatures: flag(),
    }),
  ),
  TransformedTargetRegressor: create(
    options({ regressor: value(() => new MLPRegressor()), transformer: nullable(value(() => new StandardScaler())) }, [
      "regressor",
    ]),
  ),
  Parameterized: own,
  KFold: folds,
  StratifiedKFold: folds,
  LabelEncoder: create(options({})),
  MinMaxScaler: create(options({ featureRange: value(() => [0, 1]), clip: flag() })),
  OneHotEncoder: create(options({ drop: value("first", "null"), handleUnknown: word("ignore") })),
  StandardScaler: create(options({ withMean: flag(), withStd: flag() })),
  Pipeline: create(value(() => [["scale", new StandardScaler()]])),
  SearchResults: exempt("what a search gives"),

  accuracyScore: score,
  balancedAccuracyScore: score,
  cohenKappaScore: score,
  hammingLoss: score,
  f1Score: call(truth, guesses, options(averaged)),
  precisionScore: call(truth, guesses, options(averaged)),
  recallScore: call(truth, guesses, options(averaged)),
  matthewsCorrcoef: score,
  classificationReport: call(truth, guesses, options({ targetNames: value(() => ["a", "b"]), digits: integer(2) })),
  confusionMatrix: call(truth, guesses, options({ labels })),
  perClassFscore: call(truth, guesses, options({ labels, beta: positive(1) })),
  precisionRecallFscore: call(truth, guesses, options({ beta: positive(1), ...averaged })),
  logLoss: call(truth, shares, options({ labels })),
  rocAucScore: call(truth, shares, options({ labels, multiClass: word("ovr") })),
  rocCurve: call(truth, shares),
  topKAccuracyScore: call(truth, shares, options({ labels, k: integer(1) })),
  explainedVarianceScore: errorOf,
  meanAbsoluteError: errorOf,
  meanSquaredError: errorOf,
  r2Score: errorOf,

  choice: call(value(() => [1, 2])),
  uniform: call(number(-2), number(1)),
  intUniform: call(value(1), value(3)),
  logUniform: call(positive(0.1), positive(1)),
  gridStrategy: call(space),
  halvingStrategy: call(
    value(() => [{ a: 1 }, { a: 2 }]),
    options({ minResources: integer(1), maxResources: integer(4), factor: integer(2) }, [
      "minResources",
      "maxResources",
    ]),
  ),
  hyperbandStrategy: call(
    space,
    options({ minResources: integer(1), maxResources: integer(4), factor: integer(2), randomState: integer(1) }, [
      "minResources",
      "maxResources",
    ]),
  ),
  randomStrategy: call(space, options({ trials: integer(2), randomState: integer(1) })),
  tpeStrategy: call(space, options(tpe)),
  inlineRunner: call(callback(() => 1)),
  fileJournal: call(path(folder("own.jsonl"))),
  searchProgress: maker("Progress", optional(callback())),
  search: call(
    callback(() => 1),
    value(() => gridStrategy({ a: [1] })),
    options({ onTrial: callback(), signal: signal(), journal: study.journal }),
  ),
  workerRunner: call(
    value(() => new URL("objective.mjs", import.meta.url), "string"),
    options({ count: integer(1), startWorker: callback() }),
  ),
  crossValScore: call(
    estimator,
    value(() => [...features, ...features, ...features]),
    value(() => [...classes, ...classes, ...classes]),
    options({ cv, scoring: value("accuracy", "function") }),
  ),
  trainTestSplit: call(
    examples(),
    truth,
    options({
      testSize: positive(0.5),
      shuffle: flag(),
      stratify: nullable(value(() => classes)),
      randomState: integer(1),
    }),
  ),
  clone: call(estimator),
  pipeline: { ...call(value(() => new StandardScaler())), rest: value(() => new StandardScaler()) },
  estimatorToBytes: call(value(() => fitted)),
  estimatorFromBytes: call(value(() => estimators.estimatorToBytes(fitted))),
  saveEstimator: call(
    value(() => fitted),
    path(folder("saved-estimator.safetensors")),
  ),
  loadEstimator: call(
    path(file("estimator.safetensors", estimators.estimatorToBytes(fitted))),
    options({ maxBytes: integer(1e6) }),
  ),
};
