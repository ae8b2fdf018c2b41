// Stochastic gradient descent, plain, with momentum, and with Nesterov's.

import { ArgumentError, checkCall, checkFlag, checkNumber } from "../../errors.js";
import { defineUpdate } from "../../ops/update.js";
import { Optimizer, ruleOf } from "./optimizer.js";
import { type CommonHyper, commonHyper, type FormulationOption, type OptimizerOptions } from "./options.js";

export interface SgdOptions extends OptimizerOptions, FormulationOption {
  /** How much of the velocity is kept from step to step, in [0, 1]. Default 0: none is kept, there is no slot for it. */
  readonly momentum?: number;
  /** Looks ahead: steps as if the gradient had been taken where the velocity leads. Needs momentum. Default false. */
  readonly nesterov?: boolean;
}

interface MomentumHyper extends CommonHyper {
  readonly momentum: number;
  readonly nesterov: boolean;
}

export const sgdUpdate = defineUpdate<CommonHyper>({
  name: "sgdUpdate",
  doc: "w -= rate * gradient",
  descends: ({ weightDecay }) => weightDecay === 0,
  forward: (k, { variable, gradient, size, rate }, { weightDecay, coupled }) =>
    k.sgdUpdate(variable, gradient, size, rate, weightDecay, coupled),
});

export const momentumUpdate = defineUpdate<MomentumHyper>({
  name: "momentumUpdate",
  doc: "velocity = momentum * velocity - rate * gradient; w += velocity, or looking ahead as Nesterov does",
  slots: () => ({ velocity: 0 }),
  forward: (k, { variable, gradient, slots: [v], size, rate }, hyper) => {
    const { momentum, nesterov, pytorch, weightDecay, coupled } = hyper;
    const ahead = Number(nesterov);
    k.momentumUpdate(variable, gradient, v as number, size, rate, momentum, ahead, pytorch, weightDecay, coupled);
  },
});

/**
 * w -= learningRate * gradient; with momentum (v is the velocity, u the momentum, r the rate):
 *   formulation "tensorflow"   v = u * v - r * g;  w += v        nesterov: w += u * v - r * g
 *   formulation "pytorch"      v = u * v + g;      w -= r * v    nesterov: w -= r * (g + u * v)
 * While the rate is constant the two are the same, v of the one being -r times v of the other. When the rate changes,
 * TensorFlow's velocity goes on with the rates of the time when each gradient came; PyTorch's takes the new rate at
 * once for all that it holds. `learningRate` defaults to 0.01.
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  checkCall("sgd", arguments, ["learningRate", "momentum"]);
  const common = commonHyper("sgd", options, ["momentum", "nesterov", "formulation"]);
  const { momentum = 0, nesterov = false } = options;
  checkNumber("sgd: momentum", momentum, 0, 1);
  checkFlag("sgd: nesterov", nesterov);
  if (nesterov && momentum === 0) {
    throw new ArgumentError("sgd: nesterov needs momentum greater than 0; received 0.");
  }
  if (momentum === 0) return new Optimizer("sgd", options, ruleOf(0.01, sgdUpdate, common));
  const hyper = { momentum, nesterov, ...common };
  return new Optimizer("sgd", options, ruleOf(0.01, momentumUpdate, hyper));
}
