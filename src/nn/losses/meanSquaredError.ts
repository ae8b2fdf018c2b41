// Mean squared error.

import { checkNoOptions } from "../../errors.js";
import { subtract } from "../../ops/arithmetic.js";
import { square } from "../../ops/unary.js";
import { defineLoss, type Loss } from "./loss.js";

/** Mean over all elements of (output - label)^2. */
export function meanSquaredError(): Loss {
  checkNoOptions("meanSquaredError", arguments);
  return defineLoss({ name: "meanSquaredError", losses: (output, labels) => square(subtract(output, labels)) }, {});
}
