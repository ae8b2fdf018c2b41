// The state of a training as plain data: every variable of the graph, where the training stands, and what its callbacks
// remember.

import { ArgumentError, describe, StateError } from "../../errors.js";
import type { Session } from "../../runtime/session.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Callback, CallbackState, ModelState, TrainingPosition } from "../callbacks/callback.js";
import { checkWeights, readWeights, writeWeights } from "../model/weights.js";

/** A training that has been begun, or the lack of one. */
export interface Standing {
  readonly position: Omit<TrainingPosition, "callbacks">;
  readonly callbacks: readonly Callback[];
}

export const NOT_BEGUN: Standing = {
  position: { epoch: 0, step: 0, stepsMade: 0, epochsTrained: 0, sums: [], examples: 0 },
  callbacks: [],
};

/** Fails with StateError where a fit runs, which `subject` would disturb. */
export function requireIdle(subject: string, fitting: boolean): void {
  if (fitting) throw new StateError(`${subject}: this model is being trained; wait for that fit to end.`);
}

/** Before the names of the tensors that callbacks keep. */
const KEPT = "callbacks/";

export function captureState(session: Session, { position, callbacks }: Standing): ModelState {
  const tensors = new Map(readWeights(session, session.graph.variables()));
  const remembered = new Map<string, CallbackState["values"]>();
  for (const [key, callback] of keyed(callbacks)) {
    const state = callback.getState?.();
    if (state === undefined) continue;
    remembered.set(key, state.values);
    for (const [name, value] of state.tensors ?? []) tensors.set(`${KEPT}${key}/${name}`, value);
  }
  return { tensors, training: { ...position, callbacks: Object.fromEntries(remembered) } };
}

/** Sets every variable of the graph; fails with ArgumentError or ShapeError, and nothing changed, where the state is another's. */
export function restoreVariables(session: Session, state: ModelState): void {
  checkState(state);
  const own = [...state.tensors].filter(([name]) => !name.startsWith(KEPT));
  writeWeights("Model.setState", session, session.graph.variables(), new Map(own));
}

/** Gives callbacks back what they remembered. */
export function restoreCallbacks(callbacks: readonly Callback[], { tensors, training }: ModelState): void {
  for (const [key, callback] of keyed(callbacks)) {
    const values = Object.hasOwn(training.callbacks, key) ? training.callbacks[key] : undefined;
    if (values === undefined) continue;
    const prefix = `${KEPT}${key}/`;
    const own = [...tensors].filter(([name]) => name.startsWith(prefix));
    const kept = new Map<string, Tensor>(own.map(([name, value]) => [name.slice(prefix.length), value]));
    callback.setState?.({ values, tensors: kept });
  }
}

function checkState(state: unknown): asserts state is ModelState {
  const { tensors, training } = (state ?? {}) as Partial<ModelState>;
  checkWeights("Model.setState: tensors", tensors);
  const { epoch, step, stepsMade, epochsTrained, examples, sums, callbacks } = (training ?? {}) as TrainingPosition;
  const counts = [epoch, step, stepsMade, epochsTrained, examples];
  const whole = counts.every((count) => Number.isSafeInteger(count) && count >= 0);
  if (whole && Array.isArray(sums) && typeof callbacks === "object" && callbacks !== null) return;
  throw new ArgumentError(
    `Model.setState: training must be the position that getState gave; received ${describe(training)}.`,
  );
}

/** Callbacks that remember something, by their names, numbered where several have one. */
function keyed(callbacks: readonly Callback[]): [key: string, Callback][] {
  const counts = new Map<string, number>();
  return callbacks
    .filter(({ name }) => name !== undefined)
    .map((callback) => {
      const name = callback.name as string;
      const number = counts.get(name) ?? 0;
      counts.set(name, number + 1);
      return [number === 0 ? name : `${name}_${number}`, callback];
    });
}
