// The built package, as its users have it: workers are started from files that only dist/ has.

import { existsSync } from "node:fs";
import { onTestFinished } from "vitest";

const root = new URL("../../", import.meta.url);
if (!existsSync(new URL("dist/worker/host.js", root))) {
  throw new Error("dist/ is missing; build it with `npm run build`.");
}
const built = (file: string) => import(new URL(`dist/${file}`, root).href);

export const lanewise = (await built("index.js")) as typeof import("../../src/index.js");
export const models = (await built("models.js")) as typeof import("../../src/models/index.js");
export const { modelInWorker } = (await built("worker/index.js")) as typeof import("../../src/worker/index.js");
export const hostFile = new URL("dist/worker/host.js", root);
await lanewise.init();

type CompileOptions = import("../../src/index.js").CompileOptions;
export type Model = import("../../src/index.js").Model;
export type WorkerModel = import("../../src/worker/index.js").WorkerModel;

const { dense, RandomStream, sequential, Tensor } = lanewise;
const random = new RandomStream(5, "worker");
/** Ninety examples of four features, in three classes. */
export const x = new Tensor(
  Float32Array.from({ length: 90 * 4 }, () => 2 * random.uniform() - 1),
  [90, 4],
);
export const y = new Tensor(Int32Array.from({ length: 90 }, (_, i) => Number((x.data[4 * i] as number) > 0) + (i % 2)));

export const classify = {
  optimizer: "adam",
  loss: "sparseCategoricalCrossentropy",
  metrics: ["accuracy"],
} as const;

export function classifier(options: CompileOptions = classify): Model {
  const stack = [dense({ units: 8, activation: "relu" }), dense({ units: 3 })];
  return sequential(stack, { inputShape: [4], seed: 7 }).compile(options);
}

/** The model in a worker, which is closed when the test ends. */
export const inWorker: typeof modelInWorker = async (model, options) => {
  const started = await modelInWorker(model, options);
  onTestFinished(() => started.close());
  return started;
};
