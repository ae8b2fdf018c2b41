// Estimators in one file: a safetensors file whose metadata hold everything that is no tensor, as JSON.

import { checkArity, checkOptions, DataError, describe, StateError } from "../errors.js";
import { type ReadOptions, readFile, writeFileAtomic } from "../io/files.js";
import { decodeSafetensors, encodeSafetensors } from "../io/safetensors.js";
import { Tensor } from "../tensor/tensor.js";
import { type BuiltIn, fromRecipe, toRecipe } from "./recipe.js";

const FORMAT = "lanewise-estimator/1";

/** The bytes of a file with this estimator: parameters and what it has learnt. */
export function estimatorToBytes(estimator: BuiltIn): Uint8Array {
  checkArity("estimatorToBytes", arguments.length, 1);
  const tensors: [string, Tensor][] = [];
  const json = JSON.stringify(toRecipe("estimatorToBytes", estimator), (_, value: unknown) => {
    if (typeof value === "number" && !Number.isFinite(value)) return { $number: String(value) };
    if (value instanceof Map) return { $map: [...value] };
    if (!(value instanceof Tensor)) return value;
    tensors.push([`tensor${tensors.length}`, value]);
    return { $tensor: tensors.length - 1 };
  });
  return encodeSafetensors(tensors, { format: FORMAT, estimator: json });
}

/**
 * The estimator in such bytes. Sizes that the file states are compared with the numbers it holds before anything is built.
 * MLP estimators need `await init()` before.
 *
 * @throws DataError if the bytes are something else, damaged, or do not fit together.
 */
export function estimatorFromBytes(bytes: Uint8Array): BuiltIn {
  checkArity("estimatorFromBytes", arguments.length, 1);
  return decodeEstimator(bytes, "estimatorFromBytes");
}

function decodeEstimator(bytes: Uint8Array, subject: string): BuiltIn {
  const { tensors, metadata } = decodeSafetensors(bytes, { subject });
  if (metadata.format !== FORMAT || metadata.estimator === undefined) {
    const rule = `the file must hold an estimator, format ${FORMAT}`;
    throw new DataError(`${subject}: ${rule}; received ${describe(metadata.format)}.`);
  }
  let recipe: unknown;
  try {
    recipe = JSON.parse(metadata.estimator, (_, value: unknown) => revive(value, tensors));
  } catch (error) {
    throw new DataError(`${subject}: the description of the estimator must be JSON, and is broken.`, { cause: error });
  }
  try {
    return fromRecipe(subject, recipe);
  } catch (error) {
    // The caller's mistake and not the file's.
    if (error instanceof StateError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new DataError(`${subject}: the file must hold a sound estimator; ${why.replace(`${subject}: `, "")}`, {
      cause: error,
    });
  }
}

function revive(value: unknown, tensors: ReadonlyMap<string, Tensor>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { $tensor, $number, $map } = value as { $tensor?: unknown; $number?: unknown; $map?: unknown };
  if (typeof $tensor === "number") return tensors.get(`tensor${$tensor}`);
  if (typeof $number === "string") return Number($number);
  return Array.isArray($map) && $map.every(Array.isArray) ? new Map($map as [unknown, unknown][]) : value;
}

/** Writes the file whole or not at all. */
export async function saveEstimator(estimator: BuiltIn, path: string): Promise<void> {
  checkArity("saveEstimator", arguments.length, 2);
  await writeFileAtomic(path, estimatorToBytes(estimator), "saveEstimator");
}

/**
 * Reads what `saveEstimator` wrote; it predicts the same bits.
 *
 * @throws DataError, which names the file, if it is missing, is something else, is larger than `maxBytes`, or is damaged.
 */
export async function loadEstimator(path: string, options: ReadOptions = {}): Promise<BuiltIn> {
  checkArity("loadEstimator", arguments.length, 2);
  checkOptions("loadEstimator", options, ["maxBytes"]);
  const bytes = await readFile(path, "loadEstimator", options.maxBytes);
  return decodeEstimator(bytes, `loadEstimator: ${describe(path)}`);
}
