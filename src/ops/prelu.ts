// Leaky ReLU whose slopes are learnt.

import { ShapeError } from "../errors.js";
import { formatShape, type OpenShape, rowsOf } from "../tensor/shape.js";
import { checkRank, defineOp, type Op } from "./op.js";

export const prelu: Op<["x", "alpha"]> = defineOp({
  name: "prelu",
  doc: "Leaky ReLU with a slope for each column that is learnt: y[..., units] = x where x > 0, else alpha[units] x.",
  inputs: ["x", "alpha"],
  shape: ({ x, alpha }) => checkSlopes("prelu", x, alpha),
  forward: (k, { x, alpha, y }) => k.prelu(x.ptr, alpha.ptr, y.ptr, ...rowsOf(x.shape)),
  vjp: {
    x: ({ x, alpha, dy }) => preluGradient(x, alpha, dy),
    alpha: ({ x, dy }) => preluSlopeGradient(x, dy),
  },
  inPlace: "x",
  samples: [
    { inputs: { x: [3, 4], alpha: [4] } },
    { inputs: { x: [2, 7], alpha: [7] } },
    { inputs: { x: [2, 3, 5], alpha: [5] } },
    { inputs: { x: [4], alpha: [4] } },
  ],
});

export const preluGradient: Op<["x", "alpha", "upstream"]> = defineOp({
  name: "preluGradient",
  doc: "Gradient of prelu with respect to x: upstream where x > 0, else alpha upstream.",
  inputs: ["x", "alpha", "upstream"],
  shape: ({ x, alpha }) => checkSlopes("preluGradient", x, alpha),
  forward: (k, { x, alpha, upstream, y }) => k.preluGradient(x.ptr, alpha.ptr, upstream.ptr, y.ptr, ...rowsOf(x.shape)),
  inPlace: "upstream",
  samples: [
    { inputs: { x: [3, 4], alpha: [4], upstream: [3, 4] } },
    { inputs: { x: [2, 7], alpha: [7], upstream: [2, 7] } },
    { inputs: { x: [2, 3, 5], alpha: [5], upstream: [2, 3, 5] } },
  ],
});

export const preluSlopeGradient: Op<["x", "upstream"]> = defineOp({
  name: "preluSlopeGradient",
  doc: "Gradient of prelu with respect to alpha: the sum over the rows of x upstream where x is not positive.",
  inputs: ["x", "upstream"],
  shape: ({ x }) => {
    const columns = x.at(-1);
    if (typeof columns !== "number") {
      throw new ShapeError(`preluSlopeGradient: the number of columns must be known; x is ${formatShape(x)}.`);
    }
    return [columns];
  },
  forward: (k, { x, upstream, y }) => k.preluSlopeGradient(x.ptr, upstream.ptr, y.ptr, ...rowsOf(x.shape)),
  samples: [{ inputs: { x: [3, 4], upstream: [3, 4] } }, { inputs: { x: [2, 5, 7], upstream: [2, 5, 7] } }],
});

function checkSlopes(name: string, x: OpenShape, alpha: OpenShape): OpenShape {
  checkRank(name, "alpha", alpha, 1);
  if (x.length === 0 || x.at(-1) !== alpha[0]) {
    throw new ShapeError(
      `${name}: alpha must have one value per column; x is ${formatShape(x)}, alpha is ${formatShape(alpha)}.`,
    );
  }
  return x;
}
