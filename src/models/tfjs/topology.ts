// The modelTopology of Keras and TensorFlow.js as an architecture. Keras 2 and 3 write it differently; both are read.
//
//   Sequential   config.layers, the first with batch_input_shape (2) or after an InputLayer with batch_shape (3)
//   Functional   config.layers with inbound_nodes, config.input_layers, config.output_layers
//   a node       Keras 2: [[layer, node, tensor, {}], ...]; Keras 3: {args, kwargs} with keras_history in the tensors
//   a layer      may be a model itself: its layers are taken over, and connected anew for each of its uses

import { DataError, describe } from "../../errors.js";
import type { Architecture, LayerRecord } from "../lanewise/architecture.js";
import { fromKeras, type ReadLayer, TENSORFLOW_JS } from "./keras-layers.js";
import { type FileLayer, type FileModel, type Reference, type Refuse, Wiring } from "./wiring.js";

type Json = Readonly<Record<string, unknown>>;
/** How the weights of a layer are named: here by those in the file where they differ; those to leave out. */
export interface WeightNames {
  readonly layer: string;
  readonly names: Readonly<Record<string, string>>;
  readonly unread: readonly string[];
}

/** An architecture and, for each name of a layer that weights have in the file, whose they are. */
export interface Topology {
  readonly architecture: Architecture;
  readonly weightNames: ReadonlyMap<string, WeightNames>;
  /** By layer the number of an axis that must be the last one; whether it is can be told of the built model. */
  readonly lastAxes: ReadonlyMap<string, number>;
}

const TAKES_INDICES = new Set(["Embedding", "CategoryEncoding"]);

/** Models within models: a file of a few bytes could ask for any number. */
const MOST_LEVELS = 64;

/** Fails with DataError where the topology is broken, or has layers that are not supported: all are named. */
export function readTopology(subject: string, topology: unknown): Topology {
  const refuse = (message: string) => new DataError(`${subject}: ${message}`);
  const outer = objectOf(topology);
  const reader = new Reader(refuse, majorVersion(outer));
  const { className, config, isModel } = modelOf(objectOf(outer.model_config ?? outer));
  if (!isModel) throw refuse(`the model must be Sequential or Functional; received ${describe(className)}.`);
  const model = reader.read(className, config, 0);
  const layers = reader.all.flatMap(({ own, unique: name }): LayerRecord[] =>
    own === null || typeof own === "string" ? [] : [{ kind: own.kind, name, options: own.options }],
  );
  const wrong = reader.all.flatMap(({ own, className: kind, name }) =>
    typeof own === "string" ? [`${kind} ${name}${own && ` (${own})`}`] : [],
  );
  if (wrong.length > 0) throw refuse(`these layers are not supported: ${wrong.join(", ")}.`);
  const ofKind = reader.all.filter((layer): layer is FileLayer & { own: ReadLayer } => layer.own !== null);
  const wiring = new Wiring(refuse).connect(model);
  // Whatever the config says of floats.
  const embeddings = new Set(layers.filter(({ kind }) => TAKES_INDICES.has(kind)).map(({ name }) => name));
  const indices = new Set(
    wiring.uses.flatMap(({ layer, sources }) => (embeddings.has(layer) ? sources : [])).map(([name]) => name),
  );
  const inputs = wiring.inputs.map((input) =>
    indices.has(input.name) ? { ...input, dtype: "int32" as const } : input,
  );
  return {
    architecture: { seed: 0, layers, ...wiring, inputs },
    weightNames: new Map(
      ofKind.flatMap(({ unique: layer, own: { weights: names, unread, within } }) => {
        const entry = { layer, names, unread };
        return [[layer, entry], ...(within === undefined ? [] : [[within, entry] as const])] as const;
      }),
    ),
    lastAxes: new Map(
      ofKind.flatMap(({ unique, own: { lastAxis } }) => (lastAxis === undefined ? [] : [[unique, lastAxis]])),
    ),
  };
}

/** Reads models and gives their layers names of their own. */
class Reader {
  readonly all: FileLayer[] = [];
  readonly #names = new Set<string>();
  readonly #refuse: Refuse;
  readonly #keras: number;

  constructor(refuse: Refuse, keras: number) {
    this.#refuse = refuse;
    this.#keras = keras;
  }

  read(className: string, config: unknown, level: number, prefix = ""): FileModel {
    if (level > MOST_LEVELS) throw this.#refuse(`models may be nested ${MOST_LEVELS} deep; this one goes further.`);
    const entries = Array.isArray(config) ? config : objectOf(config).layers;
    if (!Array.isArray(entries) || entries.length === 0) {
      throw this.#refuse(`the model must have layers; received ${describe(entries)}.`);
    }
    const list = entries.map((entry) => this.#layer(entry, level, prefix));
    const layers = new Map(list.map((layer) => [layer.name, layer]));
    if (layers.size < list.length) {
      const twice = list.find((layer) => layers.get(layer.name) !== layer);
      throw this.#refuse(`layers must have names of their own; received ${describe(twice?.name)} twice.`);
    }
    return className === "Sequential" ? inARow(list, objectOf(config)) : this.#connected(layers, objectOf(config));
  }

  #layer(entry: unknown, level: number, prefix: string): FileLayer {
    const { class_name: className, config, name, inbound_nodes: inbound = [] } = objectOf(entry);
    const own = objectOf(config);
    const named = name ?? own.name ?? (Array.isArray(config) ? className : undefined);
    if (typeof className !== "string" || typeof named !== "string" || named === "" || !Array.isArray(inbound)) {
      throw this.#refuse(`a layer must have class_name, config and name; received ${describe(entry)}.`);
    }
    const unique = this.#names.has(named) ? `${prefix}${named}` : named;
    this.#names.add(unique);
    const model = modelOf({ class_name: className, config }).isModel
      ? this.read(className, config, level + 1, `${unique}/`)
      : null;
    const isPlain = model === null && className !== "InputLayer";
    const layer = {
      className,
      name: named,
      config: own,
      inbound: inbound.map((node) => sourcesOf(node, named, this.#refuse)),
      own: isPlain ? fromKeras(className, own, this.#keras) : null,
      model,
      unique,
    };
    this.all.push(layer);
    return layer;
  }

  #connected(layers: ReadonlyMap<string, FileLayer>, config: Json): FileModel {
    const ends = (key: string): Reference[] => {
      const list = config[key];
      // One end stands alone in Keras 3, in a list of one in Keras 2.
      const each = Array.isArray(list) && typeof list[0] === "string" ? [list] : list;
      if (!Array.isArray(each) || each.length === 0) {
        throw this.#refuse(`${key} must name layers; received ${describe(list)}.`);
      }
      return each.map((end) => referenceOf(end, key, this.#refuse));
    };
    const inputs = ends("input_layers");
    const stray = inputs.find(([name]) => layers.get(name)?.className !== "InputLayer");
    if (stray) throw this.#refuse(`there is no InputLayer ${describe(stray[0])}.`);
    const outputs = ends("output_layers");
    // A model within the model whose nodes are counted from 1 is never named with 0.
    const numbers = new Map<string, number[]>();
    for (const [name, node] of [...outputs, ...[...layers.values()].flatMap(({ inbound }) => inbound.flat())]) {
      if (!layers.get(name)?.model) continue;
      const known = numbers.get(name);
      if (known) known.push(node);
      else numbers.set(name, [node]);
    }
    const firstNode = new Map([...numbers].map(([name, nodes]) => [name, nodes.includes(0) ? 0 : 1]));
    return { layers, inputs, outputs, firstNode };
  }
}

/** A row of layers as a model whose layers are connected; an input before the first where the file has none. */
function inARow(list: readonly FileLayer[], config: Json): FileModel {
  const [first] = list as readonly [FileLayer];
  const begin: FileLayer =
    first.className === "InputLayer"
      ? first
      : {
          ...first,
          className: "InputLayer",
          name: "",
          unique: list.some(({ name }) => name === "input") ? "model_input" : "input",
          own: null,
          model: null,
          inbound: [],
          config: { ...first.config, batch_input_shape: shapeBefore(first) ?? config.build_input_shape },
        };
  const layers = new Map([[begin.name, begin]]);
  let last: Reference = [begin.name, 0, 0];
  for (const layer of list) {
    if (layer === begin) continue;
    layers.set(layer.name, { ...layer, inbound: [[last]] });
    last = [layer.name, 0, 0];
  }
  return { layers, inputs: [[begin.name, 0, 0]], outputs: [last], firstNode: new Map() };
}

/** The input shape of a layer, of a model that of its input. */
function shapeBefore({ config, model }: FileLayer): unknown {
  const own = config.batch_input_shape ?? config.batch_shape;
  if (own !== undefined || model === null) return own;
  const [name] = model.inputs[0] as Reference;
  return shapeBefore(model.layers.get(name) as FileLayer);
}

function modelOf({ class_name: className, config }: Json): { className: string; config: unknown; isModel: boolean } {
  const isModel =
    (className === "Sequential" || className === "Functional" || className === "Model") &&
    typeof config === "object" &&
    config !== null;
  return { className: className as string, config, isModel };
}

/** The major version of Keras that wrote the file, or TENSORFLOW_JS. */
function majorVersion(outer: Json): number {
  const { keras_version: version } = outer;
  if (typeof version === "string") return /^[3-9]/.test(version) ? 3 : version.startsWith("tfjs") ? TENSORFLOW_JS : 2;
  // Without a word of it: Keras 3 calls the shape of an input batch_shape.
  const layers = objectOf(objectOf(outer.model_config ?? outer).config).layers;
  const [first] = Array.isArray(layers) ? layers : [];
  return objectOf(objectOf(first).config).batch_shape === undefined ? 2 : 3;
}

/** The sources of one inbound node. */
function sourcesOf(node: unknown, layer: string, refuse: Refuse): Reference[] {
  if (Array.isArray(node)) return node.map((source) => referenceOf(source, layer, refuse));
  const { args } = objectOf(node);
  if (!Array.isArray(args)) throw refuse(`an inbound node of ${describe(layer)} is not as it should be.`);
  // One tensor, or a list of them for a layer that joins several.
  return args.flat(1).map((tensor) => referenceOf(objectOf(objectOf(tensor).config).keras_history, layer, refuse));
}

function referenceOf(source: unknown, where: string, refuse: Refuse): Reference {
  const [name, node, result = 0] = Array.isArray(source) ? source : [];
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  if (typeof name !== "string" || !isCount(node) || !isCount(result)) {
    throw refuse(`${where} must name layers as [name, node, 0]; received ${describe(source)}.`);
  }
  return [name, node, result];
}

function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
