// Losses: functions that make them, and their names for `compile`.

import { ArgumentError, describe, oneOf } from "../errors.js";
import { binaryCrossentropy } from "./binaryCrossentropy.js";
import { categoricalCrossentropy } from "./categoricalCrossentropy.js";
import { categoricalHinge, hinge, squaredHinge } from "./hinge.js";
import { huber } from "./huber.js";
import { klDivergence } from "./klDivergence.js";
import type { Loss } from "./loss.js";
import { meanAbsoluteError } from "./meanAbsoluteError.js";
import { meanSquaredError } from "./meanSquaredError.js";
import { contrastive } from "./pairs.js";
import { sparseCategoricalCrossentropy } from "./sparseCategoricalCrossentropy.js";

export type { BinaryCrossentropyOptions } from "./binaryCrossentropy.js";
export type { CategoricalCrossentropyOptions } from "./categoricalCrossentropy.js";
export { weightsByClass } from "./classWeights.js";
export type { HuberOptions } from "./huber.js";
export { defineLoss, type Loss, type LossDefinition, type Reduction, type ReductionOptions } from "./loss.js";
export { euclideanDistance, type MarginOption, type TripletLoss, type TripletOptions, triplet } from "./pairs.js";
export {
  binaryCrossentropy,
  categoricalCrossentropy,
  categoricalHinge,
  contrastive,
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
  categoricalCrossentropy,
  binaryCrossentropy,
  meanSquaredError,
  meanAbsoluteError,
  huber,
  hinge,
  squaredHinge,
  categoricalHinge,
  klDivergence,
  contrastive,
};

export type LossName = keyof typeof losses;

/** A loss from its name, with default options; a loss is returned as it is. */
export function getLoss(loss: LossName | Loss): Loss {
  if (typeof loss === "object" && loss !== null) {
    const missing = (["labelShape", "checkLabels", "apply"] as const).find((name) => typeof loss[name] !== "function");
    if (missing === undefined) return loss;
    throw new ArgumentError(`compile: a loss must have the functions of Loss; received one without ${missing}.`);
  }
  if (!Object.hasOwn(losses, loss)) {
    throw new ArgumentError(
      `compile: loss must be a loss, such as losses.defineLoss makes, or ${oneOf(Object.keys(losses))}; received ${describe(loss)}.`,
    );
  }
  return losses[loss]();
}
