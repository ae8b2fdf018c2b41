// Adam: steps scaled by running means of the gradient and of its square. AMSGrad is an option, AdamW a default.

import { checkCall, checkDecay, checkFlag, isOptions } from "../../errors.js";
import { defineUpdate } from "../../ops/update.js";
import { Optimizer, ruleOf } from "./optimizer.js";
import {
  type CommonHyper,
  checkEpsilon,
  commonHyper,
  type FormulationOption,
  type OptimizerOptions,
} from "./options.js";

export interface AdamOptions extends OptimizerOptions, FormulationOption {
  /** Decay of the running mean of the gradient, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Decay of the running mean of its square, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** Added to the root before the bias correction ("tensorflow") or after it ("pytorch"). Default 1e-7. */
  readonly epsilon?: number;
  /** Divides by the largest mean square so far. Default false. */
  readonly amsgrad?: boolean;
}

interface AdamHyper extends CommonHyper {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;
}

export const adamUpdate = defineUpdate<AdamHyper>({
  name: "adamUpdate",
  doc: "w -= rate * correctedM / (sqrt(correctedV) + epsilon), m and v running means of the gradient and its square",
  slots: ({ amsgrad }) => ({ m: 0, v: 0, ...(amsgrad && { largestV: 0 }) }),
  forward: (k, { variable, gradient, slots, size, rate, step }, hyper) => {
    const { beta1, beta2, epsilon, pytorch, weightDecay, coupled } = hyper;
    const [m, v, largest = 0] = slots as [number, number, number?];
    k.adamUpdate(
      variable,
      gradient,
      m,
      v,
      largest,
      size,
      rate,
      step,
      beta1,
      beta2,
      epsilon,
      pytorch,
      weightDecay,
      coupled,
    );
  },
});

/**
 * Kingma & Ba 2015; with `amsgrad` Reddi, Kale & Kumar 2018. t counts the steps from 1:
 *   formulation "tensorflow", end of their section 2:  w -= r * sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + epsilon)
 *   formulation "pytorch", their Algorithm 1:          w -= r / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + epsilon)
 * `learningRate` defaults to 0.001.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  checkCall("adam", arguments, ["learningRate", "beta1", "beta2"]);
  return makeAdam("adam", options);
}

/** Loshchilov & Hutter 2019: Adam with decoupled weight decay in either formulation, by default of 0.004. */
export function adamw(options: AdamOptions = {}): Optimizer {
  checkCall("adamw", arguments, ["learningRate", "weightDecay"]);
  const byDefault = isOptions(options) && options.weightDecay === undefined;
  return makeAdam("adamw", byDefault ? { ...options, weightDecay: 0.004 } : options, true);
}

function makeAdam(kind: string, options: AdamOptions, decouples = false): Optimizer {
  const common = commonHyper(kind, options, ["beta1", "beta2", "epsilon", "amsgrad", "formulation"], decouples);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, amsgrad = false } = options;
  checkDecay(`${kind}: beta1`, beta1);
  checkDecay(`${kind}: beta2`, beta2);
  checkEpsilon(`${kind}: epsilon`, epsilon);
  checkFlag(`${kind}: amsgrad`, amsgrad);
  const hyper = { beta1, beta2, epsilon, amsgrad, ...common };
  return new Optimizer(kind, options, ruleOf(0.001, adamUpdate, hyper));
}
