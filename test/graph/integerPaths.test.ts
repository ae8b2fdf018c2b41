// Paths through int32 nodes end there: what is chosen by index has a gradient, the choice has none.

import { expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { relu } from "../../src/ops/activations.js";
import { add, greater, multiply, pow } from "../../src/ops/arithmetic.js";
import { gather, oneHot, toFloat } from "../../src/ops/indexing.js";
import type { Node } from "../../src/ops/op.js";
import { argmax, equal, inTopK, takeAlong, topK, topKIndices } from "../../src/ops/ranking.js";
import { mean, sum } from "../../src/ops/reductions.js";
import { Session } from "../../src/runtime/session.js";
import { engineOf } from "../support/builds.js";
import { expectRefusal } from "../support/expect-refusal.js";

const graph = new Graph();
const x = graph.variable("x", [[1, 3, 2]]);
const column = graph.variable("column", [5, 7, 6]);
const labels = graph.constant("labels", [1], { dtype: "int32" });
const session = new Session(graph, { engine: engineOf("simd") });

test.each<[string, () => Node, number[][]]>([
  ["topK's values", () => topK(x, { k: 2 }).values, [[0, 1, 1]]],
  ["a product with oneHot(argmax)", () => multiply(x, oneHot(argmax(x), { depth: 3 })), [[0, 1, 0]]],
  ["takeAlong at the places of topK", () => takeAlong(x, topKIndices(x, { k: 1 })), [[0, 1, 0]]],
  ["a sum with toFloat(argmax)", () => add(sum(x, { axis: 1 }), toFloat(argmax(x))), [[1, 1, 1]]],
  ["a mask of inTopK", () => multiply(sum(x, { axis: 1 }), inTopK(x, labels)), [[1, 1, 1]]],
  ["a mask of equal", () => multiply(sum(x, { axis: 1 }), equal(argmax(x), labels)), [[1, 1, 1]]],
  ["a mask of greater", () => multiply(x, greater(x, 1.5)), [[0, 1, 1]]],
])("%s", (_, make, expected) => {
  expect(session.run(gradients(sum(make()), x)).toArray()).toEqual(expected);
});

test("rows gathered at their own argmax", () => {
  const picked = gather(column, argmax(column));
  expect([...session.run(gradients(sum(picked), column)).data]).toEqual([0, 1, 0]);
});

test("where no other path is left, that is said", () => {
  expectRefusal(
    () => gradients(sum(toFloat(argmax(x)), { name: "total" }), x),
    ArgumentError,
    "gradients: total depends on x only through ops that pass no gradient, as comparisons and argmax.",
  );
});

test("second order is refused where a gradient has none", () => {
  const w = graph.variable("w", [1, -2]);
  const first = gradients(sum(relu(multiply(w, w)), { name: "energy" }), w);
  expect(() => gradients(sum(first), w)).toThrow(
    /^gradients: reluGradient \(gradients\S*\) has no gradient with respect to value; it is a gradient itself: those of second order are not supported\.$/,
  );
});

test.each<[string, number, number, number, number]>([
  // base, exponent, gradients of both: those of PyTorch 1.13
  ["0^0", 0, 0, 0, 0],
  ["0^2", 0, 2, 0, 0],
  ["0^1", 0, 1, 1, 0],
  ["0^0.5", 0, 0.5, Infinity, 0],
  ["0^-1", 0, -1, -Infinity, -Infinity],
  ["(-2)^2", -2, 2, -4, Number.NaN],
  ["(-2)^0", -2, 0, 0, Number.NaN],
  ["(-2)^-1", -2, -1, -0.25, Number.NaN],
  ["(-2)^0.5", -2, 0.5, Number.NaN, Number.NaN],
  ["3^0", 3, 0, 0, Math.log(3)],
  ["4^0.5", 4, 0.5, 0.25, 2 * Math.log(4)],
  ["Infinity^0", Infinity, 0, 0, Infinity],
  ["NaN^0", Number.NaN, 0, 0, Number.NaN],
])("the gradient of %s", (_, base, exponent, byBase, byExponent) => {
  const inner = new Graph();
  const a = inner.placeholder("a", [null]);
  const b = inner.placeholder("b", [null]);
  const results = new Session(inner, { engine: engineOf("simd") }).run(gradients(sum(pow(a, b)), [a, b]), {
    a: [base],
    b: [exponent],
  });
  for (const [i, expected] of [byBase, byExponent].entries()) {
    const received = results[i]?.data[0] as number;
    if (Number.isFinite(expected)) expect(received).toBeCloseTo(expected, 5);
    else expect(received).toBe(expected);
  }
});

test("a batch of x^0, and the second derivative of x^3", () => {
  const v = graph.variable("v", [0, 2, -1]);
  expect([...session.run(gradients(mean(pow(v, 0)), v)).data]).toEqual([0, 0, 0]);
  expect([...session.run(gradients(sum(gradients(sum(pow(v, 3)), v)), v)).data]).toEqual([0, 12, -6]);
});
