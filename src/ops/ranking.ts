// Order of the scores in a row: predictions, accuracies, and the k largest. No gradient passes places; values have one.

import { checkInteger, ShapeError } from "../errors.js";
import { formatShape, type OpenShape, rowsOf, sameShape, sizeOf } from "../tensor/shape.js";
import { checkLabels } from "./crossEntropy.js";
import type { AxisAttribute } from "./layout.js";
import { type Buffer, checkNode, checkRank, defineOp, type Node, type Op, type OpOptions, readOptions } from "./op.js";
import { resultOf } from "./results.js";
import { checkAxis, resolveAxes, type ShapeAttribute, shapeAttribute } from "./strides.js";

export const argmax: Op<["x"], AxisAttribute> = defineOp<["x"], AxisAttribute>({
  name: "argmax",
  doc: "Index of the first largest element along an axis, by default the last, int32. NaN never wins.",
  inputs: ["x"],
  dtype: "int32",
  options: ["axis"],
  attributes: ({ axis = -1 }) => {
    checkAxis("argmax", axis);
    return { axis };
  },
  shape: ({ x }, { axis }) => {
    const [at] = resolveAxes("argmax", [axis], x.length);
    return x.filter((_, i) => i !== at);
  },
  forward: (k, { x, y }, { axis }) => {
    const [at] = resolveAxes("argmax", [axis], x.shape.length) as [number];
    k.argmax(x.ptr, y.ptr, sizeOf(x.shape.slice(0, at)), x.shape[at] as number, sizeOf(x.shape.slice(at + 1)));
  },
  samples: [
    { inputs: { x: [5, 4] } },
    { inputs: { x: [2, 1] } },
    { inputs: { x: [3, 4, 5] }, attributes: { axis: 1 } },
    { inputs: { x: [6] }, attributes: { axis: 0 } },
  ],
});

export const equal: Op<["a", "b"]> = defineOp({
  name: "equal",
  doc: "1 where two int32 tensors agree, else 0, as float32.",
  inputs: ["a", "b"],
  inputTypes: { a: "int32", b: "int32" },
  shape: ({ a, b }) => {
    if (!sameShape(a, b)) {
      throw new ShapeError(`equal: shapes must be equal; a is ${formatShape(a)}, b is ${formatShape(b)}.`);
    }
    return a;
  },
  forward: (k, { a, b, y }) => k.equal(a.ptr, b.ptr, y.ptr, y.size),
  samples: [{ inputs: { a: [9], b: [9] }, below: { a: 2, b: 2 } }],
});

export interface TopKAttributes {
  readonly k: number;
}

export const inTopK: Op<["predictions", "labels"], TopKAttributes> = defineOp({
  name: "inTopK",
  doc:
    "1 where the label's score is among the k largest of its row, else 0, as float32: y[n]. A tie with the k-th " +
    "counts as in. A score of -Infinity leaves a class out; a row with NaN, or a label left out, gives 0. No gradient passes.",
  inputs: ["predictions", "labels"],
  inputTypes: { labels: "int32" },
  stopsGradient: true,
  options: ["k"],
  attributes: ({ k = 1 }) => {
    checkInteger("inTopK: k", k, 1);
    return { k };
  },
  shape: ({ predictions, labels }) => {
    checkRank("inTopK", "predictions", predictions, 2);
    if (labels.length !== 1 || labels[0] !== predictions[0]) {
      throw new ShapeError(
        `inTopK: there must be one label per row; predictions is ${formatShape(predictions)}, labels is ${formatShape(labels)}.`,
      );
    }
    return labels;
  },
  forward: (k, { predictions, labels, y }, attributes) =>
    k.inTopK(predictions.ptr, labels.ptr, y.ptr, y.size, predictions.shape[1] as number, attributes.k),
  checkFeed: {
    labels: (data, { predictions }, node) => checkLabels("inTopK", data, predictions[1] as number, node),
  },
  samples: [
    { inputs: { predictions: [6, 4], labels: [6] }, below: { labels: 4 }, attributes: { k: 1 } },
    { inputs: { predictions: [6, 9], labels: [6] }, below: { labels: 9 }, attributes: { k: 3 } },
  ],
});

export const topKIndices: Op<["x"], TopKAttributes> = defineOp<["x"], TopKAttributes>({
  name: "topKIndices",
  doc: "Places of the k largest along the last axis, the largest first, int32. Equals stand by index, NaN last.",
  inputs: ["x"],
  dtype: "int32",
  options: ["k"],
  attributes: (given) => countOf(given),
  shape: ({ x }, { k }) => rowsOfK(x, k),
  forward: (kernels, { x, y }, { k }) => kernels.topKIndices(x.ptr, y.ptr, ...rowsOf(x.shape), k),
  samples: [
    { inputs: { x: [5, 4] } },
    { inputs: { x: [3, 9] }, attributes: { k: 4 } },
    { inputs: { x: [2, 3, 5] }, attributes: { k: 5 } },
    { inputs: { x: [6] }, attributes: { k: 2 } },
  ],
});

export const takeAlong: Op<["x", "indices"]> = defineOp({
  name: "takeAlong",
  doc: "Values by place along the last axis (NumPy's take_along_axis): y[..., i] = x[..., indices[..., i]]. NaN where an index is out of range.",
  inputs: ["x", "indices"],
  inputTypes: { indices: "int32" },
  shape: ({ x, indices }) => {
    checkAlong("takeAlong: x", x, indices);
    return indices;
  },
  forward: (k, { x, indices, y }) => {
    k.takeAlong(x.ptr, indices.ptr, y.ptr, ...rowsOf(x.shape), y.shape[y.shape.length - 1] as number);
  },
  vjp: { x: ({ x, indices, dy }) => scatterAlong(dy, indices, { shape: x.shape }) },
  checkFeed: { indices: (data, { x }, node) => checkLabels("takeAlong", data, x[x.length - 1] as number, node) },
  samples: [
    { inputs: { x: [4, 6], indices: [4, 3] }, below: { indices: 6 } },
    { inputs: { x: [2, 3, 5], indices: [2, 3, 7] }, below: { indices: 5 } },
  ],
});

export const scatterAlong: Op<["x", "indices"], ShapeAttribute> = defineOp({
  name: "scatterAlong",
  doc: "Zeros to which each x is added at its place along the last axis, in order; an index out of range adds nothing. The gradient of takeAlong.",
  inputs: ["x", "indices"],
  inputTypes: { indices: "int32" },
  options: ["shape"],
  attributes: (given) => shapeAttribute("scatterAlong", given),
  shape: ({ x, indices }, { shape }) => {
    checkAlong("scatterAlong: shape", shape, indices);
    if (!sameShape(x, indices)) {
      throw new ShapeError(
        `scatterAlong: there must be one index per value; x is ${formatShape(x)}, indices is ${formatShape(indices)}.`,
      );
    }
    return shape;
  },
  forward: (k, { x, indices, y }) => {
    k.scatterAlong(x.ptr, indices.ptr, y.ptr, ...rowsOf(y.shape), x.shape[x.shape.length - 1] as number);
  },
  vjp: { x: ({ indices, dy }) => takeAlong(dy, indices) },
  samples: [{ inputs: { x: [4, 3], indices: [4, 3] }, attributes: { shape: [4, 6] }, below: { indices: 6 } }],
});

/** The record of `topK`: the values, and their places as a further result. */
export const largest: Op<["x"], TopKAttributes> = defineOp<["x"], TopKAttributes>({
  name: "topK",
  doc: "The k largest along the last axis, the largest first, and their places, int32. Equals stand by index, NaN last.",
  inputs: ["x"],
  options: ["k"],
  attributes: (given) => countOf(given),
  shape: ({ x }, { k }) => rowsOfK(x, k),
  results: { indices: { dtype: "int32", shape: ({ x }, { k }) => rowsOfK(x, k) } },
  forward: (kernels, { x, y }, { k }, { results }) => {
    const [rows, n] = rowsOf(x.shape);
    const indices = results.indices as Buffer;
    kernels.topKIndices(x.ptr, indices.ptr, rows, n, k);
    kernels.takeAlong(x.ptr, indices.ptr, y.ptr, rows, n, k);
  },
  vjp: { x: ({ x, dy }, _, { results }) => scatterAlong(dy, results.indices as Node, { shape: x.shape }) },
  samples: [
    { inputs: { x: [5, 4] } },
    { inputs: { x: [3, 9] }, attributes: { k: 4 } },
    { inputs: { x: [2, 3, 5] }, attributes: { k: 5 } },
  ].map((sample) => ({ ...sample, range: { x: [-99, 99] } })),
});

/** The k largest along the last axis, the largest first, and their places; gradients go to the places taken. */
export function topK(
  x: Node,
  options: OpOptions<TopKAttributes> = {},
): { readonly values: Node; readonly indices: Node } {
  checkNode("topK", "x", x);
  readOptions("topK", arguments, 1, ["k"]);
  const values = largest(x, options);
  return { values, indices: resultOf(values, "indices") };
}

function countOf({ k = 1 }: Partial<TopKAttributes>): TopKAttributes {
  checkInteger("topK: k", k, 1);
  return { k };
}

/** The shape of the k largest of each row. */
function rowsOfK(x: OpenShape, k: number): OpenShape {
  const n = x[x.length - 1];
  if (typeof n !== "number" || k > n) {
    throw new ShapeError(`topK: the last extent of x must be known and at least k, ${k}; x is ${formatShape(x)}.`);
  }
  return [...x.slice(0, -1), k];
}

/** Fails unless both have the same rows, and rows at all. */
function checkAlong(subject: string, shape: OpenShape, indices: OpenShape): void {
  if (shape.length === 0 || indices.length === 0 || !sameShape(shape.slice(0, -1), indices.slice(0, -1))) {
    throw new ShapeError(
      `${subject} must have the shape of the indices up to the last extent; ` +
        `it is ${formatShape(shape)}, indices is ${formatShape(indices)}.`,
    );
  }
}
