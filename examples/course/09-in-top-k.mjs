// Is the true class among the k best? Ties with the k-th value count as in, as in TensorFlow.
//   node examples/course/09-in-top-k.mjs

import { Graph, init, inTopK, mean, Session } from "lanewise";

await init();
const graph = new Graph();
const logits = graph.placeholder("logits", [null, 4]);
const y = graph.placeholder("y", [null], "int32");
const session = new Session(graph);
const feeds = {
  logits: [
    [9, 5, 1, 0],
    [9, 5, 1, 0],
    [3, 3, 3, 0],
    [3, 3, 3, 0],
  ],
  y: [0, 1, 2, 3],
};
for (const k of [1, 2, 3]) {
  const hits = inTopK(logits, y, { k });
  const [each, accuracy] = session.run([hits, mean(hits)], feeds);
  console.log(
    `k = ${k}: ${[...each.data].map((hit) => (hit ? "in " : "out")).join("  ")}  accuracy ${accuracy.item()}`,
  );
}
