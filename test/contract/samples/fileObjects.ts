// Sample calls of the methods of what the doors for files and workers give.

import * as io from "../../../src/io/index.js";
import { SummaryWriter } from "../../../src/io/tensorboard.js";
import * as models from "../../../src/models/index.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import { modelInWorker } from "../../../src/worker/index.js";
import { WorkerModel } from "../../../src/worker/workerModel.js";
import {
  call,
  callback,
  exempt,
  flag,
  integer,
  type ObjectSample,
  ofClass,
  optional,
  options,
  pattern,
  signal,
  text,
  value,
  word,
} from "../kinds.js";
import { startHost } from "./doors.js";
import { classes, classifier, examples, features, folder, graph, metadata, model, targets } from "./fixtures.js";

const nothing = call();
const tag = text("tag");
const step = integer(1);
const internal = exempt("the house calls it, and no page shows it");
const four = value(() => [1, 1, 1, 1]);
const byClass = value(() => ({ 0: 1, 1: 2 }), "{}", "[]");
const given = classifier();

/** A new worker is slow to start: all calls share one. */
let started: Promise<WorkerModel> | null = null;
function inWorker(): Promise<WorkerModel> {
  started ??= modelInWorker(models.modelToBytes(given), { worker: startHost() }).then(async (made) => {
    await made.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    return made as WorkerModel;
  });
  return started;
}
const inThere = await (await inWorker()).getState();
const patterns = optional(pattern());
const arrays = word("copy");

export const fileObjects: Readonly<Record<string, ObjectSample>> = {
  CheckpointFolder: {
    is: (object: { latest?: unknown }) => typeof object?.latest === "function",
    make: () => io.checkpointFolder(folder("numbered")),
    methods: {
      save: call(
        value(() => model),
        optional(value(() => ({ best: true }), "{}")),
      ),
      latest: nothing,
      best: nothing,
    },
  } as ObjectSample,
  SummaryWriter: ofClass(
    SummaryWriter,
    () => new SummaryWriter({ now: () => 1000 }),
    {
      scalar: call(tag, value(1, "number", "NaN"), step),
      histogram: call(
        tag,
        value(() => [1, 2], "[]"),
        step,
      ),
      image: call(
        tag,
        value(() => new Tensor(Float32Array.of(0, 1), [1, 2])),
        step,
      ),
      text: call(tag, text("words"), step),
      hparams: call(
        value(() => ({ rate: 0.1 }), "{}"),
        optional(value(() => ["loss"], "[]")),
      ),
      graph: call(value(() => graph)),
      toBytes: nothing,
      flush: nothing,
    },
    (writer) => writer.toBytes().length,
  ),
  WorkerModel: ofClass(WorkerModel, inWorker, {
    setState: call(value(() => inThere)),
    open: internal,
    end: internal,
    compile: call(
      options(
        {
          optimizer: word("sgd"),
          loss: word("sparseCategoricalCrossentropy"),
          metrics: value(() => ["accuracy"], "[]"),
        },
        ["optimizer", "loss"],
      ),
    ),
    fit: call(
      examples(),
      targets(),
      options({
        epochs: integer(1),
        batchSize: integer(2),
        shuffle: flag(),
        validationData: value(() => [features, classes]),
        sampleWeight: four,
        classWeight: byClass,
        arrays,
        onStep: callback(),
        onEpochEnd: callback(),
        queue: value(false, "true"),
        signal: signal(),
      }),
    ),
    trainOnBatch: call(examples(), targets(), options({ sampleWeight: four, classWeight: byClass })),
    evaluate: call(examples(), targets(), options({ batchSize: integer(2), sampleWeight: four, signal: signal() })),
    predict: call(examples(), options({ batchSize: integer(2), arrays })),
    summary: nothing,
    weightsHash: nothing,
    getWeights: nothing,
    setWeights: call(value(() => given.getWeights())),
    getState: nothing,
    freeze: call(patterns),
    unfreeze: call(patterns),
    toBytes: call(optional(metadata())),
    close: exempt("ends the worker that all calls share; judged by test/worker/endings.test.ts"),
  }),
};
