// Kullback-Leibler divergence of the model's distribution from that of the label.

import { add, affine, maximum, multiply } from "../ops/arithmetic.js";
import { softmaxCrossEntropy } from "../ops/crossEntropy.js";
import { mean, sum } from "../ops/reductions.js";
import { log } from "../ops/unary.js";
import { distributionLoss } from "./categoricalCrossentropy.js";
import { logitsOf } from "./loss.js";

const SMALLEST = 1.17549435e-38;

/**
 * Mean over the batch of sum(label * (log label - log p)), where a label of 0 adds nothing. The model's output is taken as
 * logits [n, classes], as in categoricalCrossentropy, whose gradient this loss has.
 */
export const klDivergence = distributionLoss("klDivergence", (output, labels) => {
  const logs = log(maximum(labels, affine(labels, { scale: 0, shift: SMALLEST })));
  return mean(add(softmaxCrossEntropy(logitsOf(output), labels), sum(multiply(labels, logs), { axis: 1 })));
});
