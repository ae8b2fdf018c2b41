// Exploding gradients: clipped by value, by the norm of each, or by the norm of all together.
//   node examples/course/21-clipping.mjs

import {
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  dense,
  Graph,
  init,
  mean,
  Session,
  sgd,
  sparseSoftmaxCrossEntropy,
} from "lanewise";
import { digits } from "lanewise/datasets";

await init();
const { train } = digits();
const graph = new Graph({ seed: 1 });
const X = graph.placeholder("X", [null, 64]);
const y = graph.placeholder("y", [null], "int32");
let h = X;
for (let i = 0; i < 4; i++) h = dense({ units: 50, activation: "relu", kernelInitializer: "heNormal" }).apply(h);
const loss = mean(sparseSoftmaxCrossEntropy(dense({ units: 10 }).apply(h), y));

const optimizer = sgd({ learningRate: 0.5 });
const pairs = optimizer.computeGradients(loss);
const session = new Session(graph);
const feeds = { X: train.x.rows(0, 100), y: train.y.rows(0, 100) };
const largest = (list) =>
  Math.max(
    ...session
      .run(
        list.map(({ gradient }) => gradient),
        feeds,
      )
      .map(({ data }) => Math.hypot(...data)),
  );
const clipped = {
  none: pairs,
  "value 0.01": clipByValue(pairs, 0.01),
  "norm 0.1": clipByNorm(pairs, 0.1),
  "global norm 0.1": clipByGlobalNorm(pairs, 0.1),
};
for (const [name, list] of Object.entries(clipped))
  console.log(`${name.padEnd(16)} longest gradient ${largest(list).toFixed(4)}`);

const training = optimizer.applyGradients(clipped["global norm 0.1"]);
const before = session.eval(loss, feeds);
for (let step = 0; step < 100; step++) session.run(training, feeds);
console.log(`loss ${before.toFixed(3)} -> ${session.eval(loss, feeds).toFixed(3)}`);
