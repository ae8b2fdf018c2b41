// Reuse the lower layers of a trained net for another question with 40 labels, first frozen, then at a lower rate.
//   node examples/transfer.mjs

import { adam, dense, init, sequential, transferWeights } from "lanewise";
import { digits } from "lanewise/datasets";

await init();
const { train, test } = digits({ seed: 1 });
// The net knows the ten digits; the question is how many segments of a seven-segment display each of them lights.
const segments = [6, 2, 5, 5, 4, 5, 6, 3, 7, 6];
const question = (labels) => labels.data.map((digit) => segments[digit] - 2);
const labelled = 40;

const net = (outputs, seed) =>
  sequential(
    [
      dense({ units: 64, activation: "relu", name: "hidden1" }),
      dense({ units: 32, activation: "relu", name: "hidden2" }),
      dense({ units: outputs, name: "outputs" }),
    ],
    { inputShape: [64], seed },
  );
const recipe = (learningRate) => ({
  optimizer: adam({ learningRate }),
  loss: "sparseCategoricalCrossentropy",
  metrics: ["accuracy"],
});
const accuracyOf = async (model) => (await model.evaluate(test.x, question(test.y))).accuracy.toFixed(3);
const few = [train.x.rows(0, labelled), question(train.y.rows(0, labelled))];

const source = net(10, 1).compile(recipe(0.005));
await source.fit(train.x.rows(labelled, 1438), train.y.rows(labelled, 1438), { epochs: 15 });

const scratch = net(6, 2).compile(recipe(0.005));
await scratch.fit(...few, { epochs: 60, batchSize: 10 });
console.log(`from scratch, ${labelled} labels: accuracy ${await accuracyOf(scratch)}`);

const reused = net(6, 2);
const set = transferWeights(reused, source.getWeights(), { pattern: /hidden/ });
console.log(`taken over: ${set.join(", ")}`);
reused.freeze(/hidden/).compile(recipe(0.02));
await reused.fit(...few, { epochs: 60, batchSize: 10 });
console.log(`new head on frozen layers: accuracy ${await accuracyOf(reused)}`);

reused.unfreeze().compile(recipe(0.001));
await reused.fit(...few, { epochs: 30, batchSize: 10 });
console.log(`then all layers at a lower rate: accuracy ${await accuracyOf(reused)}`);
