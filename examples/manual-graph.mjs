// The same task without layers or fit: a graph built by hand, and a session that runs it batch by batch.
//   node examples/manual-graph.mjs

import {
  argmax,
  biasAdd,
  Graph,
  init,
  initializers,
  inTopK,
  matmul,
  mean,
  RandomStream,
  relu,
  Session,
  sgd,
  sparseSoftmaxCrossEntropy,
} from "lanewise";
import { digits } from "lanewise/datasets";

const EPOCHS = 20;
const BATCH = 50;

await init();
const { train, test } = digits();

const graph = new Graph({ seed: 42 });
const X = graph.placeholder("X", [null, 64]);
const y = graph.placeholder("y", [null], "int32");

const logits = graph.scope("dnn", () => {
  const hidden1 = neuronLayer("hidden1", X, 100, relu);
  const hidden2 = neuronLayer("hidden2", hidden1, 50, relu);
  return neuronLayer("outputs", hidden2, 10);
});
const loss = graph.scope("loss", () => mean(sparseSoftmaxCrossEntropy(logits, y)));
const training = graph.scope("train", () => sgd({ learningRate: 0.1 }).minimize(loss));
const accuracy = graph.scope("eval", () => mean(inTopK(logits, y, { k: 1 })));
const predictions = argmax(logits);

for (const { name, shape } of graph.variables(/^dnn/)) console.log(name.padEnd(20), `[${shape.join(", ")}]`);
console.log();

const session = new Session(graph);
for (let epoch = 1; epoch <= EPOCHS; epoch++) {
  const order = new RandomStream(42, `shuffle/${epoch}`).permutation(train.y.size);
  for (let from = 0; from < order.length; from += BATCH) {
    const rows = order.subarray(from, from + BATCH);
    session.run(training, { X: take(train.x, rows), y: take(train.y, rows) });
  }
  const onTrain = session.eval(accuracy, { X: train.x, y: train.y });
  const onTest = session.eval(accuracy, { X: test.x, y: test.y });
  console.log(`epoch ${String(epoch).padStart(2)}  train accuracy ${onTrain.toFixed(4)}  test ${onTest.toFixed(4)}`);
}

const first20 = session.run(predictions, { X: test.x.rows(0, 20) });
console.log(`\npredicted ${first20.data.join(" ")}`);
console.log(`actual    ${test.y.data.slice(0, 20).join(" ")}`);

/** activation(inputs · weights + biases), its nodes named `<name>/...` */
function neuronLayer(name, inputs, units, activation = (z) => z) {
  return graph.scope(name, () => {
    const fanIn = inputs.shape[1];
    const initial = initializers.truncatedNormal({ stddev: 1 / Math.sqrt(fanIn) });
    const weights = graph.variable("weights", initial, { shape: [fanIn, units] });
    const biases = graph.variable("biases", 0, { shape: [units] });
    return activation(biasAdd(matmul(inputs, weights), biases));
  });
}

/** These rows of a tensor, as a flat array. */
function take({ data, shape }, rows) {
  const width = data.length / shape[0];
  const taken = new data.constructor(rows.length * width);
  rows.forEach((row, i) => {
    taken.set(data.subarray(row * width, (row + 1) * width), i * width);
  });
  return taken;
}
