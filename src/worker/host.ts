// The program in the worker: it holds one model and does with it what it is told. `lanewise/worker` starts it; a worker
// file of one's own is one line: import "lanewise/worker/host".

import { ArgumentError, StateError } from "../errors.js";
import { parentPort } from "../host/threads.js";
import { type AnyModel, build } from "../models/lanewise/architecture.js";
import { compileOptionsOf } from "../models/lanewise/compiled.js";
import { modelFromBytes, modelToBytes } from "../models/lanewise/files.js";
import type { Tensor } from "../tensor/tensor.js";
import type { ModelState } from "../training/callbacks/callback.js";
import { weightsHash } from "../training/model/model.js";
import { formOf } from "../training/model/structure.js";
import { adoptEngine } from "../wasm/engine.js";
import { connect, send } from "./channel.js";
import { fitInHost } from "./hostFit.js";
import { pack, unpack } from "./packing.js";
import type { CallerFunctions, Forms, Handover, HostFunctions } from "./protocol.js";
import { sourceOf } from "./remoteSource.js";

let held: AnyModel | null = null;
const aborters = new Map<number, AbortController>();

function model(): AnyModel {
  if (held) return held;
  throw new StateError("WorkerModel: the worker holds no model yet.");
}

const functions: HostFunctions = {
  open: async ({ engine, model: source, lock }) => {
    if (lock !== null) await holdLock(lock);
    adoptEngine(engine);
    const opened: AnyModel = "file" in source ? modelFromBytes(source.file) : receive(source.handover);
    held = opened;
    return formsOf(opened);
  },
  compile: (recipe) => void model().compile(compileOptionsOf("compile", recipe, formsOf(model()).outputs)),
  fit: (request) => abortable(request.id, (signal) => fitInHost(model(), request, caller, signal)),
  abort: (call) => aborters.get(call)?.abort(),
  evaluate: (id, data, packed) =>
    abortable(id, async (signal) => {
      const [x, y] = unpack(data) as unknown[];
      const options = { ...(unpack(packed) as object), signal };
      const source = sourceOf(x, caller);
      return source === x
        ? await model().evaluate(x as never, y as never, options)
        : await model().evaluate(source as never, options);
    }),
  trainOnBatch: (batch) => {
    const [x, y, options] = unpack(batch) as [never, never, object];
    return model().trainOnBatch(x, y, options);
  },
  predict: (x, options) => {
    return send(pack("predict", model().predict(unpack(x) as never, unpack(options) as never), "move"));
  },
  summary: () => model().summary(),
  hash: () => weightsHash(model()),
  getWeights: () => send(pack("getWeights", model().getWeights(), "move")),
  setWeights: (weights) => model().setWeights(unpack(weights) as ReadonlyMap<string, Tensor>),
  getState: () => send(pack("getState", model().getState())),
  setState: (state) => model().setState(unpack(state) as ModelState),
  setFrozen: (pattern, frozen) => void (frozen ? model().freeze(pattern) : model().unfreeze(pattern)),
  toBytes: (options) => modelToBytes(model(), options),
};

/** What the caller can end by the number of the call. */
async function abortable<T>(id: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const aborter = new AbortController();
  aborters.set(id, aborter);
  try {
    return await work(aborter.signal);
  } finally {
    aborters.delete(id);
  }
}

/** The model of a handover, as far as it had come. */
function receive({ architecture, frozen, recipe, tensors, training }: Handover): AnyModel {
  const made = build("WorkerModel", architecture);
  const names = new Set(frozen);
  const { graph, variables } = made;
  graph.setFrozen(variables, false);
  graph.setFrozen(
    variables.filter(({ name }) => names.has(name)),
    true,
  );
  if (recipe !== null) made.compile(compileOptionsOf("modelInWorker", recipe, formsOf(made).outputs));
  const values = unpack(tensors) as ReadonlyMap<string, Tensor>;
  const own = new Set(graph.variables().map(({ name }) => name));
  const same = own.size === values.size && [...own].every((name) => values.has(name));
  if (same) {
    made.setState({ tensors: values, training });
    return made;
  }
  if (training.stepsMade > 0 || training.epochsTrained > 0) {
    throw new ArgumentError(
      "modelInWorker: the graph of a model that has been trained must hold nothing but this model, compiled once. Hand " +
        "over modelToBytes(model), and compile it anew: its optimizer then begins anew.",
    );
  }
  const weights = variables.map(({ name }) => [name, values.get(name) as Tensor] as const);
  made.setWeights(new Map(weights));
  return made;
}

function formsOf({ inputs, outputs, variables }: AnyModel): Forms {
  return { inputs: formOf(inputs), outputs: formOf(outputs), variables: variables.map(({ name }) => ({ name })) };
}

/** Held for good: when the worker is gone, however that came, the browser gives the lock to the one who waits for it. */
function holdLock(name: string): Promise<void> {
  return new Promise((held, refused) => {
    const forGood = () => {
      held();
      return new Promise(() => {});
    };
    globalThis.navigator.locks.request(name, forGood).catch(refused);
  });
}

const caller = connect<CallerFunctions, HostFunctions>(parentPort(), functions);
