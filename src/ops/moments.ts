// Moments over any axes: the variance.

import { multiply, subtract } from "./arithmetic.js";
import { checkNode, type Node, type OpOptions, readOptions } from "./op.js";
import { mean, type ReductionAttributes } from "./reductions.js";

/** Mean squared distance from the mean over the given axes, by default all: the biased variance. */
export function variance(x: Node, options: OpOptions<ReductionAttributes> = {}): Node {
  checkNode("variance", "x", x);
  mean.record.attributes?.(readOptions("variance", arguments, 1, mean.record.options));
  const { axis = null } = options;
  const distance = subtract(x, mean(x, { axis, keepDims: true }));
  return mean(multiply(distance, distance), options);
}
