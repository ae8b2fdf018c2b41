// The program on the graph whose size `npm run size` watches.

import { biasAdd, Graph, init, matmul, mean, relu, Session, sgd, sparseSoftmaxCrossEntropy } from "lanewise";

await init();
const graph = new Graph({ seed: 1 });
const x = graph.placeholder("x", [null, 784]);
const labels = graph.placeholder("labels", [null], "int32");
const layer = (input, units) =>
  biasAdd(
    matmul(input, graph.variable("kernel", 0.1, { shape: [input.shape[1], units] })),
    graph.variable("bias", 0, { shape: [units] }),
  );
const logits = graph.scope("outputs", () =>
  layer(
    graph.scope("hidden", () => relu(layer(x, 300))),
    10,
  ),
);
const loss = mean(sparseSoftmaxCrossEntropy(logits, labels));
const step = sgd({ learningRate: 0.01 }).minimize(loss);
globalThis.train = (feeds) => new Session(graph).run([step, loss], feeds);
