// Dropout: a share of the values is 0 in each training step.

import { ArgumentError, describe } from "../errors.js";
import { dropout as drop } from "../ops/dropout.js";
import type { Layer } from "./layer.js";

export interface DropoutOptions {
  /** Share of the values dropped, in [0, 1). Default 0.5. */
  readonly rate?: number;
  readonly name?: string;
}

/** While training, drops values with probability `rate` and divides the others by 1 - rate; nothing otherwise. */
export function dropout(options: DropoutOptions = {}): Layer {
  const { rate = 0.5, name } = options;
  if (typeof rate !== "number" || !(rate >= 0 && rate < 1)) {
    throw new ArgumentError(`Dropout: rate must be a number in [0, 1); received ${describe(rate)}.`);
  }
  return { kind: "Dropout", name, apply: (x) => ({ y: drop(x, { rate }), variables: [] }) };
}
