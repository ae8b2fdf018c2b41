// Models in files: one safetensors file with the weights, the architecture in its metadata.

import { ArgumentError, checkArity, checkOptions, DataError, describe } from "../../errors.js";
import { type ReadOptions, readFile, writeFileAtomic } from "../../io/files.js";
import { checkMetadata, decodeSafetensors, encodeSafetensors } from "../../io/safetensors.js";
import type { Node } from "../../ops/op.js";
import { Model } from "../../training/model/model.js";
import type { Structure } from "../../training/model/structure.js";
import type { Engine } from "../../wasm/engine.js";
import { type AnyModel, type Architecture, architectureOf, build, sound } from "./architecture.js";
import { checkArchitecture } from "./checkArchitecture.js";

export interface BuildOptions {
  /** The build to run on. Default: that of the last `init`. */
  readonly engine?: Engine;
}

export interface LoadModelOptions extends BuildOptions, ReadOptions {}

const FORMAT = "lanewise-model";
const VERSION = "1";

/**
 * Writes architecture and weights to `path`; the file is replaced whole or stays as it was. How the model was compiled and
 * how far it was trained is kept by checkpoints, not here.
 *
 * Fails with ArgumentError where the model is not made of known layers alone, with DataError where the file cannot be
 * written, with StateError in a browser.
 */
export async function saveModel(model: AnyModel, path: string, metadata?: Record<string, string>): Promise<void> {
  checkArity("saveModel", arguments.length, 3);
  await writeFileAtomic(path, encode("saveModel", model, metadata), "saveModel");
}

/**
 * The model in the file at `path`. A model of several inputs or outputs has their structure for its type:
 * `loadModel<readonly Node[], Node>(path)`. Fails with DataError where the file is missing, broken,
 * larger than `maxBytes`, or holds no model.
 */
export async function loadModel<I extends Structure<Node> = Node, O extends Structure<Node> = Node>(
  path: string,
  options: LoadModelOptions = {},
): Promise<Model<I, O>> {
  checkArity("loadModel", arguments.length, 2);
  checkOptions("loadModel", options, ["engine", "maxBytes"]);
  return decode(`loadModel: ${describe(path)}`, await readFile(path, "loadModel", options.maxBytes), options);
}

/** The bytes `saveModel` would write: in a page, `new Blob([modelToBytes(model)])` is the file. */
export function modelToBytes(model: AnyModel, metadata?: Record<string, string>): Uint8Array<ArrayBuffer> {
  checkArity("modelToBytes", arguments.length, 2);
  return encode("modelToBytes", model, metadata);
}

/** The model in the bytes of a file. Fails as `loadModel` does. */
export function modelFromBytes<I extends Structure<Node> = Node, O extends Structure<Node> = Node>(
  bytes: Uint8Array | ArrayBuffer,
  options: BuildOptions = {},
): Model<I, O> {
  checkArity("modelFromBytes", arguments.length, 2);
  checkOptions("modelFromBytes", options, ["engine"]);
  return decode("modelFromBytes", bytes, options);
}

function encode(subject: string, model: AnyModel, metadata: Record<string, string> = {}): Uint8Array<ArrayBuffer> {
  if (!(model instanceof Model)) {
    throw new ArgumentError(`${subject}: it needs a model; received ${describe(model)}.`);
  }
  const own = { format: FORMAT, version: VERSION, architecture: JSON.stringify(architectureOf(subject, model)) };
  checkMetadata(subject, metadata);
  const taken = Object.keys(own).find((key) => Object.hasOwn(metadata, key));
  if (taken)
    throw new ArgumentError(`${subject}: the metadata ${describe(taken)} must be left to Lanewise. Use another key.`);
  return encodeSafetensors(model.getWeights(), { ...own, ...metadata });
}

function decode(subject: string, bytes: Uint8Array | ArrayBuffer, { engine }: BuildOptions): AnyModel {
  const { tensors, metadata } = decodeSafetensors(bytes, { subject });
  const { format, version, architecture: text } = metadata;
  if (format !== FORMAT || text === undefined) {
    throw new DataError(
      `${subject}: the file must hold a model; its format is ${describe(format)}. Weights alone are read by loadWeights.`,
    );
  }
  if (version !== VERSION) {
    throw new DataError(
      `${subject}: the version of the file must be "${VERSION}"; received ${describe(version)}. Update Lanewise.`,
    );
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new DataError(
      `${subject}: the architecture must be JSON; received ${describe(text)}. The file may be corrupt.`,
    );
  }
  const architecture: Architecture = checkArchitecture(subject, parsed);
  const model = build(subject, architecture, engine);
  sound(subject, "its weights", () => model.setWeights(tensors));
  return model;
}
