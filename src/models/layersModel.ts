// Models of TensorFlow.js and Keras, read and written: `model.json` and the files with the weights.

import { ArgumentError, checkArity, checkOptions, DataError, describe } from "../errors.js";
import { readFile, writeFileAtomic } from "../io/files.js";
import { layersOf } from "../layers/layer.js";
import type { Node } from "../ops/op.js";
import { checkShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { Model } from "../training/model.js";
import type { Structure } from "../training/structure.js";
import { type AnyModel, type Architecture, architectureOf, build, type Source } from "./architecture.js";
import type { LoadModelOptions } from "./files.js";
import { toKeras } from "./keras-layers.js";
import { readTopology } from "./topology.js";
import { pathsOf, readWeights, type Shards, writeWeights } from "./weights-manifest.js";

export interface LayersModelFiles {
  /** The text of model.json. */
  readonly json: string;
  /** The other files by the paths that model.json names. */
  readonly shards: Shards;
}

const JSON_FILE = "model.json";
const WEIGHTS_FILE = "weights.bin";

/**
 * The model in a `model.json` of TensorFlow.js (`tf.LayersModel.save`, or the converter for Keras 2 and 3) and the files it
 * names, 16- and 8-bit quantization included. The optimizer's state is left out.
 *
 * Fails with DataError where something is broken or missing, or layers are not supported: all of them are named.
 */
export function decodeLayersModel<I extends Structure<Node> = Node, O extends Structure<Node> = Node>(
  { json, shards }: LayersModelFiles,
  options: LoadModelOptions = {},
): Model<I, O> {
  const subject = "decodeLayersModel";
  checkOptions(subject, options, ["engine"]);
  if (!(shards instanceof Map)) {
    throw new ArgumentError(`${subject}: shards must be a Map of bytes by path; received ${describe(shards)}.`);
  }
  return decode(subject, parse(subject, json), shards, options);
}

/** The model in `model.json` at `path` and the files beside it. Fails as `decodeLayersModel` does. */
export async function loadLayersModel<I extends Structure<Node> = Node, O extends Structure<Node> = Node>(
  path: string,
  options: LoadModelOptions = {},
): Promise<Model<I, O>> {
  checkArity("loadLayersModel", arguments.length, 2);
  const subject = "loadLayersModel";
  checkOptions(subject, options, ["engine"]);
  const text = new TextDecoder().decode(await readFile(path, subject));
  const parsed = parse(subject, text);
  const folder = path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  const shards = new Map<string, Uint8Array>();
  for (const shard of pathsOf(subject, parsed.weightsManifest)) {
    shards.set(shard, await readFile(`${folder}${shard}`, subject));
  }
  return decode(subject, parsed, shards, options);
}

/**
 * The files of a model for `tf.loadLayersModel`, in the words of Keras 2.
 *
 * Fails with ArgumentError where a layer has no counterpart there: all of them are named.
 */
export function encodeLayersModel(model: AnyModel): LayersModelFiles {
  checkArity("encodeLayersModel", arguments.length, 1);
  return encode("encodeLayersModel", model);
}

/** Writes `model.json` and `weights.bin` into a folder, which is made. Fails as `encodeLayersModel` and files do. */
export async function saveLayersModel(model: AnyModel, folder: string): Promise<void> {
  checkArity("saveLayersModel", arguments.length, 2);
  const { json, shards } = encode("saveLayersModel", model);
  for (const [path, bytes] of shards) await writeFileAtomic(`${folder}/${path}`, bytes, "saveLayersModel");
  await writeFileAtomic(`${folder}/${JSON_FILE}`, new TextEncoder().encode(json), "saveLayersModel");
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
  for (const [name, value] of readWeights(subject, weightsManifest, shards)) {
    // "sequential/dense/kernel:0" is the kernel of dense.
    const parts = name.replace(/:\d+$/, "").split("/");
    const weight = parts.pop() as string;
    const layer = [parts.join("/"), parts.at(-1) ?? ""].find((candidate) => weightNames.has(candidate));
    if (layer === undefined) throw new DataError(`${subject}: the weight ${describe(name)} belongs to no layer.`);
    weights.set(`${layer}/${weightNames.get(layer)?.[weight] ?? weight}`, value);
  }
  for (const { name, shape } of architecture.inputs) checkShape(`${subject}: input ${name}`, shape, true);
  const model = build(subject, architecture, engine);
  checkLastAxes(subject, model, lastAxes);
  model.setWeights(weights);
  return model;
}

function checkLastAxes(subject: string, model: AnyModel, lastAxes: ReadonlyMap<string, number>): void {
  const wrong = layersOf(model.graph).flatMap(({ name, uses }) => {
    const axis = lastAxes.get(name);
    const fits = uses.every(({ inputs }) => inputs.every(({ shape }) => shape.length - 1 === axis));
    return axis === undefined || fits ? [] : [`${name} (axis ${axis}, which is not the last one)`];
  });
  if (wrong.length > 0) throw new DataError(`${subject}: these layers are not supported: ${wrong.join(", ")}.`);
}

function encode(subject: string, model: AnyModel): LayersModelFiles {
  if (!(model instanceof Model)) throw new ArgumentError(`${subject}: it needs a model; received ${describe(model)}.`);
  const architecture = architectureOf(subject, model);
  const problems: string[] = [];
  const tensors = new Map<string, Tensor>();
  const given = model.getWeights();
  const layers = architecture.layers.map(({ kind, name, options }) => {
    const found = toKeras(kind, options);
    if (typeof found === "string") {
      problems.push(`${kind} ${name}${found && ` (${found})`}`);
      return null;
    }
    for (const [full, value] of given) {
      const at = full.lastIndexOf("/");
      const own = full.slice(at + 1);
      if (full.slice(0, at) === name) tensors.set(`${name}/${found.weights[own] ?? own}`, value);
    }
    return { class_name: found.className, config: { name, ...found.config }, name };
  });
  if (problems.length > 0) {
    throw new ArgumentError(`${subject}: Keras has no layers like these: ${problems.join(", ")}.`);
  }
  const { manifest, bytes } = writeWeights(WEIGHTS_FILE, tensors);
  const written = {
    format: "layers-model",
    generatedBy: "Lanewise",
    convertedBy: null,
    modelTopology: {
      keras_version: "2.15.0",
      backend: "tensor_flow.js",
      model_config: topologyOf(architecture, layers as KerasRecord[]),
    },
    weightsManifest: manifest,
  };
  return { json: JSON.stringify(written), shards: new Map([[WEIGHTS_FILE, bytes]]) };
}

interface KerasRecord {
  readonly class_name: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

function topologyOf({ inputs, uses, inputForm, outputForm }: Architecture, layers: readonly KerasRecord[]): unknown {
  const reference = ([name, use = 0]: Source) => [name, use, 0];
  const inputLayers = inputs.map(({ name, shape, dtype }) => ({
    class_name: "InputLayer",
    name,
    config: { batch_input_shape: shape, dtype, sparse: false, name },
    inbound_nodes: [],
  }));
  const others = layers.map((layer) => ({
    ...layer,
    inbound_nodes: uses
      .filter((use) => use.layer === layer.name)
      .map(({ sources }) => sources.map((source) => [...reference(source), {}])),
  }));
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
