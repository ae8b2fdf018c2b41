// MLPRegressor: a multi-layer perceptron for numbers, trained by the engine.

import { ArgumentError, checkArity, checkInteger } from "../../errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import { Parameterized } from "../parameters/parameterized.js";
import { checkRecord } from "../preprocessing/state.js";
import { requireFitted } from "../preprocessing/transformer.js";
import { readTargets, type TargetsLike } from "../samples/labels.js";
import { type Matrix, type MatrixLike, readMatrix, toTensor } from "../samples/matrix.js";
import { takeRows } from "../samples/rows.js";
import { meanAbsoluteError, meanSquaredError, r2Score } from "../scores/regression.js";
import { splitIndices } from "../splits/trainTestSplit.js";
import { checkWeights, Network, type Weights } from "./network.js";
import { longestFit, type MLPAliases, type MLPParameters, regressorRules } from "./parameters.js";

interface Learnt {
  readonly network: Network;
  /** Columns of the targets. */
  readonly outputs: number;
  nIter: number;
}

export interface MLPRegressorState {
  readonly inputs: number;
  readonly outputs: number;
  readonly nIter: number;
  readonly weights: Weights;
}

/** Hidden layers, then one linear output per column of y; the loss is the mean squared error. Needs `await init()`. */
export class MLPRegressor extends Parameterized<MLPParameters> {
  #learnt: Learnt | null = null;

  constructor(parameters: Partial<MLPParameters & MLPAliases> = {}) {
    checkArity("MLPRegressor", arguments.length, 1);
    super(regressorRules, parameters as Partial<MLPParameters>);
  }

  get estimatorType(): "regressor" {
    return "regressor";
  }
  /** Epochs of the last fit. */
  get nIter(): number {
    return requireFitted("MLPRegressor.nIter", this.#learnt).nIter;
  }
  /** Mean loss of each epoch, the penalty included. */
  get lossCurve(): readonly number[] {
    return requireFitted("MLPRegressor.lossCurve", this.#learnt).network.lossCurve;
  }
  /** R² on the held-out samples after each epoch, where earlyStopping is on. */
  get validationScores(): readonly number[] {
    return requireFitted("MLPRegressor.validationScores", this.#learnt).network.validationScores;
  }
  /** Kernels and biases by name: `hidden1/kernel`. */
  get weights(): Weights {
    return requireFitted("MLPRegressor.weights", this.#learnt).network.weights;
  }

  /**
   * Learns from `x`, [samples, features], and a number per sample, or a row of numbers.
   *
   * @throws ArgumentError, ShapeError for data that do not fit; then nothing has changed.
   */
  async fit(x: MatrixLike, y: TargetsLike): Promise<this> {
    checkArity("MLPRegressor.fit", arguments.length, 2);
    const parameters = this.getParams();
    return await this.#train(
      "MLPRegressor.fit",
      parameters.warmStart ? this.#learnt : null,
      x,
      y,
      longestFit(parameters),
    );
  }

  /** One more epoch, from the weights that are there. */
  async partialFit(x: MatrixLike, y: TargetsLike): Promise<this> {
    checkArity("MLPRegressor.partialFit", arguments.length, 2);
    const subject = "MLPRegressor.partialFit";
    if (this.getParams().earlyStopping) {
      throw new ArgumentError(`${subject}: one epoch cannot stop early; set earlyStopping to false.`);
    }
    return await this.#train(subject, this.#learnt, x, y, 1);
  }

  /** [samples] for a single output, else [samples, outputs]. */
  predict(x: MatrixLike): Tensor {
    checkArity("MLPRegressor.predict", arguments.length, 1);
    const { network, outputs } = requireFitted("MLPRegressor.predict", this.#learnt);
    const rules = { columns: network.inputs, learntFrom: "in fit()" };
    const predicted = network.predict(toTensor(readMatrix("MLPRegressor.predict", x, rules)));
    return outputs === 1 ? predicted.reshape([predicted.size]) : predicted;
  }

  /** R² on samples with known targets. */
  score(x: MatrixLike, y: TargetsLike): number {
    checkArity("MLPRegressor.score", arguments.length, 2);
    return r2Score(y, this.predict(x));
  }

  /** Mean squared error, mean absolute error and R². */
  evaluate(x: MatrixLike, y: TargetsLike): { readonly mse: number; readonly mae: number; readonly r2: number } {
    checkArity("MLPRegressor.evaluate", arguments.length, 2);
    const predicted = this.predict(x);
    return { mse: meanSquaredError(y, predicted), mae: meanAbsoluteError(y, predicted), r2: r2Score(y, predicted) };
  }

  /** What was learnt, as plain data and tensors; null before fit. Momenta of the solver are not part of it. */
  getState(): MLPRegressorState | null {
    checkArity("MLPRegressor.getState", arguments.length, 0);
    if (this.#learnt === null) return null;
    const { network, outputs, nIter } = this.#learnt;
    return { inputs: network.inputs, outputs, nIter, weights: network.weights };
  }
  setState(state: MLPRegressorState | null): void {
    checkArity("MLPRegressor.setState", arguments.length, 1);
    if (state === null) {
      this.#learnt = null;
      return;
    }
    const subject = "MLPRegressor.setState";
    const fields = checkRecord(subject, state, ["inputs", "outputs", "nIter", "weights"]);
    checkInteger(`${subject}: outputs`, fields.outputs, 1);
    const weights = checkWeights(subject, fields, this.getParams().hiddenUnits, fields.outputs);
    const network = this.#network(state.inputs, state.outputs, Infinity);
    network.weights = weights;
    this.#learnt = { network, outputs: state.outputs, nIter: state.nIter };
  }

  async #train(subject: string, before: Learnt | null, x: MatrixLike, y: TargetsLike, epochs: number): Promise<this> {
    const matrix = readMatrix(subject, x);
    const targets = readTargets(subject, y, matrix.rows);
    if (before) checkSame(subject, before, matrix, targets);
    const learnt = before ?? {
      network: this.#network(matrix.columns, targets.columns, matrix.rows),
      outputs: targets.columns,
      nIter: 0,
    };
    const { network } = learnt;
    const [samples, truth] = [toTensor(matrix), toTensor(targets)];
    const { earlyStopping, validationFraction, randomState } = this.getParams();
    if (earlyStopping) {
      if (Math.ceil(validationFraction * matrix.rows - 1e-9) < 2) {
        throw new ArgumentError(
          `${subject}: earlyStopping must hold out two samples at least, for R²; received ${matrix.rows} samples and ` +
            `validationFraction ${validationFraction}.`,
        );
      }
      const { train, test } = splitIndices(matrix.rows, { testSize: validationFraction, randomState });
      const [held, heldTruth] = [takeRows(samples, test), takeRows(truth, test)];
      const validate = () => r2Score(heldTruth, network.predict(held));
      const task = { x: takeRows(samples, train), y: takeRows(truth, train), epochs, validate };
      learnt.nIter = await network.train(subject, task);
    } else learnt.nIter = await network.train(subject, { x: samples, y: truth, epochs, validate: undefined });
    this.#learnt = learnt;
    return this;
  }

  #network(inputs: number, outputs: number, samples: number): Network {
    return new Network(this.getParams(), inputs, samples, { outputs, activation: null, loss: "meanSquaredError" });
  }
}

function checkSame(subject: string, { network, outputs }: Learnt, x: Matrix, y: Matrix): void {
  if (x.columns !== network.inputs || y.columns !== outputs) {
    throw new ArgumentError(
      `${subject}: x must have ${network.inputs} features and y ${outputs} columns, as before; ` +
        `received ${x.columns} and ${y.columns}.`,
    );
  }
}
