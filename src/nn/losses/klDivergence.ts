// Kullback-Leibler divergence of the model's distribution from that of the label.

import { checkNoOptions } from "../../errors.js";
import { add, affine, maximum, multiply } from "../../ops/arithmetic.js";
import { softmaxCrossEntropy } from "../../ops/crossEntropy.js";
import { sum } from "../../ops/reductions.js";
import { log } from "../../ops/unary.js";
import { distributionLabels } from "./categoricalCrossentropy.js";
import { defineLoss, type Loss, logitsOf } from "./loss.js";

const SMALLEST = 1.17549435e-38;

/**
 * Mean over the batch of sum(label * (log label - log p)), where a label of 0 adds nothing. The model's output is taken as
 * logits [n, classes], as in categoricalCrossentropy, whose gradient this loss has.
 */
export function klDivergence(): Loss {
  checkNoOptions("klDivergence", arguments);
  return defineLoss(
    {
      ...distributionLabels("klDivergence"),
      losses: (output, labels) => {
        const logs = log(maximum(labels, affine(labels, { scale: 0, shift: SMALLEST })));
        return add(softmaxCrossEntropy(logitsOf(output), labels), sum(multiply(labels, logs), { axis: 1 }));
      },
    },
    {},
  );
}
