// 20,000 training steps, run by memory.test.ts in a process of its own with --expose-gc. Prints, as JSON, linear memory
// and JavaScript heap after 2,000 and after all steps, for `fit` and for a loop over `session.run`.

import { dense, init, type Model, sequential } from "../../src/index.js";
import { smallClassification } from "../support/small-classification.js";

const STEPS = 20_000;
const EARLY = 2_000;
const BATCH = 16;

const { x, y } = smallClassification(20 * BATCH, 4, 3);
const engine = await init({ build: "scalar" });

function classifier(): Model {
  const layers = [dense({ units: 16, activation: "relu" }), dense({ units: 3 })];
  return sequential(layers, { inputShape: [4], engine }).compile({
    optimizer: "adam",
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
}

function measure(model: Model) {
  (globalThis as unknown as { gc: () => void }).gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { linear: model.session.memoryBytes, heap: heapUsed, buffers: arrayBuffers };
}
type Measured = ReturnType<typeof measure>;

async function byFit() {
  const model = classifier();
  const measured: Measured[] = [];
  let steps = 0;
  await model.fit(x, y, {
    batchSize: BATCH,
    epochs: STEPS / 20,
    onStep: () => {
      steps++;
      if (steps === EARLY || steps === STEPS) measured.push(measure(model));
    },
  });
  return { steps, measured };
}

async function byRun() {
  const model = classifier();
  const update = model.graph.nodes().find(({ op }) => op.name === "adamUpdate");
  const measured: Measured[] = [];
  for (let step = 1; step <= STEPS; step++) {
    const from = (step % 20) * BATCH;
    model.session.run([update!, "loss/mean"], {
      input: x.rows(from, from + BATCH),
      labels: y.rows(from, from + BATCH),
    });
    if (step === EARLY || step === STEPS) measured.push(measure(model));
  }
  return { steps: model.session.get("adam/step").item(), measured };
}

/** Training, predicting and evaluating with batches of all sizes, again and again. */
async function byEverything() {
  const model = classifier();
  const measured: Measured[] = [];
  for (let round = 1; round <= 400; round++) {
    const batchSize = 1 + ((round * 7) % 100);
    await model.fit(x, y, { batchSize });
    model.predict(x, { batchSize });
    await model.evaluate(x, y, { batchSize });
    if (round === 200 || round === 400) measured.push(measure(model));
  }
  return { steps: model.session.get("adam/step").item(), measured };
}

console.log(JSON.stringify({ fit: await byFit(), run: await byRun(), everything: await byEverything() }));
