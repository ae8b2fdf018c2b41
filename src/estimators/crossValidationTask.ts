// What a worker thread needs to cross-validate candidates: the estimator as a recipe, the data, the folds.

import { Tensor } from "../tensor/tensor.js";
import type { EstimatorRecipe } from "./recipe.js";
import type { NamedTable, Samples } from "./samples/rows.js";
import type { Ration } from "./search/crossValidation.js";
import type { ScoringName } from "./search/scoring.js";
import type { WorkerTask } from "./search/workers.js";
import type { Fold } from "./splits/folds.js";

export interface CrossValidationTask extends WorkerTask {
  readonly kind: "crossValidation";
  readonly recipe: EstimatorRecipe;
  readonly x: PackedSamples;
  readonly y: PackedSamples;
  readonly folds: readonly Fold[];
  readonly scoring: ScoringName;
  readonly ration: Ration | undefined;
}

/** Samples as a message can carry them: a tensor without its class. */
type PackedSamples =
  | { readonly data: Tensor["data"]; readonly shape: readonly number[] }
  | { readonly list: ArrayLike<unknown> | NamedTable };

export function packSamples(samples: Samples): PackedSamples {
  return samples instanceof Tensor ? { data: samples.data, shape: samples.shape } : { list: samples };
}

export function unpackSamples(packed: PackedSamples): Samples {
  return "list" in packed ? packed.list : new Tensor(packed.data, packed.shape);
}
