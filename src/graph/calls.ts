// The kernel calls of a plan, written down with their addresses and sizes: what an Executable walks in every run.

import { ArgumentError, describe } from "../errors.js";
import type { Buffer, Calls, Node } from "../ops/op.js";
import { rateOf, type UpdateAttributes, type UpdateRecord } from "../ops/update.js";
import type { LinearMemory } from "../tensor/memory.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import type { Kernels } from "../wasm/engine.js";
import type { Step } from "./fuse.js";
import type { Packing, Packings } from "./packings.js";
import type { PlannedUpdate } from "./place.js";
import type { Plan } from "./plan.js";

export type Call = () => void;

/** What a call is made for. */
export interface CallLabel {
  /** `gemm`; for what is no kernel `schedule` or `everyNth`. */
  readonly kernel: string;
  readonly node: Node;
}

/** Where values lie while the plan runs. */
export interface Site {
  readonly kernels: Kernels;
  readonly memory: LinearMemory;
  readonly addressOf: (node: Node) => number;
  readonly bufferOf: (node: Node) => Buffer;
  /** The start of the arena. */
  readonly base: number;
  readonly workspace: number;
  readonly packings: Packings;
  /** The steps that read an input packed. */
  readonly packed: ReadonlyMap<Step, Packing>;
}

/** The calls in their order, and beside each what it is for. */
export function writeCalls(
  plan: Plan,
  site: Site,
): { readonly calls: readonly Call[]; readonly labels: readonly CallLabel[] } {
  const { kernels, memory, addressOf, bufferOf, base } = site;
  const writer = new Writer();
  for (const { node } of plan.updates) {
    const { schedule, step } = node.attributes as UpdateAttributes;
    if (schedule === undefined) continue;
    const { rate, valueAt } = schedule;
    writer.write("schedule", node, follow(valueAt, node.name, memory, addressOf(step), addressOf(rate)));
  }
  for (const node of plan.snapshots) {
    writer.kernels(kernels, node).copy(addressOf(node), bufferOf(node).ptr, bufferOf(node).size);
  }
  for (const step of plan.steps) emit(step, site, writer);
  // What updates read of variables is copied before any of them changes one.
  for (const { node, rateCopy, spans } of plan.updates) {
    const k = writer.kernels(kernels, node);
    const rate = rateOf(node);
    if (rateCopy && rate) k.copy(addressOf(rate), base + rateCopy.storage.offset, 1);
    for (const { block, copies } of spans) {
      const to = base + block.storage.offset + block.shift;
      for (const { from, shift, words } of copies) k.copy(bufferOf(from).ptr, to + shift, words);
    }
  }
  for (const update of plan.updates) {
    const { node } = update;
    const { accumulation } = node.attributes as UpdateAttributes;
    if (accumulation === undefined) {
      writeUpdate(update, site, writer);
      continue;
    }
    const inner = new Writer();
    writeUpdate(update, site, inner);
    const k = inner.kernels(kernels, node);
    for (const sum of accumulation.sums) k.fill(addressOf(sum), 0, sizeOf(sum.shape as Shape));
    const { every, counter } = accumulation;
    writer.write("everyNth", node, everyNth(inner.calls, every, memory, addressOf(counter)));
  }
  return writer;
}

function writeUpdate({ node, rateCopy, descents, spans }: PlannedUpdate, site: Site, writer: Writer): void {
  const { kernels, addressOf, bufferOf, base, workspace, packings } = site;
  const { update } = node.op as UpdateRecord;
  const { variables, slots, step, hyper } = node.attributes as UpdateAttributes;
  const rateNode = rateOf(node);
  const ofNode = rateNode ? bufferOf(rateNode).ptr : 0;
  const rate = rateCopy ? base + rateCopy.storage.offset : ofNode;
  for (const { step: product, variable } of descents) {
    const y: Buffer = { ...bufferOf(variable), ptr: addressOf(variable) };
    const { op, attributes } = product.node;
    const buffers = { ...inputBuffers(product.node, bufferOf), y };
    op.descend?.forward(writer.kernels(kernels, product.node), buffers, attributes, { workspace, rate });
  }
  const k = writer.kernels(kernels, node);
  for (const { span, block } of spans) {
    const first = span.variables[0] as Node;
    const at = variables.indexOf(first);
    update.forward(
      k,
      {
        variable: addressOf(first),
        gradient: base + block.storage.offset + block.shift,
        slots: slots.map((variablesOfSlot) => addressOf(variablesOfSlot[at] as Node)),
        size: span.words,
        rate,
        step: addressOf(step),
      },
      hyper,
    );
  }
  const counter = addressOf(step);
  writer.write("increment", node, () => {
    kernels.increment(counter);
    packings.outdate();
  });
}

function inputBuffers(node: Node, bufferOf: (node: Node) => Buffer): Record<string, Buffer> {
  return Object.fromEntries(node.op.inputs.map((input, i) => [input, bufferOf(node.inputs[i] as Node)]));
}

function emit(step: Step, { kernels, bufferOf, workspace, packings, packed }: Site, writer: Writer): void {
  const { node, view, output, bias, activation } = step;
  const { op, attributes } = node;
  const k = writer.kernels(kernels, node);
  if (view !== null) {
    const [from, to] = [bufferOf(view), bufferOf(output)];
    if (from.ptr !== to.ptr) k.copy(from.ptr, to.ptr, to.size);
    return;
  }
  const buffers: Record<string, Buffer> = { ...inputBuffers(node, bufferOf), y: bufferOf(output) };
  const context = { workspace, bias: bias && bufferOf(bias), activation };
  const packing = packed.get(step);
  if (packing === undefined || op.packs === undefined) {
    op.forward?.(k, buffers, attributes, context);
    return;
  }
  const inner = new Writer();
  op.packs.pack(inner.kernels(kernels, node), buffers[op.packs.input] as Buffer, packing.ptr);
  const [label] = inner.labels as [CallLabel];
  writer.write(label.kernel, node, packings.renewal(packing, inner.calls));
  op.packs.forward(k, buffers, attributes, { ...context, packed: packing.ptr });
}

/** Takes calls down. */
class Writer {
  readonly calls: Call[] = [];
  readonly labels: CallLabel[] = [];

  write(kernel: string, node: Node, call: Call): void {
    this.calls.push(call);
    this.labels.push({ kernel, node });
  }

  /** Kernels that write their calls down, for `node`, instead of making them. */
  kernels(kernels: Kernels, node: Node): Calls {
    return new Proxy({} as Calls, {
      get: (_, name) => {
        const kernel = kernels[name as keyof Kernels] as (...args: unknown[]) => unknown;
        return (...args: unknown[]) => this.write(name as string, node, bind(kernel, args));
      },
    });
  }
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
    case 8:
      return () => f(a, b, c, d, e, g, h, i);
    case 9:
      return () => f(a, b, c, d, e, g, h, i, j);
    case 10:
      return () => f(a, b, c, d, e, g, h, i, j, l);
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
  valueAt: (step: number) => number,
  name: string,
  { i32, f32 }: LinearMemory,
  step: number,
  rate: number,
): Call {
  return () => {
    const value = valueAt(i32[step / 4] as number);
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
