// With the caller: what hears of a fit in the worker, that is callbacks and reports.

import { ArgumentError, checkNumber, checkOptions, describe, oneOf } from "../errors.js";
import type { HostSignal } from "../host/signal.js";
import type { Node } from "../ops/op.js";
import { type Callback, HOOKS, type Hook } from "../training/callbacks/callback.js";
import { type FitOptions, fitOptionNames, type Progress, readFitOptions } from "../training/input/fitOptions.js";
import type { Structure } from "../training/model/structure.js";
import { send } from "./channel.js";
import { RemoteTraining } from "./moment.js";
import { type Packed, type Passage, pack, unpack } from "./packing.js";
import type { Moment } from "./protocol.js";

/** The options of `Model.fit`, and how the worker is to be spoken with. */
export interface WorkerFitOptions<I extends Structure<Node> = Node, O extends Structure<Node> = Node>
  extends FitOptions<I, O> {
  /**
   * Milliseconds between two calls of `onStep`, which is told of the latest step each time, and of the last one in any
   * case. 0: of every step, and the training waits for the page. Default 16, a frame.
   */
  readonly stepInterval?: number;
  /**
   * "copy": the worker gets copies of the arrays. "move": it gets the arrays themselves, at no cost, and they are empty
   * here from then on, like all that share their buffers. Default "copy".
   */
  readonly arrays?: Passage;
}

const here = ["callbacks", "onStep", "onEpochEnd", "signal", "queue", "stepInterval", "arrays"];

export function checkPassage(subject: string, passage: unknown): asserts passage is Passage {
  if (passage === "copy" || passage === "move") return;
  throw new ArgumentError(`${subject} must be ${oneOf(["copy", "move"])}; received ${describe(passage)}.`);
}

/** The parts of a fit that stay with the caller. */
export class FitAtCaller {
  /** The options that are data. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly stepInterval: number;
  readonly arrays: Passage;
  readonly signal: HostSignal | undefined;
  /** Whether to wait for a fit in progress. */
  readonly queue: boolean;
  readonly hooks: readonly Hook[];
  readonly onStep: ((progress: Progress) => unknown) | undefined;
  readonly #callbacks: readonly Callback[];
  /** Ends the fit. */
  readonly #abort: () => void;
  #failure: { readonly error: unknown } | null = null;

  /** Fails as `Model.fit` does where the options are wrong. */
  constructor(options: WorkerFitOptions<never, never>, flowing: boolean, abort: () => void) {
    checkOptions("WorkerModel.fit", options, [...fitOptionNames, "stepInterval", "arrays"]);
    const { stepInterval = 16, arrays = "copy", ...rest } = options;
    checkNumber("WorkerModel.fit: stepInterval", stepInterval, 0);
    checkPassage("WorkerModel.fit: arrays", arrays);
    if (options.verbose) {
      throw new ArgumentError(
        `WorkerModel.fit: verbose must be false, for the worker has no terminal; received ${describe(options.verbose)}; ` +
          "callbacks.progress() shows lines here.",
      );
    }
    const { callbacks, onStep, onEpochEnd, signal, queue } = readFitOptions(rest, flowing);
    this.data = Object.fromEntries(Object.entries(options).filter(([name]) => !here.includes(name)));
    this.stepInterval = stepInterval;
    this.arrays = arrays;
    this.signal = signal;
    this.queue = queue;
    this.onStep = onStep;
    const own: Callback[] = onEpochEnd ? [{ onEpochEnd: ({ epoch, metrics }) => onEpochEnd(epoch, metrics) }] : [];
    this.#callbacks = [...own, ...callbacks].sort((a, b) => Number(a.last ?? false) - Number(b.last ?? false));
    this.hooks = HOOKS.filter((hook) => this.#callbacks.some((callback) => callback[hook] !== undefined));
    this.#abort = abort;
  }

  /** What the worker's call for a step leads to. */
  async step(progress: Progress): Promise<void> {
    await this.#guarded(() => this.onStep?.(progress));
  }

  /** Calls the callbacks; gives what they have done to the training. */
  async hook(hook: Hook, packed: Packed): Promise<Packed> {
    const training = new RemoteTraining(unpack(packed) as Moment, this.signal);
    for (const callback of this.#callbacks) {
      const called = this.#guarded(() => callback[hook]?.(training));
      // Every callback hears of the end, whatever the others make of it.
      await (hook === "onTrainEnd" ? called.catch(() => {}) : called);
    }
    return send(pack("WorkerModel.fit: callbacks", training.edits));
  }

  /** What the fit rejects with, where the worker's says `error`: the caller's own reason, if it has one. */
  reasonOf(error: unknown): unknown {
    if (this.#failure !== null) return this.#failure.error;
    return this.signal?.aborted ? (this.signal as AbortSignal).reason : error;
  }

  /** What fails here ends the fit. */
  async #guarded(work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failure ??= { error };
      this.#abort();
      throw error;
    }
  }
}
