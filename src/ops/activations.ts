// Activations and their gradients. A gradient is an op of its own, written in terms of the activation's result, so that
// the input need not be kept.

import { checkRank, defineOp, type Op } from "./op.js";

export const relu: Op<["x"]> = defineOp({
  name: "relu",
  doc: "Rectified linear unit: y = max(x, 0). NaN stays NaN.",
  inputs: ["x"],
  shape: ({ x }) => x,
  forward: (k, { x, y }) => k.relu(x.ptr, y.ptr, x.size),
  vjp: { x: ({ y, dy }) => reluGradient(y, dy) },
  inPlace: "x",
  epilogue: { kind: "activation", code: 1 },
  samples: [{ inputs: { x: [7] } }, { inputs: { x: [2, 3] } }, { inputs: { x: [] } }],
});

export const reluGradient: Op<["value", "upstream"]> = defineOp({
  name: "reluGradient",
  doc: "Gradient of relu: upstream where the value of relu is positive, else 0.",
  inputs: ["value", "upstream"],
  shape: ({ upstream }) => upstream,
  forward: (k, { value, upstream, y }) => k.reluGradient(value.ptr, upstream.ptr, y.ptr, y.size),
  vjp: { upstream: ({ value, dy }) => reluGradient(value, dy) },
  inPlace: "upstream",
  samples: [{ inputs: { value: [7], upstream: [7] } }, { inputs: { value: [2, 3], upstream: [2, 3] } }],
});

export const softmax: Op<["x"]> = defineOp({
  name: "softmax",
  doc: "Softmax over the last axis: y = exp(x) / sum(exp(x)), each row shifted by its largest element.",
  inputs: ["x"],
  shape: ({ x }) => checkRank("softmax", "x", x, 2),
  forward: (k, { x, y }) => k.softmax(x.ptr, y.ptr, ...rowsOf(x.shape)),
  vjp: { x: ({ y, dy }) => softmaxGradient(y, dy) },
  inPlace: "x",
  samples: [{ inputs: { x: [4, 10] } }, { inputs: { x: [3, 1] } }, { inputs: { x: [2, 17] } }],
});

export const softmaxGradient: Op<["value", "upstream"]> = defineOp({
  name: "softmaxGradient",
  doc: "Gradient of softmax: value * (upstream - sum(value * upstream)) in each row.",
  inputs: ["value", "upstream"],
  shape: ({ upstream }) => checkRank("softmaxGradient", "upstream", upstream, 2),
  forward: (k, { value, upstream, y }) => k.softmaxGradient(value.ptr, upstream.ptr, y.ptr, ...rowsOf(y.shape)),
  samples: [{ inputs: { value: [4, 10], upstream: [4, 10] } }, { inputs: { value: [2, 5], upstream: [2, 5] } }],
});

function rowsOf(shape: readonly number[]): [rows: number, columns: number] {
  return [shape[0] as number, shape[1] as number];
}
