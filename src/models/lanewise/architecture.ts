// The architecture of a model as plain JSON: its layers, their options, and what each takes. Used by all model files.

import { ArgumentError, DataError, describe, ShapeError } from "../../errors.js";
import { Graph, type Initializer, isNode, isPlaceholder } from "../../graph/graph.js";
import { type Described, describedAs } from "../../nn/description.js";
import { getInitializer, randomUniform } from "../../nn/initializers/index.js";
import { activationName } from "../../nn/layers/activations.js";
import { isLayer, type Layer, layersOf } from "../../nn/layers/layer.js";
import { fromDescription, isKind, plainOptions } from "../../nn/registry.js";
import type { Node } from "../../ops/op.js";
import { Session } from "../../runtime/session.js";
import type { OpenShape } from "../../tensor/shape.js";
import type { DType } from "../../tensor/tensor.js";
import { functional } from "../../training/model/functional.js";
import type { Model } from "../../training/model/model.js";
import type { Structure } from "../../training/model/structure.js";
import type { Engine } from "../../wasm/engine.js";

/** Where a value comes from: the name of an input, or of a layer with the number of its use, from 0. */
export type Source = readonly [name: string, use?: number];

export interface LayerRecord {
  readonly kind: string;
  readonly name: string;
  /** JSON; regularizers and such are descriptions. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** JSON. */
export interface Architecture {
  readonly seed: number;
  readonly inputs: readonly { readonly name: string; readonly shape: OpenShape; readonly dtype: DType }[];
  readonly layers: readonly LayerRecord[];
  /** The uses of the layers in an order in which they can be made. */
  readonly uses: readonly { readonly layer: string; readonly sources: readonly Source[] }[];
  /** Names of inputs, one, a list or a record, as the model takes them. */
  readonly inputForm: Form<string>;
  readonly outputForm: Form<Source>;
}

/** A list stands in an object of its own, since a source is a list too. */
export type Form<T> =
  | { readonly one: T }
  | { readonly list: readonly T[] }
  | { readonly record: Readonly<Record<string, T>> };

/** What builds on: kind of a model whatever its structure. */
// biome-ignore lint/suspicious/noExplicitAny: models of every structure are taken
export type AnyModel = Model<any, any>;

/**
 * The architecture of a model that is made of layers alone.
 *
 * Fails with ArgumentError where something else than a layer stands between inputs and outputs, or an option of a layer
 * is a function other than the library's regularizers and constraints; all such layers are named.
 */
export function architectureOf(subject: string, model: AnyModel): Architecture {
  const inputs = nodesOf(model.inputs);
  const outside = inputs.find((node) => !isPlaceholder(node));
  if (outside) {
    throw new ArgumentError(`${subject}: the inputs of the model must be placeholders; ${outside.name} is none.`);
  }
  const own = new Map(model.layers.map((layer) => [layer.name, layer]));
  const layers = layersOf(model.graph).filter(({ name }) => own.has(name));
  const sources = new Map<Node, Source>(inputs.map((node) => [node, [node.name]]));
  const used = layers.flatMap((layer) => layer.uses.map((use) => ({ ...use, layer: layer.name })));
  const uses: { layer: string; sources: Source[] }[] = [];
  const counts = new Map<string, number>();
  for (const { layer, inputs: from, output } of used.sort((a, b) => a.output.id - b.output.id)) {
    const known = from.map((node) => sources.get(node));
    // A use that belongs to another model of the same graph reads what this one does not have.
    if (known.includes(undefined)) continue;
    const count = counts.get(layer) ?? 0;
    counts.set(layer, count + 1);
    sources.set(output, [layer, count]);
    uses.push({ layer, sources: known as Source[] });
  }
  const sourceOf = (node: Node): Source => {
    const source = sources.get(node);
    if (source) return source;
    throw new ArgumentError(
      `${subject}: a model in a file must be made of layers alone; ${node.name} is made by ops. Save its weights instead, ` +
        "and make the model in the program.",
    );
  };
  const problems: string[] = [];
  const records = layers
    .filter(({ name }) => counts.has(name))
    .map(({ kind, name, options }): LayerRecord => {
      if (isKind("layer", kind)) {
        return {
          kind,
          name,
          options: optionsOf(kind, name, { ...options }, own.get(name)?.trainable === true, problems),
        };
      }
      problems.push(`${name} is a ${kind}`);
      return { kind, name, options: {} };
    });
  const architecture = {
    seed: model.graph.seed,
    inputs: inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    layers: records,
    uses,
    inputForm: formOf(model.inputs, ({ name }) => name),
    outputForm: formOf(model.outputs, sourceOf),
  };
  if (problems.length > 0) {
    throw new ArgumentError(
      `${subject}: the layers must be of known kinds, their options no functions; ${problems.join("; ")}. Save the weights ` +
        "instead, and make the model in the program.",
    );
  }
  return architecture;
}

/**
 * The model of an architecture, its weights not yet set.
 *
 * Fails with DataError where the architecture is broken, or a layer refuses its options or its input.
 */
export function build(subject: string, architecture: Architecture, engine?: Engine): AnyModel {
  const wrong = architecture.layers.filter(({ kind }) => !isKind("layer", kind));
  if (wrong.length > 0) {
    const list = wrong.map(({ kind, name }) => `${kind} ${name}`).join(", ");
    throw new DataError(`${subject}: these layers are not supported: ${list}.`);
  }
  const graph = new Graph({ seed: architecture.seed });
  const values = new Map<string, Node[]>();
  for (const { name, shape, dtype } of architecture.inputs) {
    values.set(name, [sound(subject, `input ${describe(name)}`, () => graph.placeholder(name, shape, dtype))]);
  }
  const find = ([name, use = 0]: Source): Node => {
    const node = values.get(name)?.[use];
    if (node === undefined) {
      throw new DataError(`${subject}: every value must be made before it is used; ${describe(name)} is not.`);
    }
    return node;
  };
  const made = new Map<string, Layer<Node> | Layer<readonly Node[]>>();
  for (const { kind, name, options } of architecture.layers) {
    if (made.has(name) || values.has(name)) {
      throw new DataError(
        `${subject}: layers and inputs must have names of their own; received ${describe(name)} twice.`,
      );
    }
    made.set(
      name,
      sound(subject, `layer ${describe(name)}`, () => makeLayer(kind, { ...options, name }, graph)),
    );
  }
  for (const { layer: name, sources } of architecture.uses) {
    const layer = made.get(name);
    if (layer === undefined) throw new DataError(`${subject}: there is no layer ${describe(name)}.`);
    const inputs = sources.map(find);
    const output = sound(subject, `layer ${describe(name)}`, () =>
      layer.joins ? (layer as Layer<readonly Node[]>).apply(inputs) : (layer as Layer).apply(onlyOne(inputs)),
    );
    const known = values.get(name);
    if (known) known.push(output);
    else values.set(name, [output]);
  }
  const inputs = structureOf(architecture.inputForm, (name) => find([name]));
  const outputs = structureOf(architecture.outputForm, find);
  const session = engine !== undefined ? { session: new Session(graph, { engine }) } : {};
  return sound(subject, "its ends", () => functional({ inputs, outputs }, session));
}

/**
 * What `make` gives. What it refuses came out of a file: DataError, which names the file and the place in it, takes the
 * place of ArgumentError and ShapeError.
 */
export function sound<T>(subject: string, place: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ArgumentError || error instanceof ShapeError || error instanceof DataError)) throw error;
    throw new DataError(`${subject}: ${place}: ${error.message}`, { cause: error });
  }
}

function onlyOne(inputs: readonly Node[]): Node {
  if (inputs.length === 1) return inputs[0] as Node;
  throw new ArgumentError(`the layer takes one value; received ${inputs.length}.`);
}

/** The options as JSON; what JSON cannot say is a problem. */
function optionsOf(
  kind: string,
  layer: string,
  { name: _, trainable: __, ...options }: Readonly<Record<string, unknown>>,
  trainable: boolean,
  problems: string[],
): Record<string, unknown> {
  const given = Object.entries(options).map(([key, value]) => {
    if (key === "activation" && typeof value === "string") return [key, activationName(layer, value)];
    // The weights are kept; an initializer of one's own is not needed before someone clones the model.
    return [
      key,
      key.endsWith("Initializer") && typeof value === "function" && !("config" in value) ? undefined : value,
    ];
  });
  const plain = plainOptions(Object.fromEntries(given), {
    refuse: (option, value) => {
      problems.push(
        `${layer} has ${typeof value === "function" ? "a function" : isLayer(value) ? `a ${value.kind}` : describe(value)} for ${option}`,
      );
    },
  });
  const said = asGiven(kind, plain);
  return trainable ? said : { ...said, trainable };
}

/**
 * Options as a program gives them: initializers without options by name, those that a layer has anyhow left out. What was
 * loaded is saved as it was, whatever loading has put in their place.
 */
function asGiven(kind: string, options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const said = Object.entries(options).map(([key, value]) => {
    const { kind: of, options: held } = (value ?? {}) as { kind?: string; options?: Record<string, unknown> };
    if (of === undefined || held === undefined) return [key, value];
    const name = key.endsWith("Initializer") && Object.keys(held).length === 0 ? of : undefined;
    if (name === undefined) return [key, { kind: of, options: asGiven(of, held) }];
    return [key, DEFAULTS[kind]?.[key] === name ? undefined : name];
  });
  return Object.fromEntries(said.filter(([, value]) => value !== undefined));
}

/** The initializers that layers have by default whose values take up memory, or time, before the file brings others. */
const DEFAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Dense: { biasInitializer: "zeros" },
  PReLU: { alphaInitializer: "zeros" },
};

/**
 * A layer from its kind and its options as plain data, to be applied in `graph`. There draws take the place of what its
 * initializers make: the file brings the values, it may claim any size, and draws take nothing before a session runs.
 * In any other graph, such as that of a clone, the layer has its initializers.
 */
function makeLayer(kind: string, options: LayerRecord["options"], graph: Graph): Layer<Node> | Layer<readonly Node[]> {
  const draw = randomUniform();
  const adapt = (of: string, given: LayerRecord["options"]) => {
    const named = Object.entries({ ...DEFAULTS[of], ...given }).map(([key, value]) => {
      if (!key.endsWith("Initializer")) return [key, value];
      const initial = getInitializer(`${of}: ${key}`, value as Initializer);
      const patient: Initializer = (at, ...given) => (at === graph ? draw : initial)(at, ...given);
      const { config } = initial as Described;
      return [key, config ? describedAs(config.kind, config.options, patient) : patient];
    });
    return Object.fromEntries(named);
  };
  return fromDescription(`layer ${describe(options.name)}`, "layer", { kind, options }, { adapt }) as Layer<Node>;
}

function nodesOf(structure: Structure<Node>): readonly Node[] {
  return isNode(structure) ? [structure] : Object.values(structure);
}

function formOf<T>(structure: Structure<Node>, of: (node: Node) => T): Form<T> {
  if (isNode(structure)) return { one: of(structure) };
  if (Array.isArray(structure)) return { list: structure.map(of) };
  return { record: Object.fromEntries(Object.entries(structure).map(([key, node]) => [key, of(node)])) };
}

function structureOf<T>(form: Form<T>, of: (value: T) => Node): Structure<Node> {
  if ("one" in form) return of(form.one);
  if ("list" in form) return form.list.map(of);
  return Object.fromEntries(Object.entries(form.record).map(([key, value]) => [key, of(value)]));
}
