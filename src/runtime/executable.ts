// Executable: a program linked to the memory of its session. Running it walks a flat list of calls; nothing is allocated.

import { ArgumentError, checkArity, describe, ShapeError } from "../errors.js";
import { concreteShape, constantValue, isConstant, isVariable } from "../graph/graph.js";
import type { Node } from "../ops/op.js";
import type { Step } from "../plan/fuse.js";
import type { SpansOf } from "../plan/place.js";
import { makePlan, type Plan, type PlanRequest } from "../plan/plan.js";
import { allSteps, type Instruction, locate, type Program, shapesOf, writeProgram } from "../plan/program.js";
import type { LinearMemory } from "../tensor/memory.js";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.js";
import { Tensor, type TensorData } from "../tensor/tensor.js";
import type { KernelFamily, Kernels } from "../wasm/engine.js";
import { type Call, link, startsOf } from "./link.js";
import type { Packing, Packings } from "./packings.js";

/** The session's side: kernels, memory, and where permanent values lie. */
export interface Residence {
  readonly kernels: Kernels;
  readonly memory: LinearMemory;
  readonly addressOf: (node: Node) => number;
  readonly spansOf: SpansOf;
  readonly packings: Packings;
  /** Adds the kernels of a family that an op of a plan needs. */
  readonly extend: (family: KernelFamily) => void;
}

/** What a call is made for. */
export interface CallLabel {
  /** `gemm`; for what is no kernel `schedule` or `everyNth`. */
  readonly kernel: string;
  readonly node: Node;
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
  readonly #plan: Plan;
  readonly #program: Program<Packing>;
  readonly #checks: readonly FeedCheck[];
  #calls: readonly Call[] = [];
  #slots = new Map<Node, Slot>();

  /** Every variable and constant of the request has its place and value by now. */
  constructor(request: PlanRequest, residence: Residence) {
    const { kernels, addressOf, spansOf } = residence;
    const { fetches, feeds, batch, targets } = request;
    this.request = request;
    this.#residence = residence;
    const shapeOf = (node: Node) => concreteShape(node, batch);
    const plan = makePlan(request, spansOf, (node) => {
      return node.op.descend?.fits(kernels, shapesOf(node, shapeOf), node.attributes) === true;
    });
    for (const { node } of allSteps(plan)) if (node.op.family) residence.extend(node.op.family);
    const packingOf = (step: Step) => packingFor(step, plan, residence, shapeOf);
    this.#plan = plan;
    this.#program = writeProgram({ plan, fetches, feeds, shapeOf, kernels, addressOf, targets, packingOf });
    this.#checks = feedChecks(plan, request, shapeOf);
    this.#link();
  }

  /** Bytes of arena that the plan uses. */
  get arenaBytes(): number {
    return this.#plan.arenaBytes;
  }
  /** Kernel calls of one run. */
  get callCount(): number {
    return this.#calls.length;
  }
  /** The calls of one run one by one, each with what it is made for. They last until memory grows. */
  get calls(): readonly (CallLabel & { readonly make: Call })[] {
    return this.#program.instructions.map((instruction, i) => ({
      ...labelOf(instruction),
      make: this.#calls[i] as Call,
    }));
  }
  /** Steps, and the place of every value. */
  get plan(): Plan {
    return this.#plan;
  }
  /** The calls of one run as data. */
  get program(): Program {
    return this.#program;
  }

  /**
   * Where to write the value of a fed node, before each run: a run may overwrite it. Ask anew for each run, since memory
   * may have moved.
   */
  input(node: Node): TensorData {
    checkArity("Executable.input", arguments.length, 1);
    return this.#slot(node).view;
  }

  /** Makes the kernel calls. Feeds have been written, results are read with `output`. */
  run(): void {
    checkArity("Executable.run", arguments.length, 0);
    if (this.#generation !== this.#residence.memory.generation) this.#link();
    const calls = this.#calls;
    for (let i = 0; i < calls.length; i++) (calls[i] as Call)();
  }

  /** A copy of the value of a fetched node. */
  output(node: Node): Tensor {
    checkArity("Executable.output", arguments.length, 1);
    const { shape, view } = this.#slot(node);
    return new Tensor(view.slice(), shape);
  }

  /** The value of a fetched scalar. */
  scalar(node: Node): number {
    checkArity("Executable.scalar", arguments.length, 1);
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
    if (this.#generation !== this.#residence.memory.generation) this.#link();
    const slot = this.#slots.get(node);
    if (slot === undefined) throw new ArgumentError(`Executable: ${describe(node?.name)} is neither fetched nor fed.`);
    return slot;
  }

  /** At first, and again whenever memory has grown or the arena has moved: calls hold addresses. */
  #link(): void {
    const { memory } = this.#residence;
    const { arenaBytes, workspaceBytes, slots } = this.#program;
    memory.reserveArena(arenaBytes + workspaceBytes);
    this.#calls = link(this.#program, this.#residence);
    this.#slots = new Map();
    const starts = startsOf(memory, arenaBytes);
    for (const [node, { value, ptr, shape }] of slots) {
      const at = locate(ptr, starts) / 4;
      const words = value.dtype === "int32" ? memory.i32 : memory.f32;
      this.#slots.set(node, { shape, view: words.subarray(at, at + sizeOf(shape)) });
    }
    this.#generation = memory.generation;
  }
}

/** `gemm`, or what an instruction does that is no single kernel; a renewal is named after the kernel that packs. */
function labelOf(instruction: Instruction): CallLabel {
  const { kind, node } = instruction;
  if (kind === "kernel") return { kernel: instruction.kernel, node };
  return { kernel: kind === "renewal" ? (instruction.body[0]?.kernel ?? kind) : kind, node };
}

/** How the step of a run without updates reads a permanent value packed; null where it does not. */
function packingFor(
  { node, view }: Step,
  { updates, places }: Plan,
  { kernels, packings }: Residence,
  shapeOf: (node: Node) => Shape,
): Packing | null {
  const { op, inputs, attributes } = node;
  if (updates.length > 0 || op.packs === undefined || view !== null) return null;
  const input = inputs[op.inputs.indexOf(op.packs.input)] as Node;
  if (!isResident(input) || places.has(input)) return null;
  const words = op.packs.words(kernels, shapesOf(node, shapeOf), attributes);
  return words > 0 ? packings.of(node, input, words) : null;
}

interface FeedCheck {
  readonly node: Node;
  readonly check: (data: TensorData) => void;
}

/** What the ops that read a fed node want to know about its values; constants are looked at here and now. */
function feedChecks(plan: Plan, request: PlanRequest, shapeOf: (node: Node) => Shape): FeedCheck[] {
  const fed = new Set(request.feeds);
  const steps = allSteps(plan).filter(({ node }) => node.op.checkFeed !== undefined);
  return steps.flatMap(({ node }) =>
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
