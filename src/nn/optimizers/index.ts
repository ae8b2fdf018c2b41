// Optimizers by name, for `compile`.

import { ArgumentError, readName } from "../../errors.js";
import { adadelta } from "./adadelta.js";
import { adagrad } from "./adagrad.js";
import { adam, adamw } from "./adam.js";
import { lion } from "./lion.js";
import { nadam } from "./nadam.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./options.js";
import { rmsprop } from "./rmsprop.js";
import { sgd } from "./sgd.js";

const optimizers = { sgd, adagrad, adadelta, rmsprop, adam, adamw, nadam, lion };

export type OptimizerName = keyof typeof optimizers;
export const optimizerNames = /* @__PURE__ */ Object.keys(optimizers) as OptimizerName[];

/**
 * An optimizer from its name in any spelling, with default options where none are given; an optimizer is returned as it is.
 */
export function getOptimizer(optimizer: OptimizerName | Optimizer, options: OptimizerOptions = {}): Optimizer {
  if (optimizer instanceof Optimizer) return optimizer;
  const given: unknown = optimizer;
  if (typeof given === "function" && Object.hasOwn(optimizers, given.name)) {
    throw new ArgumentError(`compile: optimizer must be an optimizer; received a function; call it: ${given.name}().`);
  }
  return optimizers[readName("compile: optimizer", optimizer, optimizerNames, {}, "an optimizer or ")](options);
}
