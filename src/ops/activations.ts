// Activations and their gradients. A gradient is an op of its own, written in terms of the activation's result where that
// is exact enough, so that the input need not be kept. Codes of activations are those of assembly/gemm/epilogue.ts.

import { checkNumber, ShapeError } from "../errors.js";
import { formatShape, type OpenShape, sizeOf } from "../tensor/shape.js";
import { elementwise } from "./elementwise.js";
import { checkRank, defineOp, type Op } from "./op.js";

export const relu = elementwise({
  name: "relu",
  doc: "Rectified linear unit: y = max(x, 0). NaN stays NaN.",
  gradientOf: "y",
  forward: (k, x, y, n) => k.relu(x, y, n),
  gradient: (k, y, dy, dx, n) => k.reluGradient(y, dy, dx, n),
  fusible: { kind: "activation", code: 1 },
});

export const sigmoid = elementwise({
  name: "sigmoid",
  doc: "Logistic function: y = 1 / (1 + e^-x).",
  gradientOf: "y",
  forward: (k, x, y, n) => k.sigmoid(x, y, n),
  gradient: (k, y, dy, dx, n) => k.sigmoidGradient(y, dy, dx, n),
  fusible: { kind: "activation", code: 2 },
});

export const tanh = elementwise({
  name: "tanh",
  doc: "Hyperbolic tangent: y = tanh x.",
  gradientOf: "y",
  forward: (k, x, y, n) => k.tanh(x, y, n),
  gradient: (k, y, dy, dx, n) => k.tanhGradient(y, dy, dx, n),
  fusible: { kind: "activation", code: 3 },
});

export interface AlphaAttribute {
  /** Not negative, so that the sign of y tells that of x. */
  readonly alpha: number;
}

function checkAlpha(name: string, alpha: number): AlphaAttribute {
  checkNumber(`${name}: alpha`, alpha, 0);
  return { alpha };
}

export const leakyRelu = elementwise<AlphaAttribute>({
  name: "leakyRelu",
  doc: "Leaky rectified linear unit: y = x where x > 0, else alpha x, alpha >= 0, by default 0.2.",
  gradientOf: "y",
  options: ["alpha"],
  attributes: ({ alpha = 0.2 }) => checkAlpha("leakyRelu", alpha),
  forward: (k, x, y, n, { alpha }) => k.leakyRelu(x, alpha, y, n),
  gradient: (k, y, dy, dx, n, { alpha }) => k.leakyReluGradient(y, dy, alpha, dx, n),
  samples: { attributes: [{}, { alpha: 0.5 }] },
});

export const elu = elementwise<AlphaAttribute>({
  name: "elu",
  doc: "Exponential linear unit: y = x where x > 0, else alpha (e^x - 1), alpha >= 0, by default 1.",
  gradientOf: "y",
  options: ["alpha"],
  attributes: ({ alpha = 1 }) => checkAlpha("elu", alpha),
  forward: (k, x, y, n, { alpha }) => k.elu(x, alpha, y, n),
  gradient: (k, y, dy, dx, n, { alpha }) => k.eluGradient(y, dy, alpha, dx, n),
  samples: { attributes: [{}, { alpha: 0.5 }] },
});

export const selu = elementwise({
  name: "selu",
  doc: "Self-normalising ELU (Klambauer et al. 2017): y = 1.0507 x where x > 0, else 1.0507 * 1.6733 (e^x - 1).",
  gradientOf: "y",
  forward: (k, x, y, n) => k.selu(x, y, n),
  gradient: (k, y, dy, dx, n) => k.seluGradient(y, dy, dx, n),
  fusible: { kind: "activation", code: 4 },
});

export const softplus = elementwise({
  name: "softplus",
  doc: "Smooth rectifier: y = ln(1 + e^x).",
  gradientOf: "x",
  forward: (k, x, y, n) => k.softplus(x, y, n),
  gradient: (k, x, dy, dx, n) => k.softplusGradient(x, dy, dx, n),
});

export const softsign = elementwise({
  name: "softsign",
  doc: "Softsign: y = x / (1 + |x|); 1 and -1 for the infinities.",
  gradientOf: "y",
  forward: (k, x, y, n) => k.softsign(x, y, n),
  gradient: (k, y, dy, dx, n) => k.softsignGradient(y, dy, dx, n),
  fusible: { kind: "activation", code: 5 },
});

export const gelu = elementwise({
  name: "gelu",
  doc: "Gaussian error linear unit: y = x Phi(x), Phi being the normal distribution function; 0 for -Infinity.",
  gradientOf: "x",
  forward: (k, x, y, n) => k.gelu(x, y, n),
  gradient: (k, x, dy, dx, n) => k.geluGradient(x, dy, dx, n),
});

export const geluTanh = elementwise({
  name: "geluTanh",
  doc: "GELU as first approximated: y = x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2; 0 for -Infinity.",
  gradientOf: "x",
  forward: (k, x, y, n) => k.geluTanh(x, y, n),
  gradient: (k, x, dy, dx, n) => k.geluTanhGradient(x, dy, dx, n),
});

export const silu = elementwise({
  name: "silu",
  doc: "Sigmoid linear unit, also called swish: y = x / (1 + e^-x); 0 for -Infinity.",
  gradientOf: "x",
  forward: (k, x, y, n) => k.silu(x, y, n),
  gradient: (k, x, dy, dx, n) => k.siluGradient(x, dy, dx, n),
});

export const mish = elementwise({
  name: "mish",
  doc: "Mish (Misra 2019): y = x tanh(ln(1 + e^x)); 0 for -Infinity.",
  gradientOf: "x",
  forward: (k, x, y, n) => k.mish(x, y, n),
  gradient: (k, x, dy, dx, n) => k.mishGradient(x, dy, dx, n),
});

export const relu6 = elementwise({
  name: "relu6",
  doc: "Rectified linear unit with a ceiling: y = min(max(x, 0), 6). NaN stays NaN.",
  gradientOf: "y",
  forward: (k, x, y, n) => k.relu6(x, y, n),
  gradient: (k, y, dy, dx, n) => k.relu6Gradient(y, dy, dx, n),
});

export interface SlopeAttribute {
  readonly slope: number;
}

export const hardSigmoid = elementwise<SlopeAttribute>({
  name: "hardSigmoid",
  doc:
    "Straight-line sigmoid: y = slope x + 1 / 2 within [0, 1], slope > 0, by default 1 / 6 as in Keras 3 and PyTorch; " +
    "Keras 2 and TensorFlow.js have 0.2.",
  gradientOf: "x",
  options: ["slope"],
  attributes: ({ slope = 1 / 6 }) => {
    checkNumber("hardSigmoid: slope", slope, 0, Infinity, true);
    return { slope };
  },
  forward: (k, x, y, n, { slope }) => k.hardSigmoid(x, slope, y, n),
  gradient: (k, x, dy, dx, n, { slope }) => k.hardSigmoidGradient(x, dy, slope, dx, n),
  samples: { attributes: [{}, { slope: 0.2 }] },
});

export const hardSwish = elementwise({
  name: "hardSwish",
  doc: "Straight-line silu: y = x times (x / 6 + 1 / 2 within [0, 1]).",
  gradientOf: "x",
  forward: (k, x, y, n) => k.hardSwish(x, y, n),
  gradient: (k, x, dy, dx, n) => k.hardSwishGradient(x, dy, dx, n),
});

export const step = elementwise({
  name: "step",
  doc: "Heaviside step: y = 1 where x >= 0, else 0; its gradient is 0. NaN stays NaN.",
  gradientOf: "x",
  forward: (k, x, y, n) => k.step(x, y, n),
  gradient: (k, x, dy, dx, n) => k.stepGradient(x, dy, dx, n),
});

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

function rowsOf(shape: readonly number[]): [rows: number, columns: number] {
  return [sizeOf(shape.slice(0, -1)), shape.at(-1) as number];
}
