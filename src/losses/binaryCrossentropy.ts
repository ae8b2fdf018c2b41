// Cross-entropy of independent yes-or-no questions.

import { sigmoid, softplus } from "../ops/activations.js";
import { multiply, subtract } from "../ops/arithmetic.js";
import type { Node } from "../ops/op.js";
import { mean } from "../ops/reductions.js";
import { elementwiseLoss } from "./elementwise.js";

/**
 * Mean over all elements of -label * log p - (1 - label) * log(1 - p), labels in [0, 1]. The model's output is taken as
 * logits z, p = sigmoid(z); where it is a sigmoid, the logits under it are used. Computed stably: softplus(z) - z * label.
 */
export const binaryCrossentropy = elementwiseLoss(
  "binaryCrossentropy",
  (output, labels) => {
    const logits = output.op === sigmoid.record ? (output.inputs[0] as Node) : output;
    return mean(subtract(softplus(logits), multiply(logits, labels)));
  },
  "in [0, 1]",
  (label) => label >= 0 && label <= 1,
);
