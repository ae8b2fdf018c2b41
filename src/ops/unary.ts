// Plain functions of one tensor, element by element, and their gradients.

import { elementwise } from "./elementwise.js";
import { defineOp, type Op } from "./op.js";

export const exp = elementwise({
  name: "exp",
  doc: "Exponential function: y = e^x.",
  gradientOf: "y",
  forward: (k, x, y, n) => k.exp(x, y, n),
  gradient: (k, y, dy, dx, n) => k.expGradient(y, dy, dx, n),
});

export const log = elementwise({
  name: "log",
  doc: "Natural logarithm: y = ln x; NaN where x is negative.",
  gradientOf: "x",
  forward: (k, x, y, n) => k.log(x, y, n),
  gradient: (k, x, dy, dx, n) => k.logGradient(x, dy, dx, n),
  samples: { range: [0.1, 4] },
});

export const sqrt = elementwise({
  name: "sqrt",
  doc: "Square root: y = sqrt(x); NaN where x is negative.",
  gradientOf: "y",
  forward: (k, x, y, n) => k.sqrt(x, y, n),
  gradient: (k, y, dy, dx, n) => k.sqrtGradient(y, dy, dx, n),
  samples: { range: [0.1, 4] },
});

export const square = elementwise({
  name: "square",
  doc: "Square: y = x * x, element by element.",
  gradientOf: "x",
  forward: (k, x, y, n) => k.square(x, y, n),
  gradient: (k, x, dy, dx, n) => k.squareGradient(x, dy, dx, n),
});

export const abs = elementwise({
  name: "abs",
  doc: "Absolute value: y = |x|; its gradient at 0 is 0.",
  gradientOf: "x",
  forward: (k, x, y, n) => k.abs(x, y, n),
  gradient: (k, x, dy, dx, n) => k.absGradient(x, dy, dx, n),
});

export const erf = elementwise({
  name: "erf",
  doc: "Error function: y = 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x.",
  gradientOf: "x",
  forward: (k, x, y, n) => k.erf(x, y, n),
  gradient: (k, x, dy, dx, n) => k.erfGradient(x, dy, dx, n),
});

export const neg: Op<["x"]> = defineOp({
  name: "neg",
  doc: "Negation, element by element: y = -x.",
  inputs: ["x"],
  shape: ({ x }) => x,
  forward: (k, { x, y }) => k.neg(x.ptr, y.ptr, x.size),
  vjp: { x: ({ dy }) => neg(dy) },
  inPlace: "x",
  samples: [{ inputs: { x: [7] } }, { inputs: { x: [2, 3] } }, { inputs: { x: [] } }],
});
