// 20,000 training steps, run by memory.test.ts in a process of its own with --expose-gc. Prints, as JSON, linear memory
// and JavaScript heap after 2,000 and after all steps, for `fit` and for a loop over `session.run`. With a number of
// minutes it trains a mixture of models for that long: node --expose-gc --import tsx test/training/long-run.ts 10

import { callbacks, dataset, dense, earlyStopping, init, layers, type Model, sequential } from "../../src/index.js";
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
  // V8 frees the memory of dead array buffers in the background, and has done so at the latest when it collects again.
  for (let i = 0; i < 4; i++) (globalThis as unknown as { gc: () => void }).gc();
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

/**
 * Three models of unlike layers and sizes, trained in turns on arrays and datasets, with batches of all sizes, weights,
 * callbacks and frozen layers. With minutes as argument it runs that long, and tells the second half from the first.
 */
async function byMixture(minutes: number) {
  const stack = (width: number) => [
    dense({ units: width, activation: "relu", name: "lower" }),
    layers.batchNormalization(),
    layers.dropout({ rate: 0.2 }),
    dense({ units: 3 }),
  ];
  const models = [7, 33, 64].map((width, seed) => {
    const model = sequential(stack(width), { inputShape: [4], seed, engine });
    if (seed > 0) model.freeze(/^lower/);
    return model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  });
  const data = dataset([x, y]);
  const measured: ReturnType<typeof measure>[] = [];
  const end = performance.now() + minutes * 60_000;
  const total = () => {
    const each = models.map(measure);
    return { ...(each[0] as Measured), linear: each.reduce((sum, { linear }) => sum + linear, 0) };
  };
  const goesOn = (round: number) => (minutes > 0 ? performance.now() < end : round <= 60);
  let steps = 0;
  for (let round = 1; goesOn(round); round++) {
    for (const model of models) {
      const batchSize = 1 + ((round * 7) % 60);
      const watching = [
        earlyStopping({ monitor: "loss", patience: 2 }),
        callbacks.stopOnNaN(),
        callbacks.layerStatistics(),
      ];
      await model.fit(x, y, {
        batchSize,
        classWeight: "balanced",
        validationSplit: 0.2,
        callbacks: watching,
        epochs: 2,
      });
      await model.fit(data.shuffle(100, round).batch(batchSize));
      model.setState(model.getState());
      steps++;
    }
    // Measured when every batch size has been met, and at the end.
    if (measured.length === 0 && (minutes > 0 ? performance.now() > end - minutes * 30_000 : round === 30))
      measured.push(total());
  }
  measured.push(total());
  return { steps, measured };
}

const minutes = Number(process.argv[2] ?? 0);
const mixture = await byMixture(minutes);
const others = minutes > 0 ? {} : { fit: await byFit(), run: await byRun(), everything: await byEverything() };
console.log(JSON.stringify({ ...others, mixture }));
