// Softmax cross-entropy over the last axis, fused: stable for logits of any size.

import { ArgumentError, ShapeError } from "../errors.js";
import { formatShape, type OpenShape, sameShape } from "../tensor/shape.js";
import type { TensorData } from "../tensor/tensor.js";
import { defineOp, type Op } from "./op.js";

export const sparseSoftmaxCrossEntropy: Op<["logits", "labels"]> = defineOp({
  name: "sparseSoftmaxCrossEntropy",
  doc:
    "Cross-entropy of softmax(logits[..., classes]) with integer labels[...] in [0, classes): " +
    "y[...] = log(sum(exp(logits))) - logits[label].",
  inputs: ["logits", "labels"],
  inputTypes: { labels: "int32" },
  shape: ({ logits, labels }) => rowsShape("sparseSoftmaxCrossEntropy", logits, labels),
  forward: (k, { logits, labels, y }) =>
    k.sparseSoftmaxCrossEntropy(logits.ptr, labels.ptr, y.ptr, y.size, logits.shape.at(-1) as number),
  vjp: { logits: ({ logits, labels, dy }) => sparseSoftmaxCrossEntropyGradient(logits, labels, dy) },
  checkFeed: {
    labels: (data, { logits }, node) => checkLabels("sparseSoftmaxCrossEntropy", data, logits.at(-1) as number, node),
  },
  samples: [
    { inputs: { logits: [4, 3], labels: [4] }, below: { labels: 3 } },
    { inputs: { logits: [2, 10], labels: [2] }, below: { labels: 10 } },
    { inputs: { logits: [3, 1], labels: [3] }, below: { labels: 1 } },
    { inputs: { logits: [2, 3, 5], labels: [2, 3] }, below: { labels: 5 } },
    { inputs: { logits: [4], labels: [] }, below: { labels: 4 } },
  ],
});

export const sparseSoftmaxCrossEntropyGradient: Op<["logits", "labels", "upstream"]> = defineOp({
  name: "sparseSoftmaxCrossEntropyGradient",
  doc: "Gradient of sparseSoftmaxCrossEntropy: (softmax(logits) - oneHot(labels)) * upstream[...], in one pass.",
  inputs: ["logits", "labels", "upstream"],
  inputTypes: { labels: "int32" },
  shape: ({ logits, labels, upstream }) => {
    rowsShape("sparseSoftmaxCrossEntropyGradient", logits, labels);
    rowsShape("sparseSoftmaxCrossEntropyGradient", logits, upstream);
    return logits;
  },
  forward: (k, { logits, labels, upstream, y }) => {
    const classes = logits.shape.at(-1) as number;
    k.sparseSoftmaxCrossEntropyGradient(logits.ptr, labels.ptr, upstream.ptr, y.ptr, upstream.size, classes);
  },
  checkFeed: {
    labels: (data, { logits }, node) =>
      checkLabels("sparseSoftmaxCrossEntropyGradient", data, logits.at(-1) as number, node),
  },
  samples: [
    { inputs: { logits: [4, 3], labels: [4], upstream: [4] }, below: { labels: 3 } },
    { inputs: { logits: [2, 11], labels: [2], upstream: [2] }, below: { labels: 11 } },
    { inputs: { logits: [2, 3, 5], labels: [2, 3], upstream: [2, 3] }, below: { labels: 5 } },
  ],
});

export const softmaxCrossEntropy: Op<["logits", "targets"]> = defineOp({
  name: "softmaxCrossEntropy",
  doc:
    "Cross-entropy of softmax(logits[..., classes]) with the distributions targets[..., classes]: " +
    "y[...] = -sum(targets * log(softmax(logits))). No gradient with respect to the targets.",
  inputs: ["logits", "targets"],
  shape: ({ logits, targets }) => distributionsShape("softmaxCrossEntropy", logits, targets),
  forward: (k, { logits, targets, y }) =>
    k.softmaxCrossEntropy(logits.ptr, targets.ptr, y.ptr, y.size, logits.shape.at(-1) as number),
  vjp: { logits: ({ logits, targets, dy }) => softmaxCrossEntropyGradient(logits, targets, dy) },
  samples: [
    { inputs: { logits: [4, 3], targets: [4, 3] } },
    { inputs: { logits: [2, 10], targets: [2, 10] } },
    { inputs: { logits: [2, 3, 5], targets: [2, 3, 5] } },
    { inputs: { logits: [4], targets: [4] } },
  ],
});

export const softmaxCrossEntropyGradient: Op<["logits", "targets", "upstream"]> = defineOp({
  name: "softmaxCrossEntropyGradient",
  doc: "Gradient of softmaxCrossEntropy: (softmax(logits) * sum(targets) - targets) * upstream[...], in one pass.",
  inputs: ["logits", "targets", "upstream"],
  shape: ({ logits, targets, upstream }) => {
    distributionsShape("softmaxCrossEntropyGradient", logits, targets);
    rowsShape("softmaxCrossEntropyGradient", logits, upstream);
    return logits;
  },
  forward: (k, { logits, targets, upstream, y }) => {
    const classes = logits.shape.at(-1) as number;
    k.softmaxCrossEntropyGradient(logits.ptr, targets.ptr, upstream.ptr, y.ptr, upstream.size, classes);
  },
  samples: [
    { inputs: { logits: [4, 3], targets: [4, 3], upstream: [4] } },
    { inputs: { logits: [2, 11], targets: [2, 11], upstream: [2] } },
    { inputs: { logits: [2, 3, 5], targets: [2, 3, 5], upstream: [2, 3] } },
  ],
});

function distributionsShape(subject: string, logits: OpenShape, targets: OpenShape): OpenShape {
  checkLogits(subject, logits);
  if (!sameShape(logits, targets)) {
    throw new ShapeError(
      `${subject}: there must be one target per logit; logits is ${formatShape(logits)}, targets is ${formatShape(targets)}.`,
    );
  }
  return logits.slice(0, -1);
}

function rowsShape(subject: string, logits: OpenShape, perRow: OpenShape): OpenShape {
  checkLogits(subject, logits);
  if (!sameShape(perRow, logits.slice(0, -1))) {
    throw new ShapeError(
      `${subject}: there must be one label per row; logits is ${formatShape(logits)}, the other ${formatShape(perRow)}.`,
    );
  }
  return perRow;
}

/** Fails unless there is a last axis, that of the classes. */
function checkLogits(subject: string, logits: OpenShape): void {
  if (logits.length > 0) return;
  throw new ShapeError(
    `${subject}: logits must have an axis of classes, the last; received shape ${formatShape(logits)}.`,
  );
}

/** Fails with ArgumentError unless every label is in [0, classes). */
export function checkLabels(subject: string, labels: TensorData, classes: number, what = "labels"): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (!(label >= 0 && label < classes && Number.isInteger(label))) {
      throw new ArgumentError(
        `${subject}: ${what} must be integers in [0, ${classes}); received ${label} at index ${i}.`,
      );
    }
  }
}
