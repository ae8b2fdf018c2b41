// Arithmetic element by element.

import { ShapeError } from "../errors.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { checkRank, defineOp, type Op } from "./op.js";
import { columnSums } from "./reductions.js";

export const add: Op<["a", "b"]> = defineOp({
  name: "add",
  doc: "Sum of two tensors of one shape: y = a + b.",
  inputs: ["a", "b"],
  shape: ({ a, b }) => {
    if (!sameShape(a, b)) {
      throw new ShapeError(`add: shapes must be equal; a is ${formatShape(a)}, b is ${formatShape(b)}.`);
    }
    return a;
  },
  forward: (k, { a, b, y }) => k.add(a.ptr, b.ptr, y.ptr, y.size),
  vjp: { a: ({ dy }) => dy, b: ({ dy }) => dy },
  inPlace: "a",
  samples: [{ inputs: { a: [5], b: [5] } }, { inputs: { a: [3, 4], b: [3, 4] } }],
});

export const biasAdd: Op<["x", "bias"]> = defineOp({
  name: "biasAdd",
  doc: "Adds a vector to every row of a matrix: y[n, units] = x[n, units] + bias[units].",
  inputs: ["x", "bias"],
  shape: ({ x, bias }) => {
    checkRank("biasAdd", "x", x, 2);
    checkRank("biasAdd", "bias", bias, 1);
    if (x[1] !== bias[0]) {
      throw new ShapeError(
        `biasAdd: bias must have one value per column; x is ${formatShape(x)}, bias is ${formatShape(bias)}.`,
      );
    }
    return x;
  },
  forward: (k, { x, bias, y }) => k.biasAdd(x.ptr, bias.ptr, y.ptr, x.shape[0] as number, x.shape[1] as number),
  vjp: { x: ({ dy }) => dy, bias: ({ dy }) => columnSums(dy) },
  inPlace: "x",
  epilogue: { kind: "bias", input: "bias" },
  samples: [{ inputs: { x: [3, 4], bias: [4] } }, { inputs: { x: [2, 7], bias: [7] } }],
});
