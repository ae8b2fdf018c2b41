// Decoding of the embedded datasets: the strings that scripts/generate-datasets.mjs writes. Used by iris and digits.

import { Tensor } from "../../tensor/tensor.js";
import type { Examples } from "./dataset.js";

/** How a row is written: `features` values of `digits` characters in base `radix`, then one character of label. */
export interface RowLayout {
  readonly features: number;
  readonly digits: number;
  readonly radix: number;
  /** A feature is the integer written, divided by this. */
  readonly scale: number;
}

/** The examples a string of rows stands for; new arrays at every call. */
export function decodeRows(rows: string, { features, digits, radix, scale }: RowLayout): Examples {
  const width = features * digits + 1;
  const count = rows.length / width;
  const x = new Float32Array(count * features);
  const y = new Int32Array(count);
  for (let row = 0, at = 0; row < count; row++) {
    for (let feature = 0; feature < features; feature++, at += digits) {
      x[row * features + feature] = Number.parseInt(rows.slice(at, at + digits), radix) / scale;
    }
    y[row] = Number(rows[at++]);
  }
  return { x: new Tensor(x, [count, features]), y: new Tensor(y, [count]) };
}
