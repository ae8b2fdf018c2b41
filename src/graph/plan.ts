// The planner: from fetches and feeds to an ordered list of steps and a place in memory for every value.
//   schedule  which nodes, in which order        fuse     which of them run as one
//   descend   which gradients need no place       place    which values share memory
//   Plan      what an Executable needs to make its kernel calls

import { ArgumentError } from "../errors.js";
import type { Node } from "../ops/op.js";
import { isUpdate, rateOf, type UpdateAttributes, type UpdateRecord } from "../ops/update.js";
import { sizeOf } from "../tensor/shape.js";
import { concreteShape, constantValue, type Graph, isConstant, isPlaceholder, isVariable } from "./graph.js";
import { arrange, type Storage } from "./storage.js";

export interface PlanRequest {
  readonly fetches: readonly Node[];
  readonly feeds: readonly Node[];
  /** The extent that null stands for; null where nothing fed has an open shape. */
  readonly batch: number | null;
  /** Addresses outside the arena at which the values of some nodes are to be made. */
  readonly targets?: ReadonlyMap<Node, number>;
}

/** One op with what has been fused behind it. */
export interface Step {
  readonly node: Node;
  /** The node whose value the step's is, as it is: there is nothing to compute. */
  readonly view: Node | null;
  /** The last node that is fused; its value is the step's. */
  readonly output: Node;
  readonly bias: Node | null;
  readonly activation: number;
}

/** Variables of one update that lie side by side, as the session has placed them. */
export interface VariableSpan {
  readonly variables: readonly Node[];
  /** Where each begins, in words from the start of the span. */
  readonly offsets: readonly number[];
  readonly words: number;
}

/** A value's place in the arena. */
export interface Place {
  readonly storage: Storage;
  /** Bytes from the start of the storage. */
  readonly shift: number;
}

/** A span of an update with the block its gradients form. */
export interface PlannedSpan {
  readonly span: VariableSpan;
  readonly block: Place;
  /** Gradients that could not be computed in place: copied into the block before the first update. */
  readonly copies: readonly { readonly from: Node; readonly shift: number; readonly words: number }[];
}

/** A gradient that is made when its variable is updated, and used up at once: it needs no place. */
export interface Descent {
  readonly step: Step;
  readonly variable: Node;
}

export interface PlannedUpdate {
  readonly node: Node;
  /** Where the learning rate is copied before the first update, if it is a variable that one of them changes. */
  readonly rateCopy: Place | null;
  readonly descents: readonly Descent[];
  readonly spans: readonly PlannedSpan[];
}

export interface Plan {
  readonly steps: readonly Step[];
  readonly updates: readonly PlannedUpdate[];
  /** Variables that are fetched in a run that updates: copied before anything else, as steps read the copies. */
  readonly snapshots: readonly Node[];
  readonly places: ReadonlyMap<Node, Place>;
  readonly arenaBytes: number;
}

/** Tells how the session has laid out the variables of an update and their slots. */
export type SpansOf = (update: UpdateAttributes) => readonly VariableSpan[];

/** Tells whether the op of a step can make its result and descend along it at once, for the shapes of this plan. */
export type Descends = (node: Node) => boolean;

export function makePlan(request: PlanRequest, spansOf: SpansOf, descends: Descends = () => false): Plan {
  const fed = new Set(request.feeds);
  const order = schedule(request.fetches, fed);
  const fetched = new Set(request.fetches);
  const updates = order.filter(isUpdate);
  const nodes = order.filter((node) => !isUpdate(node) && !comesFromOutside(node, fed));
  const readers = readersOf([...nodes, ...updates], fed);
  const steps = fuse(nodes, readers, fetched, fed);
  const descents = findDescents(
    steps,
    updates,
    readers,
    (node) => !fetched.has(node) && !request.targets?.has(node),
    descends,
  );
  return place(request, steps, updates, descents, fed, fetched, spansOf);
}

/** True where a node needs no step: it is fed, or has memory of its own. */
function comesFromOutside(node: Node, fed: ReadonlySet<Node>): boolean {
  return fed.has(node) || isVariable(node) || isConstant(node);
}

/** The nodes that the fetches need, in topological order, none below a fed one. */
export function schedule(fetches: readonly Node[], fed: ReadonlySet<Node>): Node[] {
  const needed = new Set<Node>();
  const stack = [...fetches];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (needed.has(node)) continue;
    needed.add(node);
    if (fed.has(node)) continue;
    const view = viewed(node, fed);
    if (view !== null) {
      stack.push(view);
      continue;
    }
    if (isPlaceholder(node)) {
      const goal = fetches.map((fetch) => fetch.name).join(", ");
      throw new ArgumentError(`Session.run: ${node.name} must be fed, since ${goal} depends on it.`);
    }
    stack.push(...node.inputs);
    if (isUpdate(node)) {
      const { step, companions = [] } = node.attributes as UpdateAttributes;
      stack.push(step, ...companions);
    }
  }
  return [...needed].sort((a, b) => a.id - b.id);
}

/** The input that a node's value is, as it is, where that is known when the plan is made. */
export function viewed(node: Node, fed: ReadonlySet<Node>): Node | null {
  const { op } = node;
  if (op.alias !== undefined) return isZeroed(node) ? null : inputOf(node, op.alias);
  if (op.switch === undefined) return null;
  const state = knownState(inputOf(node, op.switch.by), fed);
  if (state === undefined) return null;
  const name = state ? op.switch.on : op.switch.off;
  return name === undefined ? null : inputOf(node, name);
}

function inputOf({ op, inputs }: Node, name: string): Node {
  return inputs[op.inputs.indexOf(name)] as Node;
}

/** Whether the scalar that a switch is thrown by is other than 0, where that is known when the plan is made. */
function knownState(by: Node, fed: ReadonlySet<Node>): boolean | undefined {
  if (fed.has(by)) return undefined;
  if (isConstant(by)) {
    const value = constantValue(by);
    return (typeof value === "number" ? value : value.item()) !== 0;
  }
  if (by.op.alias === undefined) return undefined;
  return isZeroed(by) ? false : knownState(inputOf(by, by.op.alias), fed);
}

/** True where a node is 0 as long as what is frozen now is frozen. */
export function isZeroed(node: Node): boolean {
  const { zeroWhileFrozen } = node.op;
  return zeroWhileFrozen !== undefined && (node.graph as Graph).isFrozen(inputOf(node, zeroWhileFrozen));
}

/** For each node those that read it, as often as they do. */
type Readers = ReadonlyMap<Node, readonly Node[]>;

function readersOf(nodes: readonly Node[], fed: ReadonlySet<Node>): Readers {
  const readers = new Map<Node, Node[]>();
  for (const node of nodes) {
    const view = viewed(node, fed);
    for (const input of view === null ? node.inputs : [view]) {
      const known = readers.get(input);
      if (known) known.push(node);
      else readers.set(input, [node]);
    }
  }
  return readers;
}

/** Joins to each op that takes an epilogue the bias and the activation that follow and have no other witness. */
function fuse(nodes: readonly Node[], readers: Readers, fetched: ReadonlySet<Node>, fed: ReadonlySet<Node>): Step[] {
  const absorbed = new Set<Node>();
  const steps: Step[] = [];
  for (const node of nodes) {
    if (absorbed.has(node)) continue;
    let output = node;
    let bias: Node | null = null;
    let activation = 0;
    while (node.op.takesEpilogue && activation === 0 && !fetched.has(output)) {
      const [next, ...others] = readers.get(output) ?? [];
      const epilogue = next?.op.epilogue;
      if (next === undefined || others.length > 0 || epilogue === undefined || next.inputs[0] !== output) break;
      if (epilogue.kind === "bias") {
        if (bias !== null) break;
        const row = next.inputs[next.op.inputs.indexOf(epilogue.input)] as Node;
        // A sum with something other than one value per column is no bias.
        if (row.shape.length !== 1 || row.shape[0] !== output.shape[1]) break;
        bias = row;
      } else activation = epilogue.code;
      absorbed.add(next);
      output = next;
    }
    steps.push({ node, view: viewed(node, fed), output, bias, activation });
  }
  // A fused step stands where its last node stood, so that its bias is there.
  return steps.sort((a, b) => a.output.id - b.output.id);
}

/** For each update that allows it, the gradients that nobody else wants to see. */
function findDescents(
  steps: readonly Step[],
  updates: readonly Node[],
  readers: Readers,
  unseen: (node: Node) => boolean,
  descends: Descends,
): ReadonlyMap<Node, readonly Descent[]> {
  const madeBy = new Map(steps.map((step) => [step.output, step]));
  return new Map(
    updates.map((update) => {
      const { variables, hyper } = update.attributes as UpdateAttributes;
      if (!(update.op as UpdateRecord).update.descends(hyper)) return [update, []];
      const descents = variables.flatMap((variable, i): Descent[] => {
        const gradient = update.inputs[i] as Node;
        const step = madeBy.get(gradient);
        // The step moves behind all others, where an operand that is a variable may have changed.
        const movable = step?.node === gradient && !gradient.inputs.some(isVariable);
        if (!movable || readers.get(gradient)?.length !== 1 || !unseen(gradient) || !descends(gradient)) return [];
        return [{ step, variable }];
      });
      return [update, descents];
    }),
  );
}

/** What is left of a span without some of its variables. */
function without(span: VariableSpan, absent: ReadonlySet<Node>): VariableSpan[] {
  const rest: VariableSpan[] = [];
  let first = 0;
  for (let i = 0; i <= span.variables.length; i++) {
    const variable = span.variables[i];
    if (variable !== undefined && !absent.has(variable)) continue;
    const start = span.offsets[first] ?? span.words;
    const words = (span.offsets[i] ?? span.words) - start;
    if (i > first) {
      const offsets = span.offsets.slice(first, i).map((offset) => offset - start);
      rest.push({ variables: span.variables.slice(first, i), offsets, words });
    }
    first = i + 1;
  }
  return rest;
}

/** The inputs of a step whose values it reads. */
export function stepInputs(step: Step): readonly Node[] {
  if (step.view !== null) return [step.view];
  return step.bias === null ? step.node.inputs : [...step.node.inputs, step.bias];
}

function place(
  request: PlanRequest,
  allSteps: readonly Step[],
  updateNodes: readonly Node[],
  descentsOf: ReadonlyMap<Node, readonly Descent[]>,
  fed: ReadonlySet<Node>,
  fetched: ReadonlySet<Node>,
  spansOf: SpansOf,
): Plan {
  const moved = new Set([...descentsOf.values()].flat().map(({ step }) => step));
  const steps = allSteps.filter((step) => !moved.has(step));
  const updateTime = steps.length;
  const end = steps.length + updateNodes.length;
  const words = (node: Node) => sizeOf(concreteShape(node, request.batch));

  const madeAt = new Map<Node, number>();
  steps.forEach((step, time) => {
    madeAt.set(step.output, time);
  });
  const lastUse = new Map<Node, number>();
  steps.forEach((step, time) => {
    for (const input of stepInputs(step)) lastUse.set(input, time);
  });
  updateNodes.forEach((node, i) => {
    for (const input of node.inputs) lastUse.set(input, updateTime + i);
    for (const { step } of descentsOf.get(node) ?? []) {
      for (const input of stepInputs(step)) lastUse.set(input, updateTime + i);
    }
  });
  for (const node of fetched) lastUse.set(node, end);

  const storages: Storage[] = [];
  const places = new Map<Node, Place>();
  const store = (bytes: number, from: number, to: number): Storage => {
    const storage: Storage = { bytes, from, to, offset: 0 };
    storages.push(storage);
    return storage;
  };

  for (const node of request.feeds) {
    places.set(node, { storage: store(words(node) * 4, -1, lastUse.get(node) ?? -1), shift: 0 });
  }

  const changed = new Set(updateNodes.flatMap(({ attributes }) => (attributes as UpdateAttributes).variables));
  /** The value that the step of `node` may overwrite, if that dies there and has no place of its own. */
  const overwrites = (node: Node): Node | undefined => {
    const time = madeAt.get(node) as number;
    const { node: made, view } = steps[time] as Step;
    const input = view === null && made.op.inPlace && made.inputs[made.op.inputs.indexOf(made.op.inPlace)];
    const free = input && madeAt.has(input) && !places.has(input) && !request.targets?.has(input);
    return free && lastUse.get(input) === time && words(input) === words(node) ? input : undefined;
  };

  // Gradients of one span form a block with the offsets of their variables.
  const updates = updateNodes.map((node, i) => {
    const attributes = node.attributes as UpdateAttributes;
    const { variables } = attributes;
    const descents = descentsOf.get(node) ?? [];
    const absent = new Set(descents.map(({ variable }) => variable));
    const rest = spansOf(attributes).flatMap((span) => without(span, absent));
    const spans = rest.map((span): PlannedSpan => {
      // A gradient that lies elsewhere already, one that is fed, is a block of its own if it is the only one.
      const only = span.variables.length === 1 && node.inputs[variables.indexOf(span.variables[0] as Node)];
      const block = only && places.get(only);
      if (block) {
        block.storage.to = Math.max(block.storage.to, updateTime + i);
        return { span, block, copies: [] };
      }
      const storage = store(span.words * 4, updateTime, updateTime + i);
      const copies: { from: Node; shift: number; words: number }[] = [];
      span.variables.forEach((variable, j) => {
        const gradient = node.inputs[variables.indexOf(variable)] as Node;
        const shift = (span.offsets[j] as number) * 4;
        const time = madeAt.get(gradient);
        if (time === undefined || places.has(gradient)) {
          copies.push({ from: gradient, shift, words: words(gradient) });
          return;
        }
        // What a gradient may overwrite, such as one that it clips, is made in the same place to begin with.
        for (let made: Node | undefined = gradient; made !== undefined; made = overwrites(made)) {
          places.set(made, { storage, shift });
          storage.from = Math.min(storage.from, madeAt.get(made) as number);
          storage.to = Math.max(storage.to, lastUse.get(made) ?? 0);
        }
      });
      return { span, block: { storage, shift: 0 }, copies };
    });
    const rate = rateOf(node);
    const rateCopy =
      rate && changed.has(rate) && !fed.has(rate) ? { storage: store(4, updateTime, end), shift: 0 } : null;
    return { node, rateCopy, descents, spans };
  });

  steps.forEach((step, time) => {
    const { node, output } = step;
    if (places.has(output) || request.targets?.has(output)) return;
    const until = lastUse.get(output) ?? time;
    const same = step.view && places.get(step.view);
    if (same) {
      same.storage.to = Math.max(same.storage.to, until);
      places.set(output, same);
      return;
    }
    const overwritten =
      step.view === null && node.op.inPlace ? node.inputs[node.op.inputs.indexOf(node.op.inPlace)] : undefined;
    const held = overwritten ? places.get(overwritten) : undefined;
    const dies = overwritten !== undefined && lastUse.get(overwritten) === time && held?.storage.to === time;
    if (dies && held && held.shift === 0 && held.storage.bytes === words(output) * 4) {
      held.storage.to = until;
      places.set(output, held);
      return;
    }
    places.set(output, { storage: store(words(output) * 4, time, until), shift: 0 });
  });

  const snapshots = updateNodes.length === 0 ? [] : [...fetched].filter((node) => isVariable(node) && !fed.has(node));
  for (const node of snapshots) {
    places.set(node, { storage: store(words(node) * 4, -1, end), shift: 0 });
  }
  return { steps, updates, snapshots, places, arenaBytes: arrange(storages) };
}
