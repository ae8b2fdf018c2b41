// Losses: functions that make them, and their names for `compile`.

import { ArgumentError, checkArity, readName } from "../../errors.js";
import { binaryCrossentropy } from "./binaryCrossentropy.js";
import { categoricalCrossentropy } from "./categoricalCrossentropy.js";
import { categoricalHinge, hinge, squaredHinge } from "./hinge.js";
import { huber } from "./huber.js";
import { lossKinds } from "./kinds.js";
import { klDivergence } from "./klDivergence.js";
import { defineLoss, type Loss, type LossDefinition } from "./loss.js";
import { meanAbsoluteError } from "./meanAbsoluteError.js";
import { meanSquaredError } from "./meanSquaredError.js";
import { contrastive } from "./pairs.js";
import { sparseCategoricalCrossentropy } from "./sparseCategoricalCrossentropy.js";

export type { BinaryCrossentropyOptions } from "./binaryCrossentropy.js";
export type { CategoricalCrossentropyOptions } from "./categoricalCrossentropy.js";
export { weightsByClass } from "./classWeights.js";
export type { HuberOptions } from "./huber.js";
export type { Loss, LossDefinition, Reduction, ReductionOptions } from "./loss.js";
export { euclideanDistance, type MarginOption, type TripletLoss, type TripletOptions, triplet } from "./pairs.js";
export {
  binaryCrossentropy,
  categoricalCrossentropy,
  categoricalHinge,
  contrastive,
  defineLoss,
  hinge,
  huber,
  klDivergence,
  meanAbsoluteError,
  meanSquaredError,
  sparseCategoricalCrossentropy,
  squaredHinge,
};

export type LossName = keyof typeof lossKinds;

/** The short names of Keras, folded. */
const aliases = {
  mse: "meanSquaredError",
  mae: "meanAbsoluteError",
  bce: "binaryCrossentropy",
  kld: "klDivergence",
  kullbackleiblerdivergence: "klDivergence",
} as const;

/** A loss by its name, in any spelling: `"meanSquaredError"`, `"mean_squared_error"`, `"mse"`. */
export type LossAlias = keyof typeof aliases;
/** The formula of a loss: of output and labels, in this order, one number for each example or element. */
export type LossFunction = LossDefinition["losses"];

/** A loss from its name, with default options, or from a function of nodes; a loss is returned as it is. */
export function getLoss(loss: LossName | LossAlias | Loss | LossFunction): Loss {
  checkArity("getLoss", arguments.length, 1);
  if (typeof loss === "function") {
    const name = loss.name || "loss";
    if (loss.length > 0) return defineLoss({ name, losses: loss });
    throw new ArgumentError(
      `compile: a loss must be a function of (output, labels); received function ${name}, which takes nothing` +
        `${Object.hasOwn(lossKinds, name) ? `; call it: losses.${name}()` : ""}.`,
    );
  }
  if (typeof loss === "object" && loss !== null) {
    const missing = (["labelShape", "checkLabels", "apply"] as const).find((name) => typeof loss[name] !== "function");
    if (missing === undefined) return loss;
    throw new ArgumentError(`compile: a loss must have the functions of Loss; received one without ${missing}.`);
  }
  const others = "a loss, such as losses.defineLoss makes, or ";
  return lossKinds[readName("compile: loss", loss, Object.keys(lossKinds) as LossName[], aliases, others)]();
}
