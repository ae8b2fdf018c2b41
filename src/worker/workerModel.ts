// A model in a worker, as whoever started it sees it: the API of Model, all of it asynchronous.

import { checkArity, checkOptions, StateError } from "../errors.js";
import { checkSignal } from "../host/signal.js";
import { type Thread, withRemedy } from "../host/threads.js";
import type { SaveModelOptions } from "../models/lanewise/files.js";
import type { Node } from "../ops/op.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import type { ModelState } from "../training/callbacks/callback.js";
import { isFlowing } from "../training/input/fitData.js";
import type { BatchSource } from "../training/input/fitOptions.js";
import type { TrainOnBatchOptions } from "../training/loop/onBatch.js";
import type { History } from "../training/loop/run.js";
import { requireIdle } from "../training/loop/state.js";
import type { LossAndMetrics } from "../training/loop/tally.js";
import { Line } from "../training/loop/trainings.js";
import type { EvaluateOptions } from "../training/model/model.js";
import { type CompileOptions, readRecipe } from "../training/model/recipe.js";
import type { Like, Structure } from "../training/model/structure.js";
import { checkPassage, FitAtCaller, type WorkerFitOptions } from "./callerFit.js";
import { type Channel, connect, send } from "./channel.js";
import { type Passage, pack, unpack } from "./packing.js";
import type { CallerFunctions, Forms, HostFunctions, OpenRequest } from "./protocol.js";
import { Sources } from "./remoteSource.js";
import { sendable } from "./sendable.js";

type Nodes = Structure<Node>;

/**
 * A model in a worker. Everything is as with Model, and gives the same bits, but comes as a promise. Arrays are copied to
 * the worker, results are moved out of it. What fails there fails here, with an error of the same class and message;
 * where the worker itself ends, all that is not answered yet rejects with a StateError, and so does every later call.
 */
export class WorkerModel<I extends Nodes = Node, O extends Nodes = Node> {
  readonly #thread: Thread;
  readonly #host: Channel<HostFunctions, CallerFunctions>;
  readonly #fits = new Map<number, FitAtCaller>();
  /** Fits that wait for their turn. */
  readonly #line = new Line();
  /** Resolves when the fit in progress has ended; null without one. */
  #lastFit: Promise<void> | null = null;
  readonly #sources = new Sources();
  #forms: Forms | null = null;
  #count = 0;
  /** Calls that are not answered yet. */
  #pending = 0;
  /** Why there is no worker any more. */
  #ended: string | null = null;

  /**
   * `modelInWorker` makes one.
   * @internal
   */
  constructor(thread: Thread) {
    this.#thread = thread;
    const sources = this.#sources;
    const functions: CallerFunctions = {
      step: async (fit, progress) => this.#fits.get(fit)?.step(progress),
      hook: async (fit, hook, moment) => this.#fits.get(fit)?.hook(hook, moment),
      openSource: (source, epoch) => sources.openSource(source, epoch),
      nextBatch: (reading) => sources.nextBatch(reading),
      closeSource: (reading) => sources.closeSource(reading),
    };
    this.#host = connect(thread, functions, (reason) => this.end(`its worker ended: ${withRemedy(reason, "worker")}`));
    if (!thread.alive) void this.end("its worker has ended before");
  }

  /**
   * Brings the model there.
   * @internal
   */
  async open(request: OpenRequest, moved: readonly ArrayBuffer[]): Promise<void> {
    checkArity("WorkerModel.open", arguments.length, 2);
    this.#forms = await this.#call("modelInWorker", () => this.#host.open(send({ content: request, moved })));
  }

  /** True from `close` on, or when the worker has ended by itself. */
  get closed(): boolean {
    return this.#ended !== null;
  }

  /** As `Model.compile`. Functions of one's own cannot go there: ArgumentError names them, and nothing is changed. */
  async compile(options: CompileOptions<O>): Promise<void> {
    checkArity("WorkerModel.compile", arguments.length, 1);
    const { outputs, variables } = this.#forms as Forms;
    const recipe = sendable("WorkerModel.compile", readRecipe(options as CompileOptions<never>, outputs), variables);
    await this.#call("WorkerModel.compile", () => this.#host.compile(recipe));
  }

  /**
   * As `Model.fit`. Callbacks are called here, and the training waits for them; they have the weights at the beginning
   * and the end of epochs and of the training, but not the graph. Of a dataset or generator the batches are read here.
   */
  async fit(x: Like<I, TensorLike>, y: Like<O, TensorLike>, options?: WorkerFitOptions<I, O>): Promise<History>;
  async fit(data: BatchSource, options?: WorkerFitOptions<I, O>): Promise<History>;
  async fit(x: unknown, second?: unknown, third: WorkerFitOptions<I, O> = {}): Promise<History> {
    const flowing = isFlowing(x);
    checkArity("WorkerModel.fit", arguments.length, flowing ? 2 : 3);
    const id = this.#count++;
    const options = (flowing ? (second ?? {}) : third) as WorkerFitOptions<never, never>;
    const fit = new FitAtCaller(options, flowing, () => this.#abort(id));
    const { signal, queue } = fit;
    const begin = () => this.#fit(id, fit, flowing ? [x] : [x, second]);
    if (queue) return await this.#line.wait(() => this.#lastFit ?? undefined, signal, begin);
    // The worker may be done with the one before it reads of the next: whether a fit runs is decided here.
    if (this.#ended === null) requireIdle("WorkerModel.fit", this.#fits.size > 0 || !this.#line.empty);
    return await begin();
  }

  async #fit(id: number, fit: FitAtCaller, data: readonly unknown[]): Promise<History> {
    const { signal, stepInterval, hooks, onStep } = fit;
    const abort = () => this.#abort(id);
    const [x] = data;
    const used: number[] = [];
    this.#fits.set(id, fit);
    let ended = () => {};
    this.#lastFit = new Promise((resolve) => {
      ended = resolve;
    });
    signal?.addEventListener("abort", abort);
    try {
      const { validationData } = fit.data;
      const content = {
        data: isFlowing(x) ? [this.#sources.enter(x, used)] : data,
        options: {
          ...fit.data,
          ...(validationData !== undefined && { validationData: this.#sources.enter(validationData, used) }),
        },
      };
      const parcel = pack("WorkerModel.fit", content, fit.arrays);
      const request = { ...(parcel.content as typeof content), id, hooks, onStep: onStep !== undefined, stepInterval };
      return await this.#call("WorkerModel.fit", () => this.#host.fit(send({ ...parcel, content: request })));
    } catch (error) {
      throw fit.reasonOf(error);
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#fits.delete(id);
      this.#sources.forget(used);
      this.#lastFit = null;
      ended();
    }
  }

  #abort(call: number): void {
    // A worker that is gone has nothing to abort.
    if (this.#ended === null) this.#host.abort.asEvent(call).catch(() => {});
  }

  /**
   * As `Model.trainOnBatch`. A step of a small net takes less time than the messages around it: let `fit` do many.
   */
  async trainOnBatch(
    x: Like<I, TensorLike>,
    y: Like<O, TensorLike>,
    options: TrainOnBatchOptions = {},
  ): Promise<LossAndMetrics> {
    const subject = "WorkerModel.trainOnBatch";
    checkArity(subject, arguments.length, 3);
    requireIdle(subject, this.#fits.size > 0);
    const packed = send(pack(subject, [x, y, options]));
    return await this.#call(subject, () => this.#host.trainOnBatch(packed));
  }

  /** As `Model.evaluate`. */
  async evaluate(x: Like<I, TensorLike>, y: Like<O, TensorLike>, options?: EvaluateOptions): Promise<LossAndMetrics>;
  async evaluate(data: BatchSource, options?: Pick<EvaluateOptions, "signal">): Promise<LossAndMetrics>;
  async evaluate(x: unknown, second?: unknown, third: EvaluateOptions = {}): Promise<LossAndMetrics> {
    const subject = "WorkerModel.evaluate";
    const flowing = isFlowing(x);
    checkArity(subject, arguments.length, flowing ? 2 : 3);
    const given = flowing ? ((second ?? {}) as EvaluateOptions) : third;
    checkOptions(subject, given, flowing ? ["signal"] : ["batchSize", "sampleWeight", "signal"]);
    const { signal, ...options } = given;
    checkSignal(subject, signal);
    const used: number[] = [];
    const id = this.#count++;
    const abort = () => this.#abort(id);
    signal?.addEventListener("abort", abort);
    try {
      const data = flowing ? [this.#sources.enter(x, used)] : [x, second];
      const parcels = [send(pack(subject, data)), send(pack(subject, options))] as const;
      return await this.#call(subject, () => this.#host.evaluate(id, ...parcels));
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#sources.forget(used);
    }
  }

  /** As `Model.predict`; with `arrays: "move"` the worker gets the arrays of `x` themselves. */
  async predict(
    x: Like<I, TensorLike>,
    given: { readonly batchSize?: number; readonly arrays?: Passage } = {},
  ): Promise<Like<O, Tensor>> {
    checkArity("WorkerModel.predict", arguments.length, 2);
    checkOptions("WorkerModel.predict", given, ["batchSize", "arrays"]);
    const { arrays = "copy", ...options } = given;
    checkPassage("WorkerModel.predict: arrays", arrays);
    const features = pack("WorkerModel.predict", x, arrays);
    const result = await this.#call("WorkerModel.predict", () => this.#host.predict(send(features), options));
    return unpack(result) as Like<O, Tensor>;
  }

  async summary(): Promise<string> {
    checkArity("WorkerModel.summary", arguments.length, 0);
    return await this.#call("WorkerModel.summary", () => this.#host.summary());
  }

  /** What `weightsHash` gives for the model. */
  async weightsHash(): Promise<string> {
    checkArity("WorkerModel.weightsHash", arguments.length, 0);
    return await this.#call("WorkerModel.weightsHash", () => this.#host.hash());
  }

  /** Copies of all weights, by name: `model.setWeights(await inWorker.getWeights())` brings them back. */
  async getWeights(): Promise<ReadonlyMap<string, Tensor>> {
    checkArity("WorkerModel.getWeights", arguments.length, 0);
    const weights = await this.#call("WorkerModel.getWeights", () => this.#host.getWeights());
    return unpack(weights) as ReadonlyMap<string, Tensor>;
  }

  async setWeights(weights: ReadonlyMap<string, Tensor>): Promise<void> {
    checkArity("WorkerModel.setWeights", arguments.length, 1);
    await this.#call("WorkerModel.setWeights", () =>
      this.#host.setWeights(send(pack("WorkerModel.setWeights", weights))),
    );
  }

  /** As `Model.getState`; without what callbacks remember, since they are here. */
  async getState(): Promise<ModelState> {
    checkArity("WorkerModel.getState", arguments.length, 0);
    return unpack(await this.#call("WorkerModel.getState", () => this.#host.getState())) as ModelState;
  }

  async setState(state: ModelState): Promise<void> {
    checkArity("WorkerModel.setState", arguments.length, 1);
    await this.#call("WorkerModel.setState", () => this.#host.setState(send(pack("WorkerModel.setState", state))));
  }

  async freeze(pattern?: RegExp): Promise<void> {
    checkArity("WorkerModel.freeze", arguments.length, 1);
    await this.#call("WorkerModel.freeze", () => this.#host.setFrozen(pattern, true));
  }

  async unfreeze(pattern?: RegExp): Promise<void> {
    checkArity("WorkerModel.unfreeze", arguments.length, 1);
    await this.#call("WorkerModel.unfreeze", () => this.#host.setFrozen(pattern, false));
  }

  /** The model as a file, as `modelToBytes` gives it, with the optimizer's state if that is asked for. */
  async toBytes(options?: SaveModelOptions | Readonly<Record<string, string>>): Promise<Uint8Array<ArrayBuffer>> {
    checkArity("WorkerModel.toBytes", arguments.length, 1);
    return await this.#call("WorkerModel.toBytes", () => this.#host.toBytes(options));
  }

  /** Ends the worker, which frees all that it held. What is under way rejects with StateError. */
  async close(): Promise<void> {
    checkArity("WorkerModel.close", arguments.length, 0);
    await this.end("it has been closed");
  }

  /**
   * Ends the worker, for that reason.
   * @internal
   */
  async end(reason: string): Promise<void> {
    checkArity("WorkerModel.end", arguments.length, 1);
    if (this.#ended !== null) return;
    this.#ended = reason;
    this.#host.$rejectPendingCalls(({ method, reject }) => reject(this.#endedError(subjectOf(method))));
    this.#host.$close();
    await this.#thread.end();
  }

  async #call<T>(subject: string, call: () => Promise<T>): Promise<T> {
    if (this.#ended !== null) throw this.#endedError(subject);
    // A worker that nothing is expected of keeps no process of Node running.
    if (this.#pending++ === 0) this.#thread.hold(true);
    try {
      return await call();
    } finally {
      if (--this.#pending === 0) this.#thread.hold(false);
    }
  }

  #endedError(subject: string): StateError {
    return new StateError(
      `${subject}: the model is gone: ${this.#ended}. Hand a model over to a new worker with modelInWorker; getState() or ` +
        "toBytes() between two fits keeps what would be lost.",
    );
  }
}

/** How callers know what the host is called for. */
function subjectOf(method: string): string {
  const others: Readonly<Record<string, string>> = { hash: "weightsHash", setFrozen: "freeze" };
  return method === "open" ? "modelInWorker" : `WorkerModel.${others[method] ?? method}`;
}
