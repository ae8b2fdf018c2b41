// Trials in threads: worker threads in Node, Web Workers in pages. Threads get messages only, no shared memory, so pages
// need no special headers. A thread that dies costs its trial and is replaced.

import {
  ArgumentError,
  checkArity,
  checkCallback,
  checkInteger,
  checkOptions,
  describe,
  StateError,
} from "../../errors.js";
import { type HostSignal, heard } from "../../host/signal.js";
import {
  isWorker,
  type NodeWorker,
  nodeThreads,
  type PageWorker,
  type Thread,
  threadOf,
  threadOptions,
  withRemedy,
} from "../../host/threads.js";
import { currentEngine, type Engine, otherBuilds, type PortableEngine, startEngine } from "../../wasm/engine.js";
import type { Trial, TrialReport, TrialRunner } from "./trial.js";

/** What a thread is asked. The first message says what the trials are, each further one is a trial. */
export type WorkerRequest = { readonly begin: WorkerTask; readonly engine: PortableEngine } | { readonly trial: Trial };

export interface WorkerTask {
  readonly kind: string;
}

export type WorkerReply =
  /** To the first message. */
  | { readonly begun: true }
  | { readonly report: TrialReport }
  | { readonly error: { readonly name: string; readonly message: string } };

/**
 * Makes a worker that runs `lanewise/estimators/worker`, for bundlers that make none of their own accord: a module worker
 * whose file is `import "lanewise/estimators/worker"`.
 */
export type StartWorker = () => PageWorker | NodeWorker;

/** Milliseconds in which a worker must have loaded: one that runs another program never answers. */
const PATIENCE = 60_000;

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
export function workerRunner(
  module: { readonly href: string } | string,
  options: WorkerRunnerOptions = {},
): TrialRunner {
  checkArity("workerRunner", arguments.length, 2);
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
  /** Those that have answered. */
  readonly #begun = new WeakSet<Thread>();

  constructor(task: WorkerTask, count: number, startWorker: StartWorker | undefined) {
    this.#task = task;
    this.#startWorker = startWorker;
    this.concurrency = count;
  }

  async run(trial: Trial, signal?: HostSignal): Promise<TrialReport> {
    const thread = this.#idle.pop() ?? this.#start(currentEngine() ?? (await startEngine({}, otherBuilds)));
    try {
      const reply = await heard(this.#answer(thread, trial), signal);
      this.#idle.push(thread);
      if ("error" in reply) throw new TrialError(reply.error.name, reply.error.message);
      return reply.report;
    } catch (error) {
      if (!(error instanceof TrialError)) this.#all.delete(thread) && (await thread.end());
      throw error;
    }
  }

  /** The reply to a trial; rejects where the thread ends, its reply cannot be read, or it does not even begin. */
  #answer(thread: Thread, trial: Trial): Promise<Exclude<WorkerReply, { begun: true }>> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new StateError(`search: the thread of the trial ${why}.`));
      const silent = `has not answered for ${PATIENCE / 1000} s; a worker of your own must import "lanewise/estimators/worker"`;
      const silence = this.#begun.has(thread) ? undefined : setTimeout(() => fail(silent), PATIENCE);
      const died = (reason: string) => {
        clearTimeout(silence);
        fail(`ended: ${withRemedy(reason, "startWorker")}`);
      };
      thread.listen({
        hear: (reply: WorkerReply) => {
          clearTimeout(silence);
          this.#begun.add(thread);
          if (!("begun" in reply)) resolve(reply);
        },
        unreadable: () => fail("gave a report that cannot be read"),
        died,
      });
      if (thread.alive) thread.post({ trial });
      else died("it had ended before");
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((thread) => thread.end()));
    this.#all.clear();
    this.#idle.length = 0;
  }

  #start({ build, reason, module, families }: Engine): Thread {
    const thread = this.#startWorker ? ownThread(this.#startWorker()) : startThread();
    this.#all.add(thread);
    thread.post({ begin: this.#task, engine: { build, reason, module, families } });
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

function ownThread(worker: PageWorker | NodeWorker): Thread {
  if (isWorker(worker)) return threadOf(worker);
  throw new ArgumentError(`search: startWorker must give a Worker; received ${describe(worker)}.`);
}

function startThread(): Thread {
  const threads = nodeThreads();
  if (threads) return threadOf(new threads.Worker(new URL("./trialWorker.js", import.meta.url), threadOptions()));
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
