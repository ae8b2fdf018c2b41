// Which models are being trained, so that another model over the same variables does not get in their way.

import { StateError } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import { type HostSignal, heard } from "../../host/signal.js";
import type { Node } from "../../ops/op.js";
import type { Session } from "../../runtime/session.js";

/** A training in progress. */
export interface TrainingNote {
  readonly session: Session;
  readonly variables: ReadonlySet<Node>;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>;
  /** Notes that it has. */
  readonly end: () => void;
}

const trainings = new WeakMap<Graph, Set<TrainingNote>>();

/** Notes that a session trains a model with these variables. */
export function noteTraining(session: Session, variables: readonly Node[]): TrainingNote {
  const { graph } = session;
  const running = trainings.get(graph) ?? new Set();
  let resolve = () => {};
  const ended = new Promise<void>((done) => {
    resolve = done;
  });
  const end = () => {
    running.delete(training);
    resolve();
  };
  const training: TrainingNote = { session, variables: new Set(variables), ended, end };
  trainings.set(graph, running.add(training));
  return training;
}

/** The end of a training that has one of these variables; undefined where there is none. */
export function trainingOf(session: Session, variables: readonly Node[]): Promise<void> | undefined {
  return find(session.graph, (training) => training.session === session && meets(training, variables))?.ended;
}

/** Fails with StateError where a training has one of these variables, in whatever session. */
export function requireUntrained(subject: string, graph: Graph, variables: readonly Node[]): void {
  if (find(graph, (training) => meets(training, variables))) throw sharedGraph(subject);
}

/** Fails with StateError where a training runs in the session, all of whose variables `subject` would set. */
export function requireNoTraining(subject: string, session: Session): void {
  if (find(session.graph, (training) => training.session === session)) throw sharedGraph(subject);
}

/** What a call says that would disturb the training of another model. */
export function sharedGraph(subject: string): StateError {
  return new StateError(`${subject}: a model that shares its graph is being trained; wait for that fit to end.`);
}

/** Those who wait for a model: one after the other, in the order in which they came. */
export class Line {
  #length = 0;
  #last: Promise<unknown> = Promise.resolve();

  get empty(): boolean {
    return this.#length === 0;
  }

  /** Does the work when those before have ended and `busy` gives no other end to wait for; at once where that is now. */
  async wait<T>(
    busy: () => Promise<void> | undefined,
    signal: HostSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const before = this.empty ? undefined : this.#last;
    let leave = () => {};
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    // Who gives up leaves the others where they stood.
    this.#last = Promise.all([before, left]);
    this.#length++;
    try {
      if (before !== undefined) await heard(before, signal);
      for (let ended = busy(); ended !== undefined; ended = busy()) await heard(ended, signal);
      return await work();
    } finally {
      this.#length--;
      leave();
    }
  }
}

function find(graph: Graph, wanted: (training: TrainingNote) => boolean): TrainingNote | undefined {
  for (const training of trainings.get(graph) ?? []) if (wanted(training)) return training;
  return undefined;
}

function meets({ variables }: TrainingNote, others: readonly Node[]): boolean {
  return others.some((variable) => variables.has(variable));
}
