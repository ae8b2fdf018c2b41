// Weights of examples, which a graph may have without using them.

import { ShapeError } from "../errors.js";
import { formatShape } from "../tensor/shape.js";
import { combine, operations, SCRATCH } from "./arithmetic.js";
import { checkRank, defineOp, type Op } from "./op.js";

export const weigh: Op<["x", "weights", "on"]> = defineOp({
  name: "weigh",
  doc: "While the scalar `on` is not 0: each row of x times its weight, weights being [n]. Else x itself.",
  inputs: ["x", "weights", "on"],
  shape: ({ x, weights, on }) => {
    checkRank("weigh", "on", on, 0);
    checkRank("weigh", "weights", weights, 1);
    if (x.length === 0 || x[0] !== weights[0]) {
      throw new ShapeError(
        `weigh: there must be one weight per row; x is ${formatShape(x)}, weights is ${formatShape(weights)}.`,
      );
    }
    return x;
  },
  forward: (k, { x, weights, on, y }, _, { workspace }) => {
    const column = { ...weights, shape: x.shape.map((extent, axis) => (axis === 0 ? extent : 1)) };
    combine(k, operations.multiply, x, column, y, workspace);
    k.choose(on.ptr, y.ptr, x.ptr, y.ptr, y.size);
  },
  workspace: () => SCRATCH,
  vjp: { x: ({ weights, on, dy }) => weigh(dy, weights, on) },
  switch: { by: "on", off: "x" },
  samples: [
    { inputs: { x: [3, 4], weights: [3], on: [] } },
    { inputs: { x: [7], weights: [7], on: [] } },
    { inputs: { x: [2, 3, 5], weights: [2], on: [] } },
  ],
});
