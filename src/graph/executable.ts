// Executable: a plan with its addresses resolved. Running it walks a flat list of kernel calls; nothing is allocated.

import { ArgumentError, describe, ShapeError } from "../errors.js";
import type { Buffer, Calls, Node } from "../ops/op.js";
import { isUpdate, rateOf, type UpdateAttributes, type UpdateRecord } from "../ops/update.js";
import type { LinearMemory } from "../tensor/memory.js";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.js";
import { Tensor, type TensorData } from "../tensor/tensor.js";
import type { Kernels } from "../wasm/engine.js";
import { concreteShape, constantValue, isConstant, isVariable } from "./graph.js";
import { makePlan, type Plan, type PlanRequest, type SpansOf, type Step } from "./plan.js";

/** The session's side: where permanent values lie. */
export interface Residence {
  readonly kernels: Kernels;
  readonly memory: LinearMemory;
  /** Places every variable and constant that has none; returns once all have addresses and values. */
  settle(): void;
  readonly addressOf: (node: Node) => number;
  readonly spansOf: SpansOf;
}

type Call = () => void;

/** A fed or fetched value: its shape, and a view that lasts until memory grows. */
interface Slot {
  readonly shape: Shape;
  readonly view: TensorData;
}

export class Executable {
  readonly request: PlanRequest;
  readonly #residence: Residence;
  #generation = -1;
  #plan: Plan | null = null;
  #calls: readonly Call[] = [];
  #slots = new Map<Node, Slot>();
  #checks: readonly { readonly node: Node; readonly check: (data: TensorData) => void }[] = [];

  constructor(request: PlanRequest, residence: Residence) {
    this.request = request;
    this.#residence = residence;
    this.#resolve();
  }

  /** Bytes of arena that the plan uses. */
  get arenaBytes(): number {
    return this.#plan?.arenaBytes ?? 0;
  }
  /** Kernel calls of one run. */
  get callCount(): number {
    return this.#calls.length;
  }

  /**
   * Where to write the value of a fed node, before each run: a run may overwrite it. Ask anew for each run, since memory
   * may have moved.
   */
  input(node: Node): TensorData {
    return this.#slot(node).view;
  }

  /** Makes the kernel calls. Feeds have been written, results are read with `output`. */
  run(): void {
    if (this.#generation !== this.#residence.memory.generation) this.#resolve();
    const calls = this.#calls;
    for (let i = 0; i < calls.length; i++) (calls[i] as Call)();
  }

  /** A copy of the value of a fetched node. */
  output(node: Node): Tensor {
    const { shape, view } = this.#slot(node);
    return new Tensor(view.slice(), shape);
  }

  /** The value of a fetched scalar. */
  scalar(node: Node): number {
    const { view, shape } = this.#slot(node);
    if (view.length !== 1) {
      throw new ShapeError(`Executable.scalar: ${node.name} must hold one value; its shape is ${formatShape(shape)}.`);
    }
    return view[0] as number;
  }

  /** Refuses fed values that an op reading them cannot take; called before anything runs. */
  check(node: Node, data: TensorData): void {
    for (const each of this.#checks) if (each.node === node) each.check(data);
  }

  #slot(node: Node): Slot {
    if (this.#generation !== this.#residence.memory.generation) this.#resolve();
    const slot = this.#slots.get(node);
    if (slot === undefined) throw new ArgumentError(`Executable: ${describe(node?.name)} is neither fetched nor fed.`);
    return slot;
  }

  /** Plans on first use, and again whenever the arena has moved: addresses are absolute. */
  #resolve(): void {
    const residence = this.#residence;
    const { memory, kernels, addressOf } = residence;
    const { request } = this;
    residence.settle();
    const shapeOf = (node: Node) => concreteShape(node, request.batch);
    this.#plan ??= makePlan(request, residence.spansOf, (node) => {
      return node.op.descend?.fits(kernels, shapesOf(node, shapeOf), node.attributes) === true;
    });
    const plan = this.#plan;

    const workspaceBytes = Math.max(0, ...allSteps(plan).map((step) => workspaceOf(step, kernels, shapeOf)));
    memory.reserveArena(plan.arenaBytes + workspaceBytes);
    const base = memory.arena;
    const workspace = base + plan.arenaBytes;

    const bufferOf = (node: Node): Buffer => {
      const place = plan.places.get(node);
      const ptr = place ? base + place.storage.offset + place.shift : (request.targets?.get(node) ?? addressOf(node));
      const shape = shapeOf(node);
      return { ptr, size: sizeOf(shape), shape };
    };
    const calls: Call[] = [];
    const k = recorder(kernels, calls);
    for (const { node } of plan.updates) {
      const { schedule, step } = node.attributes as UpdateAttributes;
      const rate = rateOf(node);
      if (schedule && rate) calls.push(follow(schedule, node.name, memory, addressOf(step), addressOf(rate)));
    }
    for (const node of plan.snapshots) k.copy(addressOf(node), bufferOf(node).ptr, bufferOf(node).size);
    for (const step of plan.steps) emit(step, k, bufferOf, workspace);
    // What updates read of variables is copied before any of them changes one.
    for (const { node, rateCopy, spans } of plan.updates) {
      const rate = rateOf(node);
      if (rateCopy && rate) k.copy(addressOf(rate), base + rateCopy.storage.offset, 1);
      for (const { block, copies } of spans) {
        for (const { from, shift, words } of copies) k.copy(bufferOf(from).ptr, base + block.offset + shift, words);
      }
    }
    for (const { node, rateCopy, descents, spans } of plan.updates) {
      const { update } = node.op as UpdateRecord;
      const { variables, slots, step, hyper, accumulation } = node.attributes as UpdateAttributes;
      const made: Call[] = [];
      const k = recorder(kernels, accumulation ? made : calls);
      const rateNode = rateOf(node);
      const ofNode = rateNode ? bufferOf(rateNode).ptr : 0;
      const rate = rateCopy ? base + rateCopy.storage.offset : ofNode;
      for (const { step: product, variable } of descents) {
        const y: Buffer = { ...bufferOf(variable), ptr: addressOf(variable) };
        const { op, attributes } = product.node;
        op.descend?.forward(k, { ...inputBuffers(product.node, bufferOf), y }, attributes, { workspace, rate });
      }
      for (const { span, block } of spans) {
        const gradient = base + block.offset;
        const first = span.variables[0] as Node;
        const at = variables.indexOf(first);
        update.forward(
          k,
          {
            variable: addressOf(first),
            gradient,
            slots: slots.map((variablesOfSlot) => addressOf(variablesOfSlot[at] as Node)),
            size: span.words,
            rate,
            step: addressOf(step),
          },
          hyper,
        );
      }
      k.increment(addressOf(step));
      if (accumulation) {
        for (const sum of accumulation.sums) k.fill(addressOf(sum), 0, sizeOf(sum.shape as Shape));
        calls.push(everyNth(made, accumulation.every, memory, addressOf(accumulation.counter)));
      }
    }
    this.#calls = calls;

    this.#slots = new Map();
    for (const node of [...request.feeds, ...request.fetches]) {
      // An update has no value of its own; the number of updates made stands for it.
      const value = isUpdate(node) ? (node.attributes as UpdateAttributes).step : node;
      const { size, shape, ...place } = bufferOf(value);
      const ptr = value === node ? place.ptr : addressOf(value);
      const words = value.dtype === "int32" ? memory.i32 : memory.f32;
      this.#slots.set(node, { shape, view: words.subarray(ptr / 4, ptr / 4 + size) });
    }
    this.#checks = feedChecks(plan, request, shapeOf);
    this.#generation = memory.generation;
  }
}

/** Every step, wherever it stands. */
function allSteps(plan: Plan): Step[] {
  return [...plan.steps, ...plan.updates.flatMap(({ descents }) => descents.map(({ step }) => step))];
}

/** The shapes of a node and of its inputs, by their names in the record. */
function shapesOf(node: Node, shapeOf: (node: Node) => Shape): Record<string, Shape> & { y: Shape } {
  const inputs = node.op.inputs.map((input, i) => [input, shapeOf(node.inputs[i] as Node)] as const);
  return { ...Object.fromEntries(inputs), y: shapeOf(node) };
}

function inputBuffers(node: Node, bufferOf: (node: Node) => Buffer): Record<string, Buffer> {
  return Object.fromEntries(node.op.inputs.map((input, i) => [input, bufferOf(node.inputs[i] as Node)]));
}

function workspaceOf({ node, view }: Step, kernels: Kernels, shapeOf: (node: Node) => Shape): number {
  if (view !== null) return 0;
  return node.op.workspace?.(kernels, shapesOf(node, shapeOf), node.attributes) ?? 0;
}

function emit(step: Step, k: Calls, bufferOf: (node: Node) => Buffer, workspace: number): void {
  const { node, view, output, bias, activation } = step;
  if (view !== null) {
    const [from, to] = [bufferOf(view), bufferOf(output)];
    if (from.ptr !== to.ptr) k.copy(from.ptr, to.ptr, to.size);
    return;
  }
  const buffers = { ...inputBuffers(node, bufferOf), y: bufferOf(output) };
  node.op.forward?.(k, buffers, node.attributes, { workspace, bias: bias && bufferOf(bias), activation });
}

/** What the ops that read a fed node want to know about its values; constants are looked at here and now. */
function feedChecks(plan: Plan, request: PlanRequest, shapeOf: (node: Node) => Shape) {
  const fed = new Set(request.feeds);
  return allSteps(plan).flatMap(({ node }) =>
    Object.entries(node.op.checkFeed ?? {}).flatMap(([input, check]) => {
      const source = node.inputs[node.op.inputs.indexOf(input)] as Node;
      if (check === undefined) return [];
      const shapes = shapesOf(node, shapeOf);
      if (isConstant(source) && !fed.has(source)) check(constantValue(source).data, shapes, source.name);
      if (!fed.has(source)) return [];
      return [{ node: source, check: (data: TensorData) => check(data, shapes, source.name) }];
    }),
  );
}

/** Kernels that write their calls down instead of making them. */
function recorder(kernels: Kernels, calls: Call[]): Calls {
  return new Proxy({} as Calls, {
    get: (_, name) => {
      const kernel = kernels[name as keyof Kernels] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        calls.push(bind(kernel, args));
      };
    },
  });
}

/** A call with fixed arguments. Written out by their number: spreading an array costs more than most small kernels. */
function bind(f: (...args: unknown[]) => unknown, args: unknown[]): Call {
  const [a, b, c, d, e, g, h, i, j, l] = args;
  switch (args.length) {
    case 1:
      return () => f(a);
    case 3:
      return () => f(a, b, c);
    case 4:
      return () => f(a, b, c, d);
    case 5:
      return () => f(a, b, c, d, e);
    case 6:
      return () => f(a, b, c, d, e, g);
    case 7:
      return () => f(a, b, c, d, e, g, h);
    case 10:
      return () => f(a, b, c, d, e, g, h, i, j, l);
    case 9:
      return () => f(a, b, c, d, e, g, h, i, j);
    case 12: {
      const [m, n] = args.slice(10);
      return () => f(a, b, c, d, e, g, h, i, j, l, m, n);
    }
    case 13: {
      const [m, n, o] = args.slice(10);
      return () => f(a, b, c, d, e, g, h, i, j, l, m, n, o);
    }
    case 14: {
      const [m, n, o, p] = args.slice(10);
      return () => f(a, b, c, d, e, g, h, i, j, l, m, n, o, p);
    }
    default:
      return () => f(...args);
  }
}

/** Puts the rate for the number of updates made into its place. Both addresses hold as long as the other calls'. */
function follow(
  schedule: (step: number) => number,
  name: string,
  { i32, f32 }: LinearMemory,
  step: number,
  rate: number,
): Call {
  return () => {
    const value = schedule(i32[step / 4] as number);
    if (!(value >= 0 && value <= LARGEST)) {
      throw new ArgumentError(
        `${name}: a learning rate must be a finite number at least 0; the schedule gave ${describe(value)} ` +
          `for step ${i32[step / 4]}.`,
      );
    }
    f32[rate / 4] = value;
  };
}

/** The largest float. */
const LARGEST = 3.4028234663852886e38;

/** Makes the calls when the counter is a multiple of n. */
function everyNth(calls: readonly Call[], n: number, { i32 }: LinearMemory, counter: number): Call {
  return () => {
    if ((i32[counter / 4] as number) % n !== 0) return;
    for (const call of calls) call();
  };
}

/** True for the nodes whose values outlive a run. */
export function isResident(node: Node): boolean {
  return isVariable(node) || isConstant(node);
}
