// Broadcasting arithmetic and reductions over any axes: random shapes against plain definitions, and refusals.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { relu } from "../../src/ops/activations.js";
import {
  add,
  divide,
  greater,
  less,
  lessEqual,
  maximum,
  minimum,
  multiply,
  subtract,
} from "../../src/ops/arithmetic.js";
import { max, min } from "../../src/ops/extremes.js";
import { matmul } from "../../src/ops/matmul.js";
import { variance } from "../../src/ops/moments.js";
import type { Node } from "../../src/ops/op.js";
import { argmax } from "../../src/ops/ranking.js";
import { broadcastTo, mean, sum } from "../../src/ops/reductions.js";
import { Session } from "../../src/runtime/session.js";
import { type Shape, sizeOf } from "../../src/tensor/shape.js";
import { builds, engineOf } from "../support/builds.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { randomFloats } from "../support/random-values.js";

const extents = fc.integer({ min: 0, max: 5 });
const shapes = fc.array(extents, { maxLength: 5 });

/** The index of every element, in order of memory. */
function indices(shape: Shape): number[][] {
  return Array.from({ length: sizeOf(shape) }, (_, at) => {
    const index: number[] = [];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index.unshift(at % (shape[axis] as number));
      at = Math.floor(at / (shape[axis] as number));
    }
    return index;
  });
}

/** The element of a broadcast operand at an index of the result. */
function read(values: ArrayLike<number>, shape: Shape, index: readonly number[]): number {
  const own = index.slice(index.length - shape.length);
  return values[
    shape.reduce((at, extent, axis) => at * extent + (extent === 1 ? 0 : (own[axis] as number)), 0)
  ] as number;
}

/** Two shapes that broadcast: one with some axes cut off or set to 1, either way round. */
const pairs = fc.tuple(shapes, fc.array(fc.nat(3), { minLength: 10, maxLength: 10 })).map(([shape, choices]) => {
  const a = shape.map((extent, axis) => (choices[axis] === 1 ? 1 : extent));
  const b = shape.map((extent, axis) => (choices[axis] === 2 ? 1 : extent));
  const cut = (choices[9] as number) % (shape.length + 1);
  return [a, b.slice(cut)] as const;
});

describe.each(builds)("%s", (build) => {
  const engine = engineOf(build);

  test("arithmetic broadcasts by NumPy's rule", () => {
    const operations = [
      [add, (x: number, y: number) => x + y],
      [subtract, (x: number, y: number) => x - y],
      [multiply, (x: number, y: number) => x * y],
      [divide, (x: number, y: number) => x / y],
      [minimum, Math.min],
      [maximum, Math.max],
      [greater, (x: number, y: number) => Number(x > y)],
      [less, (x: number, y: number) => Number(x < y)],
      [lessEqual, (x: number, y: number) => Number(x <= y)],
    ] as const;
    fc.assert(
      fc.property(pairs, fc.nat(operations.length - 1), fc.boolean(), ([one, other], which, swap) => {
        const [a, b] = swap ? [other, one] : [one, other];
        const [op, f] = operations[which] as (typeof operations)[number];
        const graph = new Graph();
        const [x, y] = [randomFloats(sizeOf(a), 1, -3, 3), randomFloats(sizeOf(b), 2, -3, 3)];
        const node = op(graph.placeholder("a", a), graph.placeholder("b", b));
        const result = new Session(graph, { engine }).run(node, { a: x, b: y });
        const expected = indices(result.shape).map((index) => Math.fround(f(read(x, a, index), read(y, b, index))));
        expectSameBits(`${node.op.name} ${JSON.stringify([a, b])}`, result.data, expected);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test("reductions over any axes are those of float64, up to rounding", () => {
    fc.assert(
      fc.property(
        shapes,
        fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
        fc.boolean(),
        (shape, chosen, keepDims) => {
          const axis = shape.flatMap((_, i) => (chosen[i] ? [i % 2 === 0 ? i : i - shape.length] : []));
          const reduced = new Set(axis.map((each) => (each < 0 ? each + shape.length : each)));
          const graph = new Graph();
          const x = graph.placeholder("x", shape);
          const values = randomFloats(sizeOf(shape), 3, -2, 2);
          const nodes = [sum, mean, max, min, variance].map((reduce) => reduce(x, { axis, keepDims }));
          const results = new Session(graph, { engine }).run(nodes, { x: values });
          const groups = new Map<string, number[]>();
          const kept = shape.map((extent, i) => (reduced.has(i) ? 1 : extent));
          for (const index of indices(kept)) groups.set(String(index), []);
          indices(shape).forEach((index, at) => {
            groups.get(String(index.map((i, axis) => (reduced.has(axis) ? 0 : i))))?.push(values[at] as number);
          });
          const lists = [...groups.values()];
          const total = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
          const average = (list: readonly number[]) => total(list) / list.length;
          const expected = [
            lists.map(total),
            lists.map(average),
            lists.map((list) => Math.max(...list)),
            lists.map((list) => Math.min(...list)),
            lists.map((list) => average(list.map((value) => (value - average(list)) ** 2))),
          ];
          results.forEach((result, i) => {
            expect(result.shape).toEqual(keepDims ? kept : shape.filter((_, each) => !reduced.has(each)));
            expectClose(
              `${nodes[i]?.name} ${JSON.stringify({ shape, axis })}`,
              result.data,
              expected[i] as number[],
              1e-3,
            );
            expectClose(
              `${nodes[i]?.name} of few`,
              result.data,
              expected[i] as number[],
              2 ** -20 * (1 + sizeOf(shape)),
            );
          });
        },
      ),
      { seed: 2, numRuns: 200 },
    );
  });

  test("the gradient of a broadcast operand is summed over what was repeated", () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const graph = new Graph();
        const x = graph.variable("x", randomFloats(sizeOf(a), 4), { shape: a });
        const y = graph.variable("y", randomFloats(sizeOf(b), 5), { shape: b });
        const product = multiply(x, y);
        const [dx, dy] = gradients(sum(product), [x, y]) as [Node, Node];
        const session = new Session(graph, { engine });
        const [gx, gy, vx, vy, p] = session.run([dx, dy, x, y, product]);
        const expectedX = new Float64Array(sizeOf(a));
        const expectedY = new Float64Array(sizeOf(b));
        const place = (shape: Shape, index: number[]) =>
          shape.reduce(
            (at, extent, axis) =>
              at * extent + (extent === 1 ? 0 : (index[index.length - shape.length + axis] as number)),
            0,
          );
        for (const index of indices(p!.shape)) {
          expectedX[place(a, index)]! += read(vy!.data, b, index);
          expectedY[place(b, index)]! += read(vx!.data, a, index);
        }
        expect([gx!.shape, gy!.shape]).toEqual([a, b]);
        expectClose("dx", gx!.data, expectedX, 1e-4);
        expectClose("dy", gy!.data, expectedY, 1e-4);
      }),
      { seed: 3, numRuns: 150 },
    );
  });

  test("a sum with a vector per column is the bias of the product before it", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 3]);
    const product = matmul(x, graph.variable("w", randomFloats(12, 6), { shape: [3, 4] }));
    const session = new Session(graph, { engine });
    const calls = (fetch: Node) => session.prepare({ fetches: [fetch], feeds: [x], batch: 2 }).callCount;
    expect(calls(add(product, graph.variable("b", [1, 2, 3, 4])))).toBe(1);
    expect(calls(add(product, graph.variable("scalar", 1)))).toBe(2);
    expect(calls(add(product, graph.variable("column", [[1]])))).toBe(2);
    expect(calls(add(product, graph.variable("row", [[1, 2, 3, 4]])))).toBe(1);
  });

  test("a bias that is fused has the bits of one that is added, at every rank", () => {
    const graph = new Graph();
    const w = graph.variable("w", randomFloats(35, 7), { shape: [5, 7] });
    for (const shape of [
      [3, 5],
      [2, 3, 5],
      [2, 1, 3, 5],
    ]) {
      const x = graph.placeholder("x", shape);
      for (const row of [[7], [1, 7]]) {
        const bias = graph.variable("bias", randomFloats(7, 8), { shape: row });
        const product = matmul(x, w);
        const [left, right] = [relu(add(product, bias)), relu(add(bias, matmul(x, w)))];
        const session = new Session(graph, { engine });
        const feeds: [Node, Float32Array][] = [[x, randomFloats(sizeOf(shape), 9)]];
        // What is fetched in between is not fused.
        const [apart] = session.run([left, product], feeds);
        for (const fused of [left, right]) {
          expect(session.prepare({ fetches: [fused], feeds: [x] }).callCount).toBe(1);
          expectSameBits("fused", session.run(fused, feeds).data as Float32Array, apart!.data as Float32Array);
        }
      }
    }
  });

  test("equal extremes share the gradient", () => {
    const graph = new Graph();
    const x = graph.variable("x", [
      [3, 1, 3],
      [2, 2, 2],
    ]);
    const [most, least] = [max(x, { axis: 1 }), min(x, { axis: 0 })];
    const nodes = [...gradients(sum(most), [x]), ...gradients(sum(least), [x])];
    expect(new Session(graph, { engine }).run(nodes).map((tensor) => tensor.toArray())).toEqual([
      [
        [0.5, 0, 0.5],
        [Math.fround(1 / 3), Math.fround(1 / 3), Math.fround(1 / 3)],
      ],
      [
        [0, 1, 0],
        [1, 0, 1],
      ],
    ]);
  });
});

const graph = new Graph();
const floats = (...shape: (number | null)[]) => graph.placeholder("floats", shape);

test("an open batch goes through arithmetic and reductions", () => {
  const x = floats(null, 3);
  expect(add(x, floats(3)).shape).toEqual([null, 3]);
  expect(add(floats(1, 3), x).shape).toEqual([null, 3]);
  expect(add(x, floats(null, 1)).shape).toEqual([null, 3]);
  expect(sum(x, { axis: 0 }).shape).toEqual([3]);
  expect(mean(x, { axis: -1, keepDims: true }).shape).toEqual([null, 1]);
  expect(argmax(x, { axis: 0 }).shape).toEqual([3]);
});

const rule = "shapes must be equal or broadcast, each extent the other's or 1";
test.each<[string, () => Node]>([
  [`add: ${rule}; a is [2, 3], b is [2].`, () => add(floats(2, 3), floats(2))],
  [`multiply: ${rule}; a is [null, 3], b is [4, 3].`, () => multiply(floats(null, 3), floats(4, 3))],
  ["sum: axis must be in [-2, 2) for rank 2; received 2.", () => sum(floats(2, 3), { axis: 2 })],
  ["mean: axes must be different; received [0, -2].", () => mean(floats(2, 3), { axis: [0, -2] })],
  ["argmax: axis must be in [0, 0) for rank 0; received -1.", () => argmax(floats())],
  ["broadcastTo: x must broadcast to the shape [2, 4]; x is [3].", () => broadcastTo(floats(3), { shape: [2, 4] })],
  [
    "broadcastTo: x must broadcast to the shape [1, 3]; x is [2, 3].",
    () => broadcastTo(floats(2, 3), { shape: [1, 3] }),
  ],
])("%s", (message, call) => {
  expect(call).toThrow(new ShapeError(message));
});

test.each<[string, () => Node]>([
  ["sum: axis must be an integer, a list of them or null; received 0.5.", () => sum(floats(2), { axis: 0.5 })],
  ["max: keepDims must be true or false; received 1.", () => max(floats(2), { keepDims: 1 as unknown as boolean })],
  [
    'min: options must be an object with axis, keepDims, name; received "axes"; did you mean "axis"?',
    () => min(floats(2), { axes: 1 } as object),
  ],
])("%s", (message, call) => {
  expect(call).toThrow(new ArgumentError(message));
});
