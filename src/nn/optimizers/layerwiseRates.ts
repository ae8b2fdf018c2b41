// Learning rates by layer: factors of the rate, by patterns over the names of the variables.

import { ArgumentError, checkArity, checkNumber, describe } from "../../errors.js";
import { matching } from "../../graph/pattern.js";
import type { Node } from "../../ops/op.js";
import type { GradientPair } from "./clipping.js";
import { checkOptimizer, type Optimizer } from "./optimizer.js";

/**
 * The optimizer with a factor of its learning rate for variables by name:
 *   layerwiseRates(sgd({ learningRate: 0.1 }), [[/^hidden1/, 0.1], [/^hidden/, 0.3]])
 * Of the patterns that match a variable the first counts; where none does the factor is 1. A factor is greater than 0: to
 * freeze variables, leave them out of those given to `minimize`, and no gradient is computed.
 * An update fails with ArgumentError where a pattern matches none of its variables.
 */
export function layerwiseRates(
  optimizer: Optimizer,
  factors: readonly (readonly [pattern: RegExp, factor: number])[],
): Optimizer {
  checkArity("layerwiseRates", arguments.length, 2);
  checkOptimizer("layerwiseRates", optimizer);
  if (!Array.isArray(factors)) {
    throw new ArgumentError(`layerwiseRates: factors must be a list of pairs; received ${describe(factors)}.`);
  }
  for (const pair of factors) {
    if (!Array.isArray(pair) || pair.length !== 2 || !(pair[0] instanceof RegExp)) {
      throw new ArgumentError(
        `layerwiseRates: factors must be pairs of a pattern and a number; received ${describe(pair)}.`,
      );
    }
    checkNumber(`layerwiseRates: the factor of ${pair[0]}`, pair[1], 0, Infinity, true);
  }
  const factorsOf = (pairs: readonly GradientPair[]) => {
    const variables = pairs.map(({ variable }) => variable);
    const found = factors.map(([pattern, factor]) => {
      return { factor, members: matching("layerwiseRates", "variable", variables, pattern) };
    });
    return (variable: Node) => found.find(({ members }) => members.includes(variable))?.factor ?? 1;
  };
  return optimizer.extended("layerwiseRates", { factors }, { factors: factorsOf });
}
