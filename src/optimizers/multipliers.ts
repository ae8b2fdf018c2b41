// Learning rates by layer: factors of the rate, by patterns over the names of the variables.

import { ArgumentError, checkNumber, describe } from "../errors.js";
import { matching } from "../graph/pattern.js";
import type { Node } from "../ops/op.js";
import type { GradientPair } from "./clipping.js";

export type Multipliers = readonly (readonly [pattern: RegExp, factor: number])[];

/** Fails unless these are pairs of a pattern and a positive factor. */
export function checkMultipliers(name: string, multipliers: unknown): void {
  const subject = `${name}: learningRateMultipliers`;
  if (!Array.isArray(multipliers)) {
    throw new ArgumentError(`${subject} must be a list of pairs; received ${describe(multipliers)}.`);
  }
  for (const pair of multipliers) {
    if (!Array.isArray(pair) || pair.length !== 2 || !(pair[0] instanceof RegExp)) {
      throw new ArgumentError(`${subject} must be pairs of a pattern and a factor; received ${describe(pair)}.`);
    }
    // To freeze variables, leave them out of the list given to minimize: then no gradient is computed.
    checkNumber(`${subject}: the factor of ${pair[0]}`, pair[1], 0, Infinity, true);
  }
}

/** The factor of each variable among the pairs. Fails with ArgumentError where a pattern matches none. */
export function readMultipliers(
  name: string,
  pairs: readonly GradientPair[],
  multipliers: Multipliers,
): (variable: Node) => number {
  const variables = pairs.map(({ variable }) => variable);
  const found = multipliers.map(([pattern, factor]) => {
    return { factor, members: matching(`${name}: learningRateMultipliers`, "variable", variables, pattern) };
  });
  return (variable) => found.find(({ members }) => members.includes(variable))?.factor ?? 1;
}
