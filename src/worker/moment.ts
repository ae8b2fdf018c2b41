// A training in a worker as callbacks see it: a moment of it, which knows what they do to it.

import { StateError } from "../errors.js";
import type { HostSignal } from "../host/signal.js";
import type { Tensor } from "../tensor/tensor.js";
import type { TrainedModel, Training, TrainingNodes } from "../training/callbacks/callback.js";
import type { Metrics } from "../training/loop/tally.js";
import type { Edits, Moment } from "./protocol.js";

export class RemoteTraining implements Training {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number | null;
  readonly stepsMade: number;
  readonly metrics: Metrics;
  readonly loss: number;
  readonly signal: HostSignal | undefined;
  readonly model: TrainedModel;
  readonly #moment: Moment;
  #learningRate: number | undefined;
  #stop: string | undefined;
  #weights: ReadonlyMap<string, Tensor> | undefined;

  constructor(moment: Moment, signal: HostSignal | undefined) {
    this.#moment = moment;
    this.epoch = moment.epoch;
    this.epochs = moment.epochs;
    this.step = moment.step;
    this.steps = moment.steps;
    this.stepsMade = moment.stepsMade;
    this.metrics = moment.metrics;
    this.loss = moment.loss;
    this.signal = signal;
    const stays = (what: string) => staysInWorker(`Training.model.${what}`);
    this.model = {
      get session() {
        return stays("session");
      },
      get layers() {
        return stays("layers");
      },
      getState: () => stays("getState"),
      getWeights: () => this.#getWeights(),
      setWeights: (weights) => {
        this.#weights = weights;
      },
    };
  }

  get nodes(): TrainingNodes {
    return staysInWorker("Training.nodes");
  }
  get labels(): Training["labels"] {
    return staysInWorker("Training.labels");
  }
  feeds(): never {
    return staysInWorker("Training.feeds");
  }
  get stopReason(): string | null {
    return this.#moment.stopReason ?? this.#stop ?? null;
  }
  stop(reason: string): void {
    this.#stop ??= reason;
  }

  get learningRate(): number {
    const rate = this.#learningRate ?? this.#moment.learningRate;
    if (rate === null) throw new StateError(`Training.learningRate: ${this.#moment.learningRateObstacle}.`);
    return rate;
  }
  set learningRate(rate: number) {
    const { learningRateObstacle: obstacle } = this.#moment;
    if (obstacle !== null) throw new StateError(`Training.learningRate: ${obstacle}.`);
    this.#learningRate = rate;
  }

  get learningRateObstacle(): string | null {
    return this.#moment.learningRateObstacle;
  }

  /** What has been done to it. */
  get edits(): Edits {
    return {
      ...(this.#learningRate !== undefined && { learningRate: this.#learningRate }),
      ...(this.#stop !== undefined && { stop: this.#stop }),
      ...(this.#weights !== undefined && { weights: this.#weights }),
    };
  }

  #getWeights(): ReadonlyMap<string, Tensor> {
    if (this.#weights !== undefined) return this.#weights;
    const { weights } = this.#moment;
    if (weights === null) {
      throw new StateError(
        "Training.model.getWeights: after a step the weights stay in the worker; ask for them at the end of an epoch.",
      );
    }
    return weights;
  }
}

function staysInWorker(subject: string): never {
  throw new StateError(
    `${subject}: the graph of a training in a worker is not here; callbacks there have metrics, loss, learningRate, stop ` +
      "and the weights.",
  );
}
