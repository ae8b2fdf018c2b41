// What ops refuse while a graph is made: shapes, types, strangers, options. And which shapes the rules give.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { Graph } from "../../src/graph/graph.js";
import { relu } from "../../src/ops/activations.js";
import { add, biasAdd } from "../../src/ops/arithmetic.js";
import {
  checkLabels,
  sparseSoftmaxCrossEntropy,
  sparseSoftmaxCrossEntropyGradient,
} from "../../src/ops/crossEntropy.js";
import { matmul } from "../../src/ops/matmul.js";
import type { Node } from "../../src/ops/op.js";
import { randomNormal, randomUniform, truncatedNormal } from "../../src/ops/random.js";
import { argmax, equal, inTopK, scatterAlong, takeAlong, topK } from "../../src/ops/ranking.js";
import { broadcastTo, mean, sum } from "../../src/ops/reductions.js";
import { softmax, softmaxGradient } from "../../src/ops/softmax.js";
import type { OpenShape } from "../../src/tensor/shape.js";
import { expectRefusal } from "../support/expect-refusal.js";

const graph = new Graph();
const floats = (...shape: OpenShape) => graph.placeholder("floats", shape);
const integers = (...shape: OpenShape) => graph.placeholder("integers", shape, "int32");

const refusedShapes: readonly (readonly [message: string, call: () => Node])[] = [
  ["matmul: a must have rank 2 or more; received shape [3].", () => matmul(floats(3), floats(3, 4))],
  ["matmul: b must have rank 2 or more; received shape [].", () => matmul(floats(2, 3), floats())],
  [
    "matmul: inner dimensions must match; a is [32, 784], b is [785, 10].",
    () => matmul(floats(32, 784), floats(785, 10)),
  ],
  [
    "matmul: inner dimensions must match; a is [2, 3] transposed, b is [3, 4].",
    () => matmul(floats(2, 3), floats(3, 4), { transposeA: true }),
  ],
  [
    "matmul: inner dimensions must match; a is [null, 3], b is [3, 4] transposed.",
    () => matmul(floats(null, 3), floats(3, 4), { transposeB: true }),
  ],
  [
    "matmul: inner dimensions must match; a is [2, 3] transposed, b is [3, 4] transposed.",
    () => matmul(floats(2, 3), floats(3, 4), { transposeA: true, transposeB: true }),
  ],
  ["matmul: inner dimensions must match; a is [3, null], b is [4, 5].", () => matmul(floats(3, null), floats(4, 5))],
  [
    "add: shapes must be equal or broadcast, each extent the other's or 1; a is [null], b is [3].",
    () => add(floats(null), floats(3)),
  ],
  [
    "matmul: axes before the last two must be equal or broadcast, each extent the other's or 1; a is [2, 3, 4], b is [3, 4, 5].",
    () => matmul(floats(2, 3, 4), floats(3, 4, 5)),
  ],
  [
    "matmul: axes before the last two must be equal or broadcast, each extent the other's or 1; a is [null, 3, 4], b is [2, 4, 5].",
    () => matmul(floats(null, 3, 4), floats(2, 4, 5)),
  ],
  ["biasAdd: bias must have one value per column; x is [], bias is [3].", () => biasAdd(floats(), floats(3))],
  ["biasAdd: bias must have rank 1; received shape [1, 3].", () => biasAdd(floats(2, 3), floats(1, 3))],
  [
    "biasAdd: bias must have one value per column; x is [null, 3], bias is [4].",
    () => biasAdd(floats(null, 3), floats(4)),
  ],
  ["softmax: x must have rank 1 or more and a last extent that is known; its shape is [].", () => softmax(floats())],
  [
    "softmaxGradient: x must have rank 1 or more and a last extent that is known; its shape is [3, null].",
    () => softmaxGradient(floats(3, null), floats(3, null)),
  ],
  [
    "sparseSoftmaxCrossEntropy: logits must have an axis of classes, the last; received shape [].",
    () => sparseSoftmaxCrossEntropy(floats(), integers()),
  ],
  [
    "sparseSoftmaxCrossEntropy: there must be one label per row; logits is [4, 2, 3], the other [4].",
    () => sparseSoftmaxCrossEntropy(floats(4, 2, 3), integers(4)),
  ],
  [
    "sparseSoftmaxCrossEntropy: there must be one label per row; logits is [4, 3], the other [3].",
    () => sparseSoftmaxCrossEntropy(floats(4, 3), integers(3)),
  ],
  [
    "sparseSoftmaxCrossEntropy: there must be one label per row; logits is [null, 3], the other [null, 1].",
    () => sparseSoftmaxCrossEntropy(floats(null, 3), integers(null, 1)),
  ],
  [
    "sparseSoftmaxCrossEntropyGradient: there must be one label per row; logits is [4, 3], the other [].",
    () => sparseSoftmaxCrossEntropyGradient(floats(4, 3), integers(4), floats()),
  ],
  ["argmax: axis must be in [0, 0) for rank 0; received -1.", () => argmax(floats())],
  ["equal: shapes must be equal; a is [3], b is [4].", () => equal(integers(3), integers(4))],
  [
    "topK: the last extent of x must be known and at least k, 5; x is [3, 4].",
    () => topK(floats(3, 4), { k: 5 }).values,
  ],
  [
    "takeAlong: x must have the shape of the indices up to the last extent; it is [3, 4], indices is [2, 4].",
    () => takeAlong(floats(3, 4), integers(2, 4)),
  ],
  [
    "scatterAlong: there must be one index per value; x is [3, 4], indices is [3, 2].",
    () => scatterAlong(floats(3, 4), integers(3, 2), { shape: [3, 9] }),
  ],
  ["inTopK: predictions must have rank 2; received shape [3].", () => inTopK(floats(3), integers(3))],
  [
    "inTopK: there must be one label per row; predictions is [3, 4], labels is [4].",
    () => inTopK(floats(3, 4), integers(4)),
  ],
  [
    "randomUniform: a shape must be a list of non-negative integers; received [null, 3].",
    () => randomUniform(graph, { shape: [null, 3] as unknown as number[] }),
  ],
  ["randomNormal: a shape must be a list of non-negative integers; received undefined.", () => randomNormal(graph, {})],
];

test.each(refusedShapes)("%s", (message, call) => {
  expectRefusal(call, ShapeError, message);
});

/** Calls that TypeScript refuses as well. */
const untyped = <F>(op: F) => op as unknown as (...args: unknown[]) => Node;
const stranger = new Graph().placeholder("stranger", [2, 3]);

const refusedArguments: readonly (readonly [message: string, call: () => Node])[] = [
  [
    "relu: x must be float32; labels is int32; toFloat makes floats of it.",
    () => relu(graph.placeholder("labels", [3], "int32")),
  ],
  [
    "mean: x must be float32; classes is int32; toFloat makes floats of it.",
    () => mean(graph.placeholder("classes", [3], "int32")),
  ],
  [
    "sparseSoftmaxCrossEntropy: labels must be int32; scores is float32.",
    () => sparseSoftmaxCrossEntropy(floats(3, 4), graph.placeholder("scores", [3])),
  ],
  ["equal: b must be int32; ratios is float32.", () => equal(integers(3), graph.placeholder("ratios", [3]))],
  [
    "relu: x must be a node of a graph; received 5; graph.constant(name, values) makes one, and the layer is layers.relu(...).",
    () => untyped(relu)(5),
  ],
  ["relu: x must be a node of a graph; received undefined; the layer is layers.relu(...).", () => untyped(relu)()],
  ["relu: x must be a node of a graph; received null; the layer is layers.relu(...).", () => untyped(relu)(null)],
  ['relu: x must be a node of a graph; received "x"; the layer is layers.relu(...).', () => untyped(relu)("x")],
  [
    "relu: x must be a node of a graph; received Float32Array(3); graph.constant(name, values) makes one, and the layer is layers.relu(...).",
    () => untyped(relu)(new Float32Array(3)),
  ],
  [
    "add: b must be a node of a graph; received [1, 2]; graph.constant(name, values) makes one, and the layer is layers.add(...).",
    () => untyped(add)(floats(2), [1, 2]),
  ],
  ["add: all inputs must be nodes of one graph; b (stranger) belongs to another.", () => add(floats(2, 3), stranger)],
  [
    "matmul: all inputs must be nodes of one graph; b (stranger) belongs to another.",
    () => matmul(floats(3, 2), stranger),
  ],
  ['relu: options must be an object with name; received "slope".', () => untyped(relu)(floats(2), { slope: 1 })],
  [
    'matmul: options must be an object with transposeA, transposeB, name; received "transpose"; did you mean "transposeA"?',
    () => untyped(matmul)(floats(2, 3), floats(3, 4), { transpose: true }),
  ],
  ["topK: k must be a positive integer; received 0.", () => topK(floats(3, 4), { k: 0 }).values],
  ["inTopK: k must be a positive integer; received 0.", () => inTopK(floats(3, 4), integers(3), { k: 0 })],
  ["inTopK: k must be a positive integer; received 1.5.", () => inTopK(floats(3, 4), integers(3), { k: 1.5 })],
  [
    "randomUniform: high must be a finite number at least 2; received 1.",
    () => randomUniform(graph, { shape: [3], low: 2, high: 1 }),
  ],
  [
    "randomUniform: low must be a finite number; received NaN.",
    () => randomUniform(graph, { shape: [3], low: Number.NaN }),
  ],
  [
    "randomNormal: stddev must be a finite number at least 0; received -1.",
    () => randomNormal(graph, { shape: [3], stddev: -1 }),
  ],
  [
    "truncatedNormal: mean must be a finite number; received Infinity.",
    () => truncatedNormal(graph, { shape: [3], mean: Infinity }),
  ],
  [
    "randomNormal: seed must be a non-negative integer; received -1.",
    () => randomNormal(graph, { shape: [3], seed: -1 }),
  ],
  [
    "randomNormal: stream must be a name or an integer in [0, 2^32); received 4294967296.",
    () => randomNormal(graph, { shape: [3], stream: 2 ** 32 }),
  ],
];

test.each(refusedArguments)("%s", (message, call) => {
  expectRefusal(call, ArgumentError, message);
});

test("a refused op leaves no node behind", () => {
  const before = new Graph();
  const x = before.placeholder("x", [2, 3]);
  expect(() => matmul(x, x)).toThrow(ShapeError);
  expect(before.nodes()).toEqual([x]);
});

test("labels are integers in range", () => {
  checkLabels("crossEntropy", Int32Array.of(0, 9, 5), 10);
  const refusals: readonly (readonly [number, string])[] = [
    [10, "crossEntropy: labels must be integers in [0, 10); received 10 at index 1."],
    [-1, "crossEntropy: labels must be integers in [0, 10); received -1 at index 1."],
  ];
  for (const [label, message] of refusals) {
    expectRefusal(() => checkLabels("crossEntropy", Int32Array.of(3, label), 10), ArgumentError, message);
  }
  const half = "crossEntropy: targets must be integers in [0, 10); received 0.5 at index 0.";
  expectRefusal(() => checkLabels("crossEntropy", Float32Array.of(0.5), 10, "targets"), ArgumentError, half);
});

describe("accepted", () => {
  const accepted: readonly (readonly [what: string, node: () => Node, shape: OpenShape])[] = [
    ["matmul", () => matmul(floats(null, 3), floats(3, 4)), [null, 4]],
    ["matmul, a transposed", () => matmul(floats(null, 3), floats(null, 4), { transposeA: true }), [3, 4]],
    ["matmul, b transposed", () => matmul(floats(null, 3), floats(4, 3), { transposeB: true }), [null, 4]],
    ["add of scalars", () => add(floats(), floats()), []],
    ["biasAdd", () => biasAdd(floats(null, 3), floats(3)), [null, 3]],
    ["relu of any rank", () => relu(floats(2, 0, null, 4)), [2, 0, null, 4]],
    ["softmax", () => softmax(floats(null, 3)), [null, 3]],
    ["sparseSoftmaxCrossEntropy", () => sparseSoftmaxCrossEntropy(floats(null, 3), integers(null)), [null]],
    ["mean", () => mean(floats(null, 3)), []],
    ["sum over the batch", () => sum(floats(null, 3), { axis: 0 }), [3]],
    ["broadcastTo", () => broadcastTo(floats(3), { shape: [null, 3] }), [null, 3]],
    ["argmax", () => argmax(floats(null, 3)), [null]],
    ["equal", () => equal(integers(null), integers(null)), [null]],
    ["inTopK", () => inTopK(floats(null, 3), integers(null), { k: 5 }), [null]],
    ["randomNormal", () => randomNormal(graph, { shape: [2, 0] }), [2, 0]],
  ];

  test.each(accepted)("%s", (_, make, shape) => {
    expect(make().shape).toEqual(shape);
  });

  test("a node takes the name given, and the type of its op", () => {
    expect(relu(floats(2), { name: "activated" }).name).toBe("activated");
    expect(argmax(floats(2, 3)).dtype).toBe("int32");
    expect(equal(integers(2), integers(2)).dtype).toBe("float32");
  });
});
