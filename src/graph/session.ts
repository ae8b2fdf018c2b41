// Session: the values of a graph's variables, and runs over them. Each session has a memory of its own, which goes when
// the session does: there is nothing to dispose of.

import { ArgumentError, checkInteger, checkOptions, describe, ShapeError } from "../errors.js";
import type { Node } from "../ops/op.js";
import { isUpdate, type UpdateAttributes } from "../ops/update.js";
import { LinearMemory } from "../tensor/memory.js";
import { formatShape, matchBatch, type Shape, sizeOf } from "../tensor/shape.js";
import { type Tensor, type TensorData, type TensorLike, tensor } from "../tensor/tensor.js";
import { Engine, type Kernels, requireEngine } from "../wasm/engine.js";
import { Executable, isResident, type Residence } from "./executable.js";
import { constantValue, Graph, isConstant, isNode, isVariable, variableAttributes } from "./graph.js";
import type { VariableSpan } from "./plan.js";

/** A node or its name. */
export type NodeReference = Node | string;
/** Values for nodes: pairs, a Map, or an object with node names as keys. */
export type Feeds = Iterable<readonly [NodeReference, TensorLike]> | Readonly<Record<string, TensorLike>>;
/** What comes back: a tensor for each fetch. */
export type Fetched<F> = F extends readonly NodeReference[] ? Tensor[] : Tensor;

/** Plans kept per session. Each (fetches, feeds, batch) needs one; services see a handful. */
const MOST_PLANS = 64;

export interface SessionOptions {
  /** The build to run on. Default: that of the last `init`. */
  readonly engine?: Engine;
}

interface Request {
  readonly fetches: readonly NodeReference[];
  readonly feeds?: readonly NodeReference[];
  /** The extent that null stands for; needed where a fed node has an open shape. */
  readonly batch?: number;
}

export class Session {
  readonly graph: Graph;
  readonly #engine: Engine | undefined;
  readonly #executables = new Map<string, Executable>();
  #home: Home | null = null;

  constructor(graph: Graph, options: SessionOptions = {}) {
    if (!(graph instanceof Graph)) {
      throw new ArgumentError(`Session: graph must be a Graph; received ${describe(graph)}.`);
    }
    checkOptions("Session", options, ["engine"]);
    const { engine } = options;
    if (engine !== undefined && !(engine instanceof Engine)) {
      throw new ArgumentError(
        `Session: engine must be what "await init()" gives; received ${describe(engine)}; is an await missing?`,
      );
    }
    this.graph = graph;
    this.#engine = engine;
  }

  /**
   * Computes the fetches. Any node may be fetched, any node may be fed, and only what lies between is executed.
   * All values are those before the updates among the fetches, which are made last.
   * One fetch gives one Tensor, a list gives a list; an update gives the number of updates it has made, int32.
   * Fails with ArgumentError or ShapeError, before anything runs, where a node is unknown or not fed, or a value does
   * not fit; with StateError before `init`.
   */
  run<const F extends NodeReference | readonly NodeReference[]>(fetches: F, feeds: Feeds = []): Fetched<F> {
    const list = (Array.isArray(fetches) ? fetches : [fetches]) as readonly NodeReference[];
    const nodes = list.map((fetch) => this.#node(fetch, "fetch"));
    const given = this.#readFeeds(feeds);
    const executable = this.#executable(nodes, [...given.keys()], batchOf(given));
    for (const [node, { data }] of given) executable.check(node, data);
    for (const [node, { data }] of given) executable.input(node).set(data);
    executable.run();
    const results = nodes.map((node) => executable.output(node));
    return (Array.isArray(fetches) ? results : results[0]) as Fetched<F>;
  }

  /**
   * A run planned ahead, for loops: write into `input(node)`, call `run()`, read `scalar(node)` or `output(node)`.
   * Values written this way are not checked.
   */
  prepare(request: Request): Executable {
    checkOptions("Session.prepare", request, ["fetches", "feeds", "batch"]);
    for (const [name, list] of Object.entries({ fetches: request.fetches, feeds: request.feeds ?? [] })) {
      if (!Array.isArray(list)) {
        throw new ArgumentError(`Session.prepare: ${name} must be a list; received ${describe(list)}.`);
      }
    }
    const fetches = request.fetches.map((fetch) => this.#node(fetch, "fetch"));
    const feeds = (request.feeds ?? []).map((feed) => this.#feed(feed));
    const { batch } = request;
    const open = feeds.find((node) => node.shape.includes(null));
    if (batch !== undefined) checkInteger("Session.prepare: batch", batch, 0);
    else if (open) {
      throw new ArgumentError(`Session.prepare: batch is needed, since ${open.name} is ${formatShape(open.shape)}.`);
    }
    return this.#executable(fetches, feeds, batch ?? null);
  }

  /** The value of a variable, a copy. */
  get(variable: NodeReference): Tensor {
    const node = this.#variable(variable);
    return this.run(node);
  }

  /** Sets variables; all names and shapes are checked before the first is changed. */
  set(values: Feeds): void {
    const given = [...this.#readFeeds(values)].map(([node, value]) => ({ node: this.#variable(node), value }));
    const { memory, addressOf } = this.#start();
    for (const { node, value } of given) {
      const at = addressOf(node) / 4;
      if (node.dtype === "int32") memory.i32.set(value.data, at);
      else memory.f32.set(value.data, at);
    }
  }

  /** A 64-bit fingerprint of the variables, 16 hexadecimal digits. Equal for equal bits in every build and host. */
  hash(variables: readonly NodeReference[]): string {
    const { kernels, addressOf } = this.#start();
    let state = 0xcbf29ce484222325n;
    for (const variable of variables) {
      const node = this.#variable(variable);
      state = BigInt.asUintN(64, kernels.hashFloats(addressOf(node), sizeOf(node.shape as Shape), state));
    }
    return state.toString(16).padStart(16, "0");
  }

  /** Bytes of linear memory in use; 0 before the first run. */
  get memoryBytes(): number {
    return this.#home?.memory.bytes ?? 0;
  }

  #executable(fetches: readonly Node[], feeds: readonly Node[], batch: number | null): Executable {
    const key = `${fetches.map((node) => node.id)}|${feeds.map((node) => node.id)}|${batch}|${this.graph.freezes}`;
    const known = this.#executables.get(key);
    if (known) return known;
    checkStateNotFed(fetches, feeds);
    const executable = new Executable({ fetches, feeds, batch }, this.#start());
    // A map keeps the order of insertion: the oldest plan goes.
    if (this.#executables.size >= MOST_PLANS) this.#executables.delete(this.#executables.keys().next().value as string);
    this.#executables.set(key, executable);
    return executable;
  }

  #start(): Home {
    this.#home ??= new Home(this.graph, this.#engine ?? requireEngine("Session.run"));
    this.#home.settle();
    return this.#home;
  }

  #node(reference: NodeReference, role: string): Node {
    if (typeof reference === "string") return this.graph.node(reference);
    if (!isNode(reference)) {
      throw new ArgumentError(`Session.run: a ${role} must be a node or its name; received ${describe(reference)}.`);
    }
    if (reference.graph !== this.graph) {
      throw new ArgumentError(`Session.run: ${role} ${reference.name} is a node of another graph.`);
    }
    return reference;
  }

  #feed(reference: NodeReference): Node {
    const node = this.#node(reference, "feed");
    if (isUpdate(node)) throw new ArgumentError(`Session.run: ${node.name} is an update and cannot be fed.`);
    return node;
  }

  #variable(reference: NodeReference): Node {
    const node = this.#node(reference, "variable");
    if (!isVariable(node)) throw new ArgumentError(`Session: ${node.name} is no variable but ${node.op.name}.`);
    return node;
  }

  #readFeeds(feeds: Feeds): Map<Node, Tensor> {
    if (typeof feeds !== "object" || feeds === null) {
      throw new ArgumentError(`Session.run: feeds must be pairs, a Map or an object; received ${describe(feeds)}.`);
    }
    const pairs = Symbol.iterator in feeds ? feeds : Object.entries(feeds);
    const given = new Map<Node, Tensor>();
    for (const pair of pairs) {
      if (!Array.isArray(pair) || pair.length !== 2) {
        throw new ArgumentError(
          `Session.run: feeds must be pairs of a node and its value; received ${describe(pair)}.`,
        );
      }
      const [reference, value] = pair as readonly [NodeReference, TensorLike];
      const node = this.#feed(reference);
      if (given.has(node)) throw new ArgumentError(`Session.run: ${node.name} is fed twice.`);
      given.set(node, conform(node, value));
    }
    return given;
  }
}

/** Fails where a feed is the count or a slot of an update among the fetches: the update would not read it. */
function checkStateNotFed(fetches: readonly Node[], feeds: readonly Node[]): void {
  for (const update of fetches.filter(isUpdate)) {
    const { slots, step } = update.attributes as UpdateAttributes;
    const state = [step, ...slots.flat()];
    const fed = feeds.find((node) => state.includes(node));
    if (fed) {
      throw new ArgumentError(
        `Session.run: ${update.name} changes ${fed.name}, so that it cannot be fed in the same run; use Session.set.`,
      );
    }
  }
}

/** The value as a tensor of the node's type and shape; a flat typed array takes the shape of the node. */
function conform(node: Node, value: TensorLike): Tensor {
  const flat = ArrayBuffer.isView(value);
  const given = tensor(value, { dtype: node.dtype });
  const shape = flat ? shapeFromLength(node, given.size) : given.shape;
  if (shape === undefined || matchBatch(node.shape, shape) === undefined) {
    const received = flat ? `${given.size} values` : formatShape(given.shape);
    throw new ShapeError(
      `Session.run: the value fed to ${node.name} must have shape ${formatShape(node.shape)}; received ${received}.`,
    );
  }
  return given.reshape(shape);
}

/** The shape that so many values fill; undefined where they fill none. */
function shapeFromLength(node: Node, length: number): Shape | undefined {
  const known = sizeOf(node.shape.filter((extent) => extent !== null));
  const open = node.shape.length - node.shape.filter((extent) => extent !== null).length;
  if (open === 0) return known === length ? (node.shape as Shape) : undefined;
  if (open > 1 || known === 0 || length % known !== 0) return undefined;
  return node.shape.map((extent) => extent ?? length / known);
}

/** The one batch extent of all feeds; null where none has an open shape. */
function batchOf(given: ReadonlyMap<Node, Tensor>): number | null {
  let batch: number | null = null;
  let first = "";
  for (const [node, value] of given) {
    const extent = matchBatch(node.shape, value.shape);
    if (extent === null || extent === undefined) continue;
    if (batch !== null && extent !== batch) {
      throw new ShapeError(
        `Session.run: all feeds must have one batch extent; ${first} has ${batch}, ${node.name} has ${extent}.`,
      );
    }
    batch = extent;
    first = node.name;
  }
  return batch;
}

/** The running side of a session: kernels, memory, and the addresses of what persists. */
class Home implements Residence {
  readonly kernels: Kernels;
  readonly memory: LinearMemory;
  readonly #graph: Graph;
  readonly #addresses = new Map<Node, number>();
  #settled = 0;
  #settling = false;

  constructor(graph: Graph, engine: Engine) {
    const { kernels, memory } = engine.instantiate();
    this.kernels = kernels;
    this.memory = new LinearMemory(memory);
    this.#graph = graph;
  }

  readonly addressOf = (node: Node): number => {
    const address = this.#addresses.get(node);
    if (address === undefined) throw new ArgumentError(`Session: ${node.name} has no value outside a run.`);
    return address;
  };

  /** Variables made since the last time get their addresses, group by group, and their initial values. */
  settle(): void {
    const { nodes } = this.#graph;
    if (this.#settled === nodes.length) return;
    if (this.#settling) return;
    const fresh = nodes.slice(this.#settled).filter(isResident);
    const count = nodes.length;
    this.#settling = true;
    try {
      this.#placeAll(fresh);
      this.#initialize(fresh.filter(isVariable));
      this.#settled = count;
    } catch (error) {
      // What could not be given its value has no address either: the next call tries again.
      for (const node of fresh) this.#addresses.delete(node);
      throw error;
    } finally {
      this.#settling = false;
    }
  }

  #placeAll(fresh: readonly Node[]): void {
    const groups = new Map<string, Node[]>();
    for (const node of fresh) {
      const group = isConstant(node) ? "constant" : variableAttributes(node).group;
      groups.set(group, [...(groups.get(group) ?? []), node]);
    }
    // Trainable variables first: they form one block whatever else there is.
    const order = [...groups.keys()].sort((a, b) => Number(b === "trainable") - Number(a === "trainable"));
    for (const group of order) {
      for (const node of groups.get(group) as Node[]) {
        this.#addresses.set(node, this.memory.reserve(sizeOf(node.shape as Shape)));
      }
    }
    for (const node of fresh) if (isConstant(node)) this.#write(node, constantValue(node).data);
  }

  #initialize(variables: readonly Node[]): void {
    let targets = new Map<Node, number>();
    const makeTargets = () => {
      if (targets.size > 0)
        new Executable({ fetches: [...targets.keys()], feeds: [], batch: null, targets }, this).run();
      targets = new Map();
    };
    for (const variable of variables) {
      const { initial } = variableAttributes(variable);
      const address = this.addressOf(variable);
      const words = sizeOf(variable.shape as Shape);
      if (typeof initial === "number") {
        if (initial !== 0) this.#write(variable, new Float32Array(words).fill(initial));
        continue;
      }
      // What is computed from variables, or has been computed for another, waits until those have their values.
      const made = targets.get(initial);
      if (made !== undefined || initial.inputs.length > 0 || isVariable(initial)) makeTargets();
      if (made !== undefined) this.kernels.copy(made, address, words);
      else if (isResident(initial)) this.kernels.copy(this.addressOf(initial), address, words);
      else targets.set(initial, address);
    }
    makeTargets();
  }

  #write(node: Node, data: TensorData): void {
    const index = this.addressOf(node) / 4;
    if (node.dtype === "int32") this.memory.i32.set(data, index);
    else this.memory.f32.set(data, index);
  }

  /** The variables in order of address, cut where they or their slots do not follow each other in memory. */
  readonly spansOf = ({ variables, slots }: UpdateAttributes): readonly VariableSpan[] => {
    const rows = variables.map((variable, i) => [variable, ...slots.map((ofSlot) => ofSlot[i] as Node)]);
    rows.sort(([a], [b]) => this.addressOf(a as Node) - this.addressOf(b as Node));
    const spans: { variables: Node[]; offsets: number[]; words: number }[] = [];
    let ends: number[] = [];
    for (const row of rows) {
      const variable = row[0] as Node;
      const addresses = row.map(this.addressOf);
      const words = sizeOf(variable.shape as Shape);
      let span = spans[spans.length - 1];
      if (span === undefined || addresses.some((address, i) => address !== ends[i])) {
        span = { variables: [], offsets: [], words: 0 };
        spans.push(span);
      }
      span.variables.push(variable);
      span.offsets.push(span.words);
      span.words += words;
      ends = addresses.map((address) => address + words * 4);
    }
    return spans;
  };
}
