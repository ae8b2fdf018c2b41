// The public matmul op through a session, inputs in place: what a layer pays for its product.

import { type Engine, Graph, matmul, Session } from "../../src/index.js";
import { matmul as plainMatmul } from "../baselines/matmul.js";
import { compare, gigaflops } from "../compare.js";
import { checkClose, randomFloats } from "../data.js";
import type { Row, Variant } from "../report.js";
import type { Bench, Suite } from "../suite.js";

interface Product {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly transposeA?: boolean;
  /** What it is in a net; none for the squares. */
  readonly use?: string;
}

const squares = [64, 128, 256, 512].map((n): Product => ({ m: n, k: n, n }));

const products: readonly Product[] = [
  ...squares,
  { m: 50, k: 784, n: 300, use: "forward" },
  { m: 784, k: 50, n: 300, transposeA: true, use: "weight gradient" },
  { m: 50, k: 300, n: 100, use: "forward" },
  { m: 256, k: 784, n: 300, use: "forward" },
  { m: 1, k: 784, n: 300, use: "forward" },
];

export const gemm: Suite = {
  name: "gemm",
  title: "matrix products m x k x n through matmul and a session",
  run: async (bench) => {
    const rows: Row[] = [];
    for (const product of products) {
      if (bench.quick && product.m * product.k * product.n > 2 ** 24) continue;
      rows.push(...(await measure(bench, product)));
    }
    return rows;
  },
};

async function measure(bench: Bench, product: Product): Promise<Row[]> {
  const { m, k, n, transposeA = false, use } = product;
  const a = randomFloats(m * k, "gemm/a");
  const b = randomFloats(k * n, "gemm/b");
  const expected = new Float32Array(m * n);
  const plain = () => plainMatmul(a, b, expected, [m, k, n], transposeA);
  plain();

  const name = `${m} x ${k} x ${n}${transposeA ? " (a transposed)" : ""}${use ? `, ${use}` : ""}`;
  const work = new Map<Variant, { run: () => void }>([["javascript", { run: plain }]]);
  for (const [build, engine] of bench.engines) {
    const { run, result } = onSession(engine, product, a, b);
    run();
    // Rounding errors grow with the sum; a wrong element is off by far more.
    checkClose(`${name}, ${build}`, result(), expected, 1e-6 * k);
    work.set(build, { run });
  }
  const flops = 2 * m * k * n;
  return compare(bench, { suite: "gemm", case: name, work, flops, metrics: [gigaflops(flops)] });
}

function onSession(engine: Engine, { m, k, n, transposeA = false }: Product, a: Float32Array, b: Float32Array) {
  const graph = new Graph();
  const nodeA = graph.placeholder("a", transposeA ? [k, m] : [m, k]);
  const nodeB = graph.placeholder("b", [k, n]);
  const y = matmul(nodeA, nodeB, { transposeA });
  const executable = new Session(graph, { engine }).prepare({ fetches: [y], feeds: [nodeA, nodeB] });
  executable.input(nodeA).set(a);
  executable.input(nodeB).set(b);
  return { run: () => executable.run(), result: () => executable.output(y).data };
}
