// The program of a worker thread: it is told once what the trials are, then runs one at a time and reports. Searches start
// it; a worker file of one's own is one line: import "lanewise/estimators/worker".

import { parentPort } from "../host/threads.js";
import { adoptEngine } from "../wasm/engine.js";
import { type CrossValidationTask, unpackSamples } from "./crossValidationTask.js";
import { fromRecipe } from "./recipe.js";
import { evaluateCandidate } from "./search/crossValidation.js";
import { attempt, type Objective } from "./search/trial.js";
import type { WorkerReply, WorkerRequest } from "./search/workers.js";

interface ModuleTask {
  readonly kind: "module";
  readonly url: string;
}

const port = parentPort();
const send = (reply: WorkerReply) => port.post(reply);
let objective: Promise<Objective> | undefined;

port.listen({
  hear: receive,
  unreadable: () =>
    send({ error: { name: "StateError", message: "search: the trial could not be read in its thread." } }),
});

async function receive(request: WorkerRequest): Promise<void> {
  if ("begin" in request) {
    // Says that the worker runs this program: whoever started it does not know.
    send({ begun: true });
    objective = prepare(request);
    objective.catch(() => {}); // The first trial reports it.
    return;
  }
  try {
    send({ report: await attempt((await objective) as Objective, request.trial) });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    send({ error: { name, message } });
  }
}

async function prepare({ begin, engine }: Extract<WorkerRequest, { begin: unknown }>): Promise<Objective> {
  adoptEngine(engine);
  // An address that only the running program knows, so nothing for bundlers.
  if (begin.kind === "module") {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ (begin as ModuleTask).url)).default;
  }
  const { recipe, x, y, ...rest } = begin as CrossValidationTask;
  const task = { ...rest, x: unpackSamples(x), y: unpackSamples(y) };
  return (parameters, { budget }) =>
    evaluateCandidate({ ...task, estimator: fromRecipe("search", recipe) as never }, parameters, budget);
}
