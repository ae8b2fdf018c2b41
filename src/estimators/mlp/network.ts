// The net inside MLPClassifier and MLPRegressor: a Model of dense layers, and the rules by which training it ends.

import { ArgumentError, checkInteger, describe } from "../../errors.js";
import { dense } from "../../nn/layers/dense.js";
import { getLoss, type Loss, type LossName } from "../../nn/losses/index.js";
import { getOptimizer, type OptimizerName } from "../../nn/optimizers/index.js";
import type { Optimizer } from "../../nn/optimizers/optimizer.js";
import { sgd } from "../../nn/optimizers/sgd.js";
import { add, affine } from "../../ops/arithmetic.js";
import { sumOfSquares } from "../../ops/clipping.js";
import type { Node } from "../../ops/op.js";
import { Tensor } from "../../tensor/tensor.js";
import type { Progress } from "../../training/input/fitOptions.js";
import type { Model } from "../../training/model/model.js";
import { sequential } from "../../training/model/sequential.js";
import { checkRecord } from "../preprocessing/state.js";
import { activationOf, type MLPParameters } from "./parameters.js";

/** What a net is for: its number of outputs and what they mean. */
export interface Goal {
  readonly outputs: number;
  readonly activation: "softmax" | "sigmoid" | null;
  readonly loss: LossName;
  /** What the loss is multiplied by; default 1. */
  readonly scale?: number;
}

export interface TrainingTask {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly epochs: number;
  /** How much each sample counts in the loss; undefined if all count alike. */
  readonly sampleWeight?: Float32Array | undefined;
  /** The score on held-out samples; undefined where there are none. */
  readonly validate: (() => number) | undefined;
}

/**
 * The weights of a state, once their names and shapes are those of a net with these hidden layers: what a file says of
 * sizes is believed only if it holds the numbers.
 */
export function checkWeights(
  subject: string,
  { inputs, nIter, weights }: Readonly<Record<string, unknown>>,
  hiddenUnits: readonly number[],
  outputs: number,
): Weights {
  checkInteger(`${subject}: inputs`, inputs, 1);
  checkInteger(`${subject}: nIter`, nIter, 0);
  const sizes = [inputs, ...hiddenUnits, outputs];
  const names = sizes.slice(1).flatMap((_, i) => {
    const layer = i < hiddenUnits.length ? `hidden${i + 1}` : "outputs";
    return [`${layer}/kernel`, `${layer}/bias`];
  });
  const given = checkRecord(`${subject}: weights`, weights, names);
  names.forEach((name, i) => {
    const layer = i >> 1;
    const shape = i % 2 === 0 ? [sizes[layer], sizes[layer + 1]] : [sizes[layer + 1]];
    const tensor = Object.hasOwn(given, name) ? given[name] : undefined;
    const right = tensor instanceof Tensor && tensor.dtype === "float32" && String(tensor.shape) === String(shape);
    if (right) return;
    const received = tensor instanceof Tensor ? `[${tensor.shape.join(", ")}], ${tensor.dtype}` : describe(tensor);
    throw new ArgumentError(
      `${subject}: the weight ${name} must be a float32 tensor [${shape.join(", ")}]; received ${received}.`,
    );
  });
  return given as Weights;
}

/** Weights by name: what `getState` of an estimator keeps. */
export type Weights = Readonly<Record<string, Tensor>>;

export class Network {
  readonly inputs: number;
  readonly #model: Model;
  readonly #parameters: MLPParameters;
  /** Mean loss of each epoch, the penalty included. */
  readonly lossCurve: number[] = [];
  /** Score on the held-out samples after each epoch of early stopping. */
  readonly validationScores: number[] = [];

  constructor(parameters: MLPParameters, inputs: number, samples: number, goal: Goal) {
    const { hiddenUnits, activation, kernelInitializer, randomState } = parameters;
    this.inputs = inputs;
    this.#parameters = { ...parameters, batchSize: Math.min(parameters.batchSize ?? 200, samples) };
    const own = activationOf(activation);
    const hidden = hiddenUnits.map((units, i) =>
      dense({ units, activation: own, kernelInitializer, name: `hidden${i + 1}` }),
    );
    const output = dense({ units: goal.outputs, activation: goal.activation, kernelInitializer, name: "outputs" });
    this.#model = sequential([...hidden, output], { inputShape: [inputs], seed: randomState });
    const { alpha, batchSize } = this.#parameters;
    const loss = penalized(scaled(getLoss(goal.loss), goal.scale ?? 1), alpha / (batchSize as number));
    this.#model.compile({ optimizer: optimizerOf(parameters), loss });
  }

  /**
   * Trains for `epochs` at most, or until nothing improves; returns the number of whole epochs. With `validate`, the
   * weights with the best score are kept.
   *
   * @throws ArgumentError where the loss is no longer finite.
   */
  async train(subject: string, { x, y, epochs, sampleWeight, validate }: TrainingTask): Promise<number> {
    const { batchSize, shuffle, tol, nIterNoChange, steps: limit } = this.#parameters;
    const stop = new AbortController();
    const patience = new Patience(tol, nIterNoChange);
    let best: ReturnType<Model["getWeights"]> | undefined;
    let made = 0;
    let updates = 0;
    const onEpochEnd = (_: number, { loss }: { readonly loss?: number }) => {
      made++;
      this.lossCurve.push(loss as number);
      if (!Number.isFinite(loss)) {
        throw new ArgumentError(
          `${subject}: the loss must stay finite, and became ${loss} in epoch ${made}; scale the features, or lower learningRate.`,
        );
      }
      const gain = validate ? validate() : -(loss as number);
      if (validate) this.validationScores.push(gain);
      if (patience.isBest(gain) && validate) best = this.#model.getWeights();
      if (patience.isOver(gain) || updates === limit) stop.abort(stop);
    };
    const onStep = ({ step, steps: inEpoch }: Progress) => {
      updates++;
      if (updates === limit && step !== inEpoch) stop.abort(stop);
    };
    try {
      await this.#model.fit(x, y, {
        epochs,
        verbose: false,
        batchSize: batchSize as number,
        shuffle,
        ...(sampleWeight === undefined ? {} : { sampleWeight }),
        onEpochEnd,
        signal: stop.signal,
        ...(limit === null ? {} : { onStep }),
      });
    } catch (error) {
      if (error !== stop) throw error;
    }
    if (best) this.#model.setWeights(best);
    return made;
  }

  /** A row of outputs per sample. */
  predict(x: Tensor): Tensor {
    return this.#model.predict(x);
  }

  get weights(): Weights {
    return Object.fromEntries(this.#model.getWeights());
  }
  set weights(weights: Weights) {
    this.#model.setWeights(new Map(Object.entries(weights)));
  }
}

/** How long nothing has improved. */
class Patience {
  #best = -Infinity;
  #reference = -Infinity;
  #idle = 0;

  constructor(
    readonly tol: number | null,
    readonly patience: number,
  ) {}

  /** True where no gain so far was as high. */
  isBest(gain: number): boolean {
    if (gain <= this.#best) return false;
    this.#best = gain;
    return true;
  }

  /** To be asked once an epoch. */
  isOver(gain: number): boolean {
    if (this.tol === null) return false;
    this.#idle = gain < this.#reference + this.tol ? this.#idle + 1 : 0;
    this.#reference = Math.max(this.#reference, gain);
    return this.#idle > this.patience;
  }
}

function optimizerOf({ solver, learningRate, momentum, nesterov }: MLPParameters): Optimizer {
  if (solver === "sgd") return sgd({ learningRate, momentum, nesterov: nesterov && momentum > 0 });
  return getOptimizer(solver satisfies OptimizerName, { learningRate });
}

function scaled(loss: Loss, scale: number): Loss {
  if (scale === 1) return loss;
  return { ...loss, apply: (output, labels, options) => affine(loss.apply(output, labels, options), { scale }) };
}

/** The loss plus `strength` / 2 times the sum of all squared kernels. */
function penalized(loss: Loss, strength: number): Loss {
  if (strength === 0) return loss;
  return {
    ...loss,
    apply: (output: Node, labels: Node, options) => {
      const kernels = (output.graph as Model["graph"]).trainable(/\/kernel$/);
      const penalties = kernels.map((kernel) => affine(sumOfSquares(kernel), { scale: strength / 2 }));
      return penalties.reduce((total, penalty) => add(total, penalty), loss.apply(output, labels, options));
    },
  };
}
