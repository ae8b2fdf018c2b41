// What a loss is: the labels it wants, and a scalar node made of the model's output and the labels.

import { softmax } from "../ops/activations.js";
import type { Node } from "../ops/op.js";
import type { OpenShape } from "../tensor/shape.js";
import type { DType, TensorData } from "../tensor/tensor.js";

export interface Loss {
  readonly name: string;
  readonly labelType: DType;
  /** Shape of the labels for a model with this output; ShapeError where the loss does not suit it. */
  labelShape(output: OpenShape): OpenShape;
  /** Fails with ArgumentError where a label is out of range. */
  checkLabels(labels: TensorData, output: OpenShape): void;
  /** The mean over the batch. */
  apply(output: Node, labels: Node): Node;
}

/** The logits of a model's output: of a softmax what lies under it, else the output itself. */
export function logitsOf(output: Node): Node {
  return output.op === softmax.record ? (output.inputs[0] as Node) : output;
}
