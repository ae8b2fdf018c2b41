// The parameters that MLPClassifier and MLPRegressor share. Where scikit-learn's name stands for a detail of its own
// code, the engine's word is used: hiddenUnits (hidden_layer_sizes), epochs (max_iter), learningRate
// (learning_rate_init). Its names are taken as well, in camelCase.

import { ArgumentError, checkFlag, checkInteger, checkNumber, checkOneOf, describe } from "../../errors.js";
import { getInitializer, type InitializerName } from "../../nn/initializers/index.js";
import { type Activation as EngineActivation, getActivation } from "../../nn/layers/activations.js";
import { type OptimizerName, optimizerNames } from "../../nn/optimizers/index.js";
import { type ClassWeight, checkClassWeight } from "../classWeights.js";
import type { ParameterRules } from "../parameters/parameterized.js";

/** One of the engine, or scikit-learn's name for linear and sigmoid. */
type Activation = EngineActivation | "identity" | "logistic";

/** The engine's activation of that name. */
export function activationOf(activation: Activation): EngineActivation {
  return activation === "identity" ? "linear" : activation === "logistic" ? "sigmoid" : activation;
}

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

/** Other names, those of scikit-learn, for the same parameters. */
export interface MLPAliases {
  /** hiddenUnits. */
  readonly hiddenLayerSizes: readonly number[] | number;
  /** learningRate. */
  readonly learningRateInit: number;
  /** epochs. */
  readonly maxIter: number;
  /** nesterov. */
  readonly nesterovsMomentum: boolean;
  /** randomState. */
  readonly seed: number;
}

export interface MLPClassifierParameters extends MLPParameters {
  /** How much the samples of each class count in the loss. Default null: all alike. */
  readonly classWeight: ClassWeight;
}

const mlpDefaults: MLPParameters = {
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

const aliases = {
  hiddenLayerSizes: "hiddenUnits",
  learningRateInit: "learningRate",
  maxIter: "epochs",
  nesterovsMomentum: "nesterov",
  seed: "randomState",
} satisfies Record<keyof MLPAliases, keyof MLPParameters>;

/** `hiddenUnits: 50` is `[50]` and `batchSize: "auto"` is null, as scikit-learn has it. */
function normalize<P extends MLPParameters>(parameters: P): P {
  const { hiddenUnits, batchSize } = parameters as { hiddenUnits: unknown; batchSize: unknown };
  return {
    ...parameters,
    ...(typeof hiddenUnits === "number" ? { hiddenUnits: [hiddenUnits] } : {}),
    ...(batchSize === "auto" ? { batchSize: null } : {}),
  };
}

export const regressorRules: ParameterRules<MLPParameters> = {
  kind: "MLPRegressor",
  defaults: mlpDefaults,
  check: checkMLP,
  aliases,
  normalize,
};

export const classifierRules: ParameterRules<MLPClassifierParameters> = {
  kind: "MLPClassifier",
  defaults: /* @__PURE__ */ Object.assign({ classWeight: null }, mlpDefaults),
  check: (subject, parameters) => {
    checkMLP(subject, parameters);
    checkClassWeight(`${subject}: classWeight`, parameters.classWeight);
  },
  aliases,
  normalize,
};

/** The most units that a layer may have; more could not be addressed. */
const MOST_UNITS = 2 ** 24;

/** How many epochs a fit may last. */
export function longestFit({ epochs, steps }: MLPParameters): number {
  return steps === null ? epochs : Number.MAX_SAFE_INTEGER;
}

function checkMLP(subject: string, p: MLPParameters): void {
  const units = p.hiddenUnits;
  if (!Array.isArray(units) || units.some((count) => !Number.isInteger(count) || count < 1)) {
    throw new ArgumentError(
      `${subject}: hiddenUnits must be a list of positive integers; received ${describe(units)}.`,
    );
  }
  const large = units.find((count) => count > MOST_UNITS);
  if (large !== undefined) {
    throw new ArgumentError(`${subject}: hiddenUnits must hold integers of at most 2^24; received ${describe(large)}.`);
  }
  getActivation(subject, activationOf(p.activation));
  getInitializer(`${subject}: kernelInitializer`, p.kernelInitializer);
  checkOneOf(`${subject}: solver`, p.solver, optimizerNames);
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
  const part: unknown = p.validationFraction;
  if (!(typeof part === "number" && part > 0 && part < 1)) {
    throw new ArgumentError(`${subject}: validationFraction must be a number in (0, 1); received ${describe(part)}.`);
  }
  for (const flag of ["nesterov", "earlyStopping", "shuffle", "warmStart"] as const) {
    checkFlag(`${subject}: ${flag}`, p[flag]);
  }
  checkInteger(`${subject}: randomState`, p.randomState, 0);
}
