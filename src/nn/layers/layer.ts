// What a layer is: nodes added to a graph behind given ones, with variables that are made once in each graph. A graph
// knows what layers it has; models read that here.

import {
  ArgumentError,
  checkArity,
  checkCallback,
  checkFlag,
  checkOptions,
  describe,
  isOptions,
} from "../../errors.js";
import { type Graph, isNode } from "../../graph/graph.js";
import { fold } from "../../names.js";
import type { Node } from "../../ops/op.js";
import { checkDType, type DType } from "../../tensor/tensor.js";

/** What every layer takes. */
export interface LayerOptions {
  /** Its scope in the graph, which no other may have. Default: the kind, numbered: `dense`, `dense_1`. */
  readonly name?: string;
  /** False: its variables are frozen from the start. Default true. */
  readonly trainable?: boolean;
}

/** `X` is a node, or a list of them for a layer that joins several. */
export interface Layer<X extends Node | readonly Node[] = Node> {
  /** What kind of layer: `Dense`. */
  readonly kind: string;
  readonly name: string | undefined;
  /** What it was made with, as it was given: `{ units: 300, activation: "relu" }`. */
  readonly options: LayerOptions;
  /** Type of the values it takes. Default float32. */
  readonly inputType?: DType;
  /** True for a layer that joins several values: it is applied to a list of nodes. */
  readonly joins?: boolean;
  /** The ops alone, for a layer without weights: what an activation is. */
  readonly compute?: (x: X) => Node;
  /**
   * Adds the layer behind `x` and returns its result. The first time in a graph it makes its variables, from then on it
   * shares them. Fails with ShapeError where x does not fit, with ArgumentError where the name is taken.
   */
  apply(x: X): Node;
}

/** Penalty on a variable or a result: a scalar node. */
export type Regularizer = (x: Node) => Node;
/** What a variable is made to be after each training step: a node of its shape. */
export type Constraint = (variable: Node) => Node;

/** Variables by the names they have in the scope of the layer. */
export type Weights = Readonly<Record<string, Node | null>>;

/** A layer as its author writes it down. */
export interface LayerDefinition<X extends Node | readonly Node[], W extends Weights> {
  readonly kind: string;
  /** What the caller gave; `name` and `trainable` are read here. */
  readonly options: LayerOptions;
  readonly inputType?: DType;
  /** True for a layer that is applied to a list of nodes. */
  readonly joins?: boolean;
  /**
   * True where values meet along the last axis at most, so that the layer does with each step of a sequence what it does
   * with an example: a mask goes on to its result, and TimeDistributed applies it as it is.
   */
  readonly pointwise?: boolean;
  /** Checks the input and makes the variables; null for those that the options leave out. */
  readonly weights?: (x: X, graph: Graph) => W;
  readonly result: (x: X, weights: W) => Node;
  readonly regularizers?: { readonly [K in keyof W]?: Regularizer | undefined };
  readonly constraints?: { readonly [K in keyof W]?: Constraint | undefined };
  readonly activityRegularizer?: Regularizer | undefined;
}

/** One application of a layer. */
export interface LayerUse {
  readonly inputs: readonly Node[];
  readonly output: Node;
}

/** A layer in a graph. */
export interface AppliedLayer {
  readonly kind: string;
  readonly options: LayerOptions;
  /** The full name of its scope. */
  readonly name: string;
  readonly variables: readonly Node[];
  readonly uses: readonly LayerUse[];
  readonly regularizers: readonly (readonly [variable: Node, Regularizer])[];
  readonly constraints: readonly (readonly [variable: Node, Constraint])[];
  readonly activityRegularizer: Regularizer | undefined;
  /** Applies the layer once more; in a graph that does not have it, under this full name if it is free. */
  readonly again: (inputs: readonly Node[], name: string) => Node;
}

/** The function that makes layers has an `apply` too, that of all functions. */
export function isLayer(value: unknown): value is Layer {
  const { kind, apply } = (typeof value === "object" && value !== null ? value : {}) as Partial<Layer>;
  return typeof kind === "string" && typeof apply === "function";
}

/** Options of Keras that say what the first layer is fed; here the model says it. */
const INPUTS = ["inputshape", "inputdim", "batchinputshape", "batchshape"];

/** As checkOptions; where a layer is given the shape of its input, the message says where a model takes it. */
export function checkLayerOptions(kind: string, options: unknown, names: readonly string[]): asserts options is object {
  const stray = isOptions(options) && Object.keys(options).find((key) => !names.includes(key));
  if (typeof stray === "string" && INPUTS.includes(fold(stray))) {
    throw new ArgumentError(
      `${kind}: options must be an object with ${names.join(", ")}; received ${describe(stray)}; the first layer takes its ` +
        "shape from the model: sequential([...], { inputShape: [4] }), without the batch.",
    );
  }
  checkOptions(kind, options, names);
}

const definitions = new WeakMap<object, LayerDefinition<never, Weights>>();

/** What a layer was defined by: for layers around layers. */
export function definitionOf(layer: Layer): LayerDefinition<Node, Weights> {
  return definitions.get(layer) as unknown as LayerDefinition<Node, Weights>;
}

const masks = new WeakMap<Node, Node>();

/** The mask of a value, 1 or 0 for each step of its sequence [null, steps, 1]; undefined where all steps count. */
export function maskOf(x: Node): Node | undefined {
  return masks.get(x);
}

/** Says which steps of a value count. */
export function setMask(x: Node, mask: Node): void {
  masks.set(x, mask);
}

const layersByGraph = new WeakMap<object, AppliedLayer[]>();

/** The layers of a graph, in the order of their first use. */
export function layersOf(graph: Graph): readonly AppliedLayer[] {
  return layersByGraph.get(graph) ?? [];
}

const DEFINITION = [
  "kind",
  "options",
  "inputType",
  "joins",
  "pointwise",
  "weights",
  "result",
  "regularizers",
  "constraints",
  "activityRegularizer",
];

/** A layer from its definition. */
export function defineLayer<X extends Node | readonly Node[], W extends Weights>(
  definition: LayerDefinition<X, W>,
): Layer<X> {
  checkArity("defineLayer", arguments.length, 1);
  checkOptions("defineLayer", definition, DEFINITION);
  const { kind, options, inputType, joins } = definition;
  if (typeof kind !== "string" || kind === "" || typeof definition.result !== "function") {
    const received = `${describe(kind)} and ${describe(definition.result)}`;
    throw new ArgumentError(`defineLayer: needs a kind and a function result(x, weights); received ${received}.`);
  }
  checkCallback(`${kind}: weights`, definition.weights);
  if (inputType !== undefined) checkDType(kind, inputType);
  if (!isOptions(options)) {
    throw new ArgumentError(
      `${kind}: options must be an object with name and trainable; received ${describe(options)}.`,
    );
  }
  const { name, trainable = true } = options;
  if (name !== undefined && typeof name !== "string") {
    throw new ArgumentError(`${kind}: name must be a string; received ${describe(name)}.`);
  }
  checkFlag(`${kind}: trainable`, trainable);
  checkParts(definition);
  const applied = new WeakMap<object, Applied<W>>();
  const first = (x: X, graph: Graph, scope = name): Node => {
    if (name !== undefined && scope === name && graph.isTaken(name)) {
      throw new ArgumentError(
        `${kind}: the name ${describe(name)} is taken in this graph; give the layer one of its own.`,
      );
    }
    return graph.scope(scope ?? kind.charAt(0).toLowerCase() + kind.slice(1), () => {
      const weights = definition.weights?.(x, graph) ?? ({} as W);
      const output = resultOf(definition, x, weights, graph);
      const made = describeLayer(graph.currentScope, definition, weights, (inputs, as) =>
        applyAs((joins ? inputs : inputs[0]) as X, as),
      );
      made.uses.push({ inputs: nodesOf(x), output });
      applied.set(graph, { weights, layer: made });
      const layers = layersByGraph.get(graph);
      if (layers) layers.push(made);
      else layersByGraph.set(graph, [made]);
      if (!trainable) graph.setFrozen(made.variables, true);
      return output;
    });
  };
  const apply = (...[x, ...more]: [X]): Node => {
    checkArity(kind, more.length + 1, 1);
    return applyAs(x);
  };
  const applyAs = (x: X, scope?: string): Node => {
    const graph = graphOf(kind, x);
    const known = applied.get(graph);
    if (known === undefined) return first(x, graph, scope);
    const output = graph.reenter(known.layer.name, () => resultOf(definition, x, known.weights, graph));
    known.layer.uses.push({ inputs: nodesOf(x), output });
    return output;
  };
  const compute = (x: X) => resultOf(definition, x, {} as W, graphOf(kind, x));
  const layer = {
    kind,
    name,
    options,
    ...(inputType && { inputType }),
    ...(joins && { joins }),
    ...(definition.weights === undefined && { compute }),
    apply,
  };
  definitions.set(layer, definition as unknown as LayerDefinition<never, Weights>);
  return layer;
}

/** Fails where a regularizer or a constraint is no function. */
function checkParts<W extends Weights>({
  kind,
  regularizers,
  constraints,
  activityRegularizer,
}: Pick<LayerDefinition<never, W>, "kind" | "regularizers" | "constraints" | "activityRegularizer">): void {
  for (const [option, rules] of Object.entries({ regularizers, constraints })) {
    if (rules !== undefined && !isOptions(rules)) {
      throw new ArgumentError(
        `${kind}: ${option} must be functions by the names of weights; received ${describe(rules)}.`,
      );
    }
  }
  const parts = { Regularizer: { activity: activityRegularizer, ...regularizers }, Constraint: { ...constraints } };
  for (const [what, functions] of Object.entries(parts)) {
    for (const [key, value] of Object.entries(functions)) checkCallback(`${kind}: ${key}${what}`, value);
  }
}

interface Applied<W> {
  readonly weights: W;
  readonly layer: AppliedLayer & { readonly uses: LayerUse[] };
}

function describeLayer<W extends Weights>(
  name: string,
  { kind, options, regularizers, constraints, activityRegularizer }: LayerDefinition<never, W>,
  weights: W,
  again: AppliedLayer["again"],
): Applied<W>["layer"] {
  const present = Object.entries(weights).filter((entry): entry is [string, Node] => entry[1] !== null);
  const paired = <T>(given: { readonly [K in keyof W]?: T | undefined } | undefined): (readonly [Node, T])[] =>
    present.flatMap(([key, variable]) => {
      const one = given?.[key];
      return one === undefined ? [] : [[variable, one] as const];
    });
  return {
    kind,
    options,
    name,
    variables: present.map(([, variable]) => variable),
    uses: [],
    regularizers: paired(regularizers),
    constraints: paired(constraints),
    activityRegularizer,
    again,
  };
}

function resultOf<X extends Node | readonly Node[], W extends Weights>(
  { kind, result, pointwise }: LayerDefinition<X, W>,
  x: X,
  weights: W,
  graph: Graph,
): Node {
  const output: unknown = result(x, weights);
  if (isNode(output) && output.graph === graph) {
    const mask = pointwise && isNode(x) ? masks.get(x) : undefined;
    if (mask) masks.set(output, mask);
    return output;
  }
  throw new ArgumentError(`${kind}: the result must be a node of the same graph; received ${describe(output)}.`);
}

function nodesOf(x: Node | readonly Node[]): readonly Node[] {
  return isNode(x) ? [x] : x;
}

/** The one graph of what a layer is applied to. */
function graphOf(kind: string, x: Node | readonly Node[]): Graph {
  const nodes: readonly unknown[] = Array.isArray(x) ? x : [x];
  const [first] = nodes;
  const stray = nodes.find((node) => !isNode(node));
  if (!isNode(first) || stray !== undefined) {
    throw new ArgumentError(`${kind}: a layer is applied to nodes of a graph; received ${describe(stray ?? x)}.`);
  }
  if (nodes.some((node) => (node as Node).graph !== first.graph)) {
    throw new ArgumentError(`${kind}: all inputs must belong to one graph.`);
  }
  return first.graph as Graph;
}
