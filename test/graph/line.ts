// A line y = relu(x w + b), the small model of the tests of sessions.

import { Graph } from "../../src/graph/graph.js";
import { sgd } from "../../src/nn/optimizers/sgd.js";
import { relu } from "../../src/ops/activations.js";
import { biasAdd } from "../../src/ops/arithmetic.js";
import { matmul } from "../../src/ops/matmul.js";
import { mean } from "../../src/ops/reductions.js";
import { Session } from "../../src/runtime/session.js";
import { engine } from "../support/exact-engine.js";

export const sessionOf = (graph: Graph) => new Session(graph, { engine });

/** y = relu(x w + b), loss = mean(y); `update` is one step of SGD on w and b at rate 1. */
export function line() {
  const graph = new Graph();
  const x = graph.placeholder("x", [null, 2]);
  const w = graph.variable("w", [[1], [2]]);
  const b = graph.variable("b", [0.5]);
  const product = matmul(x, w);
  const y = relu(biasAdd(product, b), { name: "y" });
  const loss = mean(y, { name: "loss" });
  const update = sgd({ learningRate: 1 }).minimize(loss);
  return { graph, x, w, b, product, y, loss, update, session: sessionOf(graph) };
}

/** Two examples, for which y is 3.5 and 1.5. */
export const rows = [
  [1, 1],
  [3, -1],
];
