// Dropout: a share of the values is 0 in each training step.

import { ArgumentError, checkCall, describe } from "../../errors.js";
import { dropout as drop } from "../../ops/dropout.js";
import type { Node } from "../../ops/op.js";
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions } from "./layer.js";

export interface DropoutOptions extends LayerOptions {
  /** Share of the values dropped, in [0, 1). Default 0.5. */
  readonly rate?: number;
}

/** While training, drops values with probability `rate` and divides the others by 1 - rate; nothing otherwise. */
export function dropout(options: DropoutOptions = {}): Layer {
  checkCall("dropout", arguments, ["rate"]);
  checkLayerOptions("Dropout", options, ["rate", "name", "trainable"]);
  const { rate = 0.5 } = options;
  if (typeof rate !== "number" || !(rate >= 0 && rate < 1)) {
    throw new ArgumentError(`Dropout: rate must be a number in [0, 1); received ${describe(rate)}.`);
  }
  return defineLayer({ options, kind: "Dropout", pointwise: true, result: (x: Node) => drop(x, { rate }) });
}
