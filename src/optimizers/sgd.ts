// Stochastic gradient descent.

import { checkOptions } from "../errors.js";
import { defineUpdate } from "../ops/update.js";
import { Optimizer, type OptimizerOptions } from "./optimizer.js";

export const sgdUpdate = defineUpdate({
  name: "sgdUpdate",
  doc: "w -= rate * gradient",
  slots: [],
  descends: true,
  forward: (k, { variable, gradient, size, rate }) => k.sgdUpdate(variable, gradient, size, rate),
});

/** w -= learningRate * gradient. `learningRate` defaults to 0.01. */
export function sgd(options: OptimizerOptions = {}): Optimizer {
  checkOptions("sgd", options, ["learningRate"]);
  const { learningRate = 0.01 } = options;
  return new Optimizer("sgd", learningRate, sgdUpdate, {});
}
