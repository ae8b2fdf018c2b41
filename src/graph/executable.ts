// Executable: a plan with its addresses resolved. Running it walks a flat list of kernel calls; nothing is allocated.

import { ArgumentError, describe, ShapeError } from "../errors.js";
import type { Buffer, Node } from "../ops/op.js";
import { isUpdate, type UpdateAttributes } from "../ops/update.js";
import type { LinearMemory } from "../tensor/memory.js";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.js";
import { Tensor, type TensorData } from "../tensor/tensor.js";
import type { Kernels } from "../wasm/engine.js";
import { type Call, type CallLabel, type Site, writeCalls } from "./calls.js";
import type { Step } from "./fuse.js";
import { concreteShape, constantValue, isConstant, isVariable } from "./graph.js";
import type { Packing, Packings } from "./packings.js";
import type { SpansOf } from "./place.js";
import { makePlan, type Plan, type PlanRequest } from "./plan.js";

/** The session's side: where permanent values lie. */
export interface Residence {
  readonly kernels: Kernels;
  readonly memory: LinearMemory;
  /** Places every variable and constant that has none; returns once all have addresses and values. */
  settle(): void;
  readonly addressOf: (node: Node) => number;
  readonly spansOf: SpansOf;
  readonly packings: Packings;
}

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
  #labels: readonly CallLabel[] = [];
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
  /** The calls of one run one by one, each with what it is made for. They last until memory grows. */
  get calls(): readonly (CallLabel & { readonly make: Call })[] {
    return this.#labels.map((label, i) => ({ ...label, make: this.#calls[i] as Call }));
  }
  /** Steps, and the place of every value. */
  get plan(): Plan | null {
    return this.#plan;
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

    const packed = packedSteps(plan, residence, shapeOf);
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
    const site: Site = { kernels, memory, addressOf, bufferOf, base, workspace, packings: residence.packings, packed };
    const { calls, labels } = writeCalls(plan, site);
    this.#calls = calls;
    this.#labels = labels;

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

/** The steps of a run without updates that read a permanent value packed; each packing has its place after this. */
function packedSteps(
  plan: Plan,
  { kernels, packings }: Residence,
  shapeOf: (node: Node) => Shape,
): ReadonlyMap<Step, Packing> {
  const packed = new Map<Step, Packing>();
  if (plan.updates.length > 0) return packed;
  for (const step of plan.steps) {
    const { op, inputs, attributes } = step.node;
    if (op.packs === undefined || step.view !== null) continue;
    const input = inputs[op.inputs.indexOf(op.packs.input)] as Node;
    if (!isResident(input) || plan.places.has(input)) continue;
    const words = op.packs.words(kernels, shapesOf(step.node, shapeOf), attributes);
    const packing = words > 0 ? packings.of(step.node, input, words) : null;
    if (packing !== null) packed.set(step, packing);
  }
  return packed;
}

function workspaceOf({ node, view }: Step, kernels: Kernels, shapeOf: (node: Node) => Shape): number {
  if (view !== null) return 0;
  return node.op.workspace?.(kernels, shapesOf(node, shapeOf), node.attributes) ?? 0;
}

/** What the ops that read a fed node want to know about its values; constants are looked at here and now. */
function feedChecks(plan: Plan, request: PlanRequest, shapeOf: (node: Node) => Shape) {
  const fed = new Set(request.feeds);
  return allSteps(plan).flatMap(({ node }) =>
    Object.entries(node.op.checkFeed ?? {}).flatMap(([input, check]) => {
      const source = node.inputs[node.op.inputs.indexOf(input)] as Node;
      if (check === undefined) return [];
      const shapes = shapesOf(node, shapeOf);
      if (isConstant(source) && !fed.has(source)) {
        const value = constantValue(source);
        check(typeof value === "number" ? Int32Array.of(value) : value.data, shapes, source.name);
      }
      if (!fed.has(source)) return [];
      return [{ node: source, check: (data: TensorData) => check(data, shapes, source.name) }];
    }),
  );
}

/** True for the nodes whose values outlive a run. */
export function isResident(node: Node): boolean {
  return isVariable(node) || isConstant(node);
}
