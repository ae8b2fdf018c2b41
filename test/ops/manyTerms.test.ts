// Sums and means of many terms: added in f64, so that they are the exact ones rounded; the same bits in all builds. Up to
// 4096 terms the order and the rounding are those of float32.

import { describe, expect, test } from "vitest";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { biasAdd } from "../../src/ops/arithmetic.js";
import { channelMoments, normalizationSums } from "../../src/ops/batchNormalization.js";
import { sumOfSquares } from "../../src/ops/clipping.js";
import { variance } from "../../src/ops/moments.js";
import type { Node } from "../../src/ops/op.js";
import { preluSlopeGradient } from "../../src/ops/prelu.js";
import { mean, sum } from "../../src/ops/reductions.js";
import { resultOf } from "../../src/ops/results.js";
import { Session } from "../../src/runtime/session.js";
import { Tensor, type TensorData } from "../../src/tensor/tensor.js";
import { builds, engineOf, isExact } from "../support/builds.js";
import { canonicalSum } from "../support/canonical-sum.js";
import { expectSameBits } from "../support/compare-floats.js";
import { randomFloats } from "../support/random-values.js";

type Results = readonly TensorData[];

/** The nodes made of x in each build; the exact builds must agree to the bit. */
function inBuilds(values: Float32Array, shape: number[], make: (x: Node) => Node[]): Results {
  const results = builds.map((build) => {
    const graph = new Graph();
    const nodes = make(graph.placeholder("x", [null, ...shape.slice(1)]));
    const session = new Session(graph, { engine: engineOf(build) });
    return session.run(nodes, { x: new Tensor(values, shape) }).map(({ data }) => data);
  });
  builds.forEach((build, i) => {
    if (!isExact(build)) return;
    results[i]?.forEach((data, j) => {
      expectSameBits(`${build}, result ${j}`, data, results[0]?.[j] as TensorData);
    });
  });
  return results[0] as Results;
}

/** The largest relative error. */
function relative(received: ArrayLike<number>, expected: readonly number[]): number {
  return Math.max(...expected.map((value, i) => Math.abs(((received[i] as number) - value) / value)));
}

function columnsOf(values: Float32Array, columns: number, f: (x: number, column: number) => number): number[] {
  const sums = new Array<number>(columns).fill(0);
  for (let i = 0; i < values.length; i++) {
    const column = i % columns;
    sums[column] = (sums[column] as number) + f(values[i] as number, column);
  }
  return sums;
}

test("two million rows of 0.1", () => {
  const rows = 2e6;
  const [m, s, full] = inBuilds(new Float32Array(3 * rows).fill(0.1), [rows, 3], (x) => [
    mean(x, { axis: 0 }),
    sum(x, { axis: 0 }),
    mean(x),
  ]) as [TensorData, TensorData, TensorData];
  expect([...m]).toEqual(Array(3).fill(Math.fround(0.1)));
  expect([...s]).toEqual(Array(3).fill(Math.fround(Math.fround(0.1) * rows)));
  expect([...full]).toEqual([Math.fround(0.1)]);
});

describe.each([1, 2, 3, 4, 5, 16, 23])("%d columns", (columns) => {
  const rows = 30_011;
  const values = randomFloats(rows * columns, columns, 0, 1).map((x, i) => x + (i % 7));

  test("sums, means and variances over rows, and over all", () => {
    const [s, m, v, all] = inBuilds(values, [rows, columns], (x) => [
      sum(x, { axis: 0 }),
      mean(x, { axis: 0 }),
      variance(x, { axis: 0 }),
      sum(x),
    ]) as [TensorData, TensorData, TensorData, TensorData];
    const sums = columnsOf(values, columns, (x) => x);
    const means = sums.map((each) => each / rows);
    const squares = columnsOf(values, columns, (x, column) => (x - (means[column] as number)) ** 2);
    expect(relative(s, sums)).toBeLessThan(1e-7);
    expect(relative(m, means)).toBeLessThan(1e-7);
    expect(
      relative(
        v,
        squares.map((each) => each / rows),
      ),
    ).toBeLessThan(2e-7);
    expect(relative(all, [sums.reduce((a, b) => a + b)])).toBeLessThan(1e-7);
  });

  test("moments of batch normalisation, and what its gradient sums", () => {
    const [meanOf, varianceOf, sums, productsOf] = inBuilds(values, [rows, columns], (x) => {
      const graph = x.graph as Graph;
      const vector = (name: string, value: number) => graph.constant(name, value, { shape: [columns] });
      const training = graph.constant("on", 1, { shape: [] });
      const [centre, root, scale] = [vector("mean", 3), vector("root", 1), vector("scale", 1)];
      const [moments, shared] = [channelMoments(x), normalizationSums(x, x, centre, root, scale, training)];
      return [moments, resultOf(moments, "variance"), shared, resultOf(shared, "products")];
    }) as [TensorData, TensorData, TensorData, TensorData];
    const totals = columnsOf(values, columns, (x) => x);
    const means = totals.map((each) => each / rows);
    const squares = columnsOf(values, columns, (x, column) => (x - (means[column] as number)) ** 2);
    expect(relative(meanOf, means)).toBeLessThan(1e-7);
    expect(
      relative(
        varianceOf,
        squares.map((each) => each / rows),
      ),
    ).toBeLessThan(2e-7);
    expect(relative(sums, totals)).toBeLessThan(1e-7);
    const products = columnsOf(values, columns, (x) => x * (x - 3));
    expect(relative(productsOf, products)).toBeLessThan(2e-7);
  });

  test("gradients of biases and of the slopes of PReLU", () => {
    const [bias, slopes] = inBuilds(values, [rows, columns], (x) => {
      const graph = x.graph as Graph;
      const b = graph.variable("bias", 0, { shape: [columns] });
      const below = biasAdd(x, graph.constant("shift", -20, { shape: [columns] }));
      return [gradients(biasAdd(x, b), b, { upstream: x }), preluSlopeGradient(below, x)];
    }) as [TensorData, TensorData];
    expect(
      relative(
        bias,
        columnsOf(values, columns, (x) => x),
      ),
    ).toBeLessThan(1e-7);
    const products = columnsOf(values, columns, (x) => Math.fround(x - 20) * x);
    expect(relative(slopes, products)).toBeLessThan(1e-7);
  });

  test("4096 rows are added in float32, from the first down", () => {
    const part = values.subarray(0, 4096 * columns);
    const [s] = inBuilds(part, [4096, columns], (x) => [sum(x, { axis: 0 })]) as [TensorData];
    const expected = new Float32Array(columns);
    part.forEach((x, i) => {
      expected[i % columns] = (expected[i % columns] as number) + x;
    });
    expectSameBits("sums", s, columns === 1 ? Float32Array.of(canonicalSum(part)) : expected);
  });
});

test("rows of millions, and the squares of millions", () => {
  const n = 2 ** 21 + 5;
  const values = randomFloats(n, 3, 0, 1);
  const [s, squares] = inBuilds(values, [n], (x) => [sum(x), sumOfSquares(x)]) as [TensorData, TensorData];
  let [total, second] = [0, 0];
  for (const x of values) {
    total += x;
    second += x * x;
  }
  expect(relative(s, [total])).toBeLessThan(1e-7);
  expect(relative(squares, [second])).toBeLessThan(1e-7);
});
