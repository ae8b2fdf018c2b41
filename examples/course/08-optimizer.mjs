// Gradient descent on a loss: minimize is computeGradients and applyGradients.
//   node examples/course/08-optimizer.mjs

import { add, Graph, init, mean, multiply, Session, sgd, square, subtract } from "lanewise";

await init();
const graph = new Graph();
const x = graph.placeholder("x", [null]);
const y = graph.placeholder("y", [null]);
const slope = graph.variable("slope", 0, { shape: [] });
const offset = graph.variable("offset", 0, { shape: [] });
const loss = mean(square(subtract(add(multiply(x, slope), offset), y)));
const training = sgd({ learningRate: 0.1 }).minimize(loss);

const session = new Session(graph);
const feeds = { x: [-1, 0, 1, 2], y: [-1, 1, 3, 5] }; // y = 2 x + 1
for (let step = 0; step <= 60; step++) {
  const [value] = session.run([loss, training], feeds);
  if (step % 20 === 0) console.log(`step ${String(step).padStart(2)}  loss ${value.item().toFixed(6)}`);
}
const [a, b] = session.run([slope, offset]).map((value) => value.item().toFixed(3));
console.log(`y = ${a} x + ${b}`);
