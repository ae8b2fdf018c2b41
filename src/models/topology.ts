// The modelTopology of Keras and TensorFlow.js as an architecture. Keras 2 and 3 write it differently; both are read.
//
//   Sequential   config.layers, the first with batch_input_shape (2) or after an InputLayer with batch_shape (3)
//   Functional   config.layers with inbound_nodes, config.input_layers, config.output_layers
//   a node       Keras 2: [[layer, node, tensor, {}], ...]; Keras 3: {args, kwargs} with keras_history in the tensors

import { DataError, describe } from "../errors.js";
import type { OpenShape } from "../tensor/shape.js";
import type { DType } from "../tensor/tensor.js";
import type { Architecture, LayerRecord, Source } from "./architecture.js";
import { fromKeras } from "./keras-layers.js";

type Json = Readonly<Record<string, unknown>>;
type Uses = { layer: string; sources: Source[] }[];

interface KerasLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Json;
  readonly inbound: readonly unknown[];
}

/** An architecture and, for each layer, its names of weights by those in the file. */
export interface Topology {
  readonly architecture: Architecture;
  readonly weightNames: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** By layer the number of an axis that must be the last one; whether it is can be told of the built model. */
  readonly lastAxes: ReadonlyMap<string, number>;
}

/** Fails with DataError where the topology is broken, or has layers that are not supported: all are named. */
export function readTopology(subject: string, topology: unknown): Topology {
  const refuse = (message: string) => new DataError(`${subject}: ${message}`);
  const outer = objectOf(topology);
  const model = objectOf(outer.model_config ?? outer);
  const { class_name: className, config } = model;
  if (className !== "Sequential" && className !== "Functional" && className !== "Model") {
    throw refuse(`the model must be Sequential or Functional; received ${describe(className)}.`);
  }
  const entries = Array.isArray(config) ? config : objectOf(config).layers;
  if (!Array.isArray(entries) || entries.length === 0)
    throw refuse(`the model must have layers; received ${describe(entries)}.`);
  const all = entries.map((entry) => layerOf(entry, refuse));
  const read = all.map((layer) => ({
    layer,
    own: layer.className === "InputLayer" ? null : fromKeras(layer.className, layer.config),
  }));
  const wrong = read.flatMap(({ layer: { className, name }, own }) =>
    typeof own === "string" ? [`${className} ${name}${own && ` (${own})`}`] : [],
  );
  if (wrong.length > 0) throw refuse(`these layers are not supported: ${wrong.join(", ")}.`);

  const weightNames = new Map<string, Readonly<Record<string, string>>>();
  const lastAxes = new Map<string, number>();
  const layers: LayerRecord[] = [];
  for (const { layer, own } of read) {
    if (own === null || typeof own === "string") continue;
    weightNames.set(layer.name, own.weights);
    if (own.lastAxis !== undefined) lastAxes.set(layer.name, own.lastAxis);
    layers.push({ kind: own.kind, name: layer.name, options: own.options });
  }
  const wiring = className === "Sequential" ? inARow(all, refuse) : connected(all, objectOf(config), refuse);
  // An embedding takes indices, whatever the config says of floats.
  const embeddings = new Set(layers.filter(({ kind }) => kind === "Embedding").map(({ name }) => name));
  const indices = new Set(
    wiring.uses.flatMap(({ layer, sources }) => (embeddings.has(layer) ? sources : [])).map(([name]) => name),
  );
  const inputs = wiring.inputs.map((input) =>
    indices.has(input.name) ? { ...input, dtype: "int32" as const } : input,
  );
  return { architecture: { seed: 0, layers, ...wiring, inputs }, weightNames, lastAxes };
}

type Wiring = Pick<Architecture, "inputs" | "uses" | "inputForm" | "outputForm">;
type Refuse = (message: string) => DataError;

function inARow(layers: readonly KerasLayer[], refuse: Refuse): Wiring {
  const [first] = layers as readonly [KerasLayer];
  const isInput = first.className === "InputLayer";
  const input = inputOf(isInput ? first : { ...first, name: "input" }, refuse);
  const uses: Uses = [];
  let last: Source = [input.name];
  for (const { className, name } of layers) {
    if (className === "InputLayer") continue;
    uses.push({ layer: name, sources: [last] });
    last = [name, 0];
  }
  return { inputs: [input], uses, inputForm: { one: input.name }, outputForm: { one: last } };
}

function connected(layers: readonly KerasLayer[], config: Json, refuse: Refuse): Wiring {
  const ends = (key: string): Source[] => {
    const list = config[key];
    // One end stands alone in Keras 3, in a list of one in Keras 2.
    const each = Array.isArray(list) && typeof list[0] === "string" ? [list] : list;
    if (!Array.isArray(each) || each.length === 0) throw refuse(`${key} must name layers; received ${describe(list)}.`);
    return each.map((end) => sourceOf(end, key, refuse));
  };
  const inputNames = ends("input_layers").map(([name]) => name);
  const inputs = inputNames.map((name) => {
    const layer = layers.find((candidate) => candidate.name === name && candidate.className === "InputLayer");
    if (layer === undefined) throw refuse(`there is no InputLayer ${describe(name)}.`);
    return inputOf(layer, refuse);
  });
  const isInput = new Set(inputNames);
  const plain = ([name, use]: Source): Source => (isInput.has(name) ? [name] : [name, use ?? 0]);
  const pending = layers.flatMap(({ name, inbound }) =>
    inbound.map((node, i) => ({ layer: name, use: i, sources: sourcesOf(node, name, refuse).map(plain) })),
  );
  // The uses of a layer are numbered in the file; they are made in an order in which all they take is there.
  const made = new Set(inputNames.map((name) => String(plain([name]))));
  const uses: Uses = [];
  for (let left = pending; left.length > 0; ) {
    const ready = left.filter(({ sources }) => sources.every((source) => made.has(String(source))));
    const inTurn = ready.filter(({ layer, use }) => use === 0 || made.has(String([layer, use - 1])));
    if (inTurn.length === 0) throw refuse(`the layers go round in a circle at ${describe(left[0]?.layer)}.`);
    for (const { layer, use, sources } of inTurn) {
      made.add(String([layer, use]));
      uses.push({ layer, sources });
    }
    left = left.filter((use) => !inTurn.includes(use));
  }
  const outputs = ends("output_layers").map(plain);
  return {
    inputs,
    uses,
    inputForm: inputNames.length === 1 ? { one: inputNames[0] as string } : { list: inputNames },
    outputForm: outputs.length === 1 ? { one: outputs[0] as Source } : { list: outputs },
  };
}

function layerOf(entry: unknown, refuse: Refuse): KerasLayer {
  const { class_name: className, config, name, inbound_nodes: inbound = [] } = objectOf(entry);
  const own = objectOf(config);
  const named = name ?? own.name;
  if (typeof className !== "string" || typeof named !== "string" || named === "" || !Array.isArray(inbound)) {
    throw refuse(`a layer must have class_name, config and name; received ${describe(entry)}.`);
  }
  return { className, name: named, config: own, inbound };
}

function inputOf({ name, config }: KerasLayer, refuse: Refuse): { name: string; shape: OpenShape; dtype: DType } {
  const shape = config.batch_input_shape ?? config.batch_shape;
  const isShape =
    Array.isArray(shape) &&
    shape.length > 0 &&
    shape.slice(1).every((extent) => Number.isSafeInteger(extent) && extent > 0);
  if (!isShape) {
    throw refuse(
      `the input must have a shape [null, ...] of known extents; received ${describe(shape)} for ${describe(name)}.`,
    );
  }
  return { name, shape: [null, ...shape.slice(1)], dtype: config.dtype === "int32" ? "int32" : "float32" };
}

/** The sources of one inbound node. */
function sourcesOf(node: unknown, layer: string, refuse: Refuse): Source[] {
  if (Array.isArray(node)) return node.map((source) => sourceOf(source, layer, refuse));
  const { args } = objectOf(node);
  if (!Array.isArray(args)) throw refuse(`an inbound node of ${describe(layer)} is not as it should be.`);
  // One tensor, or a list of them for a layer that joins several.
  return args.flat(1).map((tensor) => sourceOf(objectOf(objectOf(tensor).config).keras_history, layer, refuse));
}

function sourceOf(source: unknown, where: string, refuse: Refuse): Source {
  const [name, node, output] = Array.isArray(source) ? source : [];
  if (typeof name !== "string" || !Number.isSafeInteger(node) || node < 0 || output !== 0) {
    throw refuse(`${where} must name layers as [name, node, 0]; received ${describe(source)}.`);
  }
  return [name, node];
}

function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
