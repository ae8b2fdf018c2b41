// Trials in threads: worker threads in Node, Web Workers in pages. Threads get messages only, no shared memory, so pages
// need no special headers. A thread that dies costs its trial and is replaced.

import { ArgumentError, checkCallback, checkInteger, checkOptions, describe, StateError } from "../errors.js";
import type { HostSignal } from "../signal.js";
import {
  isWorker,
  type NodeWorker,
  nodeThreads,
  type PageWorker,
  type Thread,
  threadOf,
  withRemedy,
} from "../threads.js";
import { currentEngine, type Engine, startEngine } from "../wasm/engine.js";
import type { Trial, TrialReport, TrialRunner } from "./trial.js";

/** What a thread is asked. The first message says what the trials are, each further one is a trial. */
export type WorkerRequest =
  | { readonly begin: WorkerTask; readonly engine: Pick<Engine, "build" | "reason" | "module"> }
  | { readonly trial: Trial };

export interface WorkerTask {
  readonly kind: string;
}

export type WorkerReply =
  | { readonly report: TrialReport }
  | { readonly error: { readonly name: string; readonly message: string } };

/**
 * Makes a worker that runs `lanewise/estimators/worker`, for bundlers that make none of their own accord: a module worker
 * whose file is `import "lanewise/estimators/worker"`.
 */
export type StartWorker = () => PageWorker | NodeWorker;

export interface WorkerRunnerOptions {
  /** How many threads. Default: as many as the processor has. */
  readonly count?: number;
  /** Starts a worker for each thread. Default: they are started from the package. */
  readonly startWorker?: StartWorker;
}

/**
 * Runs trials in threads. `module` is the address of a module whose default export is the objective:
 *
 *     workerRunner(new URL("./objective.mjs", import.meta.url), { count: 2 })
 */
export function workerRunner(module: URL | string, options: WorkerRunnerOptions = {}): TrialRunner {
  checkOptions("workerRunner", options, ["count", "startWorker"]);
  if (!(module instanceof URL) && typeof module !== "string") {
    throw new ArgumentError(`workerRunner: module must be a URL; received ${describe(module)}.`);
  }
  const { count = processors(), startWorker } = options;
  checkInteger("workerRunner: count", count, 1);
  checkCallback("workerRunner: startWorker", startWorker);
  return new ThreadPool({ kind: "module", url: String(module) } as WorkerTask, count, startWorker);
}

/** Threads that all do the same task, each one trial at a time. */
export class ThreadPool implements TrialRunner {
  readonly concurrency: number;
  readonly #task: WorkerTask;
  readonly #startWorker: StartWorker | undefined;
  readonly #idle: Thread[] = [];
  readonly #all = new Set<Thread>();

  constructor(task: WorkerTask, count: number, startWorker: StartWorker | undefined) {
    this.#task = task;
    this.#startWorker = startWorker;
    this.concurrency = count;
  }

  async run(trial: Trial, signal?: HostSignal): Promise<TrialReport> {
    const thread = this.#idle.pop() ?? this.#start(currentEngine() ?? (await startEngine({})));
    const stopped = signal && untilAborted(signal);
    try {
      const reply = await new Promise<WorkerReply>((resolve, reject) => {
        thread.listen(resolve, (reason) => {
          const why = withRemedy(reason, "startWorker");
          reject(new StateError(`search: the thread of the trial ended: ${why}.`));
        });
        stopped?.promise.catch(reject);
        thread.post({ trial });
      });
      this.#idle.push(thread);
      if ("error" in reply) throw new TrialError(reply.error.name, reply.error.message);
      return reply.report;
    } catch (error) {
      if (!(error instanceof TrialError)) this.#all.delete(thread) && (await thread.end());
      throw error;
    } finally {
      stopped?.forget();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((thread) => thread.end()));
    this.#all.clear();
    this.#idle.length = 0;
  }

  #start({ build, reason, module }: Engine): Thread {
    const thread = this.#startWorker ? ownThread(this.#startWorker()) : startThread();
    this.#all.add(thread);
    thread.post({ begin: this.#task, engine: { build, reason, module } });
    return thread;
  }
}

/** The objective threw in its thread; name and message are those of its error. */
class TrialError extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

/** Rejects with the signal's reason when it aborts; `forget` takes the listener away. */
function untilAborted(signal: HostSignal): { readonly promise: Promise<never>; readonly forget: () => void } {
  const target = signal as AbortSignal;
  let abort = () => {};
  const promise = new Promise<never>((_, reject) => {
    abort = () => reject(target.reason);
    if (target.aborted) abort();
    else target.addEventListener?.("abort", abort);
  });
  promise.catch(() => {});
  return { promise, forget: () => target.removeEventListener?.("abort", abort) };
}

function ownThread(worker: PageWorker | NodeWorker): Thread {
  if (isWorker(worker)) return threadOf(worker);
  throw new ArgumentError(`search: startWorker must give a Worker; received ${describe(worker)}.`);
}

function startThread(): Thread {
  const threads = nodeThreads();
  if (threads) return threadOf(new threads.Worker(new URL("./trialWorker.js", import.meta.url)));
  if (typeof Worker !== "function") {
    throw new StateError("search: this host has no worker threads; search without workers.");
  }
  return threadOf(new Worker(new URL("./trialWorker.js", import.meta.url), { type: "module" }));
}

function processors(): number {
  return (
    globalThis.navigator?.hardwareConcurrency ??
    globalThis.process?.getBuiltinModule?.("node:os").availableParallelism() ??
    1
  );
}
