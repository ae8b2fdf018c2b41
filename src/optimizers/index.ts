// Optimizers by name, for `compile`.

import { ArgumentError, describe, oneOf } from "../errors.js";
import { adam } from "./adam.js";
import { Optimizer, type OptimizerOptions } from "./optimizer.js";
import { sgd } from "./sgd.js";

const optimizers = { sgd, adam };

export type OptimizerName = keyof typeof optimizers;
export const optimizerNames = Object.keys(optimizers) as OptimizerName[];

/** An optimizer from its name, with default options where none are given; an optimizer is returned as it is. */
export function getOptimizer(optimizer: OptimizerName | Optimizer, options: OptimizerOptions = {}): Optimizer {
  if (optimizer instanceof Optimizer) return optimizer;
  if (!Object.hasOwn(optimizers, optimizer)) {
    throw new ArgumentError(
      `compile: optimizer must be an optimizer or ${oneOf(optimizerNames)}; received ${describe(optimizer)}.`,
    );
  }
  return optimizers[optimizer](options) as Optimizer;
}
