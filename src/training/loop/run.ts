// A training in progress: the loop over epochs and steps, where it stands, and its callbacks.

import { isPromise, type Soon } from "../../data/pipeline/flow.js";
import { ArgumentError, checkNumber, StateError } from "../../errors.js";
import { isVariable } from "../../graph/graph.js";
import { type HostSignal, heard, patiently } from "../../host/signal.js";
import type { Node } from "../../ops/op.js";
import { rateOf, type UpdateAttributes, withCompanions } from "../../ops/update.js";
import type { Executable } from "../../runtime/executable.js";
import { sizeOf } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import type { Callback, Hook, TrainedModel, Training, TrainingNodes } from "../callbacks/callback.js";
import type { Batches } from "../input/batches.js";
import { switchesOf, type Trainable } from "../model/trainable.js";
import type { Standing } from "./state.js";
import { type Metrics, reportNodes, Tally } from "./tally.js";
import type { TurnClock } from "./yield.js";

export interface RunOptions {
  readonly epochs: number;
  readonly callbacks: readonly Callback[];
  readonly labels: Training["labels"];
  readonly clock: TurnClock;
  readonly signal: HostSignal | undefined;
  /** Before each epoch. */
  readonly prepare: () => Soon<unknown>;
  /** The metrics of the validation data, after each epoch. */
  readonly validate: () => Soon<Metrics>;
}

/** For each metric its value after each epoch: `history.loss[0]`. The loss is always there. */
export type History = Readonly<Record<string, readonly number[]>> & { readonly loss: readonly number[] };

/** A training step of so many examples, and the scalars that are 1 in it. */
interface StepPlan {
  readonly executable: Executable;
  readonly switches: readonly Node[];
}

export class Run implements Training {
  readonly model: TrainedModel;
  epoch: number;
  step: number;
  stepsMade: number;
  stopReason: string | null = null;
  /** Those that save the state of the others last. */
  readonly callbacks: readonly Callback[];
  readonly #trainable: Trainable;
  readonly #options: RunOptions;
  readonly #tally: Tally;
  /** By the number of examples. */
  readonly #plans = new Map<number, StepPlan>();
  #validation: Metrics = {};
  #epochsTrained: number;
  /** True from the end of an epoch to the beginning of the next. */
  #between: boolean;
  #batches: Batches;
  /** Of the last step. */
  #count = 0;

  constructor(
    model: TrainedModel,
    trainable: Trainable,
    batches: Batches,
    from: Standing["position"],
    options: RunOptions,
  ) {
    this.model = model;
    this.#trainable = trainable;
    this.#batches = batches;
    this.#options = options;
    this.callbacks = [...options.callbacks].sort((a, b) => Number(a.last ?? false) - Number(b.last ?? false));
    this.#between = from.step === 0;
    this.epoch = from.epoch + (this.#between ? 0 : 1);
    this.step = from.step;
    this.stepsMade = from.stepsMade;
    this.#epochsTrained = from.epochsTrained;
    this.#tally = new Tally(trainable);
    this.#tally.sums.set(from.sums.map((sum) => sum ?? Number.NaN));
    this.#tally.examples = from.examples;
  }

  get nodes(): TrainingNodes {
    const { reports, update, moreUpdates, projection } = this.#trainable;
    const [, loss] = reports[0] as (typeof reports)[number];
    const own = update ? withCompanions([update]) : [];
    const pairs = own.flatMap(({ inputs, attributes }) =>
      (attributes as UpdateAttributes).variables.map((variable, i) => [variable, inputs[i] as Node] as const),
    );
    const { inputs, outputs, losses } = this.#trainable;
    return {
      inputs,
      outputs,
      losses,
      loss,
      updates: [...own, ...moreUpdates()],
      gradients: new Map(pairs),
      projection,
    };
  }
  get epochs(): number {
    return this.#options.epochs;
  }
  get steps(): number | null {
    return this.#batches.steps;
  }
  get metrics(): Metrics {
    return { ...this.#tally.metrics, ...this.#validation };
  }
  get labels(): Training["labels"] {
    return this.#options.labels;
  }
  get loss(): number {
    return this.#tally.loss;
  }
  get signal(): HostSignal | undefined {
    return this.#options.signal;
  }

  get learningRate(): number {
    const { session } = this.model;
    const { rate, schedule, step } = this.#rate();
    // The count moves on with the update, so that this is the rate of the next step.
    if (schedule) return schedule.valueAt(session.get(step).item());
    if (rate && isVariable(rate)) return session.get(rate).item();
    throw new StateError(`Training.learningRate: ${this.learningRateObstacle}.`);
  }
  set learningRate(rate: number) {
    const obstacle = this.learningRateObstacle;
    if (obstacle !== null) throw new StateError(`Training.learningRate: ${obstacle}.`);
    checkNumber("Training.learningRate", rate, 0);
    this.model.session.set([[this.#rate().rate as Node, rate]]);
  }

  get learningRateObstacle(): string | null {
    const { rate, schedule } = this.#rate();
    if (rate && isVariable(rate) && !schedule) return null;
    const what = schedule
      ? "it follows the schedule of the optimizer"
      : rate
        ? `${rate.name} is computed by the graph`
        : "this optimizer has none";
    return `the rate must be a variable; ${what}`;
  }

  stop(reason: string): void {
    this.stopReason ??= reason;
  }

  feeds(): ReadonlyMap<Node, Tensor> {
    if (this.#count === 0) throw new StateError("Training.feeds: no step has been made yet.");
    const feeds = new Map<Node, Tensor>();
    this.#batches.writeInputs({
      input: (node) => {
        const shape = node.shape.map((extent) => extent ?? this.#count);
        const data = new (node.dtype === "int32" ? Int32Array : Float32Array)(sizeOf(shape));
        feeds.set(node, new Tensor(data, shape));
        return data;
      },
    });
    for (const node of this.#trainable.keys) {
      const keys = new Int32Array(2 * this.#count);
      this.#batches.writeKeys(keys);
      feeds.set(node, new Tensor(keys, [this.#count, 2]));
    }
    for (const node of switchesOf(this.#trainable, this.#batches.inputs)) {
      feeds.set(node, new Tensor(Float32Array.of(1)).reshape([]));
    }
    return feeds;
  }

  /** Where the training stands, without what callbacks remember. */
  get position(): Standing["position"] {
    const { sums, examples } = this.#tally;
    const between = this.#between;
    return {
      epoch: between ? this.epoch : this.epoch - 1,
      step: between ? 0 : this.step,
      stepsMade: this.stepsMade,
      epochsTrained: this.#epochsTrained,
      sums: between ? [] : Array.from(sums, (sum) => (Number.isFinite(sum) ? sum : null)),
      examples: between ? 0 : examples,
    };
  }

  /** Trains to the end; `onTrainEnd` is called whatever that is. */
  async train(): Promise<History> {
    // A metric may be called "constructor" or "__proto__": no record until the end.
    const history = new Map<string, number[]>([["loss", []]]);
    let failure: { readonly error: unknown } | null = null;
    try {
      await this.#call("onTrainBegin");
      this.signal?.throwIfAborted();
      while (this.#goesOn()) {
        await this.#trainEpoch();
        if (!this.#between) break;
        for (const [name, value] of Object.entries(this.metrics)) {
          const values = history.get(name);
          if (values === undefined) history.set(name, [value]);
          else values.push(value);
        }
        const called = this.#call("onEpochEnd");
        if (isPromise(called)) await called;
        this.signal?.throwIfAborted();
      }
    } catch (error) {
      failure = { error };
    }
    for (const callback of this.callbacks) {
      try {
        const ended = callback.onTrainEnd?.(this);
        if (this.signal?.aborted) await patiently(ended);
        else if (isPromise(ended)) await heard(ended, this.signal);
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure !== null) throw failure.error;
    return Object.fromEntries(history) as unknown as History;
  }

  #goesOn(): boolean {
    return this.stopReason === null && (this.#between ? this.epoch < this.epochs : this.epoch <= this.epochs);
  }

  async #trainEpoch(): Promise<void> {
    if (this.#between) {
      this.epoch++;
      this.step = 0;
      this.#tally.reset();
      this.#validation = {};
      this.#between = false;
    }
    // Where nobody waits for anything, an epoch costs no turn of the event loop.
    const prepared = this.#options.prepare();
    if (isPromise(prepared)) await prepared;
    const begun = this.#call("onEpochBegin");
    if (isPromise(begun)) await begun;
    this.#batches.begin({ order: this.#epochsTrained, epoch: this.epoch - 1, step: this.step });
    const ended = await this.#makeSteps();
    if (!ended) return;
    if (this.step === 0) throw new ArgumentError("Model.fit: the data must hold at least one batch; received none.");
    this.#epochsTrained++;
    this.#between = true;
    const validated = this.#options.validate();
    this.#validation = isPromise(validated) ? await validated : validated;
  }

  /** Resolves to false where the training was stopped within the epoch. */
  async #makeSteps(): Promise<boolean> {
    const { clock, signal } = this.#options;
    const { projection, session, keys } = this.#trainable;
    const project = projection && session.prepare({ fetches: [projection] });
    const batches = this.#batches;
    const tally = this.#tally;
    const watched = this.callbacks.some(({ onStepEnd }) => onStepEnd !== undefined);
    let plan: StepPlan | null = null;
    for (;;) {
      const next = batches.next();
      const count = typeof next === "number" ? next : await heard(next, signal);
      if (count === 0) return true;
      if (plan === null || count !== this.#count) {
        plan = this.#plans.get(count) ?? this.#plan(count);
        // A plan takes as long as several steps.
        if (clock.due) await clock.give();
      }
      this.#count = count;
      const { executable, switches } = plan;
      batches.write(executable);
      for (let i = 0; i < keys.length; i++) batches.writeKeys(executable.input(keys[i] as Node));
      for (let i = 0; i < switches.length; i++) executable.input(switches[i] as Node)[0] = 1;
      executable.run();
      tally.add(executable, count);
      project?.run();
      this.step++;
      this.stepsMade++;
      if (watched) {
        const called = this.#call("onStepEnd");
        if (isPromise(called)) await called;
      }
      if (clock.due) await clock.give();
      signal?.throwIfAborted();
      if (this.step === batches.steps) return true;
      if (this.stopReason !== null) return false;
    }
  }

  #plan(batch: number): StepPlan {
    const { session, update, moreUpdates, keys } = this.#trainable;
    const fetches = [...reportNodes(this.#trainable), ...(update ? [update] : []), ...moreUpdates()];
    const switches = switchesOf(this.#trainable, this.#batches.nodes);
    const executable = session.prepare({ fetches, feeds: [...this.#batches.nodes, ...keys, ...switches], batch });
    const plan = { executable, switches };
    this.#plans.set(batch, plan);
    return plan;
  }

  #call(hook: Hook, from = 0): Soon<unknown> {
    for (let i = from; i < this.callbacks.length; i++) {
      const result = this.callbacks[i]?.[hook]?.(this);
      if (isPromise(result)) return heard(result, this.signal).then(() => this.#call(hook, i + 1));
    }
    return undefined;
  }

  /** The node of the learning rate, under the factors of layers, and the schedule that it follows. */
  #rate(): Pick<Partial<UpdateAttributes>, "schedule"> & { readonly rate: Node | null; readonly step: Node } {
    const { update } = this.#trainable;
    const { schedule, step } = (update?.attributes ?? {}) as UpdateAttributes;
    let rate = update && rateOf(update);
    while (rate && !isVariable(rate) && rate.inputs.length === 1) rate = rate.inputs[0] as Node;
    return { rate, step, ...(schedule && { schedule }) };
  }
}
