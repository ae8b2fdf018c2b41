// Caching frozen layers: hidden2 is computed once for all examples and fed, shuffled, from then on.
//   node examples/course/24-caching.mjs

import { dataset, dense, Graph, init, mean, Session, sgd, sparseSoftmaxCrossEntropy } from "lanewise";
import { digits } from "lanewise/datasets";

await init();
const { train } = digits();
const steps = process.argv.includes("--quick") ? 200 : 2000;
const graph = new Graph({ seed: 1 });
const X = graph.placeholder("X", [null, 64]);
const y = graph.placeholder("y", [null], "int32");
const hidden1 = dense({ units: 300, activation: "relu", name: "hidden1" }).apply(X);
const hidden2 = dense({ units: 100, activation: "relu", name: "hidden2" }).apply(hidden1);
const loss = mean(sparseSoftmaxCrossEntropy(dense({ units: 10, name: "outputs" }).apply(hidden2), y));
const training = sgd({ learningRate: 0.1 }).minimize(loss, graph.trainable(/outputs/));

function train2(feed, values) {
  const session = new Session(graph);
  const batches = dataset([values(session), train.y], { seed: 1 });
  const start = performance.now();
  for (let step = 0; step < steps; step++) {
    const [rows, labels] = batches.nextBatch(50);
    session.run(training, new Map([[feed, rows]]).set(y, labels));
  }
  return { milliseconds: performance.now() - start, hash: session.hash(graph.trainable(/outputs/)) };
}

const whole = train2(X, () => train.x);
const cached = train2(hidden2, (session) => session.run(hidden2, { X: train.x }));
console.log(`from the pixels ${whole.milliseconds.toFixed(0)} ms, from the cache ${cached.milliseconds.toFixed(0)} ms`);
console.log(`same weights, bit for bit: ${whole.hash === cached.hash}`);
