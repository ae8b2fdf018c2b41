// Ops that hold values and norms within limits: what optimizers clip gradients with.

import { ArgumentError, checkNumber, describe } from "../errors.js";
import { affine, divide, greater, maximum, multiply } from "./arithmetic.js";
import { checkRank, defineOp, type Op } from "./op.js";
import { sum } from "./reductions.js";
import { sqrt } from "./unary.js";

export interface ClipAttributes {
  /** Default -Infinity. */
  readonly low: number;
  /** Default Infinity. */
  readonly high: number;
}

function clipAttributes({ low = -Infinity, high = Infinity }: Partial<ClipAttributes>): ClipAttributes {
  const areNumbers = typeof low === "number" && typeof high === "number";
  if (!areNumbers || !(low <= high)) {
    const rule = areNumbers ? "low must be at most high" : "low and high must be numbers";
    throw new ArgumentError(`clip: ${rule}; low is ${describe(low)}, high is ${describe(high)}.`);
  }
  return { low, high };
}

export const clip: Op<["x"], ClipAttributes> = defineOp({
  name: "clip",
  doc: "Holds every value within [low, high]; NaN stays.",
  inputs: ["x"],
  options: ["low", "high"],
  attributes: clipAttributes,
  shape: ({ x }) => x,
  forward: (k, { x, y }, { low, high }) => k.clip(x.ptr, y.ptr, y.size, low, high),
  vjp: { x: ({ x, dy }, { low, high }) => clipGradient(x, dy, { low, high }) },
  inPlace: "x",
  samples: [
    { inputs: { x: [7] }, attributes: { low: -0.5, high: 0.25 } },
    { inputs: { x: [3, 11] }, attributes: { low: 0 } },
  ],
});

export const clipGradient: Op<["x", "upstream"], ClipAttributes> = defineOp({
  name: "clipGradient",
  doc: "Gradient of clip: upstream where x lies in [low, high], else 0.",
  inputs: ["x", "upstream"],
  options: ["low", "high"],
  attributes: clipAttributes,
  shape: ({ x }) => x,
  forward: (k, { x, upstream, y }, { low, high }) => k.clipGradient(x.ptr, upstream.ptr, y.ptr, y.size, low, high),
  vjp: { upstream: ({ x, dy }, { low, high }) => clipGradient(x, dy, { low, high }) },
  inPlace: "upstream",
  samples: [{ inputs: { x: [7], upstream: [7] }, attributes: { low: -0.5, high: 0.25 } }],
});

export const sumOfSquares: Op<["x"]> = defineOp({
  name: "sumOfSquares",
  doc: "Sum of the squares of all elements, a scalar: the square of the norm.",
  inputs: ["x"],
  shape: () => [],
  forward: (k, { x, y }) => k.sumOfSquares(x.ptr, y.ptr, x.size),
  vjp: { x: ({ x, dy }) => multiply(x, affine(dy, { scale: 2 })) },
  samples: [{ inputs: { x: [5] } }, { inputs: { x: [3, 11] } }, { inputs: { x: [] } }],
});

export const rescaledSquares: Op<["x", "total"]> = defineOp({
  name: "rescaledSquares",
  doc: "2^-160 times the sum of the squares of x where total, a scalar, is Infinity: no square is too large then. Else 0.",
  inputs: ["x", "total"],
  shape: ({ total }) => checkRank("rescaledSquares", "total", total, 0),
  stopsGradient: true,
  forward: (k, { x, total, y }) => k.rescaledSquares(x.ptr, total.ptr, y.ptr, x.size),
  samples: [{ inputs: { x: [5], total: [] } }, { inputs: { x: [3, 11], total: [] } }],
});

export const normOf: Op<["total", "rest"]> = defineOp({
  name: "normOf",
  doc:
    "Square root of total, or where that is Infinity of 2^160 rest; the largest float while rest is finite. The gradient is " +
    "that of total.",
  inputs: ["total", "rest"],
  shape: ({ total, rest }) => {
    checkRank("normOf", "total", total, 0);
    return checkRank("normOf", "rest", rest, 0);
  },
  forward: (k, { total, rest, y }) => k.normOf(total.ptr, rest.ptr, y.ptr),
  vjp: { total: ({ y, dy }) => sqrt.gradient(y, dy) },
  samples: [{ inputs: { total: [], rest: [] }, range: { total: [0.1, 4] } }],
});

export interface NormAttribute {
  /** The largest norm let through, greater than 0. */
  readonly limit: number;
}

export const scaleToNorm: Op<["x", "norm"], NormAttribute> = defineOp({
  name: "scaleToNorm",
  doc: "y = x * limit / max(limit, norm), norm a scalar: x itself within the limit.",
  inputs: ["x", "norm"],
  options: ["limit"],
  attributes: ({ limit }) => {
    checkNumber("scaleToNorm: limit", limit, 0, Infinity, true);
    return { limit };
  },
  shape: ({ x, norm }) => {
    checkRank("scaleToNorm", "norm", norm, 0);
    return x;
  },
  forward: (k, { x, norm, y }, { limit }) => k.scaleToNorm(x.ptr, norm.ptr, y.ptr, y.size, limit),
  vjp: {
    x: ({ norm, dy }, { limit }) => scaleToNorm(dy, norm, { limit }),
    norm: ({ norm, y, dy }, { limit }) => {
      const most = affine(norm, { scale: 0, shift: limit });
      const change = divide(sum(multiply(dy, y)), maximum(norm, most));
      return affine(multiply(change, greater(norm, most)), { scale: -1 });
    },
  },
  inPlace: "x",
  samples: [
    { inputs: { x: [7], norm: [] }, attributes: { limit: 0.5 }, range: { norm: [0.6, 2] } },
    { inputs: { x: [7], norm: [] }, attributes: { limit: 0.5 }, range: { norm: [0.1, 0.4] } },
  ],
});
