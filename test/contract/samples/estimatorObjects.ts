// Sample calls of the methods of estimators, transformers, splitters and searches.

import * as estimators from "../../../src/estimators/index.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import { call, exempt, type ObjectSample, ofClass, optional, options, type Probe, text, value } from "../kinds.js";
import { classes, examples, features, folder, targets } from "./fixtures.js";

const { ColumnTransformer, KFold, LabelEncoder, MinMaxScaler, MLPClassifier, MLPRegressor, OneHotEncoder } = estimators;
const { OrdinalEncoder, Perceptron, Pipeline, SearchResults, SimpleImputer, StandardScaler, StratifiedKFold } =
  estimators;
const { TransformedTargetRegressor } = estimators;

const nothing = call();
const anything: readonly Probe[] = [
  "null",
  "NaN",
  "string",
  "number",
  "true",
  "[]",
  "{}",
  "function",
  "symbol",
  "bigint",
  "date",
];
/** Pipelines give every step the labels; most look at none. */
const ignored = optional(value(1, ...anything));
const names = optional(value(() => ["a", "b"]));
const params = { getParams: nothing, setParams: call(value({}, "{}")) };
const rows = examples();

/** What an estimator has learnt, as text. */
const learnt = (estimator: { getState(): unknown }) =>
  JSON.stringify(estimator.getState(), (_, each) => (each instanceof Tensor ? [...each.data] : each));
/** getState, and setState with what it gave. */
const stateOf = (make: () => { getState(): unknown }) => ({
  getState: nothing,
  setState: call(value(() => make().getState(), "null")),
});
const transforms = { fit: call(rows, ignored), transform: call(rows), fitTransform: call(rows, ignored) };
const scaler = () => new StandardScaler().fit(features);
const minMax = () => new MinMaxScaler().fit(features);
const oneHot = () => new OneHotEncoder().fit(features);
const ordinal = () => new OrdinalEncoder().fit(features);
const imputer = () => new SimpleImputer().fit(features);
const encoder = () => new LabelEncoder().fit(classes);
const columns = () => new ColumnTransformer([["scale", new StandardScaler(), [0, 1]]]).fit(features);
const fitted = await columns();
const settings = { epochs: 1, hiddenUnits: [2] };
const classifier = await new MLPClassifier(settings).fit(features, classes);
const regressor = await new MLPRegressor(settings).fit(features, classes);
const perceptron = () => new Perceptron({ maxIter: 2 }).fit(features, classes);
const classNames = options({ classes: value(() => [0, 1]) });
const predicts = { fit: call(rows, targets()), predict: call(rows), score: call(rows, targets()) };
const searched = await new estimators.GridSearchCV(new Perceptron(), { maxIter: [1] }, { cv: 2 }).fit(
  features,
  classes,
);
const drawn = exempt("what strategies draw with");

export const estimatorObjects: Readonly<Record<string, ObjectSample>> = {
  StandardScaler: ofClass(
    StandardScaler,
    scaler,
    { ...transforms, inverseTransform: call(rows), getFeatureNamesOut: call(names), ...stateOf(scaler), ...params },
    learnt,
  ),
  MinMaxScaler: ofClass(
    MinMaxScaler,
    minMax,
    { ...transforms, inverseTransform: call(rows), getFeatureNamesOut: call(names), ...stateOf(minMax), ...params },
    learnt,
  ),
  OneHotEncoder: ofClass(
    OneHotEncoder,
    oneHot,
    {
      ...transforms,
      inverseTransform: call(value(() => oneHot().transform(features))),
      getFeatureNamesOut: call(names),
      ...stateOf(oneHot),
      ...params,
    },
    learnt,
  ),
  OrdinalEncoder: ofClass(
    OrdinalEncoder,
    ordinal,
    {
      ...transforms,
      inverseTransform: call(value(() => ordinal().transform(features))),
      getFeatureNamesOut: call(names),
      ...stateOf(ordinal),
      ...params,
    },
    learnt,
  ),
  SimpleImputer: ofClass(
    SimpleImputer,
    imputer,
    { ...transforms, getFeatureNamesOut: call(names), ...stateOf(imputer), ...params },
    learnt,
  ),
  LabelEncoder: ofClass(
    LabelEncoder,
    encoder,
    {
      fit: call(targets(), ignored),
      transform: call(targets()),
      fitTransform: call(targets(), ignored),
      inverseTransform: call(value(() => classes, "[]")),
      ...stateOf(encoder),
      ...params,
    },
    learnt,
  ),
  ColumnTransformer: ofClass(
    ColumnTransformer,
    columns,
    { ...transforms, clone: nothing, getFeatureNamesOut: call(names), ...stateOf(() => fitted), ...params },
    (object) => learnt(object as never),
  ),
  MLPClassifier: ofClass(
    MLPClassifier,
    async () => {
      const made = new MLPClassifier(settings);
      made.setState(classifier.getState());
      return made;
    },
    {
      ...predicts,
      partialFit: call(rows, targets(), classNames),
      predictProba: call(rows),
      evaluate: call(rows, targets()),
      ...stateOf(() => classifier),
      ...params,
    },
    learnt,
  ),
  MLPRegressor: ofClass(
    MLPRegressor,
    async () => {
      const made = new MLPRegressor(settings);
      made.setState(regressor.getState());
      return made;
    },
    {
      ...predicts,
      partialFit: call(rows, targets()),
      evaluate: call(rows, targets()),
      ...stateOf(() => regressor),
      ...params,
    },
    learnt,
  ),
  Perceptron: ofClass(
    Perceptron,
    perceptron,
    {
      ...predicts,
      partialFit: call(rows, targets(), classNames),
      decisionFunction: call(rows),
      ...stateOf(perceptron),
      ...params,
    },
    learnt,
  ),
  Pipeline: ofClass(
    Pipeline,
    async () => await estimators.pipeline(new StandardScaler(), new Perceptron({ maxIter: 2 })).fit(features, classes),
    {
      ...predicts,
      clone: nothing,
      ...params,
      predictProba: exempt("only of pipelines whose last step has it; that step judges its arguments"),
      evaluate: exempt("only of pipelines whose last step has it; that step judges its arguments"),
      transform: exempt("only of pipelines whose last step has it; that step judges its arguments"),
      getFeatureNamesOut: exempt("only of pipelines whose last step has it; that step judges its arguments"),
    },
  ),
  TransformedTargetRegressor: ofClass(
    TransformedTargetRegressor,
    async () => await new TransformedTargetRegressor({ regressor: new MLPRegressor(settings) }).fit(features, classes),
    { ...predicts, clone: nothing, ...params, ...stateOf(() => ({ getState: () => ({ outputs: 1 }) })) },
  ),
  KFold: ofClass(KFold, () => new KFold({ nSplits: 2 }), { split: call(rows, ignored), ...params }),
  StratifiedKFold: ofClass(StratifiedKFold, () => new StratifiedKFold({ nSplits: 2 }), {
    split: call(rows, targets()),
    ...params,
  }),
  SearchCV: {
    is: (object: { fit?: unknown; bestParams?: unknown }) =>
      object instanceof Object.getPrototypeOf(searched.constructor),
    make: () => searched,
    methods: {
      ...predicts,
      strategy: exempt("protected"),
      ration: exempt("protected"),
    },
  } as ObjectSample,
  SearchResults: ofClass(SearchResults, () => searched.results, { rows: nothing, toCSV: nothing }),
  Strategy: {
    is: (object: { rounds?: unknown }) => typeof object?.rounds === "function",
    make: () => estimators.gridStrategy({ a: [1] }),
    methods: { rounds: exempt("a study calls it") },
  } as ObjectSample,
  Distribution: {
    is: (object: { placeOf?: unknown }) => typeof object?.placeOf === "function",
    make: () => estimators.choice([1]),
    methods: { at: drawn, placeOf: drawn },
  } as ObjectSample,
  TrialRunner: {
    is: (object: { run?: unknown; close?: unknown; concurrency?: unknown }) => typeof object?.concurrency === "number",
    make: () => estimators.inlineRunner(() => 1),
    methods: { run: exempt("a study calls it"), close: exempt("a study calls it") },
  } as ObjectSample,
  Journal: {
    is: (object: { append?: unknown }) => typeof object?.append === "function",
    make: () => estimators.fileJournal(folder("journal-of-one.jsonl")),
    methods: { read: nothing, append: call(text("{}")) },
  } as ObjectSample,
  Progress: { make: () => estimators.searchProgress(() => {}), itself: exempt("a study calls it"), methods: {} },
};
