// TransformedTargetRegressor: a regressor that learns transformed targets and predicts in their own unit.

import { ArgumentError, checkArity, checkInteger, checkOptions, describe } from "../errors.js";
import { Tensor } from "../tensor/tensor.js";
import { type NamedPart, nestedParams, setNestedParams } from "./parameters/nested.js";
import { type Cloneable, clone } from "./parameters/parameterized.js";
import type { PipelineStep } from "./pipeline.js";
import { checkRecord } from "./preprocessing/state.js";
import { requireFitted } from "./preprocessing/transformer.js";
import { readTargets, type TargetsLike } from "./samples/labels.js";
import { readMatrix, toTensor } from "./samples/matrix.js";
import { r2Score } from "./scores/regression.js";

/** What predicts numbers: an MLPRegressor, a pipeline that ends with one, or an object with these methods. */
export interface Regressor extends PipelineStep {
  predict(x: never): unknown;
}

/** What changes targets and changes them back, such as a StandardScaler. */
export interface TargetTransformer extends Cloneable {
  setParams(parameters: object): unknown;
  fit(y: never): unknown;
  transform(y: never): unknown;
  inverseTransform(y: never): unknown;
}

export interface TransformedTargetParameters {
  readonly regressor: Regressor;
  /** Fitted on the targets, a column per output. Default null: targets stay as they are. */
  readonly transformer?: TargetTransformer | null;
}

/** Fits `transformer` on the targets and `regressor` on what it makes of them; predictions are changed back. */
export class TransformedTargetRegressor {
  readonly kind = "TransformedTargetRegressor";
  readonly regressor: Regressor;
  readonly transformer: TargetTransformer | null;
  /** How many outputs there are; null before fit. */
  #outputs: number | null = null;

  /** `new TransformedTargetRegressor({ regressor: new MLPRegressor(), transformer: new StandardScaler() })` */
  constructor(parameters: TransformedTargetParameters) {
    const subject = "TransformedTargetRegressor";
    checkArity(subject, arguments.length, 1);
    checkOptions(subject, parameters, ["regressor", "transformer"]);
    const { regressor, transformer = null } = parameters;
    checkMethods(`${subject}: regressor`, regressor, ["fit", "predict", "getParams", "setParams"]);
    if (transformer !== null) {
      checkMethods(`${subject}: transformer`, transformer, [
        "fit",
        "transform",
        "inverseTransform",
        "getParams",
        "setParams",
      ]);
    }
    this.regressor = regressor;
    this.transformer = transformer;
  }

  get estimatorType(): "regressor" {
    return "regressor";
  }

  /** The parameters of both: `alpha` of the regressor is `regressor__alpha`. */
  getParams(): Record<string, unknown> {
    checkArity("TransformedTargetRegressor.getParams", arguments.length, 0);
    return nestedParams(this.#parts());
  }

  /** Sets parameters by those names. Nothing changes if one of them is unknown or refused. */
  setParams(parameters: object): this {
    checkArity("TransformedTargetRegressor.setParams", arguments.length, 1);
    setNestedParams("TransformedTargetRegressor.setParams", this.#parts(), parameters);
    return this;
  }

  /** The same parts, with nothing learnt. */
  clone(): TransformedTargetRegressor {
    checkArity("TransformedTargetRegressor.clone", arguments.length, 0);
    return new TransformedTargetRegressor({
      regressor: clone(this.regressor),
      transformer: this.transformer && clone(this.transformer),
    });
  }

  /** Learns from `x` and a number, or a row of numbers, per sample. */
  async fit(x: unknown, y: TargetsLike): Promise<this> {
    const subject = "TransformedTargetRegressor.fit";
    checkArity(subject, arguments.length, 2);
    const targets = readTargets(subject, y);
    // In float64: the unit of the targets may be far from 1.
    const { data, rows, columns } = targets;
    const table = Array.from({ length: rows }, (_, i) => data.slice(i * columns, (i + 1) * columns));
    await this.transformer?.fit(table as never);
    const changed = this.transformer ? await this.transformer.transform(table as never) : toTensor(targets);
    const numbers = toTensor(readMatrix(`${subject}: transformed targets`, changed as Tensor));
    await this.regressor.fit(x as never, (columns === 1 ? numbers.reshape([rows]) : numbers) as never);
    this.#outputs = columns;
    return this;
  }

  /** In the unit of the targets: [samples] for a single output, else [samples, outputs]. */
  async predict(x: unknown): Promise<Tensor> {
    const subject = "TransformedTargetRegressor.predict";
    checkArity(subject, arguments.length, 1);
    const outputs = requireFitted(subject, this.#outputs);
    const predicted = readTargets(subject, (await this.regressor.predict(x as never)) as TargetsLike);
    const own = toTensor(predicted);
    const back = this.transformer ? await this.transformer.inverseTransform(own as never) : own;
    const numbers = toTensor(readMatrix(subject, back as Tensor));
    return outputs === 1 ? new Tensor(numbers.data, [predicted.rows]) : numbers;
  }

  /** R² on samples with known targets. */
  async score(x: unknown, y: TargetsLike): Promise<number> {
    checkArity("TransformedTargetRegressor.score", arguments.length, 2);
    return r2Score(y, await this.predict(x));
  }

  /** The number of outputs; null before fit. What the parts have learnt is theirs. */
  getState(): { readonly outputs: number } | null {
    checkArity("TransformedTargetRegressor.getState", arguments.length, 0);
    return this.#outputs === null ? null : { outputs: this.#outputs };
  }
  setState(state: { readonly outputs: number } | null): void {
    const subject = "TransformedTargetRegressor.setState";
    checkArity(subject, arguments.length, 1);
    if (state !== null) {
      const { outputs } = checkRecord(subject, state, ["outputs"]);
      checkInteger(`${subject}: outputs`, outputs, 1);
    }
    this.#outputs = state === null ? null : state.outputs;
  }

  #parts(): NamedPart[] {
    const { regressor, transformer } = this;
    return transformer
      ? [
          ["regressor", regressor],
          ["transformer", transformer],
        ]
      : [["regressor", regressor]];
  }
}

function checkMethods(subject: string, object: unknown, methods: readonly string[]): void {
  const missing = methods.find(
    (method) => typeof (object as Record<string, unknown> | null | undefined)?.[method] !== "function",
  );
  if (missing === undefined) return;
  throw new ArgumentError(`${subject} must have ${missing}(); received ${describe(object)}.`);
}
