// Losses by name, for `compile`.

import { ArgumentError, describe, oneOf } from "../errors.js";
import type { Loss } from "./loss.js";
import { sparseCategoricalCrossentropy } from "./sparseCategoricalCrossentropy.js";

export type { Loss } from "./loss.js";

const losses = { sparseCategoricalCrossentropy };

export type LossName = keyof typeof losses;

/** A loss from its name; a loss is returned as it is. */
export function getLoss(loss: LossName | Loss): Loss {
  if (typeof loss === "object" && loss !== null) {
    const missing = (["labelShape", "checkLabels", "apply"] as const).find((name) => typeof loss[name] !== "function");
    if (missing === undefined) return loss;
    throw new ArgumentError(`compile: a loss must have the functions of Loss; received one without ${missing}.`);
  }
  if (!Object.hasOwn(losses, loss)) {
    throw new ArgumentError(
      `compile: loss must be a loss or ${oneOf(Object.keys(losses))}; received ${describe(loss)}.`,
    );
  }
  return losses[loss];
}
