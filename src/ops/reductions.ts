// Reductions and what undoes them. Sums have one canonical order (assembly/reduce.ts).

import { ShapeError } from "../errors.js";
import { formatShape, type OpenShape } from "../tensor/shape.js";
import { checkRank, defineOp, type Op } from "./op.js";

export const mean: Op<["x"]> = defineOp({
  name: "mean",
  doc: "Mean of all elements, a scalar. NaN for no elements.",
  inputs: ["x"],
  shape: () => [],
  forward: (k, { x, y }) => k.mean(x.ptr, y.ptr, x.size),
  vjp: { x: ({ x, dy }) => spread(dy, { shape: x.shape }) },
  samples: [{ inputs: { x: [5] } }, { inputs: { x: [3, 11] } }, { inputs: { x: [] } }],
});

export interface ShapeAttribute {
  readonly shape: OpenShape;
}

export const spread: Op<["x"], ShapeAttribute> = defineOp({
  name: "spread",
  doc: "Gradient of mean: every element of the shape is x / (number of elements), x a scalar.",
  inputs: ["x"],
  attributes: ({ shape = [] }) => ({ shape }),
  shape: ({ x }, { shape }) => {
    checkRank("spread", "x", x, 0);
    return shape;
  },
  forward: (k, { x, y }) => k.spread(x.ptr, y.size, y.ptr, y.size),
  vjp: { x: ({ dy }) => mean(dy) },
  samples: [
    { inputs: { x: [] }, attributes: { shape: [5] } },
    { inputs: { x: [] }, attributes: { shape: [2, 3] } },
  ],
});

export const columnSums: Op<["x"]> = defineOp({
  name: "columnSums",
  doc: "Sum of the rows of a matrix, each column from the first row down: y[columns]. The gradient of a bias.",
  inputs: ["x"],
  shape: ({ x }) => {
    const columns = checkRank("columnSums", "x", x, 2)[1];
    if (columns === null || columns === undefined) {
      throw new ShapeError(`columnSums: the number of columns must be known; x is ${formatShape(x)}.`);
    }
    return [columns];
  },
  forward: (k, { x, y }) => k.columnSums(x.ptr, y.ptr, x.shape[0] as number, x.shape[1] as number),
  vjp: { x: ({ x, dy }) => broadcastRows(dy, { shape: x.shape }) },
  samples: [{ inputs: { x: [3, 4] } }, { inputs: { x: [5, 19] } }, { inputs: { x: [1, 1] } }],
});

export const broadcastRows: Op<["x"], ShapeAttribute> = defineOp({
  name: "broadcastRows",
  doc: "The same vector in every row: y[rows, columns] = x[columns]. The gradient of columnSums.",
  inputs: ["x"],
  attributes: ({ shape = [] }) => ({ shape }),
  shape: ({ x }, { shape }) => {
    checkRank("broadcastRows", "x", x, 1);
    checkRank("broadcastRows", "shape", shape, 2);
    if (shape[1] !== x[0]) {
      throw new ShapeError(
        `broadcastRows: x must have one value per column; x is ${formatShape(x)}, shape is ${formatShape(shape)}.`,
      );
    }
    return shape;
  },
  forward: (k, { x, y }) => k.broadcastRows(x.ptr, y.ptr, y.shape[0] as number, y.shape[1] as number),
  vjp: { x: ({ dy }) => columnSums(dy) },
  samples: [{ inputs: { x: [4] }, attributes: { shape: [3, 4] } }],
});
