// Workers, whatever the host calls them: Web Workers in pages, worker threads in Node. Used by searches and by
// lanewise/worker. The call `new Worker(new URL(...))` itself stands with each of them, where bundlers look for it.

/** What can be moved to another thread in place of being copied. */
export type Movable = ArrayBuffer;

// biome-ignore lint/suspicious/noExplicitAny: what listeners are called with is up to the event, or to the sender
type Listener = (value: any) => void;

/** One end of the messages between a thread and the one that started it. */
export interface Port {
  post(message: unknown, moved?: readonly Movable[]): void;
  /** Calls `hear` with each message from now on. */
  listen(hear: Listener): void;
}

/** A thread, seen by the one that started it. */
export interface Thread extends Port {
  /** Also says why there will be no further message, once. What listened before no longer does. */
  listen(hear: Listener, died?: (reason: string) => void): void;
  end(): Promise<unknown>;
}

/** A Web Worker, as far as it is used here. */
export interface PageWorker {
  postMessage(message: unknown, transfer: Movable[]): void;
  addEventListener(type: string, listener: Listener, options?: object): void;
  terminate(): void;
}

/** A worker thread of Node. */
export interface NodeWorker {
  postMessage(message: unknown, transfer?: readonly Movable[]): void;
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
  terminate(): Promise<number>;
}

/** @internal */
/** Why a worker of a page ended, where nothing else is known. */
const NOT_LOADED = "the module of the worker could not be loaded";

/** The reason of an end, with the option that helps where a bundler has left the worker out. */
export function withRemedy(reason: string, option: string): string {
  return reason === NOT_LOADED ? `${reason}; a bundler that leaves workers out needs the option ${option}` : reason;
}

type NodeThreads = typeof import("node:worker_threads");

/**
 * Node's module of worker threads; undefined in pages.
 * @internal
 */
export function nodeThreads(): NodeThreads | undefined {
  return globalThis.process?.getBuiltinModule?.("node:worker_threads");
}

/** True for a worker of either kind. */
export function isWorker(value: unknown): value is PageWorker | NodeWorker {
  const { postMessage, terminate } = (value ?? {}) as Partial<PageWorker>;
  return typeof postMessage === "function" && typeof terminate === "function";
}

export function threadOf(worker: PageWorker | NodeWorker): Thread {
  return "on" in worker ? nodeThread(worker) : pageThread(worker);
}

function nodeThread(worker: NodeWorker): Thread {
  let forget = () => {};
  return {
    post: (message, moved = []) => worker.postMessage(message, moved),
    listen: (hear, died = () => {}) => {
      forget();
      const once = onlyOnce(died);
      const listeners: Readonly<Record<string, Listener>> = {
        message: hear,
        messageerror: (error: unknown) => once(`a message could not be read: ${error}`),
        error: (error: unknown) => once(String(error)),
        exit: (code: number) => once(`exit code ${code}`),
      };
      for (const [event, listener] of Object.entries(listeners)) worker.on(event, listener);
      forget = () => {
        for (const [event, listener] of Object.entries(listeners)) worker.off(event, listener);
      };
    },
    end: () => worker.terminate(),
  };
}

function pageThread(worker: PageWorker): Thread {
  let listening = new AbortController();
  return {
    post: (message, moved = []) => worker.postMessage(message, [...moved]),
    listen: (hear, died = () => {}) => {
      listening.abort();
      listening = new AbortController();
      const { signal } = listening;
      const once = onlyOnce(died);
      worker.addEventListener("message", ({ data }: { data: unknown }) => hear(data), { signal });
      worker.addEventListener("messageerror", () => once("a message could not be read"), { signal });
      const failed = (event: { message?: string; preventDefault(): void }) => {
        // Whoever hears of the reason answers for it; the page's own console need not.
        event.preventDefault();
        once(event.message || NOT_LOADED);
      };
      worker.addEventListener("error", failed, { signal });
    },
    end: async () => worker.terminate(),
  };
}

function onlyOnce(died: (reason: string) => void): (reason: string) => void {
  let told = false;
  return (reason) => {
    if (told) return;
    told = true;
    died(reason);
  };
}

/** Within a thread: the port to the one that started it, which others may listen to as well. */
export function parentPort(): Port {
  const port = nodeThreads()?.parentPort;
  if (port) {
    return {
      post: (message, moved = []) => port.postMessage(message, moved),
      listen: (hear) => void port.on("message", hear),
    };
  }
  const scope = globalThis as unknown as PageWorker;
  return {
    post: (message, moved = []) => scope.postMessage(message, [...moved]),
    listen: (hear) => scope.addEventListener("message", ({ data }: { data: unknown }) => hear(data)),
  };
}
