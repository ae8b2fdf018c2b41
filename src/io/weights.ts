// The weights of a model as a safetensors file, or as its bytes where there is no file system.
// Used by callers of `lanewise/io`. The model is passed in; only its two methods are known here.

import { ArgumentError, checkArity, checkOptions, DataError, describe } from "../errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { CHECKPOINT } from "./checkpoints.js";
import { type ReadOptions, readFile, writeFileAtomic } from "./files.js";
import { checkMetadata, decodeSafetensors, encodeSafetensors } from "./safetensors.js";

/** What can be saved and loaded; a Model is one. */
export interface HasWeights {
  /** Every weight by its name. */
  getWeights(): ReadonlyMap<string, Tensor>;
  /** Copies the values in. Checks names and shapes before it changes anything. */
  setWeights(weights: ReadonlyMap<string, Tensor>): void;
}

/** Written into every file; `version` counts up when older readers would misread the names. */
const OWN_METADATA = { format: "lanewise", version: "1" };

/**
 * Writes the weights to `path`. The file is replaced whole or stays as it was; missing folders are made. The weights
 * are those at the time of the call, even while training goes on. `metadata` is kept beside them, except that the
 * keys `format` and `version` belong to Lanewise (ArgumentError).
 *
 * Fails with DataError where the file cannot be written, with StateError in a browser.
 */
export async function saveWeights(model: HasWeights, path: string, metadata?: Record<string, string>): Promise<void> {
  checkArity("saveWeights", arguments.length, 3);
  await writeFileAtomic(path, encodeWeights(model, "saveWeights", metadata), "saveWeights");
}

/**
 * Sets the weights from the safetensors file at `path`, which need not have been written by Lanewise. Of a checkpoint only
 * the weights are taken, of a model's file too; of any other, all must be the model's.
 *
 * Fails with DataError where the file is missing, broken or larger than `maxBytes`, with StateError in a browser, and as `setWeights` of the
 * model does; the model is unchanged then.
 */
export async function loadWeights(model: HasWeights, path: string, options: ReadOptions = {}): Promise<void> {
  checkArity("loadWeights", arguments.length, 3);
  checkOptions("loadWeights", options, ["maxBytes"]);
  checkModel(model, "loadWeights");
  const bytes = await readFile(path, "loadWeights", options.maxBytes);
  decodeWeights(model, bytes, `loadWeights: ${describe(path)}`);
}

/** The bytes `saveWeights` would write. */
export function weightsToBytes(model: HasWeights, metadata?: Record<string, string>): Uint8Array<ArrayBuffer> {
  checkArity("weightsToBytes", arguments.length, 2);
  return encodeWeights(model, "weightsToBytes", metadata);
}

/** Sets the weights from the bytes of a safetensors file. Fails as `loadWeights` does. */
export function weightsFromBytes(model: HasWeights, bytes: Uint8Array | ArrayBuffer): void {
  checkArity("weightsFromBytes", arguments.length, 2);
  decodeWeights(model, bytes, "weightsFromBytes");
}

function encodeWeights(
  model: HasWeights,
  subject: string,
  metadata: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  checkModel(model, subject);
  checkMetadata(subject, metadata);
  for (const [key, value] of Object.entries(OWN_METADATA)) {
    if (Object.hasOwn(metadata, key) && metadata[key] !== value) {
      throw new ArgumentError(
        `${subject}: the metadata "${key}" must be left to Lanewise; received ${describe(metadata[key])}. Use another key.`,
      );
    }
  }
  return encodeSafetensors(model.getWeights(), { ...OWN_METADATA, ...metadata });
}

function decodeWeights(model: HasWeights, bytes: Uint8Array | ArrayBuffer, subject: string): void {
  checkModel(model, subject);
  const { tensors, metadata } = decodeSafetensors(bytes, { subject });
  if (metadata.format === OWN_METADATA.format && metadata.version !== OWN_METADATA.version) {
    throw new DataError(
      `${subject}: the version of the file must be "${OWN_METADATA.version}"; received ${describe(metadata.version)}. Update Lanewise.`,
    );
  }
  model.setWeights(metadata.format === CHECKPOINT ? weightsAmong(tensors, model) : tensors);
}

/** Without the slots and counts of the optimizer. */
function weightsAmong(tensors: ReadonlyMap<string, Tensor>, model: HasWeights): Map<string, Tensor> {
  const own = model.getWeights();
  return new Map([...tensors].filter(([name]) => own.has(name)));
}

/** Fails unless `model` can give and take weights. */
export function checkModel(model: unknown, subject: string): asserts model is HasWeights {
  const { getWeights, setWeights } = (model ?? {}) as Partial<HasWeights>;
  if (typeof getWeights !== "function" || typeof setWeights !== "function") {
    throw new ArgumentError(`${subject}: model must have getWeights and setWeights; received ${describe(model)}.`);
  }
}
