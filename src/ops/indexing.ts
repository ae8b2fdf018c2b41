// Rows by index and labels as vectors. Indices are int32 and have no gradient.

import { checkInteger, ShapeError } from "../errors.js";
import { formatShape, type OpenShape, sizeOf } from "../tensor/shape.js";
import { checkLabels } from "./crossEntropy.js";
import { defineOp, type Op } from "./op.js";
import { type ShapeAttribute, shapeAttribute } from "./strides.js";

export const gather: Op<["x", "indices"]> = defineOp({
  name: "gather",
  doc: "Rows of x by index, an embedding: y[..., width] = x[indices[...], width]. NaN where an index is out of range.",
  inputs: ["x", "indices"],
  inputTypes: { indices: "int32" },
  shape: ({ x, indices }) => [...indices, ...rowOf("gather: x", x)],
  forward: (k, { x, indices, y }) =>
    k.gather(x.ptr, indices.ptr, y.ptr, indices.size, x.shape[0] as number, sizeOf(x.shape.slice(1))),
  vjp: { x: ({ x, indices, dy }) => scatterAdd(dy, indices, { shape: x.shape }) },
  checkFeed: { indices: (data, { x }, node) => checkLabels("gather", data, x[0] as number, node) },
  samples: [
    { inputs: { x: [5, 3], indices: [7] }, below: { indices: 5 } },
    { inputs: { x: [4, 9], indices: [2, 3] }, below: { indices: 4 } },
    { inputs: { x: [6], indices: [4] }, below: { indices: 6 } },
  ],
});

export const scatterAdd: Op<["x", "indices"], ShapeAttribute> = defineOp({
  name: "scatterAdd",
  doc: "Zeros to which each row of x is added at its index, in the order of the rows; an index out of range adds nothing. The gradient of gather.",
  inputs: ["x", "indices"],
  inputTypes: { indices: "int32" },
  options: ["shape"],
  attributes: (given) => shapeAttribute("scatterAdd", given),
  shape: ({ x, indices }, { shape }) => {
    const expected = [...indices, ...rowOf("scatterAdd: shape", shape)];
    if (formatShape(x) !== formatShape(expected)) {
      throw new ShapeError(
        `scatterAdd: x must have the shape of the indices and a row, ${formatShape(expected)}; x is ${formatShape(x)}.`,
      );
    }
    return shape;
  },
  forward: (k, { x, indices, y }) =>
    k.scatterAdd(x.ptr, indices.ptr, y.ptr, indices.size, y.shape[0] as number, sizeOf(y.shape.slice(1))),
  vjp: { x: ({ indices, dy }) => gather(dy, indices) },
  samples: [
    { inputs: { x: [7, 3], indices: [7] }, attributes: { shape: [5, 3] }, below: { indices: 5 } },
    { inputs: { x: [2, 3, 9], indices: [2, 3] }, attributes: { shape: [4, 9] }, below: { indices: 4 } },
  ],
});

export interface OneHotAttributes {
  readonly depth: number;
}

export const oneHot: Op<["labels"], OneHotAttributes> = defineOp<["labels"], OneHotAttributes>({
  name: "oneHot",
  doc: "A row of `depth` numbers for each label: 1 at the label, else 0. Zeros where a label is out of range.",
  inputs: ["labels"],
  inputTypes: { labels: "int32" },
  options: ["depth"],
  attributes: ({ depth }) => {
    checkInteger("oneHot: depth", depth, 1);
    return { depth };
  },
  shape: ({ labels }, { depth }) => [...labels, depth],
  forward: (k, { labels, y }, { depth }) => k.oneHot(labels.ptr, y.ptr, labels.size, depth),
  samples: [
    { inputs: { labels: [6] }, attributes: { depth: 4 }, below: { labels: 4 } },
    { inputs: { labels: [2, 3] }, attributes: { depth: 7 }, below: { labels: 7 } },
  ],
});

export const toFloat: Op<["x"]> = defineOp({
  name: "toFloat",
  doc: "Integers as floats: int32 to float32, rounded to nearest beyond 2^24.",
  inputs: ["x"],
  inputTypes: { x: "int32" },
  shape: ({ x }) => x,
  forward: (k, { x, y }) => k.toFloat(x.ptr, y.ptr, y.size),
  samples: [{ inputs: { x: [9] }, below: { x: 100 } }],
});

/** The shape of one row; the number of rows must be known. */
function rowOf(subject: string, x: OpenShape): OpenShape {
  if (x.length === 0 || x.includes(null)) {
    throw new ShapeError(`${subject} must have a known shape and at least one axis; received ${formatShape(x)}.`);
  }
  return x.slice(1);
}
