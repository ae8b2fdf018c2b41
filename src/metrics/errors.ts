// Distances from the labels, as metrics.

import { sigmoid, softmax, softplus } from "../ops/activations.js";
import { multiply, subtract } from "../ops/arithmetic.js";
import { softmaxCrossEntropy, sparseSoftmaxCrossEntropy } from "../ops/crossEntropy.js";
import type { Node } from "../ops/op.js";
import { abs, square } from "../ops/unary.js";
import { hasClasses } from "./decisions.js";
import { type Metric, meanMetric } from "./metric.js";

/** Mean over all elements of (output - label)^2. */
export function meanSquaredError(): Metric {
  return meanMetric("meanSquaredError", (output, labels) => square(subtract(output, labels)));
}

/** Mean over all elements of |output - label|. */
export function meanAbsoluteError(): Metric {
  return meanMetric("meanAbsoluteError", (output, labels) => abs(subtract(output, labels)));
}

/**
 * Mean of -log p of what is true, for classes or for yes and no. As in the losses, an output is taken as logits unless it
 * is a softmax or a sigmoid.
 */
export function logLoss(): Metric {
  return meanMetric("logLoss", (output, labels) => {
    if (!hasClasses(output)) {
      const z = under(sigmoid.record, output);
      return subtract(softplus(z), multiply(z, labels));
    }
    const logits = under(softmax.record, output);
    return labels.dtype === "int32" ? sparseSoftmaxCrossEntropy(logits, labels) : softmaxCrossEntropy(logits, labels);
  });
}

function under(record: Node["op"], output: Node): Node {
  return output.op === record ? (output.inputs[0] as Node) : output;
}
