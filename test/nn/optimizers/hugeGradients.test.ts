// Clipping where squares leave the range of float32: the direction stays, and so does the step.

import { expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { gradients } from "../../../src/graph/gradients.js";
import { Graph } from "../../../src/graph/graph.js";
import { clipByGlobalNorm, clipByNorm, clipByValue, globalNorm } from "../../../src/nn/optimizers/clipping.js";
import { sgd } from "../../../src/nn/optimizers/sgd.js";
import { multiply } from "../../../src/ops/arithmetic.js";
import { sumOfSquares } from "../../../src/ops/clipping.js";
import { sum } from "../../../src/ops/reductions.js";
import { sqrt } from "../../../src/ops/unary.js";
import { Session } from "../../../src/runtime/session.js";
import { builds, engineOf } from "../../support/builds.js";
import { expectRefusal } from "../../support/expect-refusal.js";
import { randomFloats } from "../../support/random-values.js";

const trials = [1e25, 1e20, 1.9e19, 2e38, 3.4e38].flatMap((size) =>
  (["globalClipNorm", "clipNorm"] as const).flatMap((option) => builds.map((build) => ({ size, option, build }))),
);

test.each(trials)("a gradient of $size, by $option, in the $build build", ({ size, option, build }) => {
  const graph = new Graph({ seed: 1 });
  const w = graph.variable("w", [1, 1]);
  const step = sgd({ learningRate: 1, [option]: 1 }).minimize(sum(multiply(w, graph.constant("c", size))));
  const session = new Session(graph, { engine: engineOf(build) });
  session.run(step);
  // Of a norm that is no float the largest one stands for it.
  const norm = Math.min(Math.fround(size) * Math.SQRT2, 3.4028234663852886e38);
  for (const value of session.get(w).data) expect(value).toBeCloseTo(1 - size / norm, 6);
});

test("norms over several nodes of different sizes", () => {
  const graph = new Graph();
  const nodes = [graph.constant("a", [3e25, 0, 1]), graph.constant("b", [[4e25]]), graph.constant("c", 7)];
  const session = new Session(graph, { engine: engineOf("simd") });
  const variable = graph.variable("w", 0, { shape: [3] });
  const norm = globalNorm(nodes);
  const [total, ...clipped] = session.run([
    norm,
    ...clipByGlobalNorm([{ gradient: nodes[0]!, variable }], 2).map(({ gradient }) => gradient),
    ...clipByNorm([{ gradient: nodes[0]!, variable }], 1e-10).map(({ gradient }) => gradient),
  ]);
  expect(total.item() / 5e25).toBeCloseTo(1, 6);
  expect(clipped.map(({ data }) => data[0])).toEqual([expect.closeTo(2, 5), expect.closeTo(1e-10, 15)]);
  const x = graph.variable("x", [3e25, 4e25]);
  const dx = session.run(gradients(globalNorm([x]), x)).data;
  expect(dx[0]).toBeCloseTo(0.6, 6);
  expect(dx[1]).toBeCloseTo(0.8, 6);
});

test("infinite and NaN gradients stay loud", () => {
  const graph = new Graph();
  const session = new Session(graph, { engine: engineOf("simd") });
  expect(session.run(globalNorm([graph.constant("a", [Infinity, 1])])).item()).toBe(Infinity);
  expect(session.run(globalNorm([graph.constant("b", [Number.NaN, 1e30])])).item()).toBeNaN();
});

test("an ordinary norm has the bits of sqrt(sumOfSquares)", () => {
  for (const build of builds) {
    const graph = new Graph();
    const x = graph.constant("x", randomFloats(1003, 1));
    const session = new Session(graph, { engine: engineOf(build) });
    const [norm, root] = session.run([globalNorm([x]), sqrt(sumOfSquares(x))]);
    expect(norm.item()).toBe(root.item());
  }
});

test("a node where pairs are meant", () => {
  const graph = new Graph();
  const x = graph.placeholder("x", [2]);
  const untyped = clipByValue as (...args: unknown[]) => unknown;
  const rule = "pairs must be a list of { gradient, variable }, what computeGradients gives";
  expectRefusal(
    () => untyped(x, 2, 5),
    ArgumentError,
    `clipByValue: ${rule}; received a node; clip(x, { low, high }) holds the values of a node within limits.`,
  );
  expectRefusal(() => untyped([1], 2), ArgumentError, `clipByValue: ${rule}; received [1].`);
  expectRefusal(() => untyped([], 2, 5), ArgumentError, "clipByValue: takes at most 2 arguments; received 3.");
  expectRefusal(
    () => (globalNorm as (...args: unknown[]) => unknown)([5]),
    ArgumentError,
    "globalNorm: each must be a node of a graph; received 5; graph.constant(name, values) makes one.",
  );
});
