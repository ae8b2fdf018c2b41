// A page that uses every front door that a page has use for. The tests call what it offers as `dropin`.

import { dense, init, sequential, weightsHash } from "lanewise";
import { benchmark } from "lanewise/benchmark";
import { iris } from "lanewise/datasets";
import { GridSearchCV, MLPClassifier } from "lanewise/estimators";
import { decodeNpy, encodeNpy, loadFromBrowser, saveInBrowser } from "lanewise/io";
import { decodeCsv } from "lanewise/io/csv";
import { decodeNpz, encodeNpz } from "lanewise/io/npz";
import { decodePng, encodePng } from "lanewise/io/png";
import { SummaryWriter } from "lanewise/io/tensorboard";
import { modelFromBytes, modelToBytes } from "lanewise/models";
import { modelInWorker } from "lanewise/worker";
import { trainBuilds } from "./trainBuilds.js";

/** Trains, keeps the model in the browser, brings it back: the hashes before and after. */
async function keepModel() {
  await init();
  const { train } = iris();
  const model = sequential([dense({ units: 8, activation: "relu" }), dense({ units: 3 })], { seed: 1 });
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  await model.fit(train.x, train.y, { epochs: 2 });
  await saveInBrowser("iris", modelToBytes(model));
  return [weightsHash(model), weightsHash(modelFromBytes(await loadFromBrowser("iris")))];
}

/** What comes back of a picture of one pixel, by each format. */
function writeFormats() {
  const pixel = { dtype: "uint8", shape: [1, 1, 1], data: Uint8Array.of(7) };
  const events = new SummaryWriter().scalar("loss", 1, 1).toBytes();
  return {
    npy: decodeNpy(encodeNpy(pixel)).data[0],
    npz: decodeNpz(encodeNpz({ pixel }, { compress: true })).get("pixel").data[0],
    png: decodePng(encodePng(pixel)).data[0],
    csv: decodeCsv("pixel\n7").rows[0][0],
    events: events.length > 50,
  };
}

/** The best of two rates, found by this many threads, none for 0; or why it could not be found. */
async function searchRates(workers, startWorker) {
  await init();
  const { train } = iris();
  const model = new MLPClassifier({ hiddenUnits: [8], epochs: 5, randomState: 1 });
  const search = new GridSearchCV(model, { learningRate: [0.001, 0.1] }, { cv: 2, workers, startWorker });
  try {
    await search.fit(train.x, train.y);
    return { rate: search.bestParams.learningRate, score: search.bestScore };
  } catch (error) {
    return { name: error.name, message: error.message };
  }
}

/** A worker of this page's own, whose file every bundler makes something of. */
const trialWorker = () => new Worker(new URL("./trials.js", import.meta.url), { type: "module" });
const modelWorker = () => new Worker(new URL("./model.js", import.meta.url), { type: "module" });

/** A training in a worker, and the same one here: the hashes of both; or why there is none. */
async function trainInWorker(worker) {
  await init();
  const { train } = iris();
  const model = sequential([dense({ units: 8, activation: "relu" }), dense({ units: 3 })], {
    seed: 1,
    inputShape: [4],
  });
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  try {
    const inWorker = await modelInWorker(model, worker && { worker });
    await inWorker.fit(train.x, train.y, { epochs: 3 });
    await model.fit(train.x, train.y, { epochs: 3 });
    const hashes = [await inWorker.weightsHash(), weightsHash(model)];
    await inWorker.close();
    return hashes;
  } catch (error) {
    return { name: error.name, message: error.message };
  }
}

globalThis.dropin = {
  trainBuilds,
  keepModel,
  writeFormats,
  searchRates,
  searchRatesInOwn: (workers) => searchRates(workers, trialWorker),
  trainInWorker,
  trainInOwnWorker: () => trainInWorker(modelWorker()),
  measures: typeof benchmark,
};
