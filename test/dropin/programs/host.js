// A service: trains on each build, keeps a model in a file, searches in threads. Prints what came of it as JSON.

import { tmpdir } from "node:os";
import { join } from "node:path";
import { dense, diagnose, init, sequential, weightsHash } from "lanewise";
import { iris } from "lanewise/datasets";
import { GridSearchCV, MLPClassifier } from "lanewise/estimators";
import { loadModel, saveModel } from "lanewise/models";
import { trainBuilds } from "./trainBuilds.js";

const trained = await trainBuilds();

await init();
const { train } = iris();
const model = sequential([dense({ units: 8, activation: "relu" }), dense({ units: 3 })], { seed: 1 });
model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
await model.fit(train.x, train.y, { epochs: 2 });
const file = join(tmpdir(), `lanewise-${globalThis.crypto.randomUUID()}`, "iris.safetensors");
await saveModel(model, file);
const files = [weightsHash(model), weightsHash(await loadModel(file))];

const searches = [];
for (const workers of [0, 2]) {
  const estimator = new MLPClassifier({ hiddenUnits: [8], epochs: 5, randomState: 1 });
  const search = new GridSearchCV(estimator, { learningRate: [0.001, 0.1] }, { cv: 2, workers });
  await search.fit(train.x, train.y);
  searches.push({ ...search.bestParams, score: search.bestScore });
}

console.log(JSON.stringify({ host: diagnose().host, trained, files, searches }));
