// Session: the values of a graph's variables, and runs over them. Each session has a memory of its own, which goes when
// the session does: there is nothing to dispose of.

import {
  ArgumentError,
  checkArity,
  checkFlag,
  checkInteger,
  checkOptions,
  describe,
  isOptions,
  ShapeError,
} from "../errors.js";
import { Graph, isNode, isPlaceholder, isVariable } from "../graph/graph.js";
import type { Node } from "../ops/op.js";
import { isUpdate, type UpdateAttributes, withCompanions } from "../ops/update.js";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { currentEngine, Engine, requireEngine } from "../wasm/engine.js";
import { Executable } from "./executable.js";
import { batchOf, checkFinite, conform } from "./feeds.js";
import { Home } from "./home.js";

/** A node or its name. */
export type NodeReference = Node | string;
/** Values for nodes: pairs, a Map, or an object with node names as keys. */
export type Feeds = Iterable<readonly [NodeReference, TensorLike]> | Readonly<Record<string, TensorLike>>;
/** What to compute: a node, a list of nodes, or an object of nodes by names of one's own. */
export type Fetches = NodeReference | readonly NodeReference[] | Readonly<Record<string, NodeReference>>;
/** What comes back: a tensor for each fetch, in the form of the fetches. */
export type Fetched<F> = F extends NodeReference ? Tensor : { -readonly [K in keyof F]: Tensor };

export interface RunOptions {
  /** Runs in training mode: `graph.training` is 1, and of the `graph.updates` those that what is fed allows are made.
   * Default false. */
  readonly training?: boolean;
}

/** Plans kept per session. Each (fetches, feeds, batch) needs one; services see a handful. */
const MOST_PLANS = 64;

export interface SessionOptions {
  /** The build to run on. Default: that of the last `init`. */
  readonly engine?: Engine;
}

/** How messages name what a run is fed and what a variable is set to. */
const FED = { all: "Session.run: feeds", value: "Session.run: the value fed to" };
const SET = { all: "Session.set: values", value: "Session.set: the value of" };

/** Fails unless `session` is a session. */
export function checkSession(subject: string, session: unknown): asserts session is Session {
  if (!(session instanceof Session)) {
    throw new ArgumentError(`${subject}: session must be a Session; received ${describe(session)}.`);
  }
}

export interface Request {
  readonly fetches: readonly NodeReference[];
  readonly feeds?: readonly NodeReference[];
  /** The extent that null stands for; needed where a fed node has an open shape. */
  readonly batch?: number;
}

export class Session {
  readonly graph: Graph;
  #engine: Engine | undefined;
  readonly #executables = new Map<string, Executable>();
  #home: Home | null = null;

  constructor(graph: Graph, options: SessionOptions = {}) {
    checkArity("Session", arguments.length, 2);
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

  /** The engine that it runs on; before the first run that of the last `init`, or null. */
  get engine(): Engine | null {
    return this.#engine ?? currentEngine();
  }

  /**
   * Computes the fetches. Any node may be fetched, any node may be fed, and only what lies between is executed.
   * All values are those before the updates among the fetches, which are made last.
   * One fetch gives one Tensor, a list gives a list, an object an object; an update gives the number of updates it has
   * made, int32.
   * Fails with ArgumentError or ShapeError, before anything runs, where a node is unknown or not fed, or a value does
   * not fit; a run that updates variables takes finite numbers only. Fails with StateError before `init`.
   */
  run<const F extends Fetches>(fetches: F, feeds: Feeds = [], options: RunOptions = {}): Fetched<F> {
    checkArity("Session.run", arguments.length, 3);
    const names = keysOf(fetches);
    const nodes = (names === null ? [fetches] : names.map((name) => (fetches as Record<string, unknown>)[name])).map(
      (fetch) => this.#node(fetch as NodeReference, "fetch"),
    );
    const executable = this.ready(nodes, feeds, options);
    executable.run();
    const results = nodes.map((node) => executable.output(node));
    if (names === null) return results[0] as Fetched<F>;
    if (Array.isArray(fetches)) return results as Fetched<F>;
    return Object.fromEntries(names.map((name, i) => [name, results[i]])) as Fetched<F>;
  }

  /** What `run` would run: planned, checked, with the feeds in place. They last for one call of `run()` on it. */
  ready(fetches: readonly NodeReference[], feeds: Feeds = [], options: RunOptions = {}): Executable {
    checkOptions("Session.run", options, ["training"]);
    const { training = false } = options;
    checkFlag("Session.run: training", training);
    const nodes = fetches.map((fetch) => this.#node(fetch, "fetch"));
    const given = this.#readFeeds(FED, feeds);
    if (training && this.graph.knowsTraining)
      given.set(this.graph.training, conform(FED.value, this.graph.training, 1));
    const executable = this.#executable(nodes, [...given.keys()], batchOf(given), training);
    if (executable.request.fetches.some(isUpdate)) {
      for (const [node, value] of given) checkFinite(`${FED.value} ${node.name}`, value);
    }
    for (const [node, { data }] of given) executable.check(node, data);
    for (const [node, { data }] of given) executable.input(node).set(data);
    return executable;
  }

  /** The value of a scalar node as a number: `session.eval(accuracy, { X: x, y })`. Else as `run`. */
  eval(fetch: NodeReference, feeds: Feeds = [], options: RunOptions = {}): number {
    checkArity("Session.eval", arguments.length, 3);
    const node = this.#node(fetch, "fetch");
    if (node.shape.length > 0) {
      throw new ShapeError(
        `Session.eval: ${node.name} must be a scalar; its shape is ${formatShape(node.shape)}; run() gives a Tensor.`,
      );
    }
    return this.run(node, feeds, options).item();
  }

  /**
   * A run planned ahead, for loops: write into `input(node)`, call `run()`, read `scalar(node)` or `output(node)`.
   * Values written this way are not checked.
   */
  prepare(request: Request): Executable {
    checkArity("Session.prepare", arguments.length, 1);
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
    checkArity("Session.get", arguments.length, 1);
    const node = this.#variable(variable);
    return this.run(node);
  }

  /** Sets variables, to finite numbers; all names, shapes and values are checked before the first is changed. */
  set(values: Feeds): void {
    checkArity("Session.set", arguments.length, 1);
    const given = [...this.#readFeeds(SET, values)].map(([node, value]) => ({ node: this.#variable(node), value }));
    for (const { node, value } of given) checkFinite(`${SET.value} ${node.name}`, value);
    const { memory, addressOf, packings } = this.#start();
    packings.outdate();
    for (const { node, value } of given) {
      const at = addressOf(node) / 4;
      if (node.dtype === "int32") memory.i32.set(value.data, at);
      else memory.f32.set(value.data, at);
    }
  }

  /** A 64-bit fingerprint of the variables, 16 hexadecimal digits. Equal for equal bits in every build and host. */
  hash(variables: readonly NodeReference[]): string {
    checkArity("Session.hash", arguments.length, 1);
    if (!Array.isArray(variables)) {
      throw new ArgumentError(`Session.hash: variables must be a list; received ${describe(variables)}.`);
    }
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

  #executable(fetches: readonly Node[], feeds: readonly Node[], batch: number | null, training = false): Executable {
    const { updates, freezes } = this.graph;
    const mode = training ? updates.length : "";
    const key = `${fetches.map((node) => node.id)}|${feeds.map((node) => node.id)}|${batch}|${freezes}|${mode}`;
    const known = this.#executables.get(key);
    if (known) return known;
    const made = training ? updates.filter((update) => isWithin(update, feeds)) : [];
    const all = [...new Set([...fetches, ...made])];
    checkStateNotFed(all, feeds);
    const executable = new Executable({ fetches: all, feeds, batch }, this.#start());
    // A map keeps the order of insertion: the oldest plan goes.
    if (this.#executables.size >= MOST_PLANS) this.#executables.delete(this.#executables.keys().next().value as string);
    this.#executables.set(key, executable);
    return executable;
  }

  #start(): Home {
    this.#engine ??= requireEngine("Session.run");
    this.#home ??= new Home(this.graph, this.#engine);
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

  #readFeeds(words: typeof FED, feeds: Feeds): Map<Node, Tensor> {
    if (!isOptions(feeds) && !(feeds !== null && typeof feeds === "object" && Symbol.iterator in feeds)) {
      throw new ArgumentError(`${words.all} must be pairs, a Map or an object; received ${describe(feeds)}.`);
    }
    const pairs = Symbol.iterator in feeds ? feeds : Object.entries(feeds);
    const given = new Map<Node, Tensor>();
    for (const pair of pairs) {
      if (!Array.isArray(pair) || pair.length !== 2) {
        throw new ArgumentError(`${words.all} must be pairs of a node and its value; received ${describe(pair)}.`);
      }
      const [reference, value] = pair as readonly [NodeReference, TensorLike];
      const node = this.#feed(reference);
      if (given.has(node)) throw new ArgumentError(`${words.all} must name a node once; received ${node.name} twice.`);
      given.set(node, conform(words.value, node, value));
    }
    return given;
  }
}

/** Fails where a feed is the count or a slot of an update among the fetches: the update would not read it. */
function checkStateNotFed(fetches: readonly Node[], feeds: readonly Node[]): void {
  for (const update of withCompanions(fetches.filter(isUpdate))) {
    const { slots, step, accumulation } = update.attributes as UpdateAttributes;
    const state = [step, ...slots.flat(), ...(accumulation?.sums ?? [])];
    const fed = feeds.find((node) => state.includes(node));
    if (fed) {
      throw new ArgumentError(
        `Session.run: ${update.name} changes ${fed.name}, so that it cannot be fed in the same run; use Session.set.`,
      );
    }
  }
}

/** True where an update can be made of what is fed: those of another net, or below a fed layer, cannot. */
function isWithin(update: Node, feeds: readonly Node[]): boolean {
  const seen = new Set(feeds);
  const stack = [...update.inputs];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    if (isPlaceholder(node)) return false;
    seen.add(node);
    stack.push(...node.inputs);
  }
  return true;
}

/** The keys of several fetches, null for one. */
function keysOf(fetches: Fetches): readonly string[] | null {
  if (isNode(fetches) || !(isOptions(fetches) || Array.isArray(fetches))) return null;
  return Object.keys(fetches);
}
