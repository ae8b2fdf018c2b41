// Adam: steps scaled by running means of the gradient and of its square.

import { checkDecay, checkNumber, checkOptions } from "../errors.js";
import { defineUpdate } from "../ops/update.js";
import { Optimizer, type OptimizerOptions } from "./optimizer.js";

export interface AdamOptions extends OptimizerOptions {
  /** Decay of the running mean of the gradient, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Decay of the running mean of its square, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** Added to the root, after the bias correction (as in the paper and PyTorch). Default 1e-8. */
  readonly epsilon?: number;
}

interface AdamHyper {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export const adamUpdate = defineUpdate<AdamHyper>({
  name: "adamUpdate",
  doc: "w -= rate * correctedM / (sqrt(correctedV) + epsilon), m and v running means of the gradient and its square",
  slots: ["m", "v"],
  forward: (k, { variable, gradient, slots: [m, v], size, rate, step }, { beta1, beta2, epsilon }) =>
    k.adamUpdate(variable, gradient, m as number, v as number, size, rate, step, beta1, beta2, epsilon),
});

/** Kingma & Ba 2015, Algorithm 1. `learningRate` defaults to 0.001. */
export function adam(options: AdamOptions = {}): Optimizer {
  checkOptions("adam", options, ["learningRate", "beta1", "beta2", "epsilon"]);
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkDecay("adam: beta1", beta1);
  checkDecay("adam: beta2", beta2);
  checkNumber("adam: epsilon", epsilon, 0, Infinity, true);
  return new Optimizer("adam", learningRate, adamUpdate, { beta1, beta2, epsilon }) as Optimizer;
}
