// A program: the kernel calls of a plan as data. Addresses are relative to where memory will be, so a program is written
// before there is any, printed, kept, and linked again when memory moves. `link` makes calls of it.

import type { Stage } from "../ops/epilogue.js";
import type { Buffer, Calls, Node, OpRecord } from "../ops/op.js";
import { resultName, resultsOf } from "../ops/results.js";
import { rateOf, type UpdateAttributes, type UpdateRecord } from "../ops/update.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import type { Kernels } from "../wasm/engine.js";
import type { Step } from "./fuse.js";
import { NodeTable } from "./nodeTable.js";
import type { PlannedUpdate } from "./place.js";
import type { Plan } from "./plan.js";

/** Where addresses are counted from: the start of linear memory, of the arena, of the workspace. */
export const bases = ["permanent", "arena", "workspace"] as const;
export type Base = (typeof bases)[number];

export interface Address {
  readonly base: Base;
  readonly offset: number;
}

/** What every instruction says of itself. */
interface Labelled {
  /** The node that it is made for. */
  readonly node: Node;
  /** The nodes whose values it makes: the last one that was fused, variables that an update changes. */
  readonly makes: readonly Node[];
}

/** One call of a kernel. */
export interface KernelCall extends Labelled {
  readonly kind: "kernel";
  readonly kernel: KernelName;
  /** As the kernel takes them; those that `addressParameters` marks are read with `addressAt`. */
  readonly args: readonly (number | bigint)[];
  /** It counts an update that is made, its one argument: packed copies of variables are out of date. */
  readonly outdates?: boolean;
}

/** Puts the learning rate for the number of updates made into its place. */
export interface SetRate extends Labelled {
  readonly kind: "schedule";
  readonly valueAt: (step: number) => number;
  /** Addresses, as in a KernelCall. */
  readonly step: number;
  readonly rate: number;
}

/** Runs the body when the counter is a multiple of `every`. */
export interface EveryNth extends Labelled {
  readonly kind: "everyNth";
  readonly every: number;
  /** An address. */
  readonly counter: number;
  readonly body: readonly KernelCall[];
}

/** Runs the body, which packs a permanent value, if variables have changed since the last time. */
export interface Renewal extends Labelled {
  readonly kind: "renewal";
  /** Index into `packed` of the program. */
  readonly packing: number;
  readonly body: readonly KernelCall[];
}

export type Instruction = KernelCall | SetRate | EveryNth | Renewal;
export type KernelName = keyof Kernels;

export interface Program<P = unknown> {
  readonly instructions: readonly Instruction[];
  /** Where the value of a fed or fetched node lies; an update's is the number of updates made. */
  readonly slots: ReadonlyMap<Node, Slot>;
  /** What `Renewal` counts. */
  readonly packed: readonly P[];
  readonly arenaBytes: number;
  readonly workspaceBytes: number;
}

export interface Slot {
  readonly value: Node;
  readonly shape: Shape;
  /** An address. */
  readonly ptr: number;
}

/** A copy of a permanent value that kernels read faster. */
export interface PackedCopy {
  /** Its address from the start of linear memory. */
  readonly ptr: number;
}

/** What a program depends on beside its plan. */
export interface ProgramRequest<P extends PackedCopy> {
  readonly plan: Plan;
  readonly fetches: readonly Node[];
  readonly feeds: readonly Node[];
  readonly shapeOf: (node: Node) => Shape;
  /** The kernels that say how much workspace they need; none of those that compute is called. */
  readonly kernels: Kernels;
  /** Where permanent values lie, from the start of linear memory. */
  readonly addressOf: (node: Node) => number;
  readonly targets?: ReadonlyMap<Node, number> | undefined;
  /** The packed copy of a step's input, if it is to be read packed. */
  readonly packingOf: (step: Step) => P | null;
}

/** Every step of a plan, whenever it runs. */
export function allSteps(plan: Plan): Step[] {
  return [...plan.steps, ...plan.updates.flatMap(({ descents }) => descents.map(({ step }) => step))];
}

/** The shapes of a node and of its inputs, by their names in the record. */
export function shapesOf(node: Node, shapeOf: (node: Node) => Shape): Record<string, Shape> & { y: Shape } {
  const shapes: Record<string, Shape> & { y: Shape } = { y: shapeOf(node) };
  for (let i = 0; i < node.inputs.length; i++) shapes[node.op.inputs[i] as string] = shapeOf(node.inputs[i] as Node);
  return shapes;
}

/** The program of a plan. */
export function writeProgram<P extends PackedCopy>(request: ProgramRequest<P>): Program<P> {
  const { plan, kernels, shapeOf } = request;
  const writer = new Writer(request);
  const { updates } = plan;
  for (const { node } of updates) writer.writeRate(node);
  for (const node of plan.snapshots) writer.writeSnapshot(node);
  for (const step of plan.steps) writer.writeStep(step);
  // What updates read of variables is copied before any of them changes one.
  for (const update of updates) writer.writeCopies(update);
  for (const update of updates) writer.writeUpdate(update);
  const { instructions, packed } = writer;
  let workspaceBytes = 0;
  for (const step of allSteps(plan)) workspaceBytes = Math.max(workspaceBytes, workspaceOf(step, kernels, shapeOf));
  return { instructions, slots: writer.slots(), packed, arenaBytes: plan.arenaBytes, workspaceBytes };
}

function workspaceOf({ node, view }: Step, kernels: Kernels, shapeOf: (node: Node) => Shape): number {
  if (view !== null || node.op.workspace === undefined) return 0;
  return node.op.workspace(kernels, shapesOf(node, shapeOf), node.attributes);
}

/**
 * Records compute with addresses as plain numbers, `x.ptr + 4 * from`. In a program such a number carries its base:
 * (1 + index) * 2^40 + offset, since no memory is larger than 2^40. What lies below is no address but the 0 that stands for
 * none.
 */
const MARK = 2 ** 40;

function marked(base: Base, offset: number): number {
  return (1 + bases.indexOf(base)) * MARK + offset;
}

/** The address that a number in a program stands for; null for none. */
export function addressAt(pointer: number): Address | null {
  const mark = Math.floor(pointer / MARK);
  const base = bases[mark - 1];
  return base === undefined ? null : { base, offset: pointer - mark * MARK };
}

/** The same in linear memory, for bases that start at `starts`. */
export function locate(pointer: number, starts: readonly number[]): number {
  const mark = Math.floor(pointer / MARK);
  // As an integer: V8 would hand a float, however whole, to a kernel by a slower way.
  return mark === 0 ? pointer : (pointer - mark * MARK + (starts[mark - 1] as number)) >>> 0;
}

const WORKSPACE = 3 * MARK;
const NO_STAGES: readonly Stage[] = [];
const NO_RESULTS: Readonly<Record<string, Buffer>> = {};

class Writer<P extends PackedCopy> {
  readonly packed: P[] = [];
  readonly #request: ProgramRequest<P>;
  readonly #buffers: NodeTable<Buffer>;
  #instructions: Instruction[] = [];
  /** What the calls that are written down are made for, and what they make. */
  #node: Node | null = null;
  #makes: readonly Node[] = [];
  readonly #calls: Calls;

  constructor(request: ProgramRequest<P>) {
    this.#request = request;
    this.#buffers = new NodeTable(request.fetches[0] ?? request.feeds[0]);
    // Only the first call of a kernel asks the proxy: it is then found on the object in front.
    const unknown = new Proxy({} as Calls, {
      get: (_, kernel: KernelName) => {
        const write = (...args: (number | bigint)[]) =>
          this.#instructions.push({ kind: "kernel", kernel, args, node: this.#node as Node, makes: this.#makes });
        Object.defineProperty(this.#calls, kernel, { value: write });
        return write;
      },
    });
    this.#calls = Object.create(unknown) as Calls;
  }

  get instructions(): readonly Instruction[] {
    return this.#instructions;
  }

  slots(): ReadonlyMap<Node, Slot> {
    const { feeds, fetches } = this.#request;
    return new Map(
      [...feeds, ...fetches].map((node) => {
        const { step } = node.attributes as UpdateAttributes;
        const value = "update" in node.op ? step : node;
        const ptr = value === node ? this.#bufferOf(node).ptr : this.#permanent(value);
        return [node, { value, shape: this.#bufferOf(value).shape, ptr }] as const;
      }),
    );
  }

  writeRate(node: Node): void {
    const { schedule, step } = node.attributes as UpdateAttributes;
    if (schedule === undefined) return;
    const { rate, valueAt } = schedule;
    const places = { step: this.#permanent(step), rate: this.#permanent(rate) };
    this.#instructions.push({ kind: "schedule", node, makes: [rate], valueAt, ...places });
  }

  writeSnapshot(node: Node): void {
    const { ptr, size } = this.#bufferOf(node);
    this.#for(node, [node]).copy(this.#permanent(node), ptr, size);
  }

  writeStep(step: Step): void {
    const { node, view, output, makes } = step;
    const { op, attributes } = node;
    const k = this.#for(node, makes);
    if (view !== null) {
      const [from, to] = [this.#bufferOf(view), this.#bufferOf(output)];
      if (from.ptr !== to.ptr) k.copy(from.ptr, to.ptr, to.size);
      return;
    }
    const buffers = this.#inputs(node);
    buffers.y = this.#bufferOf(output);
    const context = { workspace: WORKSPACE, epilogue: this.#epilogue(step), results: this.#results(node) };
    const packing = op.packs === undefined ? null : this.#request.packingOf(step);
    if (packing === null) {
      op.forward?.(k, buffers, attributes, context);
      return;
    }
    const packs = op.packs as NonNullable<OpRecord["packs"]>;
    const packed = marked("permanent", packing.ptr);
    const input = node.inputs[op.inputs.indexOf(packs.input)] as Node;
    const body = this.#bodyOf(() => packs.pack(this.#for(node, [input]), this.#bufferOf(input), packed));
    this.#instructions.push({ kind: "renewal", node, makes: [input], packing: this.packed.push(packing) - 1, body });
    this.#for(node, makes);
    packs.forward(k, buffers, attributes, { ...context, packed });
  }

  writeCopies({ node, rateCopy, spans }: PlannedUpdate): void {
    const k = this.#for(node, []);
    const rate = rateOf(node);
    if (rateCopy && rate) k.copy(this.#permanent(rate), marked("arena", rateCopy.storage.offset), 1);
    for (const { block, copies } of spans) {
      const to = marked("arena", block.storage.offset + block.shift);
      for (const { from, shift, words } of copies) k.copy(this.#bufferOf(from).ptr, to + shift, words);
    }
  }

  /** Every update, or every nth. */
  writeUpdate(update: PlannedUpdate): void {
    const { node } = update;
    const { accumulation } = node.attributes as UpdateAttributes;
    if (accumulation === undefined) {
      this.#update(update);
      return;
    }
    const { every, counter, sums } = accumulation;
    const body = this.#bodyOf(() => {
      this.#update(update);
      for (const sum of sums) this.#for(node, [sum]).fill(this.#permanent(sum), 0, sizeOf(sum.shape as Shape));
    });
    const { variables } = node.attributes as UpdateAttributes;
    this.#instructions.push({
      kind: "everyNth",
      node,
      makes: variables,
      every,
      counter: this.#permanent(counter),
      body,
    });
  }

  #update({ node, rateCopy, descents, spans }: PlannedUpdate): void {
    const { update } = node.op as UpdateRecord;
    const { variables, slots, step, hyper } = node.attributes as UpdateAttributes;
    const rateNode = rateOf(node);
    const ofNode = rateNode ? this.#bufferOf(rateNode).ptr : 0;
    const rate = rateCopy ? marked("arena", rateCopy.storage.offset) : ofNode;
    for (const { step: product, variable } of descents) {
      const { op, attributes } = product.node;
      const y: Buffer = { ...this.#bufferOf(variable), ptr: this.#permanent(variable) };
      const buffers = { ...this.#inputs(product.node), y };
      op.descend?.forward(this.#for(product.node, [variable]), buffers, attributes, { workspace: WORKSPACE, rate });
    }
    for (const { span, block } of spans) {
      const k = this.#for(node, span.variables);
      const first = span.variables[0] as Node;
      const at = variables.indexOf(first);
      const slotsOfFirst = slots.map((ofSlot) => this.#permanent(ofSlot[at] as Node));
      update.forward(
        k,
        {
          variable: this.#permanent(first),
          gradient: marked("arena", block.storage.offset + block.shift),
          slots: slotsOfFirst,
          size: span.words,
          rate,
          step: this.#permanent(step),
        },
        hyper,
      );
    }
    const args = [this.#permanent(step)];
    this.#instructions.push({ kind: "kernel", kernel: "increment", args, node, makes: [step], outdates: true });
  }

  /** Kernels whose calls are written down for `node`, and for the values that they make. */
  #for(node: Node, makes: readonly Node[]): Calls {
    this.#node = node;
    this.#makes = makes;
    return this.#calls;
  }

  /** The calls that `write` writes, kept apart. */
  #bodyOf(write: () => void): readonly KernelCall[] {
    const before = this.#instructions;
    this.#instructions = [];
    write();
    const body = this.#instructions as KernelCall[];
    this.#instructions = before;
    return body;
  }

  #permanent(node: Node): number {
    return marked("permanent", this.#request.addressOf(node));
  }

  #bufferOf(node: Node): Buffer {
    const known = this.#buffers.get(node);
    if (known !== undefined) return known;
    const { plan, targets, shapeOf } = this.#request;
    const place = plan.places.get(node);
    const target = targets?.get(node);
    const shape = shapeOf(node);
    const ptr = place
      ? marked("arena", place.storage.offset + place.shift)
      : target === undefined
        ? this.#permanent(node)
        : marked("permanent", target);
    const buffer = { ptr, size: sizeOf(shape), shape };
    this.#buffers.set(node, buffer);
    return buffer;
  }

  #inputs({ op, inputs }: Node): Record<string, Buffer> {
    const buffers: Record<string, Buffer> = {};
    for (let i = 0; i < inputs.length; i++) buffers[op.inputs[i] as string] = this.#bufferOf(inputs[i] as Node);
    return buffers;
  }

  #epilogue({ epilogue }: Step): readonly Stage[] {
    if (epilogue.length === 0) return NO_STAGES;
    return epilogue.map((stage) =>
      stage.kind === "bias" ? { ...stage, operand: this.#bufferOf(stage.operand) } : stage,
    );
  }

  #results(node: Node): Readonly<Record<string, Buffer>> {
    if (node.results === undefined) return NO_RESULTS;
    return Object.fromEntries(resultsOf(node).map((made) => [resultName(made), this.#bufferOf(made)]));
  }
}
