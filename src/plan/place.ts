// Placement: how long each value of a run lives, and which values share memory. Nothing here knows where memory is: a
// place is an offset from the start of the arena.

import { isVariable } from "../graph/graph.js";
import type { Node } from "../ops/op.js";
import { isResult } from "../ops/results.js";
import { rateOf, type UpdateAttributes } from "../ops/update.js";
import { type Descent, type Step, stepInputs } from "./fuse.js";
import { NodeTable } from "./nodeTable.js";
import { arrange, type Storage } from "./storage.js";

/** Variables of one update that lie side by side, as the session has placed them. */
export interface VariableSpan {
  readonly variables: readonly Node[];
  /** Where each begins, in words from the start of the span. */
  readonly offsets: readonly number[];
  readonly words: number;
}

/** Says how the session has laid out the variables of an update and their slots. */
export type SpansOf = (update: UpdateAttributes) => readonly VariableSpan[];

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

export interface PlannedUpdate {
  readonly node: Node;
  /** Where the learning rate is copied before the first update, if it is a variable that one of them changes. */
  readonly rateCopy: Place | null;
  readonly descents: readonly Descent[];
  readonly spans: readonly PlannedSpan[];
}

/** What is to be placed. */
export interface PlaceRequest {
  readonly steps: readonly Step[];
  readonly updates: readonly Node[];
  readonly descentsOf: ReadonlyMap<Node, readonly Descent[]>;
  readonly feeds: readonly Node[];
  readonly fetched: ReadonlySet<Node>;
  /** True for values that are made at an address of the caller's: they take no place in the arena. */
  readonly isTarget: (node: Node) => boolean;
  readonly wordsOf: (node: Node) => number;
  readonly spansOf: SpansOf;
}

export interface Placement {
  readonly updates: readonly PlannedUpdate[];
  /** Variables that are fetched in a run that updates: copied before anything else, as steps read the copies. */
  readonly snapshots: readonly Node[];
  readonly places: ReadonlyMap<Node, Place>;
  readonly arenaBytes: number;
}

/** Gives every value of the steps, every gradient block and every copy a place. */
export function place(request: PlaceRequest): Placement {
  const { steps, feeds, fetched, updates: updateNodes } = request;
  const placer = new Placer(request);
  for (const node of feeds) placer.put(node, -1, placer.lastUse(node, -1));
  const updates = updateNodes.map((node, i) => placer.placeUpdate(node, i));
  steps.forEach((step, time) => {
    placer.placeStep(step, time);
  });
  const fed = new Set(feeds);
  const snapshots = updateNodes.length === 0 ? [] : [...fetched].filter((node) => isVariable(node) && !fed.has(node));
  for (const node of snapshots) placer.put(node, -1, placer.end);
  return { updates, snapshots, places: placer.places, arenaBytes: arrange(placer.storages) };
}

/** Time is counted in steps; the updates come after the last, one each. */
class Placer {
  readonly places = new Map<Node, Place>();
  readonly storages: Storage[] = [];
  readonly end: number;
  readonly #request: PlaceRequest;
  readonly #updateTime: number;
  readonly #madeAt: NodeTable<number>;
  readonly #lastUse: NodeTable<number>;
  /** Variables that an update of the run changes. */
  readonly #changed: ReadonlySet<Node>;

  constructor(request: PlaceRequest) {
    const { steps, updates, descentsOf, fetched, feeds } = request;
    this.#request = request;
    const [one = feeds[0]] = fetched;
    this.#madeAt = new NodeTable(one);
    this.#lastUse = new NodeTable(one);
    this.#updateTime = steps.length;
    this.end = steps.length + updates.length;
    steps.forEach((step, time) => {
      for (const made of step.makes) this.#madeAt.set(made, time);
      for (const input of stepInputs(step)) this.#lastUse.set(input, time);
    });
    updates.forEach((node, i) => {
      const time = this.#updateTime + i;
      for (const input of node.inputs) this.#lastUse.set(input, time);
      for (const { step } of descentsOf.get(node) ?? []) {
        for (const input of stepInputs(step)) this.#lastUse.set(input, time);
      }
    });
    for (const node of fetched) this.#lastUse.set(node, this.end);
    this.#changed = new Set(updates.flatMap(({ attributes }) => (attributes as UpdateAttributes).variables));
  }

  /** The last time a value is read; `otherwise` when it never is. */
  lastUse(node: Node, otherwise: number): number {
    return this.#lastUse.get(node) ?? otherwise;
  }

  /** A storage of its own for a value. */
  put(node: Node, from: number, to: number): void {
    this.places.set(node, { storage: this.#store(this.#request.wordsOf(node) * 4, from, to), shift: 0 });
  }

  /** Gradients of one span form a block with the offsets of their variables. */
  placeUpdate(node: Node, i: number): PlannedUpdate {
    const { descentsOf, spansOf, feeds } = this.#request;
    const time = this.#updateTime + i;
    const descents = descentsOf.get(node) ?? [];
    const absent = new Set(descents.map(({ variable }) => variable));
    const rest = spansOf(node.attributes as UpdateAttributes).flatMap((span) => without(span, absent));
    const gradients = gradientsOf(node);
    const spans = rest.map((span) => this.#placeSpan(span, gradients, time));
    const rate = rateOf(node);
    const copied = rate !== null && this.#changed.has(rate) && !feeds.includes(rate);
    const rateCopy = copied ? { storage: this.#store(4, this.#updateTime, this.end), shift: 0 } : null;
    return { node, rateCopy, descents, spans };
  }

  /**
   * The value of a step takes the place of the value that it is or that it may overwrite, or one of its own; further
   * results have places of their own.
   */
  placeStep(step: Step, time: number): void {
    const { output } = step;
    for (const made of step.makes) {
      const free = made !== output && !this.places.has(made) && !this.#request.isTarget(made);
      if (free) this.put(made, time, this.lastUse(made, time));
    }
    if (this.places.has(output) || this.#request.isTarget(output)) return;
    const until = this.lastUse(output, time);
    const viewed = step.view && this.places.get(step.view);
    if (viewed) {
      viewed.storage.to = Math.max(viewed.storage.to, until);
      this.places.set(output, viewed);
      return;
    }
    const input = this.#overwritable(step, time);
    const held = input && this.places.get(input);
    const whole = held?.shift === 0 && held.storage.bytes === this.#request.wordsOf(output) * 4;
    if (held && whole && held.storage.to === time) {
      held.storage.to = until;
      this.places.set(output, held);
    } else this.put(output, time, until);
  }

  #placeSpan(span: VariableSpan, gradients: ReadonlyMap<Node, Node>, time: number): PlannedSpan {
    const { wordsOf } = this.#request;
    const gradientOf = (variable: Node | undefined) => gradients.get(variable as Node) as Node;
    // A gradient that lies elsewhere already, one that is fed, is a block of its own if it is the only one.
    const block = span.variables.length === 1 && this.places.get(gradientOf(span.variables[0]));
    if (block) {
      block.storage.to = Math.max(block.storage.to, time);
      return { span, block, copies: [] };
    }
    const storage = this.#store(span.words * 4, this.#updateTime, time);
    const copies: { from: Node; shift: number; words: number }[] = [];
    span.variables.forEach((variable, j) => {
      const gradient = gradientOf(variable);
      const shift = (span.offsets[j] as number) * 4;
      if (!this.#madeAt.has(gradient) || this.places.has(gradient)) {
        copies.push({ from: gradient, shift, words: wordsOf(gradient) });
        return;
      }
      // What a gradient may overwrite, such as one that it clips, is made in the same place to begin with.
      for (let made: Node | undefined = gradient; made !== undefined; made = this.#freeBefore(made)) {
        this.places.set(made, { storage, shift });
        storage.from = Math.min(storage.from, this.#madeAt.get(made) as number);
        storage.to = Math.max(storage.to, this.lastUse(made, 0));
      }
    });
    return { span, block: { storage, shift: 0 }, copies };
  }

  /** The value that the step of `node` may overwrite, if that is made in this run and has no place yet. */
  #freeBefore(node: Node): Node | undefined {
    const time = this.#madeAt.get(node) as number;
    const input = isResult(node) ? undefined : this.#overwritable(this.#request.steps[time] as Step, time);
    const free =
      input !== undefined && this.#madeAt.has(input) && !this.places.has(input) && !this.#request.isTarget(input);
    return free ? input : undefined;
  }

  /** The input that a step may overwrite: its op allows that, nobody reads the input later, and both have one size. */
  #overwritable({ node, view, output }: Step, time: number): Node | undefined {
    const { inPlace, inputs } = node.op;
    if (view !== null || inPlace === undefined) return undefined;
    const input = node.inputs[inputs.indexOf(inPlace)] as Node;
    const { wordsOf } = this.#request;
    return this.#lastUse.get(input) === time && wordsOf(input) === wordsOf(output) ? input : undefined;
  }

  #store(bytes: number, from: number, to: number): Storage {
    const storage: Storage = { bytes, from, to, offset: 0 };
    this.storages.push(storage);
    return storage;
  }
}

/** The gradient of each variable of an update. */
function gradientsOf({ inputs, attributes }: Node): ReadonlyMap<Node, Node> {
  const { variables } = attributes as UpdateAttributes;
  return new Map(variables.map((variable, i) => [variable, inputs[i] as Node]));
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
