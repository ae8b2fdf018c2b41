// The loss: mean cross-entropy of softmax and integer labels, one stable op that logits of any size cannot overflow.
//   node examples/course/07-loss.mjs

import { Graph, init, mean, Session, sparseSoftmaxCrossEntropy } from "lanewise";

await init();
const graph = new Graph();
const logits = graph.placeholder("logits", [null, 3]);
const y = graph.placeholder("y", [null], "int32");
const losses = sparseSoftmaxCrossEntropy(logits, y);
const loss = mean(losses);

const session = new Session(graph);
const rows = [
  [2, 1, 0],
  [0, 0, 0],
  [1000, 0, -1000],
  [1000, 0, -1000],
];
const [each, average] = session.run([losses, loss], { logits: rows, y: [0, 1, 0, 2] });
const naive = ([a, b, c], label) => -Math.log(Math.exp([a, b, c][label]) / (Math.exp(a) + Math.exp(b) + Math.exp(c)));
for (const [i, row] of rows.entries()) {
  console.log(
    `[${row}] label ${[0, 1, 0, 2][i]}  loss ${each.data[i].toFixed(4)}  naive ${naive(row, [0, 1, 0, 2][i])}`,
  );
}
console.log(`mean ${average.item().toFixed(4)}`);
