// Handwritten digits of 8x8 pixels, embedded: the small stand-in for MNIST.

import { checkArity } from "../../errors.js";
import type { Dataset } from "./dataset.js";
import { digitsRows } from "./generated/digits.js";
import { decodeRows } from "./rows.js";
import { type SplitOptions, stratifiedSplit } from "./split.js";

/**
 * The digits dataset: x `[rows, 64]` in [0, 1], 8x8 pixels row by row in sixteenths; y in [0, 10); 1797 rows.
 *
 * @throws ArgumentError for a testFraction outside [0, 1) or a seed that is not a non-negative integer.
 */
export function digits(options: SplitOptions = {}): Dataset {
  checkArity("digits", arguments.length, 1);
  const all = decodeRows(digitsRows, { features: 64, digits: 1, radix: 17, scale: 16 });
  return {
    name: "digits",
    ...stratifiedSplit("digits", all, options),
    classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    source:
      "E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits (1998), test part; UCI Machine Learning " +
      "Repository, https://doi.org/10.24432/C50P49, CC BY 4.0",
  };
}
