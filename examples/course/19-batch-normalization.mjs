// Batch normalization before each activation and on the logits: momentum 0.9, ELU, He's initialisation.
//   node examples/course/19-batch-normalization.mjs

import { writeFile } from "node:fs/promises";
import { dense, init, layers, sequential } from "lanewise";
import { digits, mnist } from "lanewise/datasets";
import { learningCurves } from "lanewise/plot";

await init();
const { name, train, test } = process.env.MNIST_DIR ? await mnist({ dir: process.env.MNIST_DIR }) : digits();
const epochs = process.argv.includes("--quick") ? 2 : 8;

const normalized = (units) => [
  dense({ units, kernelInitializer: "heNormal" }),
  layers.batchNormalization({ momentum: 0.9 }),
];
const model = sequential(
  [...normalized(300), layers.activation("elu"), ...normalized(100), layers.activation("elu"), ...normalized(10)],
  { inputShape: [train.x.shape[1]], seed: 1 },
);
model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
const history = await model.fit(train.x, train.y, { epochs, batchSize: 50, validationData: [test.x, test.y] });
console.log(`${name}: test accuracy ${history.valAccuracy.map((value) => value.toFixed(4)).join(" ")}`);
console.log(`moving averages: ${[...model.getWeights().keys()].filter((key) => /moving/.test(key)).join(" ")}`);
await writeFile("curves.svg", await learningCurves({ accuracy: history.accuracy, valAccuracy: history.valAccuracy }));
