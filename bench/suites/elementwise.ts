// Activations, exp and softmax through their public ops: what an element costs, in a small array and in one of 4 MB.

import { elu, exp, gelu, log, type Node, relu, sigmoid, silu, softmax, softplus, tanh } from "../../src/index.js";
import { plainSpans, softmaxRows } from "../baselines/elementwise.js";
import { compare, nanoseconds } from "../compare.js";
import { checkClose, randomFloats } from "../data.js";
import { prepareOp } from "../op.js";
import type { Row, Variant } from "../report.js";
import type { Bench, Suite } from "../suite.js";

const functions: Readonly<Record<keyof typeof plainSpans, (x: Node) => Node>> = {
  relu,
  sigmoid,
  tanh,
  exp,
  log,
  elu: (x) => elu(x),
  softplus,
  gelu,
  silu,
};

const SIZES = [4_096, 1 << 20];

export const elementwise: Suite = {
  name: "elementwise",
  title: "functions of single elements, and softmax, through the public op",
  run: async (bench) => {
    const rows: Row[] = [];
    for (const size of SIZES) {
      if (bench.quick && size > 2 ** 16) continue;
      for (const name of Object.keys(functions) as (keyof typeof functions)[]) {
        const x = randomFloats(size, `elementwise/${name}`, name === "log" ? 0.01 : -4, 4);
        const title = `${name}, ${size.toLocaleString("en-US")}`;
        rows.push(...(await measure(bench, title, [size], x, plainSpans[name], functions[name])));
      }
    }
    const x = randomFloats(256 * 1000, "elementwise/softmax", -4, 4);
    const plain = (from: Float32Array, to: Float32Array) => softmaxRows(from, to, 1000);
    rows.push(...(await measure(bench, "softmax, 256 x 1,000", [256, 1000], x, plain, (node) => softmax(node))));
    return rows;
  },
};

async function measure(
  bench: Bench,
  name: string,
  shape: number[],
  x: Float32Array,
  plain: (x: Float32Array, y: Float32Array) => void,
  op: (x: Node) => Node,
): Promise<Row[]> {
  const units = x.length;
  const expected = new Float32Array(units);
  plain(x, expected);
  const work = new Map<Variant, { run: () => void; units: number }>([
    ["javascript", { run: () => plain(x, expected), units }],
  ]);
  for (const [gear, engine] of bench.engines) {
    const { run, result } = prepareOp(engine, { x: { shape, values: x } }, op);
    run();
    checkClose(`${name}, ${gear}`, result(), expected, 1e-4);
    work.set(gear, { run, units });
  }
  return compare(bench, { suite: "elementwise", case: name, work, metrics: [nanoseconds("element")] });
}
