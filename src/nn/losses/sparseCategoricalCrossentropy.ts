// Cross-entropy with integer labels.

import { checkArity, checkOptions } from "../../errors.js";
import { affine } from "../../ops/arithmetic.js";
import { checkLabels, softmaxCrossEntropy, sparseSoftmaxCrossEntropy } from "../../ops/crossEntropy.js";
import { oneHot } from "../../ops/indexing.js";
import type { CategoricalCrossentropyOptions } from "./categoricalCrossentropy.js";
import { checkClasses, checkSmoothing, defineLoss, type Loss, logitsOf } from "./loss.js";

/**
 * Mean over the batch of -log p[label]. The model's output is taken as logits [n, classes]; where it is a softmax, the
 * logits under it are used, which is the same loss, computed stably.
 */
export function sparseCategoricalCrossentropy(options: CategoricalCrossentropyOptions = {}): Loss {
  checkArity("sparseCategoricalCrossentropy", arguments.length, 1);
  const name = "sparseCategoricalCrossentropy";
  checkArity(name, arguments.length, 1);
  checkOptions(name, options, ["labelSmoothing"]);
  const { labelSmoothing = 0 } = options;
  checkSmoothing(name, labelSmoothing);
  return defineLoss(
    {
      name,
      labelType: "int32",
      outputKind: "classes",
      labelShape: (output) => checkClasses(name, output).slice(0, 1),
      checkLabels: (labels, output) => checkLabels(name, labels, output[1] as number),
      losses: (output, labels) => {
        const logits = logitsOf(output);
        if (labelSmoothing === 0) return sparseSoftmaxCrossEntropy(logits, labels);
        const depth = output.shape[1] as number;
        const scale = 1 - labelSmoothing;
        return softmaxCrossEntropy(logits, affine(oneHot(labels, { depth }), { scale, shift: labelSmoothing / depth }));
      },
    },
    options,
  );
}
