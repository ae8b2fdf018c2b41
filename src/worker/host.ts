// The program in the worker: it holds one model and does with it what it is told. `lanewise/worker` starts it; a worker
// file of one's own is one line: import "lanewise/worker/host".

import { ArgumentError, StateError } from "../errors.js";
import { type AnyModel, build } from "../models/architecture.js";
import { modelFromBytes, modelToBytes } from "../models/files.js";
import type { Tensor } from "../tensor/tensor.js";
import { parentPort } from "../threads.js";
import type { ModelState } from "../training/callbacks/callback.js";
import { weightsHash } from "../training/model.js";
import { formOf } from "../training/structure.js";
import { adoptEngine } from "../wasm/engine.js";
import { connect, send } from "./channel.js";
import { fitInHost } from "./hostFit.js";
import { pack, unpack } from "./packing.js";
import type { CallerFunctions, Forms, Handover, HostFunctions } from "./protocol.js";
import { unpackRecipe } from "./recipe.js";
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
  compile: (recipe) => void model().compile(unpackRecipe(recipe, formsOf(model()).outputs)),
  fit: async (request) => {
    const aborter = new AbortController();
    aborters.set(request.id, aborter);
    try {
      return await fitInHost(model(), request, caller, aborter.signal);
    } finally {
      aborters.delete(request.id);
    }
  },
  abort: (fit) => aborters.get(fit)?.abort(),
  evaluate: async (data, options) => {
    const [x, y] = unpack(data) as unknown[];
    return await model().evaluate(sourceOf(x, caller) as never, y as never, unpack(options) as never);
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
  toBytes: (metadata) => modelToBytes(model(), metadata),
};

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
  if (recipe !== null) made.compile(unpackRecipe(recipe, formsOf(made).outputs));
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

function formsOf({ inputs, outputs }: AnyModel): Forms {
  return { inputs: formOf(inputs), outputs: formOf(outputs) };
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
