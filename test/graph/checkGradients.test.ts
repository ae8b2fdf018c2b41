// The check itself is checked: it passes what is right, and finds what is wrong.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { checkGradients } from "../../src/graph/checkGradients.js";
import { Graph } from "../../src/graph/graph.js";
import { Session } from "../../src/graph/session.js";
import { glorotUniform } from "../../src/initializers/index.js";
import * as losses from "../../src/losses/index.js";
import { relu, sigmoid, softmax, tanh } from "../../src/ops/activations.js";
import { biasAdd, multiply } from "../../src/ops/arithmetic.js";
import { sparseSoftmaxCrossEntropy } from "../../src/ops/crossEntropy.js";
import { dropout } from "../../src/ops/dropout.js";
import { matmul } from "../../src/ops/matmul.js";
import { defineOp, type Node } from "../../src/ops/op.js";
import { mean, sum } from "../../src/ops/reductions.js";
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

describe("every loss has the gradient of its values", () => {
  const output = randomFloats(24, 3);
  const signs = Float32Array.from(randomIntegers(24, 4, 2), (sign) => 2 * sign - 1);
  const shares = Float32Array.from(randomIntegers(24, 5, 2));
  const distributions = (session: Session, graph: Graph) =>
    session.run(softmax(graph.constant("d", randomFloats(24, 6), { shape: [6, 4] }))).data;
  const cases = {
    meanSquaredError: [losses.meanSquaredError(), output.map((x) => x / 3)],
    meanAbsoluteError: [losses.meanAbsoluteError(), output.map((x) => x / 3)],
    huber: [losses.huber({ delta: 0.4 }), output.map((x) => x / 3)],
    hinge: [losses.hinge(), signs],
    squaredHinge: [losses.squaredHinge(), signs],
    categoricalHinge: [losses.categoricalHinge(), "classes"],
    binaryCrossentropy: [losses.binaryCrossentropy({ labelSmoothing: 0.1, positiveWeight: 3 }), shares],
    categoricalCrossentropy: [losses.categoricalCrossentropy({ labelSmoothing: 0.1 }), "distributions"],
    sparseCategoricalCrossentropy: [losses.sparseCategoricalCrossentropy({ labelSmoothing: 0.1 }), "labels"],
    klDivergence: [losses.klDivergence(), "distributions"],
  } as const;

  test.each(Object.entries(cases))("%s, weighted", (_, [loss, given]) => {
    const graph = new Graph();
    const session = new Session(graph, { engine });
    const x = graph.variable("x", output, { shape: [6, 4] });
    const classes = randomIntegers(6, 7, 4);
    const oneHot = Float32Array.from({ length: 24 }, (_each, i) => Number(classes[i >> 2] === i % 4));
    const labels =
      given === "labels"
        ? graph.constant("labels", classes)
        : graph.constant(
            "labels",
            given === "classes" ? oneHot : given === "distributions" ? distributions(session, graph) : given,
            { shape: [6, 4] },
          );
    const sampleWeight = graph.constant("weights", [1, 2, 0.5, 0, 3, 1]);
    const report = checkGradients(session, loss.apply(x, labels, { sampleWeight }), { samples: 24 });
    expect(String(report)).toContain("passed");
    expect(report.passed).toBe(true);
    expect(report.nodes[0]!.elements.filter(({ kink }) => kink).length).toBeLessThan(5);
  });

  test("contrastive and triplet, through shared weights", () => {
    const graph = new Graph({ seed: 4 });
    const kernel = graph.variable("kernel", glorotUniform(), { shape: [4, 3] });
    const embed = (node: Node) => sigmoid(matmul(node, kernel));
    const [a, b, c] = [1, 2, 3].map((i) => embed(graph.constant(`x${i}`, randomFloats(24, 10 + i), { shape: [6, 4] })));
    const same = graph.constant("same", [1, 0, 1, 0, 0, 1]);
    const session = new Session(graph, { engine });
    const contrastive = losses.contrastive({ margin: 0.7 }).apply(losses.euclideanDistance(a!, b!), same);
    for (const loss of [
      contrastive,
      losses.triplet({ margin: 0.5 }).apply(a!, b!, c!),
      losses.triplet({ margin: 0.5, squared: true }).apply(a!, b!, c!),
    ]) {
      const report = checkGradients(session, loss);
      expect(report.passed).toBe(true);
      expect(report.nodes[0]!.worst).not.toBeNull();
    }
  });
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
