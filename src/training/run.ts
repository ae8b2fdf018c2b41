// A training in progress: the loop over epochs and steps, where it stands, and its callbacks.

import { isPromise, type Soon } from "../data/flow.js";
import { ArgumentError, StateError } from "../errors.js";
import type { Executable } from "../graph/executable.js";
import { isVariable } from "../graph/graph.js";
import type { Node } from "../ops/op.js";
import { rateOf } from "../ops/update.js";
import type { HostSignal } from "../signal.js";
import { sizeOf } from "../tensor/shape.js";
import { Tensor, type TensorData } from "../tensor/tensor.js";
import type { Batches } from "./batches.js";
import type { Callback, Metrics, TrainedModel, Training, TrainingPosition } from "./callbacks/callback.js";
import { meansOf, type Trainable } from "./loop.js";
import type { TurnClock } from "./yield.js";

export interface RunOptions {
  readonly epochs: number;
  readonly callbacks: readonly Callback[];
  readonly clock: TurnClock;
  readonly signal: HostSignal | undefined;
  /** Metrics of the validation data; null where there are none. */
  readonly validate: (() => Promise<Metrics>) | null;
  /** Called before each epoch. */
  readonly prepare: (() => Soon<unknown>) | null;
}

/** What a new training begins with. */
export const START: TrainingPosition = {
  epoch: 0,
  step: 0,
  stepsMade: 0,
  epochsTrained: 0,
  sums: [],
  examples: 0,
  callbacks: {},
};

/** For each metric its value after each epoch: `history.loss[0]`. */
export type History = Readonly<Record<string, readonly number[]>>;

type Hook = "onTrainBegin" | "onEpochBegin" | "onStepEnd" | "onEpochEnd" | "onTrainEnd";

export class Run implements Training {
  readonly model: TrainedModel;
  readonly epochs: number;
  readonly signal: HostSignal | undefined;
  epoch: number;
  step: number;
  stepsMade: number;
  stopReason: string | null = null;
  readonly #trainable: Trainable;
  readonly #options: RunOptions;
  readonly #sums: Float64Array;
  /** Of the last step. */
  #loss = Number.NaN;
  #examples: number;
  #epochsTrained: number;
  /** True from the end of an epoch to the beginning of the next. */
  #between: boolean;
  #validation: Metrics = {};
  /** Null when the training has ended: then its data may go. */
  #batches: Batches | null;

  constructor(
    model: TrainedModel,
    trainable: Trainable,
    batches: Batches,
    from: TrainingPosition,
    options: RunOptions,
  ) {
    this.model = model;
    this.#trainable = trainable;
    this.#batches = batches;
    this.#options = options;
    this.epochs = options.epochs;
    this.signal = options.signal;
    this.epoch = from.epoch;
    this.step = from.step;
    this.stepsMade = from.stepsMade;
    this.#examples = from.examples;
    this.#epochsTrained = from.epochsTrained;
    this.#between = from.step === 0;
    this.#sums = new Float64Array(trainable.reports.length);
    this.#sums.set(from.sums.map((sum) => sum ?? Number.NaN));
  }

  get steps(): number | null {
    return this.#batches?.steps ?? null;
  }
  get loss(): number {
    return this.#loss;
  }
  get metrics(): Metrics {
    return { ...meansOf(this.#trainable, this.#sums, this.#examples), ...this.#validation };
  }

  get learningRate(): number {
    return this.model.session.get(this.#rate()).item();
  }
  set learningRate(rate: number) {
    this.model.session.set([[this.#rate(), rate]]);
  }

  stop(reason: string): void {
    this.stopReason ??= reason;
  }

  feeds(): ReadonlyMap<Node, Tensor> {
    const feeds = new Map<Node, Tensor>();
    const batches = this.#batches;
    if (batches === null || this.stepsMade === 0) {
      throw new StateError("Training.feeds: there is no batch; call it after a step.");
    }
    const { examples } = { examples: this.#lastCount };
    batches.writeInputs({
      input: (node) => {
        const shape = node.shape.map((extent) => extent ?? examples);
        const data: TensorData = node.dtype === "int32" ? new Int32Array(sizeOf(shape)) : new Float32Array(sizeOf(shape));
        feeds.set(node, new Tensor(data, shape));
        return data;
      },
    });
    for (const node of this.#switches()) feeds.set(node, new Tensor(Float32Array.of(1), []));
    return feeds;
  }
}
