// Adadelta: steps in the units of the parameters, from running means of squared gradients and squared moves.

import { checkCall, checkDecay } from "../../errors.js";
import { defineUpdate } from "../../ops/update.js";
import { Optimizer, ruleOf } from "./optimizer.js";
import {
  type CommonHyper,
  checkEpsilon,
  commonHyper,
  type FormulationOption,
  type OptimizerOptions,
} from "./options.js";

export interface AdadeltaOptions extends OptimizerOptions, FormulationOption {
  /** Decay of the running means, in [0, 1). Default 0.95. */
  readonly rho?: number;
  /** Added under both roots, in either formulation. Default 1e-7. */
  readonly epsilon?: number;
}

interface AdadeltaHyper extends CommonHyper {
  readonly rho: number;
  readonly epsilon: number;
}

export const adadeltaUpdate = defineUpdate<AdadeltaHyper>({
  name: "adadeltaUpdate",
  doc: "w -= rate * sqrt(squaredMove + epsilon) / sqrt(squaredGradient + epsilon) * gradient, both running means",
  slots: () => ({ squaredGradient: 0, squaredMove: 0 }),
  forward: (k, { variable, gradient, slots: [a, x], size, rate }, { rho, epsilon, weightDecay, coupled }) =>
    k.adadeltaUpdate(variable, gradient, a as number, x as number, size, rate, rho, epsilon, weightDecay, coupled),
});

/**
 * Zeiler 2012, Algorithm 1. `learningRate` defaults to 0.001 as in Keras; the paper has no rate, which is 1.
 * The formulation decides on weight decay alone.
 */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  checkCall("adadelta", arguments, ["learningRate", "rho"]);
  const common = commonHyper("adadelta", options, ["rho", "epsilon", "formulation"]);
  const { rho = 0.95, epsilon = 1e-7 } = options;
  checkDecay("adadelta: rho", rho);
  checkEpsilon("adadelta: epsilon", epsilon);
  const hyper = { rho, epsilon, ...common };
  return new Optimizer("adadelta", options, ruleOf(0.001, adadeltaUpdate, hyper));
}
