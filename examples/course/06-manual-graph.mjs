// The same net by hand: placeholders, scopes, a neuron layer of matmul, bias and ReLU.
//   node examples/course/06-manual-graph.mjs

import { writeFile } from "node:fs/promises";
import { biasAdd, Graph, initializers, matmul, relu } from "lanewise";
import { graphPlot } from "lanewise/plot";

const graph = new Graph({ seed: 42 });
const X = graph.placeholder("X", [null, 784]);

function neuronLayer(X, units, name, activation = (z) => z) {
  return graph.scope(name, () => {
    const inputs = X.shape[1];
    // Truncated: what lies beyond two standard deviations is drawn again.
    const initial = initializers.truncatedNormal({ stddev: 1 / Math.sqrt(inputs) });
    const W = graph.variable("weights", initial, { shape: [inputs, units] });
    const b = graph.variable("biases", 0, { shape: [units] });
    return activation(biasAdd(matmul(X, W), b));
  });
}

graph.scope("dnn", () => {
  const hidden1 = neuronLayer(X, 300, "hidden1", relu);
  const hidden2 = neuronLayer(hidden1, 100, "hidden2", relu);
  return neuronLayer(hidden2, 10, "outputs");
});

for (const { name, shape } of graph.variables()) console.log(`${name.padEnd(20)} [${shape}]`);
const filter = ({ name }) => !name.includes("initial");
await writeFile("graph.svg", await graphPlot(graph.nodes(), { filter, title: "dnn" }));
