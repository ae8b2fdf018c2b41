// The entry point `lanewise/worker`: a model that lives and trains in a worker, in pages and in Node.
//   const inWorker = await modelInWorker(model);
//   await inWorker.fit(x, y, { epochs: 10, onStep: ({ metrics }) => show(metrics.loss) });
//   model.setWeights(await inWorker.getWeights());
//   await inWorker.close();

export type { NodeWorker, PageWorker } from "../host/threads.js";
export type { TrainOnBatchOptions } from "../training/loop/onBatch.js";
export type { WorkerFitOptions } from "./callerFit.js";
export { type ModelInWorkerOptions, modelInWorker } from "./modelInWorker.js";
export type { Passage } from "./packing.js";
export type { WorkerModel } from "./workerModel.js";
