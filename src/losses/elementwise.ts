// Losses that compare each output with a number of its own: the labels have the shape of the output.

import { ArgumentError } from "../errors.js";
import type { Node } from "../ops/op.js";
import type { TensorData } from "../tensor/tensor.js";
import type { Loss } from "./loss.js";

/** A loss of float labels of the output's shape; `rule` says what they must be. */
// @__NO_SIDE_EFFECTS__
export function elementwiseLoss(
  name: string,
  apply: (output: Node, labels: Node) => Node,
  rule = "finite",
  fits: (label: number) => boolean = Number.isFinite,
): Loss {
  return {
    name,
    labelType: "float32",
    labelShape: (output) => output,
    checkLabels: (labels) => checkEach(name, labels, rule, fits),
    apply,
  };
}

/** Fails with ArgumentError unless every label fits. */
export function checkEach(name: string, labels: TensorData, rule: string, fits: (label: number) => boolean): void {
  for (let i = 0; i < labels.length; i++) {
    if (!fits(labels[i] as number)) {
      throw new ArgumentError(`${name}: labels must be ${rule}; received ${labels[i]} at index ${i}.`);
    }
  }
}
