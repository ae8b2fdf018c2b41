// Summaries for TensorBoard: the accuracy as a scalar, weights as histograms, and the graph.
//   node examples/course/12-tensorboard.mjs

import { dense, init, sequential } from "lanewise";
import { digits } from "lanewise/datasets";
import { SummaryWriter } from "lanewise/io/tensorboard";

await init();
const { train, test } = digits();
const model = sequential([dense({ units: 64, activation: "relu", name: "hidden" }), dense({ units: 10 })], {
  inputShape: [64],
});
model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });

const writer = new SummaryWriter({ logdir: "tf_logs" });
writer.graph(model.graph);
for (let epoch = 1; epoch <= 5; epoch++) {
  await model.fit(train.x, train.y);
  const { accuracy } = await model.evaluate(test.x, test.y);
  writer.scalar("accuracy", accuracy, epoch);
  writer.histogram("hidden/kernel", model.getWeights().get("hidden/kernel"), epoch);
  console.log(`epoch ${epoch}  accuracy ${accuracy.toFixed(3)}`);
}
await writer.flush();
console.log("tensorboard --logdir tf_logs   shows scalars, histograms and the graph");
