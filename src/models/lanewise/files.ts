// Models in files: one safetensors file with the weights, the architecture and what `compile` was given in its metadata.

import {
  ArgumentError,
  checkArity,
  checkFlag,
  checkOptions,
  DataError,
  describe,
  isOptions,
  oneOf,
} from "../../errors.js";
import { type ReadOptions, readFile, writeFileAtomic } from "../../io/files.js";
import { checkMetadata, decodeSafetensors, encodeSafetensors } from "../../io/safetensors.js";
import type { Node } from "../../ops/op.js";
import { Model } from "../../training/model/model.js";
import type { Structure } from "../../training/model/structure.js";
import type { Engine } from "../../wasm/engine.js";
import { type AnyModel, architectureOf, build, sound } from "./architecture.js";
import { checkArchitecture } from "./checkArchitecture.js";
import { isOfTraining, restoreTraining, trainingTold } from "./training.js";

export interface BuildOptions {
  /** The build to run on. Default: that of the last `init`. */
  readonly engine?: Engine;
}

export interface LoadModelOptions extends BuildOptions, ReadOptions {}

export interface SaveModelOptions {
  /** Texts for the file's metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * Whether the file also keeps the optimizer's state and how far the model was trained, so that `fit` of the loaded model
   * goes on with the same bits as if it had never been saved. Default false.
   */
  readonly optimizerState?: boolean;
}

const FORMAT = "lanewise-model";
/** In files of version 1 the options of regularizers and constraints stand beside their kind; nothing is compiled there. */
const VERSIONS = ["1", "2"];
const VERSION = "2";

/**
 * Writes a model to `path`: architecture, weights, what is frozen, and what `compile` was given. The file is replaced whole
 * or stays as it was. A loss, metric or schedule of one's own cannot be kept: then the file says nothing of `compile`, and
 * a warning on the console names it. `options` may be the metadata alone: `{ author: "me" }`.
 *
 * Fails with ArgumentError if the model is not made of known layers alone, or the optimizer's state is asked for and what
 * `compile` was given cannot be kept; with StateError if it is asked for before `compile`, and in a browser; with DataError
 * if the file cannot be written.
 */
export async function saveModel(
  model: AnyModel,
  path: string,
  options: SaveModelOptions | Readonly<Record<string, string>> = {},
): Promise<void> {
  checkArity("saveModel", arguments.length, 3);
  await writeFileAtomic(path, encode("saveModel", model, options), "saveModel");
}

/**
 * The model in the file at `path`, compiled as it was when it was saved. A model of several inputs or outputs has their
 * structure for its type: `loadModel<readonly Node[], Node>(path)`. Fails with DataError if the file is missing, broken,
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
export function modelToBytes(
  model: AnyModel,
  options: SaveModelOptions | Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  checkArity("modelToBytes", arguments.length, 2);
  return encode("modelToBytes", model, options);
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

function encode(
  subject: string,
  model: AnyModel,
  options: SaveModelOptions | Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  if (!(model instanceof Model)) {
    throw new ArgumentError(`${subject}: it needs a model; received ${describe(model)}.`);
  }
  const { metadata = {}, optimizerState = false } = readOptions(subject, options);
  const training = trainingTold(subject, model, optimizerState);
  const own = {
    format: FORMAT,
    version: VERSION,
    architecture: JSON.stringify(architectureOf(subject, model)),
    ...(training && { training: JSON.stringify(training.told) }),
  };
  const taken = ["format", "version", "architecture", "training"].find((key) => Object.hasOwn(metadata, key));
  if (taken)
    throw new ArgumentError(`${subject}: the metadata ${describe(taken)} must be left to Lanewise. Use another key.`);
  return encodeSafetensors(new Map([...model.getWeights(), ...(training?.tensors ?? [])]), { ...own, ...metadata });
}

/** Options, or metadata alone: then all values are texts, under other names. */
function readOptions(subject: string, options: SaveModelOptions | Readonly<Record<string, string>>): SaveModelOptions {
  const names = ["metadata", "optimizerState"];
  const isMetadata =
    isOptions(options) &&
    Object.entries(options).every(([key, value]) => typeof value === "string" && !names.includes(key));
  if (isMetadata) return { metadata: options as Readonly<Record<string, string>> };
  checkOptions(subject, options, names);
  const { metadata = {}, optimizerState = false } = options as SaveModelOptions;
  checkFlag(`${subject}: optimizerState`, optimizerState);
  checkMetadata(subject, metadata);
  return { metadata, optimizerState };
}

function decode(subject: string, bytes: Uint8Array | ArrayBuffer, { engine }: BuildOptions): AnyModel {
  const { tensors, metadata } = decodeSafetensors(bytes, { subject });
  const { format, version, architecture, training } = metadata;
  if (format !== FORMAT || architecture === undefined) {
    throw new DataError(
      `${subject}: the file must hold a model; its format is ${describe(format)}. Weights alone are read by loadWeights.`,
    );
  }
  if (!VERSIONS.includes(version as string)) {
    throw new DataError(
      `${subject}: the version of the file must be ${oneOf(VERSIONS)}; received ${describe(version)}. Update Lanewise.`,
    );
  }
  const model = build(subject, checkArchitecture(subject, parsed(subject, "architecture", architecture)), engine);
  const weights = new Map([...tensors].filter(([name]) => training === undefined || !isOfTraining(name)));
  sound(subject, "its weights", () => model.setWeights(weights));
  if (training !== undefined) restoreTraining(subject, model, parsed(subject, "training", training), tensors);
  return model;
}

function parsed(subject: string, part: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DataError(`${subject}: the ${part} must be JSON; received ${describe(text)}. The file may be corrupt.`);
  }
}
