// Estimators as plain data: the class, its parameters and what was learnt. Files and worker threads take them so.

import { ArgumentError, describe } from "../errors.js";
import { LabelEncoder } from "../preprocessing/labelEncoder.js";
import { MinMaxScaler } from "../preprocessing/minMaxScaler.js";
import { OneHotEncoder } from "../preprocessing/oneHotEncoder.js";
import { StandardScaler } from "../preprocessing/standardScaler.js";
import { MLPClassifier } from "./mlp/classifier.js";
import { MLPRegressor } from "./mlp/regressor.js";
import { Perceptron } from "./perceptron.js";
import { Pipeline, type PipelineStep } from "./pipeline.js";

/** An estimator as data. `state` is null where nothing was learnt. */
export interface EstimatorRecipe {
  readonly kind: string;
  readonly parameters?: object;
  readonly state?: unknown;
  /** Of a pipeline. */
  readonly steps?: readonly { readonly name: string; readonly step: EstimatorRecipe }[];
}

/** Every estimator and transformer of this library. */
export type BuiltIn =
  | Perceptron
  | MLPClassifier
  | MLPRegressor
  | StandardScaler
  | MinMaxScaler
  | OneHotEncoder
  | LabelEncoder
  | Pipeline;

type Single = Exclude<BuiltIn, Pipeline>;

const kinds: Readonly<Record<string, new (parameters: object) => Single>> = {
  Perceptron,
  MLPClassifier,
  MLPRegressor,
  StandardScaler,
  MinMaxScaler,
  OneHotEncoder,
  LabelEncoder,
};

/** The recipe of an estimator of this library; `learnt: false` leaves out what it has learnt. */
export function toRecipe(subject: string, estimator: unknown, { learnt = true } = {}): EstimatorRecipe {
  if (estimator instanceof Pipeline) {
    const steps = estimator.steps.map(([name, step]) => ({ name, step: toRecipe(subject, step, { learnt }) }));
    return { kind: "Pipeline", steps };
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

/** The estimator of a recipe. */
export function fromRecipe(subject: string, recipe: EstimatorRecipe): BuiltIn {
  if (recipe.kind === "Pipeline" && recipe.steps) {
    return new Pipeline(
      recipe.steps.map(({ name, step }) => [name, fromRecipe(subject, step) as unknown as PipelineStep]),
    );
  }
  if (!Object.hasOwn(kinds, recipe.kind)) {
    throw new ArgumentError(
      `${subject}: the estimator must be one of ${Object.keys(kinds).join(", ")}; received ${describe(recipe.kind)}.`,
    );
  }
  const Kind = kinds[recipe.kind] as new (parameters: object) => Single;
  const estimator = new Kind(recipe.parameters ?? {});
  estimator.setState((recipe.state ?? null) as never);
  return estimator;
}
