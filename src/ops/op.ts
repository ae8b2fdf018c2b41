// What an op is: one record with its doc, shape rule, kernel calls, gradient rules and samples. The graph, the planner,
// autodiff, the tests over all ops and docs/ops.md read these records and know no op by name.

import { ArgumentError, checkOptions, describe, named, ShapeError } from "../errors.js";
import { formatShape, type OpenShape, type Shape } from "../tensor/shape.js";
import type { DType, TensorData } from "../tensor/tensor.js";
import type { KernelFamily, Kernels } from "../wasm/engine.js";
import type { Fusible, Stage, StageKind } from "./epilogue.js";
import type { ResultRule } from "./results.js";

/** A value in a graph, not yet computed. */
export interface Node {
  readonly graph: NodeFactory;
  /** Grows with creation, so that it orders a graph topologically. */
  readonly id: number;
  /** Unique in its graph: `dnn/hidden1/weights`. */
  readonly name: string;
  readonly op: OpRecord;
  readonly inputs: readonly Node[];
  readonly attributes: object;
  readonly shape: OpenShape;
  readonly dtype: DType;
  /** What the op makes beside this value, by the names in its record. */
  readonly results?: Readonly<Record<string, Node>>;
}

/** The side of a graph that ops see. */
export interface NodeFactory {
  readonly seed: number;
  /** A scalar that is 0 unless fed: 1 while training. Ops that behave differently then read it. */
  readonly training: Node;
  /** Counts training steps, int32. */
  readonly trainingStep: Node;
  /** The name that a node made now would get. */
  uniqueName(name: string): string;
  apply(op: OpRecord, inputs: readonly Node[], attributes: object, name?: string): Node;
  constant(name: string, value: number, options: { readonly shape: Shape }): Node;
}

/** Where a value lies while a plan runs. */
export interface Buffer {
  readonly ptr: number;
  readonly size: number;
  readonly shape: Shape;
}

/** The kernels as a planner offers them: a call is written down, with its arguments, and made in every run. */
export type Calls = { readonly [K in keyof Kernels]: (...args: Parameters<Kernels[K]>) => void };

/** What a planner hands to `forward` beside the buffers. */
export interface CallContext {
  /** Address of as many bytes as the record's `workspace` asked for. */
  readonly workspace: number;
  /** What the planner has fused into the end of this op, in order: only stages that the record `takes`. */
  readonly epilogue: readonly Stage[];
  /** Where the further results are to be written, by their names. */
  readonly results: Readonly<Record<string, Buffer>>;
}

/** What a gradient rule may read beside inputs, value and upstream gradient. */
export interface RuleResults {
  /** The further results of the op. */
  readonly results: Readonly<Record<string, Node>>;
  /** The gradients of those results that have one. `dy` is 0 where only they have. */
  readonly dresults: Readonly<Record<string, Node | undefined>>;
}

/** Shapes, attributes and integer bounds with which the tests try an op. */
export interface Sample {
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly attributes?: object;
  /** For int32 inputs: values are drawn from [0, below). */
  readonly below?: Readonly<Record<string, number>>;
  /** For float inputs whose values must lie in [low, high). */
  readonly range?: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** The values of a float input are so far apart: for ops that choose one of them. */
  readonly apart?: number;
}

// biome-ignore lint/suspicious/noExplicitAny: records of all ops side by side; defineOp checks each one's own types
export interface OpRecord<I extends string = string, A = any> {
  readonly name: string;
  /** @internal For docs and tests: not in the published package. */
  readonly doc: string;
  readonly inputs: readonly I[];
  /** Types of the inputs that are not float32. */
  readonly inputTypes?: Readonly<Partial<Record<I, DType>>>;
  /** Type of the result. Default float32. */
  readonly dtype?: DType;
  /** Names of the options besides `name`; all others are refused. Positional values are explained in this order. */
  readonly options?: readonly (keyof A & string)[];
  /** Fills in defaults and refuses what is out of range. Goes with `options`. */
  readonly attributes?: (given: Partial<A>) => A;
  /** Shape of the result; fails with ShapeError where the inputs do not fit together. */
  readonly shape: (shapes: Readonly<Record<I, OpenShape>>, attributes: A) => OpenShape;
  /** The kernels that `forward` calls, where they are not in the core. */
  readonly family?: KernelFamily;
  /** What the same calls make beside the value, each with a place and a lifetime of its own. */
  readonly results?: Readonly<Record<string, ResultRule<I, A>>>;
  /** The kernel calls. `y` is the buffer of the value, those of further results stand in the context. */
  readonly forward?: (
    k: Calls,
    buffers: Readonly<Record<I | "y", Buffer>>,
    attributes: A,
    context: CallContext,
  ) => void;
  /** Bytes of workspace that `forward` needs. */
  readonly workspace?: (k: Kernels, shapes: Readonly<Record<I | "y", Shape>>, attributes: A) => number;
  /** For each input that has one, the gradient with respect to it: nodes of the same graph, made only when needed. */
  readonly vjp?: Readonly<
    Partial<
      Record<I, (nodes: Readonly<Record<I | "y" | "dy" | "shared", Node>>, attributes: A, further: RuleResults) => Node>
    >
  >;
  /** What rules of `vjp` have in common, made once for all of them and handed to them as `shared`. */
  readonly shared?: (nodes: Readonly<Record<I | "y" | "dy", Node>>, attributes: A) => Node;
  /**
   * The result, a gradient, may be used up as it is made: `y` then is a variable, and y -= rate[0] * result. Where
   * `fits` says so, the planner does that instead of `forward` and a descent behind it.
   */
  readonly descend?: {
    readonly fits: (k: Kernels, shapes: Readonly<Record<I | "y", Shape>>, attributes: A) => boolean;
    readonly forward: (
      k: Calls,
      buffers: Readonly<Record<I | "y", Buffer>>,
      attributes: A,
      context: { readonly workspace: number; readonly rate: number },
    ) => void;
  };
  /**
   * An input that is permanent may be kept in an order of its own, made anew only after the values have changed, in runs
   * that change none.
   */
  readonly packs?: {
    readonly input: I;
    /** Floats that the packed input takes; 0 where it is better read as it lies. */
    readonly words: (k: Kernels, shapes: Readonly<Record<I | "y", Shape>>, attributes: A) => number;
    readonly pack: (k: Calls, input: Buffer, packed: number) => void;
    /** Instead of `forward`; the packed input lies at `packed`. */
    readonly forward: (
      k: Calls,
      buffers: Readonly<Record<I | "y", Buffer>>,
      attributes: A,
      context: CallContext & { readonly packed: number },
    ) => void;
  };
  /** The result may overwrite this input. */
  readonly inPlace?: I;
  /** The result is this input's value in the same order: it lies where the input lies, unless that is permanent. */
  readonly alias?: I;
  /** While this input, a variable, is frozen, the result is 0, which `forward` writes, instead of the alias. */
  readonly zeroWhileFrozen?: I;
  /**
   * While the scalar `by` is 0 the result is the input `off`; else, if there is one, the input `on`. Where that is known
   * when a plan is made, nothing else is computed.
   */
  readonly switch?: { readonly by: I; readonly off: I; readonly on?: I };
  /** The result is the keys of examples, which `fit` feeds: row i depends on the number i, so the op does not work row by row. */
  readonly isExampleKeys?: boolean;
  /** Gradients do not pass: what lies below does not count as something the result depends on. */
  readonly stopsGradient?: boolean;
  /** How the op may become a stage in the epilogue of the op before it. */
  readonly fusible?: Fusible;
  /** The stages that `forward` applies to its result before storing it, each at most once and in this order. */
  readonly takes?: readonly StageKind[];
  /** Refuses values fed directly to an input, before anything runs. */
  readonly checkFeed?: Readonly<
    Partial<Record<I, (data: TensorData, shapes: Readonly<Record<I, Shape>>, nodeName: string) => void>>
  >;
  /** @internal For docs and tests: not in the published package. */
  readonly samples: readonly Sample[];
}

/** True for the keys of examples, which `fit` feeds. Asks the record, so that neither the op nor its kernels are needed. */
export function isExampleKeys({ op }: Node): boolean {
  return op.isExampleKeys === true;
}

export type NoAttributes = Record<never, never>;

type Nodes<I extends readonly string[]> = { [K in keyof I]: Node };
/** `name` names the node; the rest are the op's attributes. */
export type OpOptions<A> = Partial<A> & { readonly name?: string };

/** `relu(x)`, `matmul(a, b, { transposeB: true })`: a new node in the graph of its inputs. */
export interface Op<I extends readonly string[], A = NoAttributes> {
  (...args: [...inputs: Nodes<I>, options?: OpOptions<A>]): Node;
  readonly record: OpRecord;
}

/** An op from its record. */
// @__NO_SIDE_EFFECTS__
export function defineOp<const I extends readonly string[], A extends object = NoAttributes>(
  record: Omit<OpRecord<I[number], A>, "inputs"> & { readonly inputs: I },
): Op<I, A> {
  const erased = record as unknown as OpRecord;
  const count = record.inputs.length;
  const apply = (...args: unknown[]): Node => {
    const inputs = args.slice(0, count) as Node[];
    checkInputs(erased, inputs);
    const { name, ...given } = readOptions<OpOptions<A>>(record.name, args, count, record.options);
    return (inputs[0] as Node).graph.apply(erased, inputs, attributesOf(erased, given), name);
  };
  return Object.assign(apply, { record: erased }) as unknown as Op<I, A>;
}

/** `randomUniform(graph, { shape: [3] })`: an op without inputs takes its graph. */
export interface SourceFunction<A> {
  (graph: NodeFactory, options: OpOptions<A>): Node;
  readonly record: OpRecord;
}

/** An op without inputs from its record. `defaults` depend on the graph. */
// @__NO_SIDE_EFFECTS__
export function defineSource<A extends object>(
  record: OpRecord<never, A>,
  defaults: (graph: NodeFactory) => Partial<A> = () => ({}),
): SourceFunction<A> {
  const erased = record as unknown as OpRecord;
  const apply = (...args: unknown[]): Node => {
    const [graph] = args;
    if (!isFactory(graph)) {
      throw new ArgumentError(`${record.name}: the first argument must be a Graph; received ${describe(graph)}.`);
    }
    const { name, ...given } = readOptions<OpOptions<A>>(record.name, args, 1, record.options);
    const filled: Record<string, unknown> = given;
    for (const [option, value] of Object.entries(defaults(graph))) filled[option] ??= value;
    return graph.apply(erased, [], attributesOf(erased, filled), name);
  };
  return Object.assign(apply, { record: erased });
}

function attributesOf(op: OpRecord, given: object): object {
  return op.attributes ? op.attributes(given) : given;
}

/**
 * The options of a call: what stands in `args` after so many inputs. Fails with ArgumentError unless that is nothing or one
 * object whose keys are `name` and `names`.
 */
export function readOptions<O extends object>(
  subject: string,
  args: ArrayLike<unknown>,
  inputs: number,
  names: readonly string[] = [],
): O {
  const rest = Array.from(args).slice(inputs);
  const [options = {}] = rest;
  if (rest.some((value) => isNodeLike(value) || isFactory(value))) {
    throw new ArgumentError(
      `${subject}: takes ${count(inputs, "argument")} and an object of options; received a node or a graph as options.`,
    );
  }
  const positional = rest.filter((value) => typeof value !== "object" || Array.isArray(value));
  if (positional.length === rest.length && rest.length > 0 && rest.length <= names.length && options !== undefined) {
    throw new ArgumentError(
      `${subject}: options must be an object with ${[...names, "name"].join(", ")}; ` +
        `received ${positional.map(describe).join(" and ")}; write { ${named(positional, names)} }.`,
    );
  }
  if (rest.length > 1) {
    throw new ArgumentError(
      `${subject}: takes ${count(inputs, "argument")} and an object of options; received ${args.length} arguments.`,
    );
  }
  checkOptions(subject, options, [...names, "name"]);
  return options as O;
}

function count(number: number, what: string): string {
  return `${number === 1 ? "one" : number} ${what}${number === 1 ? "" : "s"}`;
}

export function isNodeLike(value: unknown): value is Node {
  return typeof value === "object" && value !== null && isFactory((value as Partial<Node>).graph);
}

function isFactory(value: unknown): value is NodeFactory {
  const { apply, uniqueName } = (typeof value === "object" && value !== null ? value : {}) as Partial<NodeFactory>;
  return typeof apply === "function" && typeof uniqueName === "function";
}

/** The name of a node to be, for an op that derives more from it. */
export function checkNodeName(op: string, name: unknown): string {
  if (typeof name === "string" && name !== "") return name;
  throw new ArgumentError(`${op}: name must be a non-empty string; received ${describe(name)}.`);
}

/** Ops whose names layers have too: `dropout(...)` may have been meant as a layer. */
export const namesOfLayers: readonly string[] = [
  "add",
  "concatenate",
  "conv1d",
  "conv2d",
  "conv2dTranspose",
  "depthwiseConv2d",
  "dropout",
  "elu",
  "flatten",
  "gaussianNoise",
  "hardSigmoid",
  "layerNormalization",
  "leakyRelu",
  "maximum",
  "minimum",
  "multiply",
  "prelu",
  "relu",
  "reshape",
  "softmax",
  "subtract",
];

/** Fails unless `value` is a node; `input` is what the op calls it. */
export function checkNode(op: string, input: string, value: unknown): asserts value is Node {
  if (isNodeLike(value)) return;
  const given = typeof value === "number" || Array.isArray(value) || ArrayBuffer.isView(value) || isTensorLike(value);
  const isLayer = namesOfLayers.includes(op);
  const layer = `the layer is layers.${isLayer ? `${op}(...)` : `lambda((x) => ${op}(x))`}`;
  const constant = "graph.constant(name, values) makes one";
  const remedy = given ? `${constant}${isLayer ? `, and ${layer}` : ""}` : layer;
  throw new ArgumentError(`${op}: ${input} must be a node of a graph; received ${describe(value)}; ${remedy}.`);
}

function isTensorLike(value: unknown): boolean {
  return typeof value === "object" && value !== null && "data" in value && "shape" in value;
}

/** Fails unless each input is a node, all of one graph, with the type the op wants. */
export function checkInputs(op: OpRecord, inputs: readonly (Node | undefined)[]): void {
  op.inputs.forEach((input, i) => {
    const node = inputs[i];
    checkNode(op.name, input, node);
    if (node.graph !== (inputs[0] as Node).graph) {
      throw new ArgumentError(
        `${op.name}: all inputs must be nodes of one graph; ${input} (${node.name}) belongs to another.`,
      );
    }
    const wanted = op.inputTypes?.[input] ?? "float32";
    if (node.dtype !== wanted) {
      const remedy = wanted === "float32" ? `; toFloat makes floats of it` : "";
      throw new ArgumentError(`${op.name}: ${input} must be ${wanted}; ${node.name} is ${node.dtype}${remedy}.`);
    }
  });
}

/** The shape, if it has the wanted rank; else ShapeError. */
export function checkRank(subject: string, input: string, shape: OpenShape, rank: number): OpenShape {
  if (shape.length !== rank) {
    throw new ShapeError(`${subject}: ${input} must have rank ${rank}; received shape ${formatShape(shape)}.`);
  }
  return shape;
}
