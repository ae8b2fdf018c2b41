// Distances from the labels, as metrics.

import { checkNoOptions } from "../../errors.js";
import { sigmoid, softplus } from "../../ops/activations.js";
import { multiply, subtract } from "../../ops/arithmetic.js";
import { softmaxCrossEntropy, sparseSoftmaxCrossEntropy } from "../../ops/crossEntropy.js";
import type { Node } from "../../ops/op.js";
import { softmax } from "../../ops/softmax.js";
import { abs, square } from "../../ops/unary.js";
import { answersOf, checkClassLabels, kindOf } from "./decisions.js";
import { type Metric, meanMetric } from "./metric.js";

/** Mean over all elements of (output - label)^2. */
export function meanSquaredError(): Metric {
  const name = "meanSquaredError";
  checkNoOptions(name, arguments);
  return meanMetric(name, (output, labels) => square(subtract(output, answersOf(name, output, labels))));
}

/** Mean over all elements of |output - label|. */
export function meanAbsoluteError(): Metric {
  const name = "meanAbsoluteError";
  checkNoOptions(name, arguments);
  return meanMetric(name, (output, labels) => abs(subtract(output, answersOf(name, output, labels))));
}

/**
 * Mean of -log p of what is true: of the class of each example, or of each yes or no. As in the losses, an output is taken
 * as logits unless it is a softmax or a sigmoid; rows are told apart as in `accuracy`.
 */
export function logLoss(): Metric {
  checkNoOptions("logLoss", arguments);
  return meanMetric("logLoss", (output, labels, kind) => {
    if (kindOf(output, labels, kind) === "independent") {
      const z = under(sigmoid.record, output);
      return subtract(softplus(z), multiply(z, answersOf("logLoss", output, labels)));
    }
    checkClassLabels("logLoss", output, labels);
    const logits = under(softmax.record, output);
    return labels.dtype === "int32" ? sparseSoftmaxCrossEntropy(logits, labels) : softmaxCrossEntropy(logits, labels);
  });
}

function under(record: Node["op"], output: Node): Node {
  return output.op === record ? (output.inputs[0] as Node) : output;
}
