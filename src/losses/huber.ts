// Huber's loss: squared near 0, absolute further out.

import { checkNumber } from "../errors.js";
import { affine, minimum, multiply, subtract } from "../ops/arithmetic.js";
import { mean } from "../ops/reductions.js";
import { elementwiseLoss } from "./elementwise.js";
import type { Loss } from "./loss.js";
import { magnitude } from "./meanAbsoluteError.js";

/**
 * Mean over all elements of e^2 / 2 where |e| <= delta, else delta * (|e| - delta / 2), e = output - label.
 * `delta` defaults to 1.
 */
export function huber({ delta = 1 }: { readonly delta?: number } = {}): Loss {
  checkNumber("huber: delta", delta, 0, Infinity, true);
  return elementwiseLoss("huber", (output, labels) => {
    const error = magnitude(subtract(output, labels));
    // With q = min(|e|, delta) both branches are q * (|e| - q / 2).
    const q = minimum(error, affine(error, { scale: 0, shift: delta }));
    return mean(multiply(q, subtract(error, affine(q, { scale: 0.5 }))));
  });
}
