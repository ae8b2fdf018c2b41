// Huber's loss: squared near 0, absolute further out.

import { checkArity, checkNumber, checkOptions } from "../../errors.js";
import { affine, multiply, subtract } from "../../ops/arithmetic.js";
import { clip } from "../../ops/clipping.js";
import { abs } from "../../ops/unary.js";
import { defineLoss, type Loss } from "./loss.js";

export interface HuberOptions {
  /** Where the square ends, greater than 0. Default 1. */
  readonly delta?: number;
}

/** Mean over all elements of e^2 / 2 where |e| <= delta, else delta * (|e| - delta / 2), e = output - label. */
export function huber(options: HuberOptions = {}): Loss {
  checkArity("huber", arguments.length, 1);
  checkOptions("huber", options, ["delta"]);
  const { delta = 1 } = options;
  checkNumber("huber: delta", delta, 0, Infinity, true);
  return defineLoss(
    {
      name: "huber",
      losses: (output, labels) => {
        const error = abs(subtract(output, labels));
        // With q = min(|e|, delta) both branches are q * (|e| - q / 2).
        const q = clip(error, { high: delta });
        return multiply(q, subtract(error, affine(q, { scale: 0.5 })));
      },
    },
    options,
  );
}
