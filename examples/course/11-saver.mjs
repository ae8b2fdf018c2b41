// Save a session, restore it in another, predict the first 20 test images; and restore a part of it by name.
//   node examples/course/11-saver.mjs

import { readFile, writeFile } from "node:fs/promises";
import { adam, argmax, dense, Graph, init, mean, Session, sparseSoftmaxCrossEntropy } from "lanewise";
import { digits } from "lanewise/datasets";
import { decodeSafetensors, encodeSafetensors } from "lanewise/io";
import { imageGrid } from "lanewise/plot";

await init();
const { train, test } = digits();
const graph = new Graph({ seed: 1 });
const X = graph.placeholder("X", [null, 64]);
const y = graph.placeholder("y", [null], "int32");
const hidden = dense({ units: 50, activation: "relu", name: "hidden" }).apply(X);
const logits = dense({ units: 10, name: "outputs" }).apply(hidden);
const training = adam({ learningRate: 0.01 }).minimize(mean(sparseSoftmaxCrossEntropy(logits, y)));

const session = new Session(graph);
for (let step = 0; step < 100; step++) session.run(training, { X: train.x, y: train.y });
const saved = graph.variables().map(({ name }) => [name, session.get(name)]); // weights, slots and the step
await writeFile("session.safetensors", encodeSafetensors(saved));

const restored = new Session(graph);
const { tensors } = decodeSafetensors(await readFile("session.safetensors"));
restored.set(tensors);
const predicted = restored.run(argmax(logits), { X: test.x.rows(0, 20) }).data;
console.log(`predicted ${predicted.join(" ")}`);
console.log(`actual    ${test.y.data.slice(0, 20).join(" ")}`);

const part = new Session(graph);
part.set([...tensors].filter(([name]) => /^hidden/.test(name)));
for (const pattern of [/^hidden/, /^outputs/]) {
  const same = part.hash(graph.variables(pattern)) === session.hash(graph.variables(pattern));
  console.log(`${pattern}: ${same ? "restored" : "as initialised"}`);
}
const options = { imageShape: [8, 8], columns: 10, labels: [...predicted].map(String), title: "Predicted" };
await writeFile("predictions.svg", await imageGrid(test.x.rows(0, 20), options));
