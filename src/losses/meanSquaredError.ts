// Mean squared error.

import { subtract } from "../ops/arithmetic.js";
import { square } from "../ops/unary.js";
import { defineLoss, type Loss } from "./loss.js";

/** Mean over all elements of (output - label)^2. */
export function meanSquaredError(): Loss {
  return defineLoss({ name: "meanSquaredError", losses: (output, labels) => square(subtract(output, labels)) }, {});
}
