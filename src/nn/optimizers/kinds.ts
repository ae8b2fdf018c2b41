// Optimizers, and the functions that extend them, by the kind that they tell: what makes them from the options of a
// description.

import type { Makers } from "../description.js";
import { accumulateGradients } from "./accumulation.js";
import { getOptimizer, optimizerNames } from "./index.js";
import { layerwiseRates } from "./layerwiseRates.js";
import type { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./options.js";

type Factors = Parameters<typeof layerwiseRates>[1];

export const optimizerKinds: Makers = /* @__PURE__ */ makers();

/** A function, since bundlers take spreading at the top of a module for an effect. */
function makers(): Makers {
  return {
    ...Object.fromEntries(
      optimizerNames.map((name) => [name, (options: OptimizerOptions) => getOptimizer(name, options)]),
    ),
    layerwiseRates: ({ optimizer, factors }: { optimizer: Optimizer; factors: Factors }) =>
      layerwiseRates(optimizer, factors),
    accumulateGradients: ({ optimizer, runs }: { optimizer: Optimizer; runs: number }) =>
      accumulateGradients(optimizer, runs),
  };
}
