// What a loss is: the labels it wants, and a scalar node made of the model's output and the labels.

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
