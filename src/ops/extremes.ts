// The largest and the smallest element over any axes.

import { divide, greaterEqual, multiply } from "./arithmetic.js";
import type { Node, Op } from "./op.js";
import { type ReductionAttributes, reduction, sum } from "./reductions.js";

export const max: Op<["x"], ReductionAttributes> = reduction({
  name: "max",
  doc:
    "Largest element over the given axes, by default all. NaN where one is NaN, -Infinity for no elements; equal largest " +
    "elements share the gradient.",
  reduce: (k, x, y, pass) => k.maxima(x, y, ...pass),
  gradient: ({ x, y, dy }, axis) => share(greaterEqual(x, y), dy, axis),
});

export const min: Op<["x"], ReductionAttributes> = reduction({
  name: "min",
  doc:
    "Smallest element over the given axes, by default all. NaN where one is NaN, Infinity for no elements; equal smallest " +
    "elements share the gradient.",
  reduce: (k, x, y, pass) => k.minima(x, y, ...pass),
  gradient: ({ x, y, dy }, axis) => share(greaterEqual(y, x), dy, axis),
});

/** dy, one value per reduction, in equal parts to the elements where `mask` is 1. */
function share(mask: Node, dy: Node, axis: number[]): Node {
  return multiply(mask, divide(dy, sum(mask, { axis, keepDims: true })));
}
