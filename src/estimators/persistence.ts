// Estimators in one file: a safetensors file whose metadata hold everything that is no tensor, as JSON.

import { DataError, describe } from "../errors.js";
import { readFile, writeFileAtomic } from "../io/files.js";
import { decodeSafetensors, encodeSafetensors } from "../io/safetensors.js";
import { Tensor } from "../tensor/tensor.js";
import { type BuiltIn, type EstimatorRecipe, fromRecipe, toRecipe } from "./recipe.js";

const FORMAT = "lanewise-estimator/1";

/** The bytes of a file with this estimator: parameters and what it has learnt. */
export function estimatorToBytes(estimator: BuiltIn): Uint8Array {
  const tensors: [string, Tensor][] = [];
  const json = JSON.stringify(toRecipe("estimatorToBytes", estimator), (_, value) => {
    if (!(value instanceof Tensor)) return value;
    tensors.push([`tensor${tensors.length}`, value]);
    return { $tensor: tensors.length - 1 };
  });
  return encodeSafetensors(tensors, { format: FORMAT, estimator: json });
}

/** The estimator in such bytes; DataError where they are something else. MLP estimators need `await init()` before. */
export function estimatorFromBytes(bytes: Uint8Array, subject = "estimatorFromBytes"): BuiltIn {
  const { tensors, metadata } = decodeSafetensors(bytes, { subject });
  if (metadata.format !== FORMAT || metadata.estimator === undefined) {
    const rule = `the file must hold an estimator, format ${FORMAT}`;
    throw new DataError(`${subject}: ${rule}; received ${describe(metadata.format)}.`);
  }
  let recipe: EstimatorRecipe;
  try {
    recipe = JSON.parse(metadata.estimator, (_, value) =>
      typeof value?.$tensor === "number" ? tensors.get(`tensor${value.$tensor}`) : value,
    );
  } catch (error) {
    throw new DataError(`${subject}: the description of the estimator must be JSON, and is broken.`, { cause: error });
  }
  return fromRecipe(subject, recipe);
}

/** Writes the file whole or not at all. */
export async function saveEstimator(estimator: BuiltIn, path: string): Promise<void> {
  await writeFileAtomic(path, estimatorToBytes(estimator), "saveEstimator");
}

/** Reads what `saveEstimator` wrote; it predicts the same bits. */
export async function loadEstimator(path: string): Promise<BuiltIn> {
  return estimatorFromBytes(await readFile(path, "loadEstimator"), "loadEstimator");
}
