// Adagrad: steps divided by the root of the sum of all squared gradients so far.

import { checkCall, checkNumber } from "../../errors.js";
import { defineUpdate } from "../../ops/update.js";
import { Optimizer, ruleOf } from "./optimizer.js";
import {
  type CommonHyper,
  checkEpsilon,
  commonHyper,
  type FormulationOption,
  type OptimizerOptions,
} from "./options.js";

export interface AdagradOptions extends OptimizerOptions, FormulationOption {
  /** What the sums of squares begin with, at least 0. Default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Added under the root ("tensorflow") or to it ("pytorch"). Default 1e-7. */
  readonly epsilon?: number;
}

interface AdagradHyper extends CommonHyper {
  readonly initialAccumulatorValue: number;
  readonly epsilon: number;
}

export const adagradUpdate = defineUpdate<AdagradHyper>({
  name: "adagradUpdate",
  doc: "accumulator += gradient^2; w -= rate * gradient / sqrt(accumulator + epsilon)",
  slots: ({ initialAccumulatorValue }) => ({ accumulator: initialAccumulatorValue }),
  forward: (k, { variable, gradient, slots: [a], size, rate }, { epsilon, pytorch, weightDecay, coupled }) => {
    const [inside, outside] = pytorch ? [0, epsilon] : [epsilon, 0];
    k.adagradUpdate(variable, gradient, a as number, size, rate, inside, outside, weightDecay, coupled);
  },
});

/** Duchi, Hazan & Singer 2011. `learningRate` defaults to 0.001. */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  checkCall("adagrad", arguments, ["learningRate"]);
  const common = commonHyper("adagrad", options, ["initialAccumulatorValue", "epsilon", "formulation"]);
  const { initialAccumulatorValue = 0.1, epsilon = 1e-7 } = options;
  checkNumber("adagrad: initialAccumulatorValue", initialAccumulatorValue, 0);
  checkEpsilon("adagrad: epsilon", epsilon);
  const hyper = { initialAccumulatorValue, epsilon, ...common };
  return new Optimizer("adagrad", options, ruleOf(0.001, adagradUpdate, hyper));
}
