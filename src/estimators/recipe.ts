// Estimators as plain data: the class, its parameters and what was learnt. Files and worker threads take them so.

import { ArgumentError, describe } from "../errors.js";
import { ColumnTransformer, type ColumnTransformerState } from "./columnTransformer.js";
import { MLPClassifier } from "./mlp/classifier.js";
import { MLPRegressor } from "./mlp/regressor.js";
import { Perceptron } from "./perceptron.js";
import { Pipeline, type PipelineStep } from "./pipeline.js";
import type { Columns } from "./preprocessing/columnSelection.js";
import { LabelEncoder } from "./preprocessing/labelEncoder.js";
import { MinMaxScaler } from "./preprocessing/minMaxScaler.js";
import { OneHotEncoder } from "./preprocessing/oneHotEncoder.js";
import { OrdinalEncoder } from "./preprocessing/ordinalEncoder.js";
import { SimpleImputer } from "./preprocessing/simpleImputer.js";
import { StandardScaler } from "./preprocessing/standardScaler.js";
import { checkList, checkRecord } from "./preprocessing/state.js";
import { type TransformedTargetParameters, TransformedTargetRegressor } from "./transformedTarget.js";

/** An estimator as data. `state` is null where nothing was learnt. */
export interface EstimatorRecipe {
  readonly kind: string;
  readonly parameters?: object;
  readonly state?: unknown;
  /** Of what is made of other estimators. */
  readonly steps?: readonly RecipeStep[];
}

interface RecipeStep {
  readonly name: string;
  /** A word such as "drop" stands for itself. */
  readonly step: EstimatorRecipe | string;
  /** Of a ColumnTransformer. */
  readonly columns?: unknown;
}

/** Every estimator and transformer of this library. */
export type BuiltIn =
  | Perceptron
  | MLPClassifier
  | MLPRegressor
  | StandardScaler
  | MinMaxScaler
  | OneHotEncoder
  | OrdinalEncoder
  | SimpleImputer
  | LabelEncoder
  | Composite;

type Composite = Pipeline | ColumnTransformer | TransformedTargetRegressor;
type Single = Exclude<BuiltIn, Composite>;

const kinds: Readonly<Record<string, new (parameters: object) => Single>> = {
  Perceptron,
  MLPClassifier,
  MLPRegressor,
  StandardScaler,
  MinMaxScaler,
  OneHotEncoder,
  OrdinalEncoder,
  SimpleImputer,
  LabelEncoder,
};

const composites = ["Pipeline", "ColumnTransformer", "TransformedTargetRegressor"];

/** The recipe of an estimator of this library; `learnt: false` leaves out what it has learnt. */
export function toRecipe(subject: string, estimator: unknown, { learnt = true } = {}): EstimatorRecipe {
  const part = (step: unknown) => (typeof step === "string" ? step : toRecipe(subject, step, { learnt }));
  if (estimator instanceof Pipeline) {
    return { kind: "Pipeline", steps: estimator.steps.map(([name, step]) => ({ name, step: part(step) })) };
  }
  if (estimator instanceof ColumnTransformer) {
    const { remainder, verboseFeatureNamesOut } = estimator.getParams();
    const steps = estimator.transformers.map(([name, step, columns]) => ({ name, step: part(step), columns }));
    return {
      kind: "ColumnTransformer",
      parameters: { verboseFeatureNamesOut },
      steps: [...steps, { name: "remainder", step: part(remainder) }],
      state: learnt ? estimator.getState() : null,
    };
  }
  if (estimator instanceof TransformedTargetRegressor) {
    const { regressor, transformer } = estimator;
    const steps = [{ name: "regressor", step: part(regressor) }];
    if (transformer !== null) steps.push({ name: "transformer", step: part(transformer) });
    return { kind: "TransformedTargetRegressor", steps, state: learnt ? estimator.getState() : null };
  }
  const found = Object.entries(kinds).find(([, Kind]) => (estimator as object)?.constructor === Kind);
  if (!found) {
    throw new ArgumentError(
      `${subject}: needs an estimator of this library or a pipeline of them; received ${describe(estimator)}.`,
    );
  }
  const single = estimator as Single;
  const parameters = single.getParams();
  const code = Object.entries(parameters).find(([, value]) => typeof value === "function");
  if (code) {
    throw new ArgumentError(`${subject}: parameters must be data; ${found[0]} has ${code[0]} = ${describe(code[1])}.`);
  }
  return { kind: found[0], parameters, state: learnt ? single.getState() : null };
}

/** How deep pipelines in pipelines may go: files must not decide how much of the stack is used. */
const MOST_LEVELS = 32;

/**
 * The estimator of a recipe. Nothing is built before all of it has been checked: a recipe may come from a file.
 *
 * @throws ArgumentError, ShapeError for a recipe that does not fit.
 */
export function fromRecipe(subject: string, recipe: unknown, level = 0): BuiltIn {
  if (level > MOST_LEVELS) throw new ArgumentError(`${subject}: pipelines must be at most ${MOST_LEVELS} levels deep.`);
  const { kind, parameters, state, steps } = checkRecord(`${subject}: the estimator`, recipe, [
    "kind",
    "parameters",
    "state",
    "steps",
  ]);
  if (composites.includes(kind as string)) {
    return composite(subject, kind as string, { parameters, state, steps }, level);
  }
  if (typeof kind !== "string" || !Object.hasOwn(kinds, kind)) {
    const names = [...composites, ...Object.keys(kinds)].join(", ");
    throw new ArgumentError(`${subject}: the estimator must be one of ${names}; received ${describe(kind)}.`);
  }
  const Kind = kinds[kind] as new (parameters: object) => Single;
  const estimator = new Kind((parameters ?? {}) as object);
  estimator.setState((state ?? null) as never);
  return estimator;
}

function composite(
  subject: string,
  kind: string,
  { parameters, state = null, steps }: Readonly<Record<string, unknown>>,
  level: number,
): Composite {
  const parts = checkList(`${subject}: the steps of a ${kind}`, steps).map((entry) => {
    const { name, step, columns } = checkRecord(`${subject}: a step`, entry, ["name", "step", "columns"]);
    const part = typeof step === "string" ? step : fromRecipe(subject, step, level + 1);
    return { name: name as string, step: part as unknown as PipelineStep, columns };
  });
  if (kind === "Pipeline") return new Pipeline(parts.map(({ name, step }) => [name, step]));
  if (kind === "TransformedTargetRegressor") {
    const named = Object.fromEntries(parts.map(({ name, step }) => [name, step]));
    const whole = new TransformedTargetRegressor(named as unknown as TransformedTargetParameters);
    whole.setState(state as ReturnType<TransformedTargetRegressor["getState"]>);
    return whole;
  }
  const { verboseFeatureNamesOut } = checkRecord(`${subject}: parameters`, parameters, ["verboseFeatureNamesOut"]);
  const last = parts.pop() as (typeof parts)[number];
  const whole = new ColumnTransformer(
    parts.map(({ name, step, columns }) => [name, step, columns as Columns]),
    { remainder: last.step, verboseFeatureNamesOut: verboseFeatureNamesOut as boolean },
  );
  whole.setState(state as ColumnTransformerState | null);
  return whole;
}
