// What a metric is: a scalar node made of the model's output and the labels, a mean over the batch.

import type { Node } from "../ops/op.js";

export interface Metric {
  readonly name: string;
  apply(output: Node, labels: Node): Node;
}
