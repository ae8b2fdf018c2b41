// Estimators as plain data: the class, its parameters and what was learnt. Files and worker threads take them so.

import { ArgumentError, describe } from "../errors.js";
import { LabelEncoder } from "../preprocessing/labelEncoder.js";
import { MinMaxScaler } from "../preprocessing/minMaxScaler.js";
import { OneHotEncoder } from "../preprocessing/oneHotEncoder.js";
import { StandardScaler } from "../preprocessing/standardScaler.js";
import { checkList, checkRecord } from "../preprocessing/state.js";
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
  if (kind === "Pipeline") {
    const list = checkList(`${subject}: the steps of a pipeline`, steps).map((entry) => {
      const { name, step } = checkRecord(`${subject}: a step`, entry, ["name", "step"]);
      return [name as string, fromRecipe(subject, step, level + 1) as unknown as PipelineStep] as const;
    });
    return new Pipeline(list);
  }
  if (typeof kind !== "string" || !Object.hasOwn(kinds, kind)) {
    const names = ["Pipeline", ...Object.keys(kinds)].join(", ");
    throw new ArgumentError(`${subject}: the estimator must be one of ${names}; received ${describe(kind)}.`);
  }
  const Kind = kinds[kind] as new (parameters: object) => Single;
  const estimator = new Kind((parameters ?? {}) as object);
  estimator.setState((state ?? null) as never);
  return estimator;
}
