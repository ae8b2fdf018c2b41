// Products over leading axes: NumPy's rule of broadcasting against float64, and against the same products one by one.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { relu } from "../../src/ops/activations.js";
import { add, multiply } from "../../src/ops/arithmetic.js";
import { matmul } from "../../src/ops/matmul.js";
import type { Node } from "../../src/ops/op.js";
import { sum } from "../../src/ops/reductions.js";
import { Session } from "../../src/runtime/session.js";
import { type Shape, sizeOf } from "../../src/tensor/shape.js";
import { builds, engineOf, isExact } from "../support/builds.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { randomFloats } from "../support/random-values.js";

/** Leading axes of two operands that broadcast: for each of the result, whether a and b have it, as 1 or in full. */
const leadings = fc
  .array(fc.record({ extent: fc.integer({ min: 0, max: 3 }), a: fc.boolean(), b: fc.boolean() }), { maxLength: 3 })
  .chain((axes) =>
    fc.record({
      axes: fc.constant(axes),
      missingA: fc.integer({ min: 0, max: axes.length }),
      missingB: fc.integer({ min: 0, max: axes.length }),
    }),
  )
  .map(({ axes, missingA, missingB }) => ({
    a: axes.map(({ extent, a }) => (a ? extent : 1)).slice(missingA),
    b: axes.map(({ extent, b }) => (b ? extent : 1)).slice(missingB),
  }));

const products = fc.record({
  leading: leadings,
  m: fc.integer({ min: 1, max: 9 }),
  n: fc.integer({ min: 1, max: 9 }),
  k: fc.integer({ min: 0, max: 9 }),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
});

type Product = typeof products extends fc.Arbitrary<infer T> ? T : never;

function shapesOf({ leading, m, n, k, transposeA, transposeB }: Product): { a: number[]; b: number[]; y: number[] } {
  const rank = Math.max(leading.a.length, leading.b.length);
  const at = (shape: readonly number[], axis: number) => shape[axis - rank + shape.length] ?? 1;
  const y = Array.from({ length: rank }, (_, axis) => {
    const [p, q] = [at(leading.a, axis), at(leading.b, axis)];
    return p === 1 ? q : p;
  });
  return {
    a: [...leading.a, ...(transposeA ? [k, m] : [m, k])],
    b: [...leading.b, ...(transposeB ? [n, k] : [k, n])],
    y: [...y, m, n],
  };
}

/** Of the matrix with that number in y, the number of its operand, whose leading axes are `own`. */
function operandOf(number: number, leading: readonly number[], own: readonly number[]): number {
  let [rest, index, step] = [number, 0, 1];
  for (let axis = 1; axis <= leading.length; axis++) {
    const extent = leading[leading.length - axis] as number;
    const mine = own[own.length - axis] ?? 1;
    if (mine !== 1) index += (rest % extent) * step;
    step *= mine;
    rest = Math.floor(rest / extent);
  }
  return index;
}

/** y, and for the gradient `dy` of y those of a and b, by the definition. */
function reference(product: Product, a: Float32Array, b: Float32Array, dy: Float32Array) {
  const { m, n, k, transposeA, transposeB, leading } = product;
  const shapes = shapesOf(product);
  const [y, da, db] = [sizeOf(shapes.y), a.length, b.length].map((size) => new Float64Array(size)) as Float64Array[];
  for (let each = 0; each < sizeOf(shapes.y.slice(0, -2)); each++) {
    const atA = operandOf(each, shapes.y.slice(0, -2), leading.a) * m * k;
    const atB = operandOf(each, shapes.y.slice(0, -2), leading.b) * k * n;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const up = dy[(each * m + i) * n + j] as number;
        for (let p = 0; p < k; p++) {
          const [ia, ib] = [atA + (transposeA ? p * m + i : i * k + p), atB + (transposeB ? j * k + p : p * n + j)];
          y![(each * m + i) * n + j]! += (a[ia] as number) * (b[ib] as number);
          da![ia]! += up * (b[ib] as number);
          db![ib]! += up * (a[ia] as number);
        }
      }
    }
  }
  return { y: y!, da: da!, db: db! };
}

/** The same product: one op, its gradients for dy, and an activation fused. */
function graphOf(product: Product) {
  const { transposeA, transposeB } = product;
  const shapes = shapesOf(product);
  const graph = new Graph();
  const [a, b] = [graph.placeholder("a", shapes.a), graph.placeholder("b", shapes.b)];
  const dy = graph.placeholder("dy", shapes.y);
  const y = matmul(a, b, { transposeA, transposeB });
  const [da, db] = gradients(sum(multiply(y, dy)), [a, b]) as [Node, Node];
  return { graph, a, b, dy, y, da, db, shapes };
}

describe.each(builds)("%s", (build) => {
  const engine = engineOf(build);

  test("any leading axes that broadcast, any form: y and both gradients", () => {
    fc.assert(
      fc.property(products, (product) => {
        const { graph, a, b, dy, y, da, db, shapes } = graphOf(product);
        const values = [
          randomFloats(sizeOf(shapes.a), 1),
          randomFloats(sizeOf(shapes.b), 2),
          randomFloats(sizeOf(shapes.y), 3),
        ];
        const session = new Session(graph, { engine });
        const feeds = [a, b, dy].map((node, i) => [node, values[i] as Float32Array] as const);
        const results = session.run([y, da, db], feeds);
        expect(results.map(({ shape }) => shape)).toEqual([shapes.y, shapes.a, shapes.b]);
        const wanted = reference(product, ...(values as [Float32Array, Float32Array, Float32Array]));
        [wanted.y, wanted.da, wanted.db].forEach((expected, i) => {
          expectClose(["y", "da", "db"][i] as string, results[i]!.data as Float32Array, expected, 1e-4);
        });
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  test.skipIf(!isExact(build))("each matrix of many has the bits of a product of its own, epilogue included", () => {
    const [count, m, k, n] = [3, 7, 300, 21];
    const [left, right, row] = [randomFloats(count * m * k, 4), randomFloats(count * k * n, 5), randomFloats(n, 6)];
    const graph = new Graph();
    const a = graph.constant("a", left, { shape: [count, m, k] });
    const b = graph.constant("b", right, { shape: [count, k, n] });
    const bias = graph.constant("bias", row, { shape: [n] });
    const all = relu(add(matmul(a, b), bias));
    const each = Array.from({ length: count }, (_, i) => {
      const ai = graph.constant("a", left.slice(i * m * k, (i + 1) * m * k), { shape: [m, k] });
      const bi = graph.constant("b", right.slice(i * k * n, (i + 1) * k * n), { shape: [k, n] });
      return relu(add(matmul(ai, bi), bias));
    });
    const session = new Session(graph, { engine });
    expect(session.prepare({ fetches: [all] }).callCount).toBe(1);
    const [together, ...apart] = session.run([all, ...each]);
    apart.forEach(({ data }, i) => {
      expectSameBits(
        `matrix ${i}`,
        together!.data.slice(i * m * n, (i + 1) * m * n) as Float32Array,
        data as Float32Array,
      );
    });
  });

  test("a matrix that all rows are multiplied by is one product, its gradient too", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 4, 6]);
    const w = graph.variable("w", randomFloats(30, 7), { shape: [6, 5] });
    const y = matmul(x, w);
    const [dw] = gradients(sum(y), [w]) as [Node];
    const session = new Session(graph, { engine });
    expect(session.prepare({ fetches: [y], feeds: [x], batch: 3 }).program.instructions).toMatchObject([
      { kernel: "gemm" },
    ]);
    const made = session.prepare({ fetches: [dw], feeds: [x], batch: 3 }).program.instructions;
    expect(
      made.filter(({ kind, ...rest }) => kind === "kernel" && (rest as { kernel: string }).kernel === "gemm"),
    ).toHaveLength(1);
    const values = randomFloats(3 * 4 * 6, 8);
    const sums = Array.from({ length: 6 }, (_, i) => values.filter((_, at) => at % 6 === i).reduce((a, b) => a + b, 0));
    const expected = Float64Array.from({ length: 30 }, (_, at) => sums[Math.floor(at / 5)] as number);
    expectClose("dw", session.run(dw, [[x, values]]).data as Float32Array, expected, 1e-5);
  });
});

test("an open batch goes with another, and with a matrix that all have in common", () => {
  const graph = new Graph();
  const of = (name: string, shape: (number | null)[]) => graph.placeholder(name, shape);
  const shapeOf = (node: Node): readonly (number | null)[] => node.shape;
  expect(shapeOf(matmul(of("a", [null, 3, 4]), of("b", [null, 4, 5])))).toEqual([null, 3, 5]);
  expect(shapeOf(matmul(of("a", [null, 8, 3, 4]), of("b", [8, 4, 5])))).toEqual([null, 8, 3, 5]);
  expect(shapeOf(matmul(of("a", [3, 4]), of("b", [null, 5, 4]), { transposeB: true }))).toEqual([null, 3, 5]);
  const known: Shape = matmul(of("a", [2, 1, 3, 4]), of("b", [6, 4, 5])).shape as Shape;
  expect(known).toEqual([2, 6, 3, 5]);
});
