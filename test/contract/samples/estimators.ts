// Sample calls of lanewise/estimators. One line for each export.

import * as estimators from "../../../src/estimators/index.js";
import {
  call,
  callback,
  create,
  exempt,
  flag,
  integer,
  maker,
  nullable,
  number,
  optional,
  options,
  positive,
  type Table,
  text,
  value,
  word,
} from "../kinds.js";
import { classes, examples, features, targets } from "./fixtures.js";

const { gridStrategy, Perceptron, StandardScaler } = estimators;

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
const searched = exempt("its estimator is judged where it is fitted: see test/estimators/searches.test.ts");

export const estimatorsTable: Table = {
  GridSearchCV: searched,
  HalvingSearchCV: searched,
  HyperbandSearchCV: searched,
  RandomizedSearchCV: searched,
  TPESearchCV: searched,
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
  matthewsCorrcoef: score,
  classificationReport: call(truth, guesses, options({ targetNames: value(() => ["a", "b"]), digits: integer(2) })),
  confusionMatrix: call(truth, guesses, options({ labels })),
  perClassFscore: call(truth, guesses, options({ labels, beta: positive(1) })),
  precisionRecallFscore: call(truth, guesses, options({ labels, beta: positive(1), average: word("macro") })),
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
  tpeStrategy: call(
    space,
    options({
      trials: integer(4),
      startup: integer(2),
      batch: integer(1),
      gamma: positive(0.25),
      candidates: integer(4),
      randomState: integer(1),
    }),
  ),
  inlineRunner: call(callback(() => 1)),
  fileJournal: call(text("journal.jsonl")),
  searchProgress: maker("Progress", optional(callback())),
  search: call(
    callback(() => 1),
    value(() => gridStrategy({ a: [1] })),
    options({ onTrial: callback(), signal: value(() => new AbortController().signal) }),
  ),
  workerRunner: exempt("starts threads; judged by test/estimators/search"),
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
  saveEstimator: exempt("writes files; judged by test/estimators"),
  loadEstimator: exempt("reads files; judged by test/estimators"),
};
