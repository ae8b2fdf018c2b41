// Softmax over the last axis, its logarithm, and their gradients in terms of the result.

import { ShapeError } from "../errors.js";
import { formatShape, type OpenShape, rowsOf } from "../tensor/shape.js";
import { defineOp, type Op } from "./op.js";

export const softmax: Op<["x"]> = defineOp({
  name: "softmax",
  doc: "Softmax over the last axis: y = exp(x) / sum(exp(x)), each row shifted by its largest element.",
  inputs: ["x"],
  shape: ({ x }) => checkRows("softmax", x),
  forward: (k, { x, y }) => k.softmax(x.ptr, y.ptr, ...rowsOf(x.shape)),
  vjp: { x: ({ y, dy }) => softmaxGradient(y, dy) },
  inPlace: "x",
  samples: [
    { inputs: { x: [4, 10] } },
    { inputs: { x: [3, 1] } },
    { inputs: { x: [2, 17] } },
    { inputs: { x: [2, 3, 5] } },
    { inputs: { x: [9] } },
  ],
});

export const softmaxGradient: Op<["value", "upstream"]> = defineOp({
  name: "softmaxGradient",
  doc: "Gradient of softmax: value * (upstream - sum(value * upstream)) in each row.",
  inputs: ["value", "upstream"],
  shape: ({ upstream }) => checkRows("softmaxGradient", upstream),
  forward: (k, { value, upstream, y }) => k.softmaxGradient(value.ptr, upstream.ptr, y.ptr, ...rowsOf(y.shape)),
  samples: [{ inputs: { value: [4, 10], upstream: [4, 10] } }, { inputs: { value: [2, 5], upstream: [2, 5] } }],
});

export const logSoftmax: Op<["x"]> = defineOp({
  name: "logSoftmax",
  doc: "Logarithm of softmax over the last axis: y = x - log(sum(exp(x))), each row shifted by its largest element.",
  inputs: ["x"],
  shape: ({ x }) => checkRows("logSoftmax", x),
  forward: (k, { x, y }) => k.logSoftmax(x.ptr, y.ptr, ...rowsOf(x.shape)),
  vjp: { x: ({ y, dy }) => logSoftmaxGradient(y, dy) },
  inPlace: "x",
  samples: [
    { inputs: { x: [4, 10] } },
    { inputs: { x: [3, 1] } },
    { inputs: { x: [2, 17] } },
    { inputs: { x: [2, 3, 5] } },
    { inputs: { x: [9] } },
  ],
});

export const logSoftmaxGradient: Op<["value", "upstream"]> = defineOp({
  name: "logSoftmaxGradient",
  doc: "Gradient of logSoftmax: upstream - exp(value) * sum(upstream) in each row.",
  inputs: ["value", "upstream"],
  shape: ({ upstream }) => checkRows("logSoftmaxGradient", upstream),
  forward: (k, { value, upstream, y }) => k.logSoftmaxGradient(value.ptr, upstream.ptr, y.ptr, ...rowsOf(y.shape)),
  samples: [{ inputs: { value: [4, 10], upstream: [4, 10] } }, { inputs: { value: [2, 5], upstream: [2, 5] } }],
});

/** Fails unless x has a last axis; all others are rows. */
function checkRows(name: string, x: OpenShape): OpenShape {
  if (x.length >= 1 && x.at(-1) !== null) return x;
  throw new ShapeError(
    `${name}: x must have rank 1 or more and a last extent that is known; its shape is ${formatShape(x)}.`,
  );
}
