// Mean absolute error.

import { checkNoOptions } from "../../errors.js";
import { subtract } from "../../ops/arithmetic.js";
import { abs } from "../../ops/unary.js";
import { defineLoss, type Loss } from "./loss.js";

/** Mean over all elements of |output - label|; its gradient where they are equal is 0. */
export function meanAbsoluteError(): Loss {
  checkNoOptions("meanAbsoluteError", arguments);
  return defineLoss({ name: "meanAbsoluteError", losses: (output, labels) => abs(subtract(output, labels)) }, {});
}
