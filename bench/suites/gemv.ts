// One example through a dense layer whose weights stay in memory: they are read once, and that is all that takes time.

import { type Engine, Graph, matmul, Session } from "../../src/index.js";
import { matmul as plainMatmul } from "../baselines/matmul.js";
import { compare, gigaflops, microseconds, readLimit } from "../compare.js";
import { checkClose, randomFloats } from "../data.js";
import type { Row, Variant } from "../report.js";
import type { Bench, Suite } from "../suite.js";

const layers: readonly [inputs: number, units: number][] = [
  [784, 300],
  [300, 100],
  [1024, 1024],
];

export const gemv: Suite = {
  name: "gemv",
  title: "one row through a dense layer, against the time in which a loop reads as many bytes in the same cache",
  limit: "of read",
  run: async (bench) => {
    const rows: Row[] = [];
    for (const shape of layers) rows.push(...(await measure(bench, shape)));
    return rows;
  },
};

async function measure(bench: Bench, [k, n]: [number, number]): Promise<Row[]> {
  const x = randomFloats(k, "gemv/x");
  const w = randomFloats(k * n, "gemv/w");
  const expected = new Float32Array(n);
  const plain = () => plainMatmul(x, w, expected, [1, k, n]);
  plain();
  const work = new Map<Variant, { run: () => void }>([["javascript", { run: plain }]]);
  for (const [gear, engine] of bench.engines) {
    const { run, result } = prepareRow(engine, x, w, [k, n]);
    run();
    checkClose(`gemv ${k} x ${n}, ${gear}`, result(), expected, 1e-6 * k);
    work.set(gear, { run });
  }
  const metrics = [microseconds("row"), gigaflops(2 * k * n)];
  return compare(bench, {
    suite: "gemv",
    case: `1 x ${k} x ${n}`,
    work,
    limit: await readLimit(bench, 4 * k * n),
    metrics,
  });
}

/** The weights are a variable, as in a model. */
function prepareRow(engine: Engine, x: Float32Array, w: Float32Array, shape: [number, number]) {
  const graph = new Graph({ seed: 1 });
  const input = graph.placeholder("x", [1, shape[0]]);
  const weights = graph.variable("w", 0, { shape });
  const product = matmul(input, weights);
  const session = new Session(graph, { engine });
  session.set([[weights, w]]);
  const executable = session.prepare({ fetches: [product], feeds: [input] });
  executable.input(input).set(x);
  return { run: () => executable.run(), result: () => executable.output(product).data };
}
