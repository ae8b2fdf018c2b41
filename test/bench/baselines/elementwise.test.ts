import { expect, test } from "vitest";
import { addRow, columnSums, normalizeColumns, plainSpans, softmaxRows } from "../../../bench/baselines/elementwise.js";
import { erf } from "../../support/error-function.js";

const exact: Record<keyof typeof plainSpans, (x: number) => number> = {
  relu: (x) => Math.max(x, 0),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  exp: Math.exp,
  log: Math.log,
  elu: (x) => (x > 0 ? x : Math.exp(x) - 1),
  softplus: (x) => Math.log(1 + Math.exp(x)),
  gelu: (x) => (x / 2) * (1 + erf(x / Math.sqrt(2))),
  silu: (x) => x / (1 + Math.exp(-x)),
};

test.each(Object.keys(exact) as (keyof typeof exact)[])("%s", (name) => {
  const x = Float32Array.from([0.5, 1, 2, 3.5, ...(name === "log" ? [] : [-3, -1, -0.25, 0])]);
  const y = new Float32Array(x.length);
  plainSpans[name](x, y);
  y.forEach((value, i) => {
    expect(value).toBeCloseTo(exact[name](x[i] as number), 5);
  });
});

test("softmaxRows: every row sums to 1, and large numbers do no harm", () => {
  const y = new Float32Array(4);
  softmaxRows(Float32Array.of(0, Math.log(3), 1000, 1000), y, 2);
  expect([...y].map((value) => Number(value.toFixed(6)))).toEqual([0.25, 0.75, 0.5, 0.5]);
});

test("columnSums, addRow and normalizeColumns run over rows", () => {
  const x = Float32Array.of(1, 10, 3, 30);
  const sums = new Float32Array(2);
  columnSums(x, sums);
  expect([...sums]).toEqual([4, 40]);
  const y = new Float32Array(4);
  addRow(x, Float32Array.of(1, 2), y);
  expect([...y]).toEqual([2, 12, 4, 32]);
  normalizeColumns(x, y, 2);
  const scale = [1 / Math.sqrt(1.001), 10 / Math.sqrt(100.001)] as const;
  [-scale[0], -scale[1], ...scale].forEach((value, i) => {
    expect(y[i]).toBeCloseTo(value, 6);
  });
});
