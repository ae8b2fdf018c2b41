// Layers instead of a function of one's own: name, units, activation; no activation for logits.
//   node examples/course/13-layers.mjs

import { dense, Graph, init, Session } from "lanewise";

await init();
const graph = new Graph({ seed: 1 });
const X = graph.placeholder("X", [null, 784]);
const hidden1 = dense({ units: 300, activation: "relu", name: "hidden1" }).apply(X);
const hidden2 = dense({ units: 100, activation: "relu", name: "hidden2" }).apply(hidden1);
const logits = dense({ units: 10, activation: null, name: "outputs" }).apply(hidden2);

for (const { name, shape } of graph.variables()) console.log(`${name.padEnd(16)} [${shape}]`);
const { data, shape } = new Session(graph).run(logits, { X: new Float32Array(2 * 784).fill(0.5) });
console.log(`logits [${shape}]: ${[...data.slice(0, 10)].map((value) => value.toFixed(2)).join(" ")}`);
