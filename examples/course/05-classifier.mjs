// The high-level way: a classifier with two hidden layers, trained for a number of steps.
//   node examples/course/05-classifier.mjs

import { writeFile } from "node:fs/promises";
import { init } from "lanewise";
import { digits, mnist } from "lanewise/datasets";
import { accuracyScore, classificationReport, confusionMatrix, logLoss, MLPClassifier } from "lanewise/estimators";
import { confusionPlot } from "lanewise/plot";

await init();
const { name, train, test } = process.env.MNIST_DIR ? await mnist({ dir: process.env.MNIST_DIR }) : digits();
const steps = process.argv.includes("--quick") ? 400 : name === "digits" ? 4000 : 40_000;

const dnn = new MLPClassifier({ hiddenUnits: [300, 100], batchSize: 50, steps, tol: null });
await dnn.fit(train.x, train.y);

const predicted = dnn.predict(test.x);
console.log(`${name}, ${steps} steps of 50`);
console.log(`accuracy ${accuracyScore(test.y, predicted).toFixed(4)}`);
console.log(`log loss ${logLoss(test.y, dnn.predictProba(test.x)).toFixed(4)}`);
console.log(dnn.evaluate(test.x, test.y));
console.log(String(classificationReport(test.y, predicted)));
await writeFile(
  "confusion.svg",
  await confusionPlot(confusionMatrix(test.y, predicted), { title: `Confusion, ${name}` }),
);
