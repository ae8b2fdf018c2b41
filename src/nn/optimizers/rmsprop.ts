// RMSProp: steps divided by the root of a running mean of squared gradients, also centred and with momentum.

import { checkCall, checkDecay, checkFlag, checkNumber } from "../../errors.js";
import { defineUpdate } from "../../ops/update.js";
import { Optimizer, ruleOf } from "./optimizer.js";
import {
  type CommonHyper,
  checkEpsilon,
  commonHyper,
  type FormulationOption,
  type OptimizerOptions,
} from "./options.js";

export interface RmspropOptions extends OptimizerOptions, FormulationOption {
  /** Decay of the running means, in [0, 1). Default 0.9. */
  readonly rho?: number;
  /** How much of the velocity is kept, in [0, 1]. Default 0: there is none. */
  readonly momentum?: number;
  /** Added under the root ("tensorflow") or to it ("pytorch"). Default 1e-7. */
  readonly epsilon?: number;
  /** Divides by the root of the variance of the gradient, not of its mean square. Default false. */
  readonly centered?: boolean;
}

interface RmspropHyper extends CommonHyper {
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;
}

export const rmspropUpdate = defineUpdate<RmspropHyper>({
  name: "rmspropUpdate",
  doc: "w -= rate * gradient / sqrt(meanSquare [- meanGradient^2] + epsilon), or through a velocity",
  slots: ({ centered, momentum }) => ({
    meanSquare: 0,
    ...(centered && { meanGradient: 0 }),
    ...(momentum > 0 && { velocity: 0 }),
  }),
  forward: (k, { variable, gradient, slots, size, rate }, hyper) => {
    const { rho, momentum, epsilon, centered, pytorch, weightDecay, coupled } = hyper;
    const [square, ...others] = slots as [number, ...number[]];
    const mean = centered ? (others.shift() as number) : 0;
    const [v = 0] = others;
    k.rmspropUpdate(
      variable,
      gradient,
      square,
      mean,
      v,
      size,
      rate,
      rho,
      momentum,
      pytorch,
      epsilon,
      weightDecay,
      coupled,
    );
  },
});

/**
 * Tieleman & Hinton 2012; centred as in Graves 2013. With momentum, TensorFlow's velocity has the rate in it and
 * PyTorch's has not, as with `sgd`. `learningRate` defaults to 0.001.
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  checkCall("rmsprop", arguments, ["learningRate", "rho"]);
  const common = commonHyper("rmsprop", options, ["rho", "momentum", "epsilon", "centered", "formulation"]);
  const { rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false } = options;
  checkDecay("rmsprop: rho", rho);
  checkNumber("rmsprop: momentum", momentum, 0, 1);
  checkEpsilon("rmsprop: epsilon", epsilon);
  checkFlag("rmsprop: centered", centered);
  const hyper = { rho, momentum, epsilon, centered, ...common };
  return new Optimizer("rmsprop", options, ruleOf(0.001, rmspropUpdate, hyper));
}
