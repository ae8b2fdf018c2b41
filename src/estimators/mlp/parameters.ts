// The parameters that MLPClassifier and MLPRegressor share. Where scikit-learn's name stands for a detail of its own
// code, the engine's word is used: hiddenUnits (hidden_layer_sizes), epochs (max_iter), learningRate
// (learning_rate_init).

import { ArgumentError, checkFlag, checkInteger, checkNumber, describe, oneOf } from "../../errors.js";
import { getInitializer, type InitializerName } from "../../initializers/index.js";
import { type Activation, getActivation } from "../../layers/activations.js";
import { type OptimizerName, optimizerNames } from "../../optimizers/index.js";

export interface MLPParameters {
  /** Units of the hidden layers from the input up. Default [100]; [] is a linear model. */
  readonly hiddenUnits: readonly number[];
  /** Of the hidden layers: a name, or a function of a node. Default "relu". */
  readonly activation: Activation;
  /** Initial weights of all layers. Default "glorotUniform"; biases begin with 0. */
  readonly kernelInitializer: InitializerName;
  /** The optimizer. Default "adam". */
  readonly solver: OptimizerName;
  /** Default 0.001. */
  readonly learningRate: number;
  /** Of solver "sgd", in [0, 1). Default 0.9. */
  readonly momentum: number;
  /** Nesterov's momentum, of solver "sgd". Default true. */
  readonly nesterov: boolean;
  /** L2: alpha / 2 times the sum of squared kernels, divided by the batch size, joins the loss. Default 0.0001. */
  readonly alpha: number;
  /** Default null: 200, or all samples where there are fewer. */
  readonly batchSize: number | null;
  /** The most passes over the samples. Default 200. */
  readonly epochs: number;
  /** How many updates a fit makes at most; then `epochs` does not count. Default null: as many as the epochs have. */
  readonly steps: number | null;
  /** fit ends when the loss of `nIterNoChange` epochs in a row did not fall by this much. Default 0.0001; null: never. */
  readonly tol: number | null;
  /** Default 10. */
  readonly nIterNoChange: number;
  /** Judge progress by the score on held-out samples, and keep the weights that had the best. Default false. */
  readonly earlyStopping: boolean;
  /** The part held out for early stopping, in (0, 1). Default 0.1. */
  readonly validationFraction: number;
  /** A new order of the samples in each epoch. Default true. */
  readonly shuffle: boolean;
  /** The seed of weights, orders and the held-out part. Default 0. */
  readonly randomState: number;
  /** Let fit go on from the weights that are there. Default false. */
  readonly warmStart: boolean;
}

export const mlpDefaults: MLPParameters = {
  hiddenUnits: [100],
  activation: "relu",
  kernelInitializer: "glorotUniform",
  solver: "adam",
  learningRate: 0.001,
  momentum: 0.9,
  nesterov: true,
  alpha: 0.0001,
  batchSize: null,
  epochs: 200,
  steps: null,
  tol: 0.0001,
  nIterNoChange: 10,
  earlyStopping: false,
  validationFraction: 0.1,
  shuffle: true,
  randomState: 0,
  warmStart: false,
};

/** How many epochs a fit may last. */
export function longestFit({ epochs, steps }: MLPParameters): number {
  return steps === null ? epochs : Number.MAX_SAFE_INTEGER;
}

export function checkMLP(subject: string, p: MLPParameters): void {
  const units = p.hiddenUnits;
  if (!Array.isArray(units) || units.some((count) => !Number.isInteger(count) || count < 1)) {
    throw new ArgumentError(
      `${subject}: hiddenUnits must be a list of positive integers; received ${describe(units)}.`,
    );
  }
  getActivation(subject, p.activation);
  getInitializer(`${subject}: kernelInitializer`, p.kernelInitializer);
  if (!optimizerNames.includes(p.solver)) {
    throw new ArgumentError(`${subject}: solver must be ${oneOf(optimizerNames)}; received ${describe(p.solver)}.`);
  }
  checkNumber(`${subject}: learningRate`, p.learningRate, 0, Infinity, true);
  if (!(typeof p.momentum === "number" && p.momentum >= 0 && p.momentum < 1)) {
    throw new ArgumentError(`${subject}: momentum must be a number in [0, 1); received ${describe(p.momentum)}.`);
  }
  checkNumber(`${subject}: alpha`, p.alpha, 0);
  if (p.batchSize !== null) checkInteger(`${subject}: batchSize`, p.batchSize, 1);
  checkInteger(`${subject}: epochs`, p.epochs, 1);
  if (p.steps !== null) checkInteger(`${subject}: steps`, p.steps, 1);
  if (p.tol !== null) checkNumber(`${subject}: tol`, p.tol, 0);
  checkInteger(`${subject}: nIterNoChange`, p.nIterNoChange, 1);
  if (!(p.validationFraction > 0 && p.validationFraction < 1)) {
    throw new ArgumentError(
      `${subject}: validationFraction must be a number in (0, 1); received ${describe(p.validationFraction)}.`,
    );
  }
  for (const flag of ["nesterov", "earlyStopping", "shuffle", "warmStart"] as const) {
    checkFlag(`${subject}: ${flag}`, p[flag]);
  }
  checkInteger(`${subject}: randomState`, p.randomState, 0);
}
