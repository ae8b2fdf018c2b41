// Freezing the lower layers: only hidden3, hidden4 and the outputs are trained; no gradient is computed for the others.
//   node examples/course/23-freezing.mjs

import { dense, Graph, init, mean, Session, sgd, sparseSoftmaxCrossEntropy } from "lanewise";
import { digits } from "lanewise/datasets";

await init();
const { train } = digits();
const graph = new Graph({ seed: 1 });
const X = graph.placeholder("X", [null, 64]);
const y = graph.placeholder("y", [null], "int32");
let h = X;
for (const i of [1, 2, 3, 4]) h = dense({ units: 40, activation: "relu", name: `hidden${i}` }).apply(h);
const loss = mean(sparseSoftmaxCrossEntropy(dense({ units: 10, name: "outputs" }).apply(h), y));

const varList = graph.trainable(/hidden[34]|outputs/);
const training = sgd({ learningRate: 0.1 }).minimize(loss, varList);
console.log(`trained: ${varList.map(({ name }) => name).join(" ")}`);

const session = new Session(graph);
const feeds = { X: train.x, y: train.y };
const hash = (pattern) => session.hash(graph.trainable(pattern));
const before = [hash(/hidden[12]/), hash(/hidden[34]/)];
const start = session.eval(loss, feeds);
for (let step = 0; step < 100; step++) session.run(training, feeds);
console.log(`loss ${start.toFixed(3)} -> ${session.eval(loss, feeds).toFixed(3)}`);
console.log(`hidden1 and hidden2 ${hash(/hidden[12]/) === before[0] ? "unchanged" : "changed"}`);
console.log(`hidden3 and hidden4 ${hash(/hidden[34]/) === before[1] ? "unchanged" : "changed"}`);
