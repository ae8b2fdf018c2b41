// Mean squared error.

import { multiply, subtract } from "../ops/arithmetic.js";
import { mean } from "../ops/reductions.js";
import { elementwiseLoss } from "./elementwise.js";

/** Mean over all elements of (output - label)^2. */
export const meanSquaredError = elementwiseLoss("meanSquaredError", (output, labels) => {
  const error = subtract(output, labels);
  return mean(multiply(error, error));
});
