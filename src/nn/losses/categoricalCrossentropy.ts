// Cross-entropy with a distribution over the classes as label.

import { checkArity, checkOptions } from "../../errors.js";
import { affine } from "../../ops/arithmetic.js";
import { softmaxCrossEntropy } from "../../ops/crossEntropy.js";
import { checkClasses, checkEach, checkSmoothing, defineLoss, type Loss, logitsOf } from "./loss.js";

export interface CategoricalCrossentropyOptions {
  /** Share of each label that is spread evenly over all classes, in [0, 1]. Default 0. */
  readonly labelSmoothing?: number;
}

/** What losses with a distribution over the classes as label have in common. */
export function distributionLabels(name: string): Pick<Loss, "name" | "labelShape" | "checkLabels"> & {
  readonly outputKind: "classes";
} {
  return {
    name,
    outputKind: "classes",
    labelShape: (output) => checkClasses(name, output),
    checkLabels: (labels) => checkEach(name, labels, "probabilities", (p) => p >= 0 && p <= 1),
  };
}

/**
 * Mean over the batch of -sum(label * log p). The model's output is taken as logits [n, classes]; where it is a softmax,
 * the logits under it are used, which is the same loss, computed stably.
 */
export function categoricalCrossentropy(options: CategoricalCrossentropyOptions = {}): Loss {
  checkArity("categoricalCrossentropy", arguments.length, 1);
  checkOptions("categoricalCrossentropy", options, ["labelSmoothing"]);
  const { labelSmoothing = 0 } = options;
  checkSmoothing("categoricalCrossentropy", labelSmoothing);
  return defineLoss(
    {
      ...distributionLabels("categoricalCrossentropy"),
      losses: (output, labels) => {
        const scale = 1 - labelSmoothing;
        const shift = labelSmoothing / (output.shape[1] as number);
        const targets = labelSmoothing === 0 ? labels : affine(labels, { scale, shift });
        return softmaxCrossEntropy(logitsOf(output), targets);
      },
    },
    options,
  );
}
