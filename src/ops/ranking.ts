// Order of the scores in a row: predictions and accuracies. None of these has a gradient.

import { ArgumentError, checkInteger, describe, ShapeError } from "../errors.js";
import { formatShape, sameShape, sizeOf } from "../tensor/shape.js";
import { checkLabels } from "./crossEntropy.js";
import type { AxisAttribute } from "./layout.js";
import { checkRank, defineOp, type Op } from "./op.js";
import { resolveAxes } from "./strides.js";

export const argmax: Op<["x"], AxisAttribute> = defineOp<["x"], AxisAttribute>({
  name: "argmax",
  doc: "Index of the first largest element along an axis, by default the last, int32. NaN never wins.",
  inputs: ["x"],
  dtype: "int32",
  attributes: ({ axis = -1 }) => {
    if (!Number.isSafeInteger(axis)) {
      throw new ArgumentError(`argmax: axis must be an integer; received ${describe(axis)}.`);
    }
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
    "counts as in; a row with a score that is not finite gives 0 (TensorFlow's in_top_k).",
  inputs: ["predictions", "labels"],
  inputTypes: { labels: "int32" },
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
