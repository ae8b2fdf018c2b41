// What a callback is: an object with some of these functions. `fit` calls them, waits for what they return, and ends
// with the error that one of them throws.

import { ArgumentError, checkCallback, checkFlag, describe } from "../../errors.js";
import type { HostSignal } from "../../host/signal.js";
import { fold, suggestion } from "../../names.js";
import type { Loss } from "../../nn/losses/loss.js";
import type { Node } from "../../ops/op.js";
import type { Session } from "../../runtime/session.js";
import type { Tensor, TensorData } from "../../tensor/tensor.js";
import type { Metrics } from "../loop/tally.js";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a callback must remember for a training to go on as if it had never stopped. */
export interface CallbackState {
  readonly values: { readonly [key: string]: Json };
  readonly tensors?: ReadonlyMap<string, Tensor>;
}

/** The names of the functions that `fit` calls, in the order in which it first does. */
export const HOOKS = ["onTrainBegin", "onEpochBegin", "onStepEnd", "onEpochEnd", "onTrainEnd"] as const;
export type Hook = (typeof HOOKS)[number];

export interface Callback {
  /** Under which a state keeps what this callback remembers. Numbered where several have the same. */
  readonly name?: string;
  /** Called after those without it: for what saves the state that the others leave. */
  readonly last?: boolean;
  /** Before anything is trained. */
  onTrainBegin?(training: Training): unknown;
  onEpochBegin?(training: Training): unknown;
  /** After each step. */
  onStepEnd?(training: Training): unknown;
  /** After each epoch, validation included. */
  onEpochEnd?(training: Training): unknown;
  /**
   * Once, whatever ended the training: the last epoch, `stop`, the signal, or an error. After an abort `fit` waits for it
   * two seconds at most.
   */
  onTrainEnd?(training: Training): unknown;
  getState?(): CallbackState;
  /** Before onTrainBegin, where a training goes on from a state. */
  setState?(state: CallbackState): void;
}

/** The training in progress, as callbacks see it. */
export interface Training {
  readonly model: TrainedModel;
  readonly nodes: TrainingNodes;
  /** From 1; 0 before the first. */
  readonly epoch: number;
  /** The last epoch, if nothing stops the training before. */
  readonly epochs: number;
  /** Steps made in this epoch. */
  readonly step: number;
  /** Steps of an epoch; null where only reading the data tells. */
  readonly steps: number | null;
  /** Steps made since the training began, over all epochs. */
  readonly stepsMade: number;
  /** Means over the epoch so far; when it has ended, with those of the validation data. */
  readonly metrics: Metrics;
  /** The loss of the last step: that of the weights before it. */
  readonly loss: number;
  /** The labels of arrays, one entry for each output; null for batches that come one by one, or no validation. */
  readonly labels: {
    readonly train: readonly GivenLabels[] | null;
    readonly validation: readonly GivenLabels[] | null;
  };
  /**
   * The learning rate, from the next step on. Setting it fails with StateError under a schedule; where a node of the graph
   * computes it, reading does too.
   */
  learningRate: number;
  /** Why the rate cannot be set; null where it can. */
  readonly learningRateObstacle: string | null;
  readonly signal: HostSignal | undefined;
  /** Why `stop` was called, else null. */
  readonly stopReason: string | null;
  /** Ends the training after this step, or after the epoch where it has ended; `fit` resolves. */
  stop(reason: string): void;
  /** Values for all that the last step read, by node. Copies. */
  feeds(): ReadonlyMap<Node, Tensor>;
}

/** Labels as given: `width` numbers for each example. */
export interface GivenLabels {
  readonly data: TensorData;
  readonly width: number;
}

/** The model as callbacks see it. */
export interface TrainedModel {
  readonly session: Session;
  readonly layers: readonly TrainedLayer[];
  getWeights(): ReadonlyMap<string, Tensor>;
  setWeights(weights: ReadonlyMap<string, Tensor>): void;
  getState(): ModelState;
}

export interface TrainedLayer {
  readonly kind: string;
  /** The scope of its nodes. */
  readonly name: string;
  readonly variables: readonly Node[];
  /** One for each use of the layer in the model. */
  readonly outputs: readonly Node[];
}

/** The nodes of a training step. */
export interface TrainingNodes {
  readonly inputs: readonly Node[];
  /** With the loss of each. */
  readonly outputs: readonly Node[];
  readonly losses: readonly Loss[];
  readonly loss: Node;
  /** All updates of the step: the optimizer's, moving averages, counters. */
  readonly updates: readonly Node[];
  /** For each variable that the optimizer changes, the gradient it gets: clipped, where it clips. */
  readonly gradients: ReadonlyMap<Node, Node>;
  /** The update made after the step, for constraints; null where there is none. */
  readonly projection: Node | null;
}

/** All that a training depends on beside program and data: plain data, to be kept and set again. */
export interface ModelState {
  /** The variables of the graph by name: weights, slots, counts, rates. What callbacks keep stands under `callbacks/`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly training: TrainingPosition;
}

/** Where a training stands. JSON. */
export interface TrainingPosition {
  /** Epochs ended since the training began: `initialEpoch` of a fit that goes on. */
  readonly epoch: number;
  /** Steps made in the epoch begun; 0 between epochs. */
  readonly step: number;
  /** Steps made since the training began. */
  readonly stepsMade: number;
  /** Epochs that this model has been trained for, in all trainings: decides the order of the examples. */
  readonly epochsTrained: number;
  /** Sums of the reports over the epoch begun, and of how many examples; null stands for NaN. */
  readonly sums: readonly (number | null)[];
  readonly examples: number;
  /** What callbacks remember, by their names. */
  readonly callbacks: { readonly [name: string]: { readonly [key: string]: Json } };
}

/** What Keras calls the hooks that have another name here, folded. */
const kerasHooks: Readonly<Record<string, Hook>> = {
  onbatchend: "onStepEnd",
  ontrainbatchend: "onStepEnd",
};

/** Fails with ArgumentError unless all are callbacks whose functions are functions, and are ones that `fit` calls. */
export function checkCallbacks(subject: string, callbacks: unknown): asserts callbacks is readonly Callback[] {
  if (!Array.isArray(callbacks) || callbacks.some((each: unknown) => typeof each !== "object" || each === null)) {
    throw new ArgumentError(`${subject}: callbacks must be a list of callbacks; received ${describe(callbacks)}.`);
  }
  for (const callback of callbacks as readonly Callback[]) {
    for (const name of [...HOOKS, "getState", "setState"] as const) {
      checkCallback(`${subject}: callbacks: ${name}`, callback[name]);
    }
    for (const name of HOOKS) {
      if ((callback[name]?.length ?? 0) < 2) continue;
      throw new ArgumentError(
        `${subject}: callbacks: ${name} takes one argument, the training, with training.epoch and training.metrics; ` +
          `received a function of ${callback[name]?.length}. The option onEpochEnd of fit takes (epoch, metrics).`,
      );
    }
    if (callback.last !== undefined) checkFlag(`${subject}: callbacks: last`, callback.last);
    if (callback.name !== undefined && typeof callback.name !== "string") {
      throw new ArgumentError(`${subject}: callbacks: name must be a string; received ${describe(callback.name)}.`);
    }
    checkHookNames(subject, callback);
  }
}

/** Fails for a function that is named like a hook and is none: it would never be called. */
function checkHookNames(subject: string, callback: object): void {
  for (const name of namesOf(callback)) {
    if (!/^on_?[A-Z]|^on_[a-z]/.test(name) && !HOOKS.some((hook) => fold(hook) === fold(name))) continue;
    if ((HOOKS as readonly string[]).includes(name)) continue;
    if (typeof (callback as Readonly<Record<string, unknown>>)[name] !== "function") continue;
    const folded = fold(name);
    const meant = Object.hasOwn(kerasHooks, folded) ? kerasHooks[folded] : name;
    const proposed = suggestion(meant, HOOKS);
    throw new ArgumentError(
      `${subject}: callbacks: the functions that fit calls are ${HOOKS.join(", ")}; ` +
        `received ${describe(name)}${proposed}${proposed === "" ? "." : "?"}`,
    );
  }
}

/** Own names and those of the classes, without those of every object. */
function namesOf(callback: object): Set<string> {
  const names = new Set<string>();
  for (let each: object = callback; each !== null && each !== Object.prototype; each = Object.getPrototypeOf(each)) {
    for (const name of Object.getOwnPropertyNames(each)) names.add(name);
  }
  return names;
}
