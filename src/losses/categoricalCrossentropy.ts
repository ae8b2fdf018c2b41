// Cross-entropy with a distribution over the classes as label.

import { checkNumber, ShapeError } from "../errors.js";
import { affine } from "../ops/arithmetic.js";
import { softmaxCrossEntropy } from "../ops/crossEntropy.js";
import { mean } from "../ops/reductions.js";
import { formatShape } from "../tensor/shape.js";
import { checkEach } from "./elementwise.js";
import { type Loss, logitsOf } from "./loss.js";

export interface CategoricalCrossentropyOptions {
  /** Share of each label that is spread evenly over all classes, in [0, 1]. Default 0. */
  readonly labelSmoothing?: number;
}

/** A loss whose label is a distribution over the classes. */
// @__NO_SIDE_EFFECTS__
export function distributionLoss(name: string, apply: Loss["apply"]): Loss {
  return {
    name,
    labelType: "float32",
    labelShape: (output) => {
      if (output.length !== 2) {
        throw new ShapeError(`${name}: the output must have shape [null, classes]; received ${formatShape(output)}.`);
      }
      return output;
    },
    checkLabels: (labels) => checkEach(name, labels, "probabilities", (p) => p >= 0 && p <= 1),
    apply,
  };
}

/**
 * Mean over the batch of -sum(label * log p). The model's output is taken as logits [n, classes]; where it is a softmax,
 * the logits under it are used, which is the same loss, computed stably.
 */
export function categoricalCrossentropy(options: CategoricalCrossentropyOptions = {}): Loss {
  const { labelSmoothing = 0 } = options;
  checkNumber("categoricalCrossentropy: labelSmoothing", labelSmoothing, 0, 1);
  return distributionLoss("categoricalCrossentropy", (output, labels) => {
    const scale = 1 - labelSmoothing;
    const shift = labelSmoothing / (output.shape[1] as number);
    const targets = labelSmoothing === 0 ? labels : affine(labels, { scale, shift });
    return mean(softmaxCrossEntropy(logitsOf(output), targets));
  });
}
