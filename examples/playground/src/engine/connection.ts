// The page's end of a worker. A worker may crash, or be ended by the browser without a word: what is asked of it then
// fails with WorkerLost, and the page goes on.

import { createBirpc } from "birpc";
import type { WorkerFunctions } from "./protocol.js";
import { transferables } from "./transfer.js";

/** Milliseconds without an answer after which a worker that should have one counts as lost. */
const PATIENCE = 8000;

export class WorkerLost extends Error {
  override readonly name = "WorkerLost";
}

type Remote = {
  readonly [K in keyof WorkerFunctions]: (
    ...args: Parameters<WorkerFunctions[K]>
  ) => Promise<Awaited<ReturnType<WorkerFunctions[K]>>>;
};

export interface Connection {
  readonly call: Remote;
  /** Ends the worker; what is being asked fails with `reason`. */
  close(reason?: Error): void;
}

/** Starts a worker. `onLost` is called once, when it has failed or fallen silent. */
export function connect(onLost: (error: WorkerLost) => void): Connection {
  const worker = new Worker(new URL("../worker/main.ts", import.meta.url), { type: "module", name: "lanewise" });
  let closed = false;
  const rpc = createBirpc<WorkerFunctions, Record<string, never>>(
    {},
    {
      post: (message) => worker.postMessage(message, transferables(message)),
      on: (listen) => worker.addEventListener("message", ({ data }) => listen(data)),
      // Loading MNIST from a far server takes as long as it takes; silence is what counts.
      timeout: -1,
    },
  );
  const close = (reason: Error = new WorkerLost("The worker was closed.")) => {
    if (closed) return;
    closed = true;
    clearInterval(watch);
    worker.terminate();
    rpc.$close(reason);
  };
  const lose = (message: string) => {
    if (closed) return;
    const error = new WorkerLost(message);
    close(error);
    onLost(error);
  };
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    lose(event.message ? `The worker failed: ${event.message}` : "The worker could not be started.");
  });
  worker.addEventListener("messageerror", () => lose("The worker sent what could not be read."));

  let heard = performance.now();
  let asked = 0;
  worker.addEventListener("message", () => {
    heard = performance.now();
    asked = 0;
  });
  const watch = setInterval(() => {
    const now = performance.now();
    // A page in the background is not scheduled either; silence counts from when it was last awake.
    if (now - asked > 3 * PATIENCE) asked = 0;
    if (asked === 0) {
      asked = now;
      rpc.host().catch(() => {});
    } else if (now - asked > PATIENCE && now - heard > PATIENCE) lose("The worker has stopped answering.");
  }, 1000);
  return { call: rpc as unknown as Remote, close };
}
