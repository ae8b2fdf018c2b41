// L1 makes weights vanish, L2 makes them small: a penalty joins the loss.
//   node examples/course/20-regularization.mjs

import { writeFile } from "node:fs/promises";
import {
  abs,
  adam,
  add,
  affine,
  dense,
  Graph,
  init,
  inTopK,
  mean,
  Session,
  sparseSoftmaxCrossEntropy,
  square,
  sum,
} from "lanewise";
import { digits } from "lanewise/datasets";
import { histograms } from "lanewise/plot";

await init();
const { train, test } = digits();
const steps = process.argv.includes("--quick") ? 60 : 400;
const penalties = { none: null, L1: (w) => sum(abs(w)), L2: (w) => sum(square(w)) };
const kernels = {};
for (const [name, penalty] of Object.entries(penalties)) {
  const graph = new Graph({ seed: 1 });
  const X = graph.placeholder("X", [null, 64]);
  const y = graph.placeholder("y", [null], "int32");
  const logits = dense({ units: 10, name: "outputs" }).apply(
    dense({ units: 50, activation: "relu", name: "hidden" }).apply(X),
  );
  const data = mean(sparseSoftmaxCrossEntropy(logits, y));
  const scale = name === "L1" ? 0.001 : 0.01;
  const extra =
    penalty &&
    graph
      .variables(/kernel/)
      .map((w) => affine(penalty(w), { scale }))
      .reduce((a, b) => add(a, b));
  const training = adam({ learningRate: 0.01 }).minimize(extra ? add(data, extra) : data);
  const session = new Session(graph);
  for (let step = 0; step < steps; step++) session.run(training, { X: train.x, y: train.y });
  const kernel = session.run(graph.node("hidden/kernel")).data;
  const small = kernel.filter((w) => Math.abs(w) < 0.01).length / kernel.length;
  const accuracy = session.eval(mean(inTopK(logits, y, { k: 1 })), { X: test.x, y: test.y });
  console.log(
    `${name.padEnd(4)}  test ${accuracy.toFixed(3)}  loss ${session.eval(data, { X: train.x, y: train.y }).toFixed(3)}  penalty ${extra ? session.eval(extra, {}).toFixed(3) : "-"}  below 0.01: ${(100 * small).toFixed(0)} %`,
  );
  kernels[name] = kernel;
}
await writeFile(
  "weights.svg",
  await histograms(kernels, { title: "Weights of the hidden layer", domain: [-0.6, 0.6] }),
);
