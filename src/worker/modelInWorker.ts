// How a model comes into a worker: built by the ordinary functions and handed over, or as the bytes of a file.

import { ArgumentError, checkArity, checkNumber, checkOptions, describe, StateError } from "../errors.js";
import { checkSignal, type HostSignal, heard } from "../host/signal.js";
import {
  isWorker,
  type NodeWorker,
  nodeThreads,
  type PageWorker,
  type Thread,
  threadOf,
  threadOptions,
} from "../host/threads.js";
import { type AnyModel, architectureOf } from "../models/lanewise/architecture.js";
import type { Node } from "../ops/op.js";
import { Model } from "../training/model/model.js";
import type { Structure } from "../training/model/structure.js";
import { currentEngine, otherBuilds, startEngine } from "../wasm/engine.js";
import { pack } from "./packing.js";
import type { Handover, OpenRequest } from "./protocol.js";
import { sendable } from "./sendable.js";
import { WorkerModel } from "./workerModel.js";

export interface ModelInWorkerOptions {
  /**
   * A worker that runs `lanewise/worker/host`, for bundlers that make none of their own accord: a module worker whose
   * file is `import "lanewise/worker/host"`. It is the model's from then on, and ends with it. Default: one is started.
   */
  readonly worker?: PageWorker | NodeWorker;
  /**
   * Milliseconds in which the worker must have loaded and taken the model: one that runs another program never answers.
   * Default 60,000; Infinity for no limit.
   */
  readonly timeout?: number;
  /** Ends the worker while it loads; `modelInWorker` then rejects with the signal's reason. */
  readonly signal?: HostSignal;
}

/** Milliseconds. */
const PATIENCE = 60_000;
/** The longest that a timer of the host can be set to. */
const LONGEST = 2_147_483_647;

/**
 * The model in a worker of its own. Of a model come its layers, values, seed, frozen variables, how it was compiled and
 * how far it was trained; it stays here as it is, and the two go their own ways. Of the bytes of a file (`modelToBytes`)
 * comes what is in it.
 *
 * Fails with ArgumentError before a worker is started, where the model is not made of known layers alone, or an
 * optimizer, loss, metric or schedule is a function of one's own; with DataError where the bytes are no model; with
 * StateError where there are no workers, or the worker cannot be loaded, ends, or does not answer in time.
 *
 * A worker that nothing is expected of does not keep Node running: a program with nothing else to do ends, and the worker
 * with it.
 */
export async function modelInWorker<I extends Structure<Node> = Node, O extends Structure<Node> = Node>(
  model: Model<I, O> | Uint8Array | ArrayBuffer,
  options: ModelInWorkerOptions = {},
): Promise<WorkerModel<I, O>> {
  checkArity("modelInWorker", arguments.length, 2);
  const subject = "modelInWorker";
  checkOptions(subject, options, ["worker", "timeout", "signal"]);
  const { worker, timeout = PATIENCE, signal } = options;
  if (timeout !== Infinity) checkNumber(`${subject}: timeout`, timeout, 0, LONGEST, true);
  checkSignal(subject, signal);
  if (worker !== undefined && !isWorker(worker)) {
    throw new ArgumentError(`${subject}: worker must be a Worker; received ${describe(worker)}.`);
  }
  const { content, moved } = pack(subject, contentOf(subject, model));
  const known = model instanceof Model ? model.session.engine : currentEngine();
  const { build, reason, module, families } = known ?? (await startEngine({}, otherBuilds));
  const thread = worker === undefined ? startThread(subject) : threadOf(worker);
  const lock = lockName();
  const opened = new WorkerModel<I, O>(thread);
  const silent = `its worker has not answered for ${timeout} ms; a worker of your own must import "lanewise/worker/host"`;
  const silence = timeout === Infinity ? undefined : setTimeout(() => void opened.end(silent), timeout);
  try {
    const request = { engine: { build, reason, module, families }, model: content as OpenRequest["model"], lock };
    await heard(opened.open(request, moved), signal);
  } catch (error) {
    await opened.end("it could not be opened");
    throw error;
  } finally {
    clearTimeout(silence);
  }
  if (lock !== null) whenFree(lock, () => void opened.end("its worker ended: it was terminated, or it crashed"));
  return opened;
}

function contentOf(subject: string, model: unknown): OpenRequest["model"] {
  if (model instanceof Model) return { handover: handoverOf(subject, model) };
  if (model instanceof ArrayBuffer) return { file: new Uint8Array(model) };
  if (model instanceof Uint8Array) return { file: model as Uint8Array<ArrayBuffer> };
  throw new ArgumentError(`${subject}: it takes a model or the bytes of a file; received ${describe(model)}.`);
}

function handoverOf(subject: string, model: AnyModel): Handover {
  const architecture = architectureOf(subject, model);
  const frozen = model.variables.filter((variable) => model.graph.isFrozen(variable)).map(({ name }) => name);
  const recipe = model.recipe && sendable(subject, model.recipe, model.variables);
  const { tensors, training } = model.getState();
  // What callbacks have kept stays here, as they do.
  const variables = new Set(model.graph.variables().map(({ name }) => name));
  const own = new Map([...tensors].filter(([name]) => variables.has(name)));
  return { architecture, frozen, recipe, tensors: own, training: { ...training, callbacks: {} } };
}

function startThread(subject: string): Thread {
  const threads = nodeThreads();
  if (threads) return threadOf(new threads.Worker(new URL("./host.js", import.meta.url), threadOptions()));
  if (typeof Worker !== "function") {
    throw new StateError(`${subject}: this host has no workers; train on this thread, where fit gives way to others.`);
  }
  return threadOf(new Worker(new URL("./host.js", import.meta.url), { type: "module" }));
}

/** A name for a lock; null in pages without HTTPS, which have none, and in Node, whose threads tell of their end. */
function lockName(): string | null {
  if (nodeThreads() !== undefined) return null;
  return globalThis.navigator?.locks ? `lanewise-worker-${crypto.randomUUID()}` : null;
}

/** No event tells that a Web Worker has been terminated or has crashed; the lock that it held does. */
function whenFree(lock: string, ended: () => void): void {
  navigator.locks.request(lock, ended).catch(() => {});
}
