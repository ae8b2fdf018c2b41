// Hyperparameters: a grid, random draws, halving, and TPE, which learns from the trials so far where to look.
//   node examples/course/14-search.mjs

import { writeFile } from "node:fs/promises";
import { init } from "lanewise";
import { digits } from "lanewise/datasets";
import {
  GridSearchCV,
  HalvingSearchCV,
  logUniform,
  MLPClassifier,
  RandomizedSearchCV,
  TPESearchCV,
} from "lanewise/estimators";
import { searchPlot } from "lanewise/plot";

await init();
const { train, test } = digits({ testFraction: process.argv.includes("--quick") ? 0.8 : 0.3 });
const model = new MLPClassifier({ epochs: 15, batchSize: 50 });
const grid = { hiddenUnits: [[16], [64]], learningRate: [0.001, 0.01] };
const space = {
  hiddenUnits: [[16], [32], [64], [32, 32]],
  learningRate: logUniform(1e-4, 1e-1),
  activation: ["relu", "tanh", "elu"],
};
const common = { cv: 3, workers: 2 };
const searches = {
  grid: new GridSearchCV(model, grid, common),
  random: new RandomizedSearchCV(model, space, { ...common, nIter: 20 }),
  halving: new HalvingSearchCV(model, space, {
    ...common,
    nCandidates: 18,
    resource: "epochs",
    minResources: 3,
    maxResources: 27,
  }),
  TPE: new TPESearchCV(model, space, { ...common, trials: 20, startup: 8 }),
};
for (const [name, search] of Object.entries(searches)) {
  await search.fit(train.x, train.y);
  const accuracy = await search.score(test.x, test.y);
  console.log(
    `${name.padEnd(8)} ${search.results.trials.length} trials, test ${accuracy.toFixed(3)}, ${JSON.stringify(search.bestParams)}`,
  );
}
await writeFile("random-search.svg", await searchPlot(searches.random.results, { title: "20 random trials" }));
await writeFile("trials.csv", searches.random.results.toCSV());
