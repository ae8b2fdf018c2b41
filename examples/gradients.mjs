// An optimizer in two phases: compute the gradients, look at them, apply only those that should change something.
//   node examples/gradients.mjs

import {
  biasAdd,
  Graph,
  init,
  initializers,
  matmul,
  mean,
  relu,
  Session,
  sgd,
  sparseSoftmaxCrossEntropy,
} from "lanewise";
import { digits } from "lanewise/datasets";

const DEPTH = 6;

await init();
const { train } = digits();
const feeds = { X: train.x, y: train.y };

// 1. Is it large enough to learn from? Its norm per layer before any training, with weights too small and with He's.
const small = deepNet(initializers.truncatedNormal({ stddev: 0.03 }));
const he = deepNet(initializers.heNormal());
console.log("gradient norm        stddev 0.03        He");
for (const [i, { variable }] of he.pairs.entries()) {
  if (!variable.name.endsWith("/weights")) continue;
  const [ofSmall, ofHe] = [small, he].map(({ session, pairs }) => norm(session.run(pairs[i].gradient, feeds)));
  console.log(variable.name.padEnd(18), ofSmall.toExponential(1).padStart(13), ofHe.toFixed(3).padStart(9));
}

// 2. Is it right? The largest derivative of a layer against the slope between two losses.
const { graph, session, loss, optimizer, pairs } = he;
const { variable: weights, gradient } = pairs[0];
const { data: derivatives } = session.run(gradient, feeds);
const steepest = derivatives.indexOf(Math.max(...derivatives));
const original = session.get(weights);
const [above, below] = [0.005, -0.005].map((shift) => {
  const moved = original.data.slice();
  moved[steepest] += shift;
  session.set([[weights, moved]]);
  return session.run(loss, feeds).item();
});
session.set([[weights, original]]);
console.log(`\n${weights.name}, element ${steepest}`);
console.log(`  gradient ${derivatives[steepest].toFixed(4)}, slope ${((above - below) / 0.01).toFixed(4)}`);

// 3. Apply them to the output layer alone: everything under it is frozen.
const training = optimizer.applyGradients(pairs.filter(({ variable }) => variable.name.startsWith("outputs/")));
const frozen = graph.trainable(/^hidden/);
const hash = session.hash(frozen);
const before = session.run(loss, feeds).item();
for (let step = 0; step < 50; step++) session.run(training, feeds);
const after = session.run(loss, feeds).item();
console.log(`\n50 steps of the output layer alone: loss ${before.toFixed(4)} -> ${after.toFixed(4)}`);
console.log(`  hidden layers ${session.hash(frozen) === hash ? "unchanged" : "changed"}`);

/** ReLU layers of 32 units and an output layer, with the gradients of the loss. */
function deepNet(initial) {
  const graph = new Graph({ seed: 7 });
  const y = graph.placeholder("y", [null], "int32");
  let x = graph.placeholder("X", [null, 64]);
  for (let i = 1; i <= DEPTH; i++) x = layer(graph, `hidden${i}`, x, 32, initial, relu);
  const loss = mean(sparseSoftmaxCrossEntropy(layer(graph, "outputs", x, 10, initial), y));
  const optimizer = sgd({ learningRate: 0.1 });
  const pairs = optimizer.computeGradients(loss);
  return { graph, session: new Session(graph), loss, optimizer, pairs };
}

function layer(graph, name, x, units, initial, activation = (z) => z) {
  return graph.scope(name, () => {
    const weights = graph.variable("weights", initial, { shape: [x.shape[1], units] });
    return activation(biasAdd(matmul(x, weights), graph.variable("biases", 0, { shape: [units] })));
  });
}

function norm({ data }) {
  return Math.hypot(...data);
}
