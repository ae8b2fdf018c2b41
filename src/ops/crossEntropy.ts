// Softmax cross-entropy over the last axis, fused: stable for logits of any size; and what ends that of yes-or-no questions.

import { ArgumentError, checkNumber, ShapeError } from "../errors.js";
import { formatShape, type OpenShape, sameShape } from "../tensor/shape.js";
import type { TensorData } from "../tensor/tensor.js";
import { multiply } from "./arithmetic.js";
import { defineOp, type Op } from "./op.js";
import { neg } from "./unary.js";

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

/** By how much labels are moved: 1 if they stand as label - 1. */
export interface BinaryLossAttributes {
  readonly shift: number;
}

export const binaryLoss: Op<["logits", "labels", "base"], BinaryLossAttributes> = defineOp({
  name: "binaryLoss",
  doc:
    "y = base - logits * labels, the end of a binary cross-entropy whose softplus is base. An infinite logit gives 0 where " +
    "the label, plus shift, agrees with it, else Infinity.",
  inputs: ["logits", "labels", "base"],
  options: ["shift"],
  attributes: ({ shift = 0 }) => {
    checkNumber("binaryLoss: shift", shift);
    return { shift };
  },
  shape: ({ logits, labels, base }) => {
    for (const shape of [labels, base]) {
      if (sameShape(shape, logits)) continue;
      throw new ShapeError(
        `binaryLoss: all must have one shape; logits is ${formatShape(logits)}, another ${formatShape(shape)}.`,
      );
    }
    return logits;
  },
  forward: (k, { logits, labels, base, y }, { shift }) =>
    k.binaryLoss(logits.ptr, labels.ptr, base.ptr, y.ptr, y.size, shift),
  // Of infinite logits too, since the slope of softplus is in the gradient of base.
  vjp: {
    logits: ({ labels, dy }) => multiply(neg(dy), labels),
    labels: ({ logits, dy }) => multiply(neg(dy), logits),
    base: ({ dy }) => dy,
  },
  inPlace: "base",
  samples: [
    { inputs: { logits: [7], labels: [7], base: [7] } },
    { inputs: { logits: [3, 3], labels: [3, 3], base: [3, 3] }, attributes: { shift: 1 } },
    { inputs: { logits: [], labels: [], base: [] } },
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
