// Losses by name, for `compile`.

import { ArgumentError, describe, oneOf } from "../errors.js";
import { binaryCrossentropy } from "./binaryCrossentropy.js";
import { categoricalCrossentropy } from "./categoricalCrossentropy.js";
import { hinge, squaredHinge } from "./hinge.js";
import { huber } from "./huber.js";
import { klDivergence } from "./klDivergence.js";
import type { Loss } from "./loss.js";
import { meanAbsoluteError } from "./meanAbsoluteError.js";
import { meanSquaredError } from "./meanSquaredError.js";
import { sparseCategoricalCrossentropy } from "./sparseCategoricalCrossentropy.js";

export type { CategoricalCrossentropyOptions } from "./categoricalCrossentropy.js";
export type { Loss } from "./loss.js";
export {
  binaryCrossentropy,
  categoricalCrossentropy,
  hinge,
  huber,
  klDivergence,
  meanAbsoluteError,
  meanSquaredError,
  sparseCategoricalCrossentropy,
  squaredHinge,
};

const losses = {
  sparseCategoricalCrossentropy,
  categoricalCrossentropy: /* @__PURE__ */ categoricalCrossentropy(),
  meanSquaredError,
  meanAbsoluteError,
  binaryCrossentropy,
  klDivergence,
  huber: /* @__PURE__ */ huber(),
  hinge,
  squaredHinge,
};

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
