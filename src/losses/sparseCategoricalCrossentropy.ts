// Cross-entropy with integer labels.

import { ShapeError } from "../errors.js";
import { checkLabels, sparseSoftmaxCrossEntropy } from "../ops/crossEntropy.js";
import { mean } from "../ops/reductions.js";
import { formatShape } from "../tensor/shape.js";
import { type Loss, logitsOf } from "./loss.js";

/**
 * Mean over the batch of -log p[label]. The model's output is taken as logits [n, classes]; where it is a softmax, the
 * logits under it are used, which is the same loss, computed stably.
 */
export const sparseCategoricalCrossentropy: Loss = {
  name: "sparseCategoricalCrossentropy",
  labelType: "int32",
  labelShape: (output) => {
    if (output.length !== 2) {
      throw new ShapeError(
        `sparseCategoricalCrossentropy: the output must have shape [null, classes]; received ${formatShape(output)}.`,
      );
    }
    return [null];
  },
  checkLabels: (labels, output) => checkLabels("sparseCategoricalCrossentropy", labels, output[1] as number),
  apply: (output, labels) => mean(sparseSoftmaxCrossEntropy(logitsOf(output), labels)),
};
