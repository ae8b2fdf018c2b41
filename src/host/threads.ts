// Workers, whatever the host calls them: Web Workers in pages, worker threads in Node. Used by searches and by
// lanewise/worker. The call `new Worker(new URL(...))` itself stands with each of them, where bundlers look for it.

/** What can be moved to another thread in place of being copied. */
export type Movable = ArrayBuffer;

// biome-ignore lint/suspicious/noExplicitAny: what listeners are called with is up to the event, or to the sender
type Listener = (value: any) => void;

/** Who hears of what. */
export interface Listeners {
  /** Called with each message. */
  readonly hear: Listener;
  /** Called for a message that came and could not be read. */
  readonly unreadable: () => void;
  /** Called once, with the reason why no message will come any more. Within a thread, never. */
  readonly died?: (reason: string) => void;
}

/** One end of the messages between a thread and the one that started it. */
export interface Port {
  post(message: unknown, moved?: readonly Movable[]): void;
  /** From now on. What listened to this port before no longer does. */
  listen(listeners: Listeners): void;
}

/** A thread, seen by the one that started it. */
export interface Thread extends Port {
  end(): Promise<unknown>;
  /** True while something is expected of it, which keeps Node running; false lets a process with nothing to do end. */
  hold(expected: boolean): void;
  /** False for one that is known to have ended. */
  readonly alive: boolean;
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
  ref?(): void;
  unref?(): void;
  readonly threadId?: number;
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

/** Options of Node for a thread that runs a file: `node --input-type=module -e ...` would hand its own on, which fails. */
export function threadOptions(): { readonly execArgv?: string[] } {
  return process.execArgv.some((argument) => argument.startsWith("--input-type")) ? { execArgv: [] } : {};
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
    listen: ({ hear, unreadable, died = () => {} }) => {
      forget();
      const once = onlyOnce(died);
      const listeners: Readonly<Record<string, Listener>> = {
        message: hear,
        messageerror: unreadable,
        error: (error: unknown) => once(String(error)),
        exit: (code: number) => once(`exit code ${code}`),
      };
      for (const [event, listener] of Object.entries(listeners)) worker.on(event, listener);
      forget = () => {
        for (const [event, listener] of Object.entries(listeners)) worker.off(event, listener);
      };
    },
    end: () => worker.terminate(),
    hold: (expected) => (expected ? worker.ref?.() : worker.unref?.()),
    // The number of a thread that has ended.
    get alive() {
      return worker.threadId !== -1;
    },
  };
}

function pageThread(worker: PageWorker): Thread {
  let listening = new AbortController();
  return {
    post: (message, moved = []) => worker.postMessage(message, [...moved]),
    listen: ({ hear, unreadable, died = () => {} }) => {
      listening.abort();
      listening = new AbortController();
      const { signal } = listening;
      const once = onlyOnce(died);
      worker.addEventListener("message", ({ data }: { data: unknown }) => hear(data), { signal });
      worker.addEventListener("messageerror", unreadable, { signal });
      const failed = (event: { message?: string; preventDefault(): void }) => {
        // Whoever hears of the reason answers for it; the page's own console need not.
        event.preventDefault();
        once(event.message || NOT_LOADED);
      };
      worker.addEventListener("error", failed, { signal });
    },
    end: async () => worker.terminate(),
    hold: () => {},
    alive: true,
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
      listen: ({ hear, unreadable }) => {
        port.on("message", hear);
        port.on("messageerror", unreadable);
      },
    };
  }
  const scope = globalThis as unknown as PageWorker;
  return {
    post: (message, moved = []) => scope.postMessage(message, [...moved]),
    listen: ({ hear, unreadable }) => {
      scope.addEventListener("message", ({ data }: { data: unknown }) => hear(data));
      scope.addEventListener("messageerror", unreadable);
    },
  };
}
