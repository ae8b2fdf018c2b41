// Activations, element by element, and their gradients. Every export is one: names in layers, the front door and the list of
// all ops are read from here. A gradient is an op of its own, written in terms of the activation's result where that
// is exact enough, so that the input need not be kept. Codes of activations are those of assembly/gemm/epilogue.ts.

import { checkNumber } from "../errors.js";
import { elementwise } from "./elementwise.js";

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

export const logSigmoid = elementwise({
  name: "logSigmoid",
  doc: "Logarithm of the logistic function: y = ln(1 / (1 + e^-x)), exact where the sigmoid rounds to 0 or 1.",
  gradientOf: "x",
  forward: (k, x, y, n) => k.logSigmoid(x, y, n),
  gradient: (k, x, dy, dx, n) => k.logSigmoidGradient(x, dy, dx, n),
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
