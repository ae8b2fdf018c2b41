// Lion: steps of one size, by the sign of a blend of gradient and running mean.

import { checkCall, checkDecay } from "../../errors.js";
import { defineUpdate } from "../../ops/update.js";
import { Optimizer, ruleOf } from "./optimizer.js";
import { type CommonHyper, commonHyper, type OptimizerOptions } from "./options.js";

export interface LionOptions extends OptimizerOptions {
  /** How much of the running mean is in the blend, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Decay of the running mean, in [0, 1). Default 0.99. */
  readonly beta2?: number;
}

interface LionHyper extends CommonHyper {
  readonly beta1: number;
  readonly beta2: number;
}

export const lionUpdate = defineUpdate<LionHyper>({
  name: "lionUpdate",
  doc: "w -= rate * sign(beta1 * m + (1 - beta1) * gradient), m a running mean of the gradient",
  slots: () => ({ m: 0 }),
  forward: (k, { variable, gradient, slots: [m], size, rate }, { beta1, beta2, weightDecay, coupled }) =>
    k.lionUpdate(variable, gradient, m as number, size, rate, beta1, beta2, weightDecay, coupled),
});

/** Chen et al. 2023, Algorithm 2. Weight decay is decoupled. `learningRate` defaults to 0.001. */
export function lion(options: LionOptions = {}): Optimizer {
  checkCall("lion", arguments, ["learningRate", "beta1", "beta2"]);
  const common = commonHyper("lion", options, ["beta1", "beta2"]);
  const { beta1 = 0.9, beta2 = 0.99 } = options;
  checkDecay("lion: beta1", beta1);
  checkDecay("lion: beta2", beta2);
  const hyper = { beta1, beta2, ...common };
  return new Optimizer("lion", options, ruleOf(0.001, lionUpdate, hyper));
}
