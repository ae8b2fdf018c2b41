// The check itself is checked: it passes what is right, and finds what is wrong.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { Graph } from "../../src/graph/graph.js";
import { checkGradients } from "../../src/inspect/checkGradients.js";
import { glorotUniform } from "../../src/nn/initializers/index.js";
import { relu, tanh } from "../../src/ops/activations.js";
import { biasAdd, multiply } from "../../src/ops/arithmetic.js";
import { sparseSoftmaxCrossEntropy } from "../../src/ops/crossEntropy.js";
import { dropout } from "../../src/ops/dropout.js";
import { matmul } from "../../src/ops/matmul.js";
import { defineOp, type Node } from "../../src/ops/op.js";
import { mean, sum } from "../../src/ops/reductions.js";
import { Session } from "../../src/runtime/session.js";
import { engine } from "../support/exact-engine.js";
import { randomFloats, randomIntegers } from "../support/random-values.js";

/** x [8, 5] through a layer of 6 with the activation to logits [8, 4]. */
function network(activation: (x: Node) => Node) {
  const graph = new Graph({ seed: 2 });
  const x = graph.placeholder("x", [null, 5]);
  const labels = graph.placeholder("labels", [null], "int32");
  const kernel = graph.variable("hidden/kernel", glorotUniform(), { shape: [5, 6] });
  const bias = graph.variable("hidden/bias", 0.1, { shape: [6] });
  const hidden = activation(biasAdd(matmul(x, kernel), bias));
  const logits = matmul(hidden, graph.variable("outputs/kernel", glorotUniform(), { shape: [6, 4] }));
  const loss = mean(sparseSoftmaxCrossEntropy(logits, labels));
  const feeds = { x: randomFloats(40, 1), labels: randomIntegers(8, 2, 4) };
  return { graph, x, hidden, logits, loss, feeds, session: new Session(graph, { engine }) };
}

/** tanh with a gradient that is wrong by a factor of 1.01. */
const wrongTanh = defineOp({
  name: "wrongTanh",
  doc: "Hyperbolic tangent with a wrong gradient.",
  inputs: ["x"],
  shape: ({ x }) => x,
  forward: (k, { x, y }) => k.tanh(x.ptr, y.ptr, x.size),
  vjp: { x: ({ x, dy }) => multiply(tanh.gradient(tanh(x), dy), x.graph.apply(almostOne, [], {})) },
  samples: [],
});
const almostOne = defineOp({
  name: "almostOne",
  doc: "1.01",
  inputs: [],
  shape: () => [],
  forward: (k, { y }) => k.fill(y.ptr, 1.01, 1),
  samples: [],
}).record;

describe("a network", () => {
  test("passes, for all trainable variables and for any node", () => {
    const { session, loss, feeds, graph, x, hidden } = network(tanh);
    const before = session.hash(graph.variables());
    const report = checkGradients(session, loss, { feeds });
    expect(report.nodes.map(({ name, elements }) => [name, elements.length])).toEqual([
      ["hidden/kernel", 20],
      ["hidden/bias", 6],
      ["outputs/kernel", 20],
    ]);
    expect(report.passed).toBe(true);
    expect(report.nodes.every(({ elements }) => elements.every(({ kink }) => !kink))).toBe(true);
    expect(checkGradients(session, loss, { feeds, withRespectTo: [x, hidden], samples: 48 }).passed).toBe(true);
    expect(session.hash(graph.variables())).toBe(before);
  });

  test("with a gradient that is one per cent off fails where the op is, and there only", () => {
    const { session, loss, feeds } = network((x) => wrongTanh(x));
    const report = checkGradients(session, loss, { feeds });
    expect(report.passed).toBe(false);
    expect(report.nodes.map(({ passed }) => passed)).toEqual([false, false, true]);
    const { worst } = report.nodes[0]!;
    expect(worst!.gradient / worst!.difference).toBeCloseTo(1.01, 3);
    expect(String(report)).toMatch(
      /^Node +Tried +Kinks +Worst at +Gradient +Difference\n-+\nhidden\/kernel .* FAILED\n/,
    );
    expect(String(report)).toMatch(/outputs\/kernel .* passed$/);
  });

  test("in training mode has the dropout of its step", () => {
    const { session, loss, feeds } = network((x) => dropout(tanh(x), { rate: 0.4 }));
    expect(checkGradients(session, loss, { feeds, training: true }).passed).toBe(true);
  });
});

test("kinks are left out and counted, not judged", () => {
  const graph = new Graph();
  const x = graph.variable("x", [-2, 0, 1e-4, 3, 0.0079]);
  const report = checkGradients(new Session(graph, { engine }), sum(relu(x)));
  expect(report.passed).toBe(true);
  expect(report.nodes[0]!.elements.map(({ kink }) => kink)).toEqual([false, true, true, false, true]);
});

test("refusals", () => {
  const { session, loss, logits, graph, feeds } = network(tanh);
  expect(() => checkGradients(session, logits, { feeds })).toThrow(
    new ShapeError("checkGradients: matmul_1 must be a scalar; its shape is [null, 4]."),
  );
  expect(() => checkGradients(session, "loss" as never)).toThrow(
    new ArgumentError('checkGradients: it takes a node; received "loss".'),
  );
  expect(() => checkGradients(session, mean(graph.placeholder("z", [3])), {})).toThrow(
    new ArgumentError("checkGradients: mean_1 depends on no trainable variable; give withRespectTo."),
  );
  expect(() => checkGradients(session, loss, { feeds, tolerance: 0 })).toThrow(ArgumentError);
  expect(() => checkGradients(session, loss, { feeds, samples: 0 })).toThrow(ArgumentError);
});
