// In the worker: a fit whose data, callbacks and reports are partly with the caller.

import { heard } from "../host/signal.js";
import type { AnyModel } from "../models/lanewise/architecture.js";
import type { Callback, Hook, Training } from "../training/callbacks/callback.js";
import type { BatchSource, Progress } from "../training/input/fitOptions.js";
import type { History } from "../training/loop/run.js";
import { type Channel, send } from "./channel.js";
import { pack, unpack } from "./packing.js";
import type { CallerFunctions, Edits, FitRequest, HostFunctions, Moment } from "./protocol.js";
import { sourceOf } from "./remoteSource.js";

type Caller = Channel<CallerFunctions, HostFunctions>;

export async function fitInHost(
  model: AnyModel,
  request: FitRequest,
  caller: Caller,
  signal: AbortSignal,
): Promise<History> {
  const [first, ...more] = unpack(request.data) as unknown[];
  const { validationData, ...options } = unpack(request.options) as Record<string, unknown>;
  const steps = request.onStep ? new StepReports(request, caller) : null;
  const settings = {
    ...options,
    ...(validationData !== undefined && { validationData: sourceOf(validationData, caller) }),
    ...(steps && { onStep: (progress: Progress) => steps.take(progress) }),
    callbacks: [relay(request, caller)],
    signal,
  };
  const data = sourceOf(first, caller);
  const history =
    data === first
      ? await model.fit(first as never, more[0] as never, settings as never)
      : await model.fit(data as BatchSource, settings as never);
  if (steps) await heard(steps.finish(), signal);
  return history;
}

/** Reports of steps, as many as the caller can take: one at a time, `stepInterval` apart, and the last one in any case. */
class StepReports {
  readonly #request: FitRequest;
  readonly #caller: Caller;
  #sending: Promise<void> | null = null;
  #sent = -Infinity;
  #left: Progress | null = null;

  constructor(request: FitRequest, caller: Caller) {
    this.#request = request;
    this.#caller = caller;
  }

  take(progress: Progress): Promise<void> | undefined {
    const { stepInterval } = this.#request;
    if (stepInterval === 0) return this.#send(progress);
    if (this.#sending !== null || performance.now() - this.#sent < stepInterval) {
      this.#left = progress;
      return undefined;
    }
    this.#sending = this.#send(progress).finally(() => {
      this.#sending = null;
    });
    // Where it fails, the caller knows why and has aborted.
    this.#sending.catch(() => {});
    return undefined;
  }

  async finish(): Promise<void> {
    await this.#sending;
    if (this.#left !== null) await this.#send(this.#left);
  }

  #send(progress: Progress): Promise<void> {
    this.#sent = performance.now();
    this.#left = null;
    return this.#caller.step(this.#request.id, progress);
  }
}

/** One callback that stands for all of the caller's. */
function relay({ id, hooks }: FitRequest, caller: Caller): Callback {
  const relayed = (hook: Hook) => async (training: Training) => {
    const moment = send(pack("fit", momentOf(training, hook !== "onStepEnd"), "move"));
    apply(unpack(await caller.hook(id, hook, moment)) as Edits, training);
  };
  return Object.fromEntries(hooks.map((hook) => [hook, relayed(hook)]));
}

function momentOf(training: Training, withWeights: boolean): Moment {
  const { epoch, epochs, step, steps, stepsMade, metrics, loss, stopReason, learningRateObstacle, model } = training;
  let learningRate: number | null = null;
  try {
    learningRate = training.learningRate;
  } catch {
    // The obstacle says why.
  }
  const weights = withWeights ? model.getWeights() : null;
  return {
    epoch,
    epochs,
    step,
    steps,
    stepsMade,
    metrics,
    loss,
    learningRate,
    learningRateObstacle,
    stopReason,
    weights,
  };
}

function apply({ learningRate, stop, weights }: Edits, training: Training): void {
  if (learningRate !== undefined) training.learningRate = learningRate;
  if (weights !== undefined) training.model.setWeights(weights);
  if (stop !== undefined) training.stop(stop);
}
