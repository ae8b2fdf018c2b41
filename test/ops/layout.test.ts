// Ops that move elements: random shapes against plain definitions, views that cost nothing, refusals.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { relu } from "../../src/ops/activations.js";
import { add, multiply } from "../../src/ops/arithmetic.js";
import { dropout } from "../../src/ops/dropout.js";
import { gather, oneHot, scatterAdd, toFloat } from "../../src/ops/indexing.js";
import { concatenate, flatten, reshape, slice, stopGradient, transpose } from "../../src/ops/layout.js";
import { choose } from "../../src/ops/normalization.js";
import type { Node } from "../../src/ops/op.js";
import { pad } from "../../src/ops/padding.js";
import { mean, sum } from "../../src/ops/reductions.js";
import { movingAverage } from "../../src/ops/update.js";
import { Session } from "../../src/runtime/session.js";
import { RandomStream } from "../../src/tensor/random.js";
import { sizeOf } from "../../src/tensor/shape.js";
import type { NestedNumbers } from "../../src/tensor/tensor.js";
import { builds, engineOf } from "../support/builds.js";
import { randomFloats } from "../support/random-values.js";

const shapes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 });
type Nested = readonly NestedNumbers[];
const at = (values: NestedNumbers, index: readonly number[]): NestedNumbers =>
  index.reduce<NestedNumbers>((part, i) => (part as Nested)[i] as NestedNumbers, values);

/** Nested arrays of a shape, element by element. */
function nested(
  shape: readonly number[],
  element: (index: number[]) => NestedNumbers,
  index: number[] = [],
): NestedNumbers {
  if (index.length === shape.length) return element(index);
  return Array.from({ length: shape[index.length] as number }, (_, i) => nested(shape, element, [...index, i]));
}

describe.each(builds)("%s", (build) => {
  const engine = engineOf(build);
  const evaluate = (shape: readonly number[], make: (x: Node) => Node) => {
    const graph = new Graph();
    const node = make(graph.placeholder("x", shape));
    const [x, y] = new Session(graph, { engine }).run([graph.node("x"), node], { x: randomFloats(sizeOf(shape), 1) });
    return { x: x!.toArray(), y: y! };
  };

  test("transpose permutes axes", () => {
    fc.assert(
      fc.property(fc.oneof(shapes, fc.constant([17, 22]), fc.constant([3, 8, 9])), fc.nat(), (shape, seed) => {
        const axes = [...new RandomStream(seed, 0).permutation(shape.length)];
        const { x, y } = evaluate(shape, (node) => transpose(node, { axes }));
        const to = axes.map((axis) => shape[axis] as number);
        expect(y.shape).toEqual(to);
        expect(y.toArray()).toEqual(
          nested(to, (index) =>
            at(
              x,
              shape.map((_, axis) => index[axes.indexOf(axis)] as number),
            ),
          ),
        );
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test("slice takes a block and pad puts it back among zeros", () => {
    fc.assert(
      fc.property(shapes, fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), (shape, numbers) => {
        const begin = shape.map((extent, axis) => (numbers[axis] as number) % (extent + 1));
        const size = shape.map(
          (extent, axis) => (numbers[axis + 4] as number) % (extent - (begin[axis] as number) + 1),
        );
        const { x, y } = evaluate(shape, (node) => slice(node, { begin, size }));
        expect(y.toArray()).toEqual(
          nested(size, (index) =>
            at(
              x,
              index.map((i, axis) => i + (begin[axis] as number)),
            ),
          ),
        );
        const after = size.map((extent, axis) => (shape[axis] as number) - extent - (begin[axis] as number));
        const padded = evaluate(size, (node) => pad(node, { before: begin, after }));
        expect(padded.y.toArray()).toEqual(
          nested(shape, (index) => {
            const from = index.map((i, axis) => i - (begin[axis] as number));
            return from.every((i, axis) => i >= 0 && i < (size[axis] as number)) ? at(padded.x, from) : 0;
          }),
        );
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test("concatenate puts tensors side by side along any axis", () => {
    fc.assert(
      fc.property(
        shapes.filter((shape) => shape.length > 0),
        fc.nat(3),
        fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }),
        (shape, number, sizes) => {
          const axis = number % shape.length;
          const graph = new Graph();
          const parts = sizes.map((extent, i) => {
            const own = shape.map((n, j) => (j === axis ? extent : n));
            return graph.variable(`x${i}`, randomFloats(sizeOf(own), i), { shape: own });
          });
          const [y, ...values] = new Session(graph, { engine }).run([
            concatenate(parts, { axis: axis - shape.length }),
            ...parts,
          ]);
          const total = sizes.reduce((a, b) => a + b);
          expect(y!.toArray()).toEqual(
            nested(
              shape.map((n, j) => (j === axis ? total : n)),
              (index) => {
                let part = 0;
                const own = [...index];
                while ((own[axis] as number) >= (sizes[part] as number)) own[axis]! -= sizes[part++] as number;
                return at(values[part]!.toArray(), own);
              },
            ),
          );
        },
      ),
      { seed: 3, numRuns: 100 },
    );
  });

  test("gather takes rows, and its gradient adds them up where they came from", () => {
    const graph = new Graph();
    const x = graph.variable("x", randomFloats(12, 1), { shape: [4, 3] });
    const indices = graph.constant("indices", Int32Array.of(3, 0, 3, 3), { shape: [2, 2] });
    const rows = gather(x, indices);
    const weights = graph.variable("weights", randomFloats(12, 2), { shape: [2, 2, 3] });
    const [dx] = gradients(sum(multiply(rows, weights)), [x]) as [Node];
    const [y, g, values, w] = new Session(graph, { engine }).run([rows, dx, x, weights]);
    const row = (of: Float32Array, i: number) => [...of.subarray(i * 3, i * 3 + 3)];
    const data = values!.data as Float32Array;
    expect([...y!.data]).toEqual([3, 0, 3, 3].flatMap((i) => row(data, i)));
    const by = w!.data as Float32Array;
    const third = row(by, 0).map((value, i) => Math.fround(Math.fround(value + row(by, 2)[i]!) + row(by, 3)[i]!));
    expect([...g!.data]).toEqual([...row(by, 1), 0, 0, 0, 0, 0, 0, ...third]);
  });

  test("indices out of range give NaN, add nothing, and leave a row of zeros", () => {
    const graph = new Graph();
    const x = graph.variable("x", [[1, 2]]);
    const indices = graph.variable("indices", Int32Array.of(1, 0, -1));
    const nodes = [
      gather(x, indices),
      scatterAdd(gather(x, indices), indices, { shape: [1, 2] }),
      oneHot(indices, { depth: 2 }),
      toFloat(indices),
    ];
    const values = new Session(graph, { engine }).run(nodes).map((tensor) => tensor.toArray());
    expect(values).toEqual([
      [
        [Number.NaN, Number.NaN],
        [1, 2],
        [Number.NaN, Number.NaN],
      ],
      [[1, 2]],
      [
        [0, 1],
        [1, 0],
        [0, 0],
      ],
      [1, 0, -1],
    ]);
  });

  test("views cost no call, and what they show stays while it is needed", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 4]);
    const y = relu(x);
    const z = reshape(y, { shape: [-1, 2, 2] });
    const session = new Session(graph, { engine });
    expect(z.shape).toEqual([null, 2, 2]);
    expect(session.prepare({ fetches: [z], feeds: [x], batch: 3 }).callCount).toBe(1);
    // y could be overwritten by the sum, were it not for its view.
    const twice = add(y, y);
    const [all, view, original] = session.run([add(reshape(twice, { shape: [null, 2, 2] }), z), z, y], {
      x: [[1, -2, 3, 4]],
    });
    expect(all!.toArray()).toEqual([
      [
        [3, 0],
        [9, 12],
      ],
    ]);
    expect([...view!.data]).toEqual([...original!.data]);
    const v = graph.variable("v", [1, 2, 3, 4]);
    const [square, flat] = session.run([relu(reshape(v, { shape: [2, 2] })), v]);
    expect(square!.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(flat!.toArray()).toEqual([1, 2, 3, 4]);
  });

  test("a value is the same whether its memory is shared or kept", () => {
    const choices = fc.array(fc.tuple(fc.nat(6), fc.nat(), fc.nat()), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(choices, (recipe) => {
        const graph = new Graph({ seed: 1 });
        const x = graph.placeholder("x", [null, 6]);
        const v = graph.variable("v", randomFloats(6, 2), { shape: [1, 6] });
        const nodes: Node[] = [x, v, add(x, v)];
        for (const [op, first, second] of recipe) {
          const a = nodes[nodes.length - 1 - (first % nodes.length)] as Node;
          const b = nodes[nodes.length - 1 - (second % nodes.length)] as Node;
          const wide = a.shape.length === 3 ? [a.shape[0] as number, 6] : [a.shape[0] as number, 2, 3];
          if (op === 0) nodes.push(reshape(a, { shape: wide }));
          else if (op === 1) nodes.push(stopGradient(a));
          else if (op === 2) nodes.push(relu(a));
          else if (op === 3) nodes.push(choose(graph.training, relu(a), a));
          else if (op === 4) nodes.push(dropout(a));
          else if (a.shape.length === b.shape.length) nodes.push(op === 5 ? add(a, b) : multiply(a, b));
        }
        const session = new Session(graph, { engine });
        const feeds = { x: randomFloats(12, 3) };
        void graph.training;
        const all = session.run(nodes, feeds);
        nodes.forEach((node, i) => {
          expect(session.run(node, feeds).data, node.name).toEqual(all[i]!.data);
          expect(session.run(node, { ...feeds, training: 0 }).data, node.name).toEqual(all[i]!.data);
        });
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  test("a variable fetched beside its update is that before, for what is computed from it too", () => {
    const graph = new Graph();
    const w = graph.variable("w", [1, 2]);
    const step = graph.variable("step", 0, { shape: [], trainable: false, dtype: "int32" });
    const update = movingAverage([w], [relu(w)], { rate: null, slots: [], step }, { momentum: 1 });
    const [before, , twice] = new Session(graph, { engine }).run([w, update, add(w, w)]);
    expect([before!.toArray(), twice!.toArray()]).toEqual([
      [1, 2],
      [2, 4],
    ]);
  });

  test("no gradient passes stopGradient", () => {
    const graph = new Graph();
    const x = graph.variable("x", [2, 3]);
    const [dx] = gradients(sum(multiply(stopGradient(x), x)), [x]) as [Node];
    expect(new Session(graph, { engine }).run(dx).toArray()).toEqual([2, 3]);
    expect(() => gradients(mean(stopGradient(x)), [x])).toThrow(
      new ArgumentError(
        "gradients: mean depends on x only through ops that pass no gradient, as comparisons and argmax.",
      ),
    );
  });
});

const graph = new Graph();
const floats = (...shape: (number | null)[]) => graph.placeholder("floats", shape);

test("shapes with an open batch", () => {
  expect(flatten(floats(null, 3, 4)).shape).toEqual([null, 12]);
  expect(flatten(floats(5)).shape).toEqual([5, 1]);
  expect(reshape(floats(null, 12), { shape: [null, 3, -1] }).shape).toEqual([null, 3, 4]);
  expect(transpose(floats(null, 3, 4)).shape).toEqual([4, 3, null]);
  expect(slice(floats(null, 3), { begin: [0, 1], size: [-1, 2] }).shape).toEqual([null, 2]);
  expect(concatenate([floats(null, 3), floats(null, 4)], { axis: 1 }).shape).toEqual([null, 7]);
  expect(gather(floats(5, 3), graph.placeholder("i", [null, 2], "int32")).shape).toEqual([null, 2, 3]);
});

test.each<[string, () => Node]>([
  [
    "reshape: the shape must hold as many elements; x is [2, 3], shape is [4].",
    () => reshape(floats(2, 3), { shape: [4] }),
  ],
  [
    "reshape: the shape must hold as many elements; x is [2, 3], shape is [null, 3].",
    () => reshape(floats(2, 3), { shape: [null, 3] }),
  ],
  [
    "reshape: the shape must hold as many elements; x is [null, 4], shape is [-1, 2].",
    () => reshape(floats(null, 4), { shape: [-1, 2] }),
  ],
  ["flatten: only the first extent may be open; x is [3, null].", () => flatten(floats(3, null))],
  ["transpose: axes must name every axis; x has rank 2, axes are [0].", () => transpose(floats(2, 3), { axes: [0] })],
  [
    "slice: size must have one value per axis; x is [2, 3], received [1].",
    () => slice(floats(2, 3), { begin: [0, 0], size: [1] }),
  ],
  [
    "slice: the block must lie inside x; x is [3], begin is [2], size is [2].",
    () => slice(floats(3), { begin: [2], size: [2] }),
  ],
  [
    "slice: an open axis must be taken whole; x is [null], begin is [1], size is [-1].",
    () => slice(floats(null), { begin: [1], size: [-1] }),
  ],
  ["pad: an open axis cannot be padded; x is [null].", () => pad(floats(null), { before: [1], after: [0] })],
  [
    "concatenate: shapes must be equal but for a known extent on axis 0; received [null, 3], [2, 3].",
    () => concatenate([floats(null, 3), floats(2, 3)]),
  ],
  [
    "gather: x must have a known shape and at least one axis; received [null, 3].",
    () => gather(floats(null, 3), graph.placeholder("i", [2], "int32")),
  ],
])("%s", (message, call) => {
  expect(call).toThrow(new ShapeError(message));
});

test.each<[string, () => Node]>([
  ["concatenate: there must be a list of nodes; received [].", () => concatenate([])],
  ["oneHot: depth must be a positive integer; received undefined.", () => oneHot(graph.placeholder("i", [2], "int32"))],
  ["slice: size must be a list of integers >= -1; received [-2].", () => slice(floats(3), { begin: [0], size: [-2] })],
])("%s", (message, call) => {
  expect(call).toThrow(new ArgumentError(message));
});
