// Nadam: Adam with Nesterov's look ahead.

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

export interface NadamOptions extends OptimizerOptions, FormulationOption {
  /** Decay of the running mean of the gradient, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Decay of the running mean of its square, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** Added to the root, after the bias correction in either formulation. Default 1e-7. */
  readonly epsilon?: number;
}

interface NadamHyper extends CommonHyper {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

// 0.96 and 0.96^0.004, as a number: hosts may round a power differently.
const FADE = { tensorflow: 0.96, pytorch: 0.9998367253526753 };

export const nadamUpdate = defineUpdate<NadamHyper>({
  name: "nadamUpdate",
  doc: "adamUpdate with the mean of the gradient one step ahead, under a momentum that grows towards beta1",
  slots: () => ({ m: 0, v: 0 }),
  forward: (k, { variable, gradient, slots: [m, v], size, rate, step }, hyper) => {
    const { beta1, beta2, epsilon, pytorch, weightDecay, coupled } = hyper;
    k.nadamUpdate(
      variable,
      gradient,
      m as number,
      v as number,
      size,
      rate,
      step,
      beta1,
      beta2,
      epsilon,
      pytorch ? FADE.pytorch : FADE.tensorflow,
      weightDecay,
      coupled,
    );
  },
});

/**
 * Dozat 2016. The momentum of step t is beta1 * (1 - 0.5 * 0.96^(t * d)), d being 1 in the formulation "tensorflow" and
 * 0.004 (as in the paper) in "pytorch". `learningRate` defaults to 0.001.
 */
export function nadam(options: NadamOptions = {}): Optimizer {
  checkCall("nadam", arguments, ["learningRate", "beta1", "beta2"]);
  const common = commonHyper("nadam", options, ["beta1", "beta2", "epsilon", "formulation"]);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options;
  checkDecay("nadam: beta1", beta1);
  checkDecay("nadam: beta2", beta2);
  checkEpsilon("nadam: epsilon", epsilon);
  const hyper = { beta1, beta2, epsilon, ...common };
  return new Optimizer("nadam", options, ruleOf(0.001, nadamUpdate, hyper));
}
