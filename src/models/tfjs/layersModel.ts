// Models of TensorFlow.js and Keras, read and written: `model.json` and the files with the weights.

import { ArgumentError, checkArity, checkOptions, DataError, describe } from "../../errors.js";
import { checkPath, readFile, removeFile, removeLeftovers, writeFileAtomic } from "../../io/files.js";
import { layersOf } from "../../nn/layers/layer.js";
import type { Node } from "../../ops/op.js";
import { checkShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { Model } from "../../training/model/model.js";
import type { Structure } from "../../training/model/structure.js";
import {
  type AnyModel,
  type Architecture,
  architectureOf,
  build,
  type Source,
  sound,
} from "../lanewise/architecture.js";
import type { BuildOptions, LoadModelOptions } from "../lanewise/files.js";
import { toKeras } from "./keras-layers.js";
import { readTopology, type WeightNames } from "./topology.js";
import { pathsOf, readWeights, type Shards, writeWeights } from "./weights-manifest.js";

export interface LayersModelFiles {
  /** The text of model.json. */
  readonly json: string;
  /** The other files by the paths that model.json names. */
  readonly shards: Shards;
}

const JSON_FILE = "model.json";
const GENERATOR = "Lanewise";
const WEIGHTS_FILE = "weights.bin";

/**
 * The model in a `model.json` of TensorFlow.js (`tf.LayersModel.save`, or the converter for Keras 2 and 3) and the files it
 * names, 16- and 8-bit quantization included. The optimizer's state is left out.
 *
 * Fails with DataError where something is broken or missing, or layers are not supported: all of them are named.
 */
export function decodeLayersModel<I extends Structure<Node> = Node, O extends Structure<Node> = Node>(
  files: LayersModelFiles,
  options: BuildOptions = {},
): Model<I, O> {
  const subject = "decodeLayersModel";
  checkArity(subject, arguments.length, 2);
  checkOptions(subject, options, ["engine"]);
  checkOptions(`${subject}: files`, files, ["json", "shards"]);
  const { json, shards } = files;
  if (!(shards instanceof Map)) {
    throw new ArgumentError(`${subject}: shards must be a Map of bytes by path; received ${describe(shards)}.`);
  }
  return decode(subject, parse(subject, json), shards, options);
}

/** The model in `model.json` at `path` and the files beside it, each of at most `maxBytes`. Fails as `decodeLayersModel` does. */
export async function loadLayersModel<I extends Structure<Node> = Node, O extends Structure<Node> = Node>(
  path: string,
  options: LoadModelOptions = {},
): Promise<Model<I, O>> {
  const subject = "loadLayersModel";
  checkArity(subject, arguments.length, 2);
  checkOptions(subject, options, ["engine", "maxBytes"]);
  checkPath(path, subject);
  const { maxBytes } = options;
  const readText = async () => new TextDecoder().decode(await readFile(path, subject, maxBytes));
  const folder = path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  for (let text = await readText(); ; ) {
    try {
      const parsed = parse(subject, text);
      const shards = new Map<string, Uint8Array>();
      for (const shard of pathsOf(subject, parsed.weightsManifest)) {
        shards.set(shard, await readFile(`${folder}${shard}`, subject, maxBytes));
      }
      return decode(`${subject}: ${describe(path)}`, parsed, shards, options);
    } catch (error) {
      // Where another process has saved meanwhile, the weights that the old model.json names may be gone.
      const now = await readText();
      if (now === text) throw error;
      text = now;
    }
  }
}

/**
 * The files of a model for `tf.loadLayersModel`, in the words of Keras 2.
 *
 * Fails with ArgumentError where a layer has no counterpart there: all of them are named.
 */
export function encodeLayersModel(model: AnyModel): LayersModelFiles {
  checkArity("encodeLayersModel", arguments.length, 1);
  return encode("encodeLayersModel", model, WEIGHTS_FILE);
}

/**
 * Writes `model.json` and a file with the weights into a folder, which is made. A killed process leaves the old model or the
 * new one: the weights are written first, under a name that no other save has, and `model.json`, which names them, takes
 * its place last. Then the weights of the model before are removed. Fails as `encodeLayersModel` and files do.
 */
export async function saveLayersModel(model: AnyModel, folder: string): Promise<void> {
  checkArity("saveLayersModel", arguments.length, 2);
  checkPath(folder, "saveLayersModel");
  const subject = "saveLayersModel";
  const weightsFile = `weights-${globalThis.crypto.randomUUID().slice(0, 8)}.bin`;
  const { json, shards } = encode(subject, model, weightsFile);
  const before = await ownWeightsOf(folder);
  for (const [path, bytes] of shards) await writeFileAtomic(`${folder}/${path}`, bytes, subject);
  await writeFileAtomic(`${folder}/${JSON_FILE}`, new TextEncoder().encode(json), subject);
  if (before !== undefined) await removeFile(`${folder}/${before}`, subject);
  // What killed processes left: no one has written to it for an hour, and model.json does not name it.
  await removeLeftovers(folder, subject, (name) => OWN_WEIGHTS.test(name) && name !== weightsFile);
}

/** The names that `saveLayersModel` gives, and gave. */
const OWN_WEIGHTS = /^weights(-[0-9a-f]{8})?\.bin$/;

/** The weights that the model.json of a folder names, where these are one file of ours. */
async function ownWeightsOf(folder: string): Promise<string | undefined> {
  try {
    const text = new TextDecoder().decode(await readFile(`${folder}/${JSON_FILE}`, "saveLayersModel"));
    const { generatedBy, weightsManifest } = JSON.parse(text);
    const [path, ...others] = pathsOf("saveLayersModel", weightsManifest);
    return generatedBy === GENERATOR && others.length === 0 && OWN_WEIGHTS.test(path ?? "") ? path : undefined;
  } catch {
    // No model.json, or none that can be read: nothing of it is ours to remove.
    return undefined;
  }
}

function parse(subject: string, json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== "string") {
    throw new ArgumentError(`${subject}: json must be the text of model.json; received ${describe(json)}.`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new DataError(`${subject}: model.json must be JSON; received ${describe(json)}.`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new DataError(`${subject}: model.json must hold an object; received ${describe(parsed)}.`);
  }
  const { format } = parsed as { format?: unknown };
  if (format === "graph-model") {
    throw new DataError(
      `${subject}: it is a graph model, which has no layers. Convert the Keras model to a layers model.`,
    );
  }
  return parsed as Readonly<Record<string, unknown>>;
}

function decode(
  subject: string,
  { modelTopology, weightsManifest }: Readonly<Record<string, unknown>>,
  shards: Shards,
  { engine }: LoadModelOptions,
): AnyModel {
  const { architecture, weightNames, lastAxes } = readTopology(subject, modelTopology);
  const weights = new Map<string, Tensor>();
  for (const [name, value] of readWeights(subject, weightsManifest, shards).weights) {
    if (GENERATOR_STATE.test(name)) continue;
    const [layer, own] = placeOf(name, weightNames);
    if (layer === undefined) throw new DataError(`${subject}: the weight ${describe(name)} belongs to no layer.`);
    const { layer: here, names, unread } = weightNames.get(layer) as WeightNames;
    if (unread.includes(own)) continue;
    weights.set(`${here}/${Object.hasOwn(names, own) ? names[own] : own}`, value);
  }
  for (const { name, shape } of architecture.inputs) {
    sound(subject, `input ${describe(name)}`, () => checkShape(name, shape, true));
  }
  const model = build(subject, architecture, engine);
  checkLastAxes(subject, model, lastAxes);
  sound(subject, "its weights", () => model.setWeights(weights));
  return model;
}

/** The state of random numbers, which Keras 3 counts among the weights of dropout and noise. */
const GENERATOR_STATE = /(^|\/)seed_generator_state(:\d+)?$/;

/** The layer and the name there of a weight: "sequential/dense/kernel:0" is the kernel of dense. */
function placeOf(full: string, layers: ReadonlyMap<string, unknown>): [layer: string | undefined, own: string] {
  const parts = full.replace(/:\d+$/, "").split("/");
  const own = parts.pop() as string;
  // A layer of a model within the model may have that model's name before its own.
  const from = parts.findIndex((_, i) => layers.has(parts.slice(i).join("/")));
  return [from < 0 ? undefined : parts.slice(from).join("/"), own];
}

function checkLastAxes(subject: string, model: AnyModel, lastAxes: ReadonlyMap<string, number>): void {
  const wrong = layersOf(model.graph).flatMap(({ name, uses }) => {
    const axis = lastAxes.get(name);
    const fits = uses.every(({ inputs }) => inputs.every(({ shape }) => shape.length - 1 === axis));
    return axis === undefined || fits ? [] : [`${name} (axis ${axis}, which is not the last one)`];
  });
  if (wrong.length > 0) throw new DataError(`${subject}: these layers are not supported: ${wrong.join(", ")}.`);
}

function encode(subject: string, model: AnyModel, weightsFile: string): LayersModelFiles {
  if (!(model instanceof Model)) throw new ArgumentError(`${subject}: it needs a model; received ${describe(model)}.`);
  const architecture = architectureOf(subject, model);
  const problems: string[] = [];
  const tensors = new Map<string, Tensor>();
  const byLayer = new Map<string, [own: string, value: Tensor][]>();
  for (const [full, value] of model.getWeights()) {
    const at = full.lastIndexOf("/");
    const layer = full.slice(0, at);
    const own = byLayer.get(layer) ?? [];
    own.push([full.slice(at + 1), value]);
    byLayer.set(layer, own);
  }
  const taken = new Set([...architecture.layers, ...architecture.inputs].map(({ name }) => name));
  const layers = architecture.layers.flatMap(({ kind, name, options }): KerasRecord[] => {
    const found = toKeras(name, kind, options);
    if (typeof found === "string") {
      problems.push(`${kind} ${name}${found && ` (${found})`}`);
      return [];
    }
    for (const [own, value] of byLayer.get(name) ?? [])
      tensors.set(`${found.within ?? name}/${found.weights[own] ?? own}`, value);
    const record = { class_name: found.className, config: { name, ...found.config }, name };
    if (found.then === undefined) return [record];
    const { className, config } = found.then;
    const activation = uniqueName(`${name}_activation`, taken);
    return [record, { class_name: className, config: { name: activation, ...config }, name: activation, after: name }];
  });
  if (problems.length > 0) {
    throw new ArgumentError(`${subject}: Keras has no layers like these: ${problems.join(", ")}.`);
  }
  const { manifest, bytes } = writeWeights(weightsFile, tensors);
  const written = {
    format: "layers-model",
    generatedBy: GENERATOR,
    convertedBy: null,
    modelTopology: {
      keras_version: "2.15.0",
      backend: "tensor_flow.js",
      model_config: topologyOf(architecture, layers),
    },
    weightsManifest: manifest,
  };
  return { json: JSON.stringify(written), shards: new Map([[weightsFile, bytes]]) };
}

interface KerasRecord {
  readonly class_name: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** The layer whose activation this one is. */
  readonly after?: string;
}

function uniqueName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
  taken.add(name);
  return name;
}

function topologyOf({ inputs, uses, inputForm, outputForm }: Architecture, layers: readonly KerasRecord[]): unknown {
  const activationOf = new Map(layers.flatMap(({ name, after }) => (after === undefined ? [] : [[after, name]])));
  const reference = ([name, use = 0]: Source) => [activationOf.get(name) ?? name, use, 0];
  const inputLayers = inputs.map(({ name, shape, dtype }) => ({
    class_name: "InputLayer",
    name,
    config: { batch_input_shape: shape, dtype, sparse: false, name },
    inbound_nodes: [],
  }));
  const nodes = new Map<string, unknown[]>(layers.map(({ name }) => [name, []]));
  const counts = new Map<string, number>();
  for (const { layer, sources } of uses) {
    nodes.get(layer)?.push(sources.map((source) => [...reference(source), {}]));
    const use = counts.get(layer) ?? 0;
    counts.set(layer, use + 1);
    nodes.get(activationOf.get(layer) ?? "")?.push([[layer, use, 0, {}]]);
  }
  const others = layers.map(({ after, ...layer }) => ({ ...layer, inbound_nodes: nodes.get(layer.name) }));
  const valuesOf = <T>(
    form: { one: T } | { list: readonly T[] } | { record: Readonly<Record<string, T>> },
  ): readonly T[] => ("one" in form ? [form.one] : "list" in form ? form.list : Object.values(form.record));
  return {
    class_name: "Functional",
    config: {
      name: "model",
      layers: [...inputLayers, ...others],
      input_layers: valuesOf(inputForm).map((name) => reference([name])),
      output_layers: valuesOf(outputForm).map(reference),
    },
  };
}
