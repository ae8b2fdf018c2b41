// The state of a training in one file: a safetensors file whose metadata hold what is no tensor. Used by
// checkpoint-folder.ts and by callers of `lanewise/io`.

import { ArgumentError, checkArity, checkOptions, DataError, describe } from "../errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { type ReadOptions, readFile, writeFileAtomic } from "./files.js";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";

/** What `model.getState()` gives and `model.setState` takes: tensors by name, and a position as plain JSON. */
export interface TrainingState<P = unknown> {
  /** Weights, optimizer slots, counts, rates, and what callbacks keep. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Epoch, step and what callbacks remember. */
  readonly training: P;
}

/** What a checkpoint is made from: a state, or something that has one. */
export type HasState<P = unknown> = TrainingState<P> | { getState(): TrainingState<P> };

export interface Checkpoint<P = unknown> {
  readonly state: TrainingState<P>;
  /** What was saved beside the state, null where nothing was. */
  readonly info: unknown;
}

/** The format in the metadata of every checkpoint. */
export const CHECKPOINT = "lanewise-checkpoint";
const OWN_METADATA = { format: CHECKPOINT, version: "1" };

/**
 * Writes the state to `path`, whole or not at all: whatever happens, the file is the old one or the new one. `info`, plain
 * JSON, is kept beside it. The state is that at the time of the call.
 *
 * Fails with DataError where the file cannot be written, with ArgumentError where the state is none, with StateError in a
 * browser.
 */
export async function saveCheckpoint(source: HasState, path: string, info?: unknown): Promise<void> {
  checkArity("saveCheckpoint", arguments.length, 3);
  await writeFileAtomic(path, encode("saveCheckpoint", source, info), "saveCheckpoint");
}

/**
 * The checkpoint in the file at `path`, for `model.setState(checkpoint.state)`: a training goes on bit for bit, in another
 * runtime and build too. What is needed of its tensors alone can be picked by name.
 *
 * Fails with DataError where the file is missing, broken, larger than `maxBytes`, or no checkpoint.
 */
export async function loadCheckpoint<P = unknown>(path: string, options: ReadOptions = {}): Promise<Checkpoint<P>> {
  checkArity("loadCheckpoint", arguments.length, 2);
  checkOptions("loadCheckpoint", options, ["maxBytes"]);
  const bytes = await readFile(path, "loadCheckpoint", options.maxBytes);
  return decode(bytes, `loadCheckpoint: ${describe(path)}`);
}

/** The bytes `saveCheckpoint` would write. */
export function checkpointToBytes(source: HasState, info?: unknown): Uint8Array<ArrayBuffer> {
  checkArity("checkpointToBytes", arguments.length, 2);
  return encode("checkpointToBytes", source, info);
}

/** The checkpoint in the bytes of a file. Fails as `loadCheckpoint` does. */
export function checkpointFromBytes<P = unknown>(bytes: Uint8Array | ArrayBuffer): Checkpoint<P> {
  checkArity("checkpointFromBytes", arguments.length, 1);
  return decode(bytes, "checkpointFromBytes");
}

function encode(subject: string, source: HasState, info: unknown): Uint8Array<ArrayBuffer> {
  const given: unknown =
    typeof (source as { getState?: unknown })?.getState === "function"
      ? (source as { getState(): TrainingState }).getState()
      : source;
  const { tensors, training } = (given ?? {}) as Partial<TrainingState>;
  if (!(tensors instanceof Map) || typeof training !== "object" || training === null) {
    throw new ArgumentError(
      `${subject}: it needs a model, or the state that getState() gives, with tensors and training; received ${describe(given)}.`,
    );
  }
  const metadata = {
    ...OWN_METADATA,
    training: exactJson(`${subject}: training`, training),
    ...(info !== undefined && { info: asJson(info) }),
  };
  return encodeSafetensors(tensors, metadata);
}

function decode<P>(bytes: Uint8Array | ArrayBuffer, subject: string): Checkpoint<P> {
  const { tensors, metadata } = decodeSafetensors(bytes, { subject });
  if (metadata.format !== OWN_METADATA.format || metadata.training === undefined) {
    throw new DataError(
      `${subject}: the file must be a checkpoint; its format is ${describe(metadata.format)}. Weights alone are read by loadWeights.`,
    );
  }
  if (metadata.version !== OWN_METADATA.version) {
    throw new DataError(
      `${subject}: the version of the file must be "${OWN_METADATA.version}"; received ${describe(metadata.version)}. Update Lanewise.`,
    );
  }
  const training = parse(subject, "training", metadata.training);
  if (typeof training !== "object" || training === null) {
    throw new DataError(`${subject}: training must be an object; received ${describe(training)}.`);
  }
  const info = metadata.info === undefined ? null : parse(subject, "info", metadata.info);
  return { state: { tensors, training: training as P }, info };
}

/** JSON that reads back as the same value: NaN, infinities and -0 would not. */
function exactJson(subject: string, value: unknown): string {
  return JSON.stringify(value, (key, part) => {
    if (typeof part === "number" && (!Number.isFinite(part) || Object.is(part, -0))) {
      throw new ArgumentError(
        `${subject}: numbers must be finite, and not -0; received ${describe(part)} for ${describe(key)}.`,
      );
    }
    return part;
  });
}

function parse(subject: string, name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DataError(`${subject}: ${name} must be JSON; received ${describe(text)}. The file may be corrupt.`);
  }
}

/** JSON cannot hold a BigInt, or a list within itself. */
function asJson(info: unknown): string {
  try {
    return JSON.stringify(info);
  } catch (error) {
    throw new ArgumentError(`checkpoint: info must be what JSON can hold; ${(error as Error).message.split("\n")[0]}.`);
  }
}
