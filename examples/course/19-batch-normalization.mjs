// Batch normalization before each activation and on the logits: momentum 0.9, ELU, He's initialisation.
//   node examples/course/19-batch-normalization.mjs

import { writeFile } from "node:fs/promises";
import { dense, elu, functional, Graph, init, layers } from "lanewise";
import { digits, mnist } from "lanewise/datasets";
import { learningCurves } from "lanewise/plot";

await init();
const { name, train, test } = process.env.MNIST_DIR ? await mnist({ dir: process.env.MNIST_DIR }) : digits();
const epochs = process.argv.includes("--quick") ? 2 : 8;

const graph = new Graph({ seed: 1 });
const X = graph.placeholder("X", [null, train.x.shape[1]]);
const normalized = (x, units) =>
  layers.batchNormalization({ momentum: 0.9 }).apply(dense({ units, kernelInitializer: "heNormal" }).apply(x));
const hidden1 = elu(normalized(X, 300));
const hidden2 = elu(normalized(hidden1, 100));
const model = functional({ inputs: X, outputs: normalized(hidden2, 10) });
model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
const history = await model.fit(train.x, train.y, { epochs, batchSize: 50, validationData: [test.x, test.y] });
console.log(`${name}: test accuracy ${history.valAccuracy.map((value) => value.toFixed(4)).join(" ")}`);
console.log(`moving averages: ${[...model.getWeights().keys()].filter((key) => /moving/.test(key)).join(" ")}`);
await writeFile("curves.svg", await learningCurves({ accuracy: history.accuracy, valAccuracy: history.valAccuracy }));
