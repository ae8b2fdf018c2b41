// Mean absolute error.

import { affine, greater, multiply, subtract } from "../ops/arithmetic.js";
import type { Node } from "../ops/op.js";
import { mean } from "../ops/reductions.js";
import { elementwiseLoss } from "./elementwise.js";

/** Mean over all elements of |output - label|; its gradient where they are equal is 0. */
export const meanAbsoluteError = elementwiseLoss("meanAbsoluteError", (output, labels) =>
  mean(magnitude(subtract(output, labels))),
);

/** |x|, with the gradient 0 at 0. */
export function magnitude(x: Node): Node {
  const zero = affine(x, { scale: 0 });
  return multiply(x, subtract(greater(x, zero), greater(zero, x)));
}
