// In a page: a training that is called again and again, here or in a worker, so many steps at a time.

import { dense, init, type Model, sequential } from "../../../src/index.js";
import { modelInWorker, type WorkerModel } from "../../../src/worker/index.js";

const x = Float32Array.from({ length: 320 * 4 }, (_, i) => Math.sin(i));
const y = Int32Array.from({ length: 320 }, (_, i) => i % 3);
const stepsOfEpoch = 20;

const held = globalThis as unknown as { model: Model | WorkerModel | undefined };

export default async function ({ where, steps }: { where: "page" | "worker"; steps: number }) {
  await init();
  if (held.model === undefined) {
    const model = sequential([dense({ units: 16, activation: "relu" }), dense({ units: 3 })], {
      inputShape: [4],
      seed: 1,
    }).compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
    held.model = where === "page" ? model : await modelInWorker(model);
  }
  let reports = 0;
  const onStep = () => reports++;
  await held.model.fit(x, y, { batchSize: x.length / 4 / stepsOfEpoch, epochs: steps / stepsOfEpoch, onStep });
  const linear = "session" in held.model ? held.model.session.memoryBytes : null;
  return { reports, linear };
}
