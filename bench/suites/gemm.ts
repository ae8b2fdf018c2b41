// The public matmul op through a session, inputs in place: what a layer pays for its product.

import { matmul, type Node } from "../../src/index.js";
import { matmul as plainMatmul } from "../baselines/matmul.js";
import { compare, gigaflops, peakLimit } from "../compare.js";
import { checkClose, randomFloats } from "../data.js";
import { prepareOp } from "../op.js";
import type { Row, Variant } from "../report.js";
import type { Bench, Suite } from "../suite.js";

interface Product {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  /** The operand that is stored transposed. */
  readonly transpose?: "a" | "b";
  /** What it is in a net; none for the squares. */
  readonly use?: string;
}

const squares = [64, 128, 256, 512, 1024].map((n): Product => ({ m: n, k: n, n }));

const products: readonly Product[] = [
  ...squares,
  { m: 50, k: 784, n: 300, use: "forward" },
  { m: 784, k: 50, n: 300, transpose: "a", use: "weight gradient" },
  { m: 50, k: 300, n: 100, use: "forward" },
  { m: 300, k: 50, n: 100, transpose: "a", use: "weight gradient" },
  { m: 50, k: 100, n: 300, transpose: "b", use: "input gradient" },
  { m: 50, k: 100, n: 10, use: "forward" },
  { m: 256, k: 784, n: 300, use: "forward" },
  { m: 1, k: 784, n: 300, use: "forward" },
];

/** Products of so many multiply-adds keep plain JavaScript busy for seconds: fewer rounds, and none in a quick run. */
const LARGE = 2 ** 28;

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
  const { m, k, n, transpose, use } = product;
  const a = randomFloats(m * k, "gemm/a");
  const b = randomFloats(k * n, "gemm/b");
  const expected = new Float32Array(m * n);
  const plain = () => plainMatmul(a, b, expected, [m, k, n], transpose);
  plain();

  const name = `${m} x ${k} x ${n}${transpose ? ` (${transpose} transposed)` : ""}${use ? `, ${use}` : ""}`;
  const inputs = {
    a: { shape: transpose === "a" ? [k, m] : [m, k], values: a },
    b: { shape: transpose === "b" ? [n, k] : [k, n], values: b },
  };
  const work = new Map<Variant, { run: () => void }>([["javascript", { run: plain }]]);
  for (const [gear, engine] of bench.engines) {
    const { run, result } = prepareOp(engine, inputs, (left, right) =>
      matmul(left as Node, right as Node, { transposeA: transpose === "a", transposeB: transpose === "b" }),
    );
    run();
    // Rounding errors grow with the sum; a wrong element is off by far more.
    checkClose(`${name}, ${gear}`, result(), expected, 1e-6 * k);
    work.set(gear, { run });
  }
  const flops = 2 * m * k * n;
  const timing = m * k * n >= LARGE ? { ...bench.timing, rounds: 5 } : bench.timing;
  const limit = await peakLimit(bench, flops);
  return compare({ ...bench, timing }, { suite: "gemm", case: name, work, limit, metrics: [gigaflops(flops)] });
}
