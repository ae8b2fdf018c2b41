// Graph: a record of nodes with static shapes. Nothing is computed here; a Session runs it.

import { ArgumentError, checkArity, checkFlag, checkInteger, checkOptions, describe, ShapeError } from "../errors.js";
import type { Node, NodeFactory, OpRecord } from "../ops/op.js";
import { resultRecord } from "../ops/results.js";
import { countStep, isUpdate, type UpdateAttributes } from "../ops/update.js";
import { bindBatch, checkShape, formatShape, isOpen, type OpenShape, type Shape } from "../tensor/shape.js";
import { checkDType, type DType, type Tensor, type TensorLike, tensor } from "../tensor/tensor.js";
import { checkName, checkNumberOf, checkRoom } from "./declarations.js";
import { matching } from "./pattern.js";

/** Makes the initial value of a variable: a node of the given shape. `stream` keys its random numbers. */
export type Initializer = (graph: Graph, shape: Shape, stream: string) => Node;

export interface VariableOptions {
  /** Needed where `initial` does not tell it. */
  readonly shape?: Shape;
  /** Whether optimizers change it. Default true. */
  readonly trainable?: boolean;
  readonly dtype?: DType;
  /** Variables of one group lie side by side in memory, in order of creation. Default by `trainable`. */
  readonly group?: string;
}

export interface VariableAttributes {
  /** A node, or one number for all elements. */
  readonly initial: Node | number;
  readonly trainable: boolean;
  readonly group: string;
}

interface ConstantAttributes {
  /** A tensor, or one number for all elements. */
  readonly value: Tensor | number;
}

/** Ops without kernels: values that come from outside. */
// @__NO_SIDE_EFFECTS__
function source({ name, doc }: Pick<OpRecord, "name" | "doc">): OpRecord {
  return { name, doc, inputs: [], shape: (_, { shape }) => shape, samples: [] };
}
const placeholderOp = source({ name: "placeholder", doc: "A value fed at each run." });
const variableOp = source({ name: "variable", doc: "A value that persists from run to run." });
const constantOp = source({ name: "constant", doc: "A value that never changes." });

export function isPlaceholder(node: Node): boolean {
  return node.op === placeholderOp;
}
export function isVariable(node: Node): boolean {
  return node.op === variableOp;
}
export function isConstant(node: Node): boolean {
  return node.op === constantOp;
}
export function variableAttributes(node: Node): VariableAttributes {
  return node.attributes as VariableAttributes;
}
/** A constant that repeats one number gives that, any other its tensor. */
export function constantValue(node: Node): Tensor | number {
  return (node.attributes as ConstantAttributes).value;
}

export class Graph implements NodeFactory {
  /** Seed of all random numbers of this graph, an integer in [0, 2^53). */
  readonly seed: number;
  readonly #nodes: Node[] = [];
  readonly #byName = new Map<string, Node>();
  readonly #scopes = new Set<string>();
  /** For a name used before, the number to try next. */
  readonly #numbers = new Map<string, number>();
  readonly #updates: Node[] = [];
  readonly #frozen = new Set<Node>();
  #freezes = 0;
  #scope = "";
  #training: Node | null = null;
  #trainingStep: Node | null = null;

  constructor(options: { readonly seed?: number } = {}) {
    checkArity("Graph", arguments.length, 1);
    checkOptions("Graph", options, ["seed"]);
    const { seed = 0 } = options;
    checkInteger("Graph: seed", seed, 0);
    this.seed = seed;
  }

  /** The nodes whose name matches, all without a pattern; in order of creation, which is a topological order. */
  nodes(pattern?: RegExp): readonly Node[] {
    checkArity("Graph.nodes", arguments.length, 1);
    return pattern === undefined ? this.#nodes : matching("Graph.nodes", "node", this.#nodes, pattern);
  }

  /**
   * The mode of a run: a scalar that is 0 unless it is fed, 1 while training. `fit` feeds it; by hand:
   * `session.run(update, { x, labels }, { training: true })`, which makes the `updates` too.
   */
  get training(): Node {
    this.#training ??= this.#within("", () => this.constant("training", 0, { shape: [] }));
    return this.#training;
  }

  /** True once something in the graph depends on the mode. */
  get knowsTraining(): boolean {
    return this.#training !== null;
  }

  /** Counts the training steps, int32: what makes dropout different in each. One of `updates` moves it on. */
  get trainingStep(): Node {
    this.#trainingStep ??= this.#within("", () => {
      const step = this.variable("trainingStep", 0, { shape: [], trainable: false, dtype: "int32" });
      this.addUpdate(countStep([], [], { rate: null, slots: [], step }, {}));
      return step;
    });
    return this.#trainingStep;
  }

  /**
   * Updates to make with each training step beside the optimizer's: moving averages, the step count. None of them changes
   * a frozen variable.
   */
  get updates(): readonly Node[] {
    if (this.#frozen.size === 0) return this.#updates;
    return this.#updates.filter((update) => !updatedBy(update).some((variable) => this.#frozen.has(variable)));
  }

  /** Adds an update to those made with each training step. */
  addUpdate(update: Node): void {
    if (!isNode(update) || !isUpdate(update) || update.graph !== this) {
      throw new ArgumentError(
        `Graph.addUpdate: it must be an update of this graph; received ${describe(update?.name)}.`,
      );
    }
    this.#updates.push(update);
  }

  /** A value fed at each run. `null` in the shape, once at most, is the batch, the same in all placeholders of a run. */
  placeholder(name: string, shape: OpenShape, dtype: DType = "float32"): Node {
    checkArity("Graph.placeholder", arguments.length, 3);
    checkShape(`placeholder ${describe(name)}`, shape, true);
    if (shape.indexOf(null) !== shape.lastIndexOf(null)) {
      throw new ShapeError(
        `placeholder ${describe(name)}: null is the batch and stands once in a shape; received ${formatShape(shape)}; ` +
          "give the other extents as numbers.",
      );
    }
    checkDType(`placeholder ${describe(name)}`, dtype);
    return this.#add(placeholderOp, [], {}, name, shape, dtype);
  }

  /** A value that persists from run to run, one per session. Its shape has no open extent. */
  variable(name: string, initial: Node | Initializer | TensorLike, options: VariableOptions = {}): Node {
    checkArity("Graph.variable", arguments.length, 3);
    checkName("node", name);
    const subject = `variable ${describe(name)}`;
    checkOptions(subject, options, ["shape", "dtype", "trainable", "group"]);
    const { trainable = true } = options;
    checkFlag(`${subject}: trainable`, trainable);
    const { group = trainable ? "trainable" : "state" } = options;
    if (typeof group !== "string") {
      throw new ArgumentError(`${subject}: group must be a string; received ${describe(group)}.`);
    }
    if (options.dtype !== undefined) checkDType(subject, options.dtype);
    if (options.shape !== undefined) checkRoom(subject, options.shape);
    if (typeof initial === "number" && options.shape !== undefined) {
      const { shape, dtype = "float32" } = options;
      checkNumberOf(subject, "the initial value", initial, dtype);
      return this.#add(variableOp, [], { initial, trainable, group }, name, shape, dtype);
    }
    let value: Node;
    if (typeof initial === "function") {
      if (options.shape === undefined) throw new ArgumentError(`${subject}: an initializer needs the option shape.`);
      value = initial(this, options.shape, this.#fullName(name));
    } else if (isNode(initial)) value = initial;
    else {
      const { shape, dtype } = options;
      value = this.constant(`${name}/initial`, initial, { ...(shape && { shape }), ...(dtype && { dtype }) });
    }
    if (value?.graph !== this) throw new ArgumentError(`${subject}: initial belongs to another graph.`);
    if (isOpen(value.shape)) {
      throw new ShapeError(`${subject}: the shape must be known; initial is ${formatShape(value.shape)}.`);
    }
    if (options.shape !== undefined && formatShape(options.shape) !== formatShape(value.shape)) {
      throw new ShapeError(
        `${subject}: initial must have the given shape ${formatShape(options.shape)}; received ${formatShape(value.shape)}.`,
      );
    }
    return this.#add(variableOp, [], { initial: value, trainable, group }, name, value.shape, value.dtype);
  }

  /** A value that never changes; a number fills the shape, by default a scalar. */
  constant(name: string, value: TensorLike, options: { readonly shape?: Shape; readonly dtype?: DType } = {}): Node {
    checkArity("Graph.constant", arguments.length, 3);
    checkName("node", name);
    const subject = `constant ${describe(name)}`;
    checkOptions(subject, options, ["shape", "dtype"]);
    const { shape, dtype = "float32" } = options;
    if (shape !== undefined) checkRoom(subject, shape);
    if (typeof value === "number" && shape !== undefined) {
      checkNumberOf(subject, "the value", value, dtype);
      return this.#add(constantOp, [], { value }, name, shape, dtype);
    }
    const held = tensor(value, options);
    return this.#add(constantOp, [], { value: held }, name, held.shape, held.dtype);
  }

  /** Runs `define` with `name/` before the names of all nodes it makes; a name used before gets a number. */
  scope<T>(name: string, define: () => T): T {
    checkArity("Graph.scope", arguments.length, 2);
    checkName("scope", name);
    if (typeof define !== "function") {
      throw new ArgumentError(`Graph.scope: the second argument must be a function; received ${describe(define)}.`);
    }
    const inner = this.#unique(this.#fullName(name), (candidate) => this.#taken(candidate));
    this.#scopes.add(inner);
    const before = this.#nodes.length;
    try {
      return this.#within(`${inner}/`, define);
    } catch (error) {
      if (this.#nodes.length === before) this.#scopes.delete(inner);
      throw error;
    }
  }

  /** Runs `define` once more in the scope of that full name, which `currentScope` told. */
  reenter<T>(scope: string, define: () => T): T {
    return this.#within(`${scope}/`, define);
  }

  /** The full name of the scope that nodes are being made in; empty outside of all. */
  get currentScope(): string {
    return this.#scope.slice(0, -1);
  }

  /** True where the current scope has a node or a scope of that name. */
  isTaken(name: string): boolean {
    return this.#taken(this.#fullName(name));
  }

  /** The node of that name; ArgumentError where there is none. */
  node(name: string): Node {
    checkArity("Graph.node", arguments.length, 1);
    const node = this.#byName.get(name);
    if (node === undefined) {
      throw new ArgumentError(`Graph: there is no node ${describe(name)}; ${this.#nearest(name)}`);
    }
    return node;
  }

  /** The variables whose name matches, at least one; all without a pattern. */
  variables(pattern?: RegExp): Node[] {
    checkArity("Graph.variables", arguments.length, 1);
    const variables = this.#nodes.filter(isVariable);
    return pattern === undefined ? variables : matching("Graph.variables", "variable", variables, pattern);
  }

  /** The trainable variables whose name matches and that are not frozen, at least one; all without a pattern. */
  trainable(pattern?: RegExp): Node[] {
    checkArity("Graph.trainable", arguments.length, 1);
    const variables = this.variables().filter((node) => this.isTrainable(node));
    return pattern === undefined ? variables : matching("Graph.trainable", "trainable variable", variables, pattern);
  }

  /** True for a variable that was made to be trained and is not frozen. */
  isTrainable(variable: Node): boolean {
    return variableAttributes(variable).trainable && !this.#frozen.has(variable);
  }

  isFrozen(variable: Node): boolean {
    return this.#frozen.has(variable);
  }

  /**
   * Freezes variables, or thaws them. What is frozen is not `trainable`: an optimizer's update made from then on leaves
   * it alone and computes no gradient for it, and so do the `updates` of the graph. Updates of an optimizer that exist
   * already are as they are.
   */
  setFrozen(variables: readonly Node[], frozen: boolean): void {
    const stray = variables.find((node) => this.#byName.get(node.name) !== node || !isVariable(node));
    if (stray) throw new ArgumentError(`Graph.setFrozen: ${stray.name} is no variable of this graph.`);
    for (const variable of variables) {
      if (frozen) this.#frozen.add(variable);
      else this.#frozen.delete(variable);
    }
    this.#freezes++;
  }

  /** Grows whenever variables are frozen or thawed, which may change what a plan has to do. */
  get freezes(): number {
    return this.#freezes;
  }

  /** The side of a graph that ops use: a node whose shape is the op's. */
  apply(op: OpRecord, inputs: readonly Node[], attributes: object, name?: string): Node {
    const shapes = Object.fromEntries(op.inputs.map((input, i) => [input, (inputs[i] as Node).shape]));
    const shape = op.shape(shapes, attributes);
    const node = this.#add(op, inputs, attributes, name === undefined ? op.name : name, shape, op.dtype ?? "float32");
    for (const [result, rule] of Object.entries(op.results ?? {})) {
      const own = { result, shape: rule.shape(shapes, attributes) };
      const full = `${node.name.slice(this.#scope.length)}/${result}`;
      (node.results as Record<string, Node>)[result] = this.#add(
        resultRecord as OpRecord,
        [node],
        own,
        full,
        own.shape,
        rule.dtype ?? "float32",
      );
    }
    return node;
  }

  uniqueName(name: string): string {
    return this.#unique(this.#fullName(name), (candidate) => this.#byName.has(candidate));
  }

  #within<T>(scope: string, define: () => T): T {
    const outer = this.#scope;
    this.#scope = scope;
    try {
      return define();
    } finally {
      this.#scope = outer;
    }
  }

  #taken(fullName: string): boolean {
    return this.#scopes.has(fullName) || this.#byName.has(fullName);
  }

  #add(op: OpRecord, inputs: readonly Node[], attributes: object, name: string, shape: OpenShape, dtype: DType): Node {
    checkName("node", name);
    const full = this.uniqueName(name);
    const id = this.#nodes.length;
    const results = op.results && { results: {} };
    const node: Node = Object.freeze({ graph: this, id, name: full, op, inputs, attributes, shape, dtype, ...results });
    this.#nodes.push(node);
    this.#byName.set(full, node);
    return node;
  }

  /** `name`, or the first of `name_1`, `name_2`, ... that is not taken and has not been tried. */
  #unique(name: string, taken: (candidate: string) => boolean): string {
    if (!taken(name)) return name;
    let number = this.#numbers.get(name) ?? 1;
    while (taken(`${name}_${number}`)) number++;
    this.#numbers.set(name, number + 1);
    return `${name}_${number}`;
  }

  #fullName(name: string): string {
    return `${this.#scope}${name}`;
  }

  #nearest(name: string): string {
    const last = String(name).split("/").at(-1) as string;
    const alike = [...this.#byName.keys()].filter((known) => known.includes(last)).slice(0, 5);
    return alike.length > 0 ? `similar names are ${alike.join(", ")}.` : `it has ${this.#nodes.length} nodes.`;
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && (value as Node).graph instanceof Graph;
}

function updatedBy(update: Node): readonly Node[] {
  return (update.attributes as UpdateAttributes).variables;
}

/** The shape of a node once the batch is known. */
export function concreteShape(node: Node, batch: number | null): Shape {
  return bindBatch(node.shape, batch ?? 0);
}
