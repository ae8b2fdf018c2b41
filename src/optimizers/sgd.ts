// Stochastic gradient descent.

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
export function sgd({ learningRate = 0.01 }: OptimizerOptions = {}): Optimizer {
  return new Optimizer("sgd", learningRate, sgdUpdate, {});
}
