// Twenty epochs of mini-batches in a session, with the accuracy after each.
//   node examples/course/10-session.mjs

import { writeFile } from "node:fs/promises";
import { dataset, dense, Graph, init, inTopK, mean, Session, sgd, sparseSoftmaxCrossEntropy } from "lanewise";
import { digits, mnist } from "lanewise/datasets";
import { learningCurves } from "lanewise/plot";

await init();
const { name, train, test } = process.env.MNIST_DIR ? await mnist({ dir: process.env.MNIST_DIR }) : digits();
const epochs = process.argv.includes("--quick") ? 3 : 20;

const graph = new Graph({ seed: 42 });
const X = graph.placeholder("X", [null, train.x.shape[1]]);
const y = graph.placeholder("y", [null], "int32");
const hidden = dense({ units: 300, activation: "relu" }).apply(X);
const logits = dense({ units: 10 }).apply(hidden);
const loss = mean(sparseSoftmaxCrossEntropy(logits, y));
const training = sgd({ learningRate: name === "digits" ? 0.1 : 0.05 }).minimize(loss);
const accuracy = mean(inTopK(logits, y, { k: 1 }));

const session = new Session(graph);
const batches = dataset([train.x, train.y], { seed: 42 });
const history = { accuracy: [], valAccuracy: [] };
for (let epoch = 1; epoch <= epochs; epoch++) {
  for (let step = 0; step < Math.floor(train.y.size / 50); step++) {
    const [images, labels] = batches.nextBatch(50);
    session.run(training, { X: images, y: labels });
  }
  history.accuracy.push(session.eval(accuracy, { X: train.x, y: train.y }));
  history.valAccuracy.push(session.eval(accuracy, { X: test.x, y: test.y }));
  const [onTrain, onTest] = Object.values(history).map((values) => values[epoch - 1].toFixed(4));
  console.log(`${String(epoch).padStart(2)}  train ${onTrain}  test ${onTest}`);
}
await writeFile("accuracy.svg", await learningCurves(history, { title: `Accuracy, ${name}`, range: [0.8, 1] }));
