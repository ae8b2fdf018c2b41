// Cross-entropy of independent yes-or-no questions.

import { ArgumentError, checkArity, checkNumber, checkOptions } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import { sigmoid, softplus } from "../../ops/activations.js";
import { affine, multiply } from "../../ops/arithmetic.js";
import { binaryLoss } from "../../ops/crossEntropy.js";
import type { Node } from "../../ops/op.js";
import { neg } from "../../ops/unary.js";
import { checkEach, checkSmoothing, defineLoss, type Loss } from "./loss.js";

export interface BinaryCrossentropyOptions {
  /** Share of each label that becomes 1/2, in [0, 1]. Default 0. */
  readonly labelSmoothing?: number;
  /** What the loss of a yes counts, compared with that of a no; positive, one for all or one for each output. Default 1. */
  readonly positiveWeight?: number | readonly number[];
}

/**
 * Mean over all elements of -label * log p - (1 - label) * log(1 - p), labels in [0, 1]. The model's output is taken as
 * logits z, p = sigmoid(z); where it is a sigmoid, the logits under it are used. Computed stably: softplus(z) - z * label. A
 * certain answer, an infinite logit, costs 0 where it is right and Infinity where it is wrong.
 */
export function binaryCrossentropy(options: BinaryCrossentropyOptions = {}): Loss {
  checkArity("binaryCrossentropy", arguments.length, 1);
  const name = "binaryCrossentropy";
  checkArity(name, arguments.length, 1);
  checkOptions(name, options, ["labelSmoothing", "positiveWeight"]);
  const { labelSmoothing = 0, positiveWeight = 1 } = options;
  checkSmoothing(name, labelSmoothing);
  if (Array.isArray(positiveWeight) && positiveWeight.length === 0) {
    throw new ArgumentError(`${name}: positiveWeight must be a number, or one for each output; received [].`);
  }
  for (const weight of [positiveWeight].flat()) checkNumber(`${name}: positiveWeight`, weight, 0, Infinity, true);
  return defineLoss(
    {
      name,
      outputKind: "independent",
      checkLabels: (labels) => checkEach(name, labels, "in [0, 1]", (label) => label >= 0 && label <= 1),
      losses: (output, labels) => {
        const z = output.op === sigmoid.record ? (output.inputs[0] as Node) : output;
        const scale = 1 - labelSmoothing;
        const t = labelSmoothing === 0 ? labels : affine(labels, { scale, shift: labelSmoothing / 2 });
        if (positiveWeight === 1) return binaryLoss(z, t, softplus(z));
        // -log p = softplus(-z) and -log(1 - p) = z + softplus(-z), so that their sum is weights * softplus(-z) - z (t - 1)
        const weights = (z.graph as Graph).constant("positiveWeight", positiveWeight);
        const yes = affine(multiply(t, affine(weights, { shift: -1 })), { shift: 1 });
        return binaryLoss(z, affine(t, { shift: -1 }), multiply(yes, softplus(neg(z))), { shift: 1 });
      },
    },
    options,
  );
}
