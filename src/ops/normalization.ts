// Normalisation: ops that it needs, and its forms as compositions, which take their gradients from their parts.

import { checkNumber, ShapeError } from "../errors.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { add, affine, multiply, subtract } from "./arithmetic.js";
import { checkNode, checkRank, defineOp, type Node, type Op, type OpOptions, readOptions } from "./op.js";
import { mean } from "./reductions.js";

export interface EpsilonAttribute {
  readonly epsilon: number;
}

export const inverseRoot: Op<["x"], EpsilonAttribute> = defineOp<["x"], EpsilonAttribute>({
  name: "inverseRoot",
  doc: "One over the square root: y = 1 / sqrt(x + epsilon), epsilon 0 by default.",
  inputs: ["x"],
  options: ["epsilon"],
  attributes: ({ epsilon = 0 }) => {
    checkNumber("inverseRoot: epsilon", epsilon, 0);
    return { epsilon };
  },
  shape: ({ x }) => x,
  forward: (k, { x, y }, { epsilon }) => k.inverseRoot(x.ptr, y.ptr, y.size, epsilon),
  // y' = -y^3 / 2
  vjp: { x: ({ y, dy }) => affine(multiply(dy, multiply(y, multiply(y, y))), { scale: -0.5 }) },
  inPlace: "x",
  samples: [
    { inputs: { x: [7] }, range: { x: [0.8, 1.6] } },
    { inputs: { x: [2, 3] }, attributes: { epsilon: 0.5 }, range: { x: [0.8, 1.6] } },
  ],
});

export const choose: Op<["condition", "whenTrue", "whenFalse"]> = defineOp({
  name: "choose",
  doc: "One of two values of one shape, by a scalar that is 0 for the second; the gradient goes to the one chosen.",
  inputs: ["condition", "whenTrue", "whenFalse"],
  shape: ({ condition, whenTrue, whenFalse }) => {
    checkRank("choose", "condition", condition, 0);
    if (!sameShape(whenTrue, whenFalse)) {
      throw new ShapeError(
        `choose: shapes must be equal; whenTrue is ${formatShape(whenTrue)}, whenFalse is ${formatShape(whenFalse)}.`,
      );
    }
    return whenTrue;
  },
  forward: (k, { condition, whenTrue, whenFalse, y }) =>
    k.choose(condition.ptr, whenTrue.ptr, whenFalse.ptr, y.ptr, y.size),
  vjp: {
    whenTrue: ({ condition, dy }) => choose(condition, dy, affine(dy, { scale: 0 })),
    whenFalse: ({ condition, dy }) => choose(condition, affine(dy, { scale: 0 }), dy),
  },
  switch: { by: "condition", off: "whenFalse", on: "whenTrue" },
  samples: [{ inputs: { condition: [], whenTrue: [2, 3], whenFalse: [2, 3] } }],
});

export const unlessFrozen: Op<["mode", "variable"]> = defineOp({
  name: "unlessFrozen",
  doc: "The scalar `mode`, but 0 while `variable` is frozen: what is frozen runs as after training.",
  inputs: ["mode", "variable"],
  shape: ({ mode }) => checkRank("unlessFrozen", "mode", mode, 0),
  alias: "mode",
  zeroWhileFrozen: "variable",
  forward: (k, { mode, y }) => k.affine(mode.ptr, y.ptr, 1, 0, 0),
  samples: [{ inputs: { mode: [], variable: [3] } }],
});

/**
 * Layer normalisation over the trailing axes that gamma and beta have: each example is brought to mean 0 and variance 1
 * (biased), then scaled and shifted.  see: Ba, Kiros & Hinton 2016
 */
export function layerNormalization(x: Node, gamma: Node, beta: Node, options: OpOptions<EpsilonAttribute> = {}): Node {
  for (const [input, node] of Object.entries({ x, gamma, beta })) checkNode("layerNormalization", input, node);
  readOptions("layerNormalization", arguments, 3, ["epsilon"]);
  const { epsilon = 1e-3, name } = options;
  checkNumber("layerNormalization: epsilon", epsilon, 0);
  const rank = gamma.shape.length;
  if (rank === 0 || !sameShape(gamma.shape, beta.shape) || !sameShape(gamma.shape, x.shape.slice(-rank))) {
    throw new ShapeError(
      "layerNormalization: gamma and beta must have the trailing extents of x; " +
        `x is ${formatShape(x.shape)}, gamma is ${formatShape(gamma.shape)}, beta is ${formatShape(beta.shape)}.`,
    );
  }
  const axis = gamma.shape.map((_, i) => i - rank);
  return add(multiply(standardize(x, axis, epsilon), gamma), beta, {
    ...(name !== undefined && { name }),
  });
}

/** x at mean 0 and variance 1 (biased) over the axes. */
export function standardize(x: Node, axis: readonly number[], epsilon: number): Node {
  const distance = subtract(x, mean(x, { axis, keepDims: true }));
  const variance = mean(multiply(distance, distance), { axis, keepDims: true });
  return multiply(distance, inverseRoot(variance, { epsilon }));
}
