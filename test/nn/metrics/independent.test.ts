// Several labels at once: outputs that are a yes or no each, on which no metric may take the largest for the answer. The
// values were counted by hand and agree with scikit-learn's multilabel scores.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../../src/errors.js";
import { Graph } from "../../../src/graph/graph.js";
import { dense } from "../../../src/nn/layers/index.js";
import * as losses from "../../../src/nn/losses/index.js";
import * as metrics from "../../../src/nn/metrics/index.js";
import { sigmoid } from "../../../src/ops/activations.js";
import { Session } from "../../../src/runtime/session.js";
import { sequential } from "../../../src/training/model/sequential.js";
import { engine } from "../../support/exact-engine.js";

/** Logits and labels of 5 examples with 3 labels. */
const logits = [
  [2, 1, -1],
  [-1, 3, 2],
  [1, -2, -3],
  [-1, -1, -2],
  [3, 2, 1],
];
const labels = [
  [1, 1, 0],
  [0, 1, 0],
  [1, 0, 1],
  [1, 0, 0],
  [1, 1, 1],
];
// Label by label, right, predicted, actual: [3, 3, 4], [3, 3, 3], [1, 2, 2].
const expected: Record<string, readonly [metrics.StreamingMetric | metrics.Metric, number]> = {
  accuracy: [metrics.accuracy(), 12 / 15],
  binaryAccuracy: [metrics.binaryAccuracy(), 12 / 15],
  "precision, default": [metrics.precision(), (1 + 1 + 1 / 2) / 3],
  "precision, macro": [metrics.precision({ average: "macro" }), (1 + 1 + 1 / 2) / 3],
  "precision, micro": [metrics.precision({ average: "micro" }), 7 / 8],
  "precision, weighted": [metrics.precision({ average: "weighted" }), (4 + 3 + 1) / 9],
  "recall, macro": [metrics.recall({ average: "macro" }), (3 / 4 + 1 + 1 / 2) / 3],
  "recall, micro": [metrics.recall({ average: "micro" }), 7 / 9],
  "recall, weighted": [metrics.recall({ average: "weighted" }), 7 / 9],
  "f1, macro": [metrics.f1(), (6 / 7 + 1 + 2 / 4) / 3],
  "f1, micro": [metrics.f1({ average: "micro" }), 14 / 17],
  "f1, weighted": [metrics.f1({ average: "weighted" }), (4 * (6 / 7) + 3 + 2 * (2 / 4)) / 9],
  "precision at 0.8": [metrics.precision({ threshold: 0.8, average: "micro" }), 4 / 5],
  logLoss: [
    metrics.logLoss(),
    logits.flat().reduce((sum, z, i) => sum + Math.log(1 + Math.exp(z)) - z * (labels.flat()[i] as number), 0) / 15,
  ],
  // Pairs in order: 4 with 1 of 4; 3 with 2; 2 with 3: scores 1, -3 of yes, -1, 2, -2 of no.
  auc: [metrics.auc(), (3.5 / 4 + 1 + 2 / 6) / 3],
  "auc, weighted": [metrics.auc({ average: "weighted" }), (4 * (3.5 / 4) + 3 * 1 + 2 * (2 / 6)) / 9],
  "auc, micro": [metrics.auc({ average: "micro" }), pairsInOrder(logits.flat(), labels.flat())],
};

function pairsInOrder(scores: readonly number[], truths: readonly number[]): number {
  let right = 0;
  let pairs = 0;
  scores.forEach((yes, i) => {
    scores.forEach((no, j) => {
      if (truths[i] !== 1 || truths[j] !== 0) return;
      pairs++;
      right += yes > no ? 1 : yes === no ? 0.5 : 0;
    });
  });
  return right / pairs;
}

describe.each([[[5]], [[2, 3]], [[1, 1, 1, 1, 1]]])("in batches of %j", (sizes) => {
  test.each(Object.entries(expected))("%s of sigmoids", (_, [metric, value]) => {
    const graph = new Graph();
    const output = sigmoid(graph.placeholder("z", [null, 3]));
    const meter = metrics.meter(metric as metrics.StreamingMetric, output, graph.placeholder("y", [null, 3]));
    const session = new Session(graph, { engine });
    let from = 0;
    for (const size of sizes) {
      const rows = <T>(of: readonly T[]) => of.slice(from, from + size);
      meter.add(session.run(meter.nodes, { z: rows(logits), y: rows(labels) }));
      from += size;
    }
    expect(meter.value).toBeCloseTo(value, 6);
  });
});

/** A model whose output is its input, compiled with a metric. */
const identity = (
  metric: metrics.Metric | metrics.StreamingMetric | "accuracy",
  loss: losses.Loss,
  activation: "sigmoid" | null,
) => {
  const model = sequential(
    [
      dense({
        units: 3,
        activation,
        useBias: false,
        kernelInitializer: (graph) =>
          graph.constant("eye", [
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
          ]),
      }),
    ],
    { inputShape: [3], engine },
  );
  return model.compile({ optimizer: "sgd", loss, metrics: [metric] });
};

describe("in evaluate", () => {
  test.each(Object.entries(expected))(
    "%s, of logits and of sigmoids under binaryCrossentropy",
    async (_, [metric, value]) => {
      for (const activation of ["sigmoid", null] as const) {
        const report = await identity(metric, losses.binaryCrossentropy(), activation).evaluate(logits, labels, {
          batchSize: 2,
        });
        expect(report[metric.name]).toBeCloseTo(value, 6);
      }
    },
  );

  test("accuracy by its name; sigmoids tell it under a loss that does not", async () => {
    const named = await identity("accuracy", losses.binaryCrossentropy(), null).evaluate(logits, labels);
    expect(named.accuracy).toBeCloseTo(0.8, 6);
    const squared = await identity("accuracy", losses.meanSquaredError(), "sigmoid").evaluate(logits, labels);
    expect(squared.accuracy).toBeCloseTo(0.8, 6);
  });

  test("hinge: labels of -1 and 1", async () => {
    const signs = labels.map((row) => row.map((label) => 2 * label - 1));
    const report = await identity("accuracy", losses.hinge(), null).evaluate(logits, signs);
    expect(report.accuracy).toBeCloseTo(0.8, 6);
  });

  test("classes stay classes: softmax losses, and integer labels beside sigmoids", async () => {
    const oneHot = [0, 1, 0, 0, 0].map((label) => [0, 1, 2].map((i) => Number(i === label)));
    const rows = await identity("accuracy", losses.categoricalCrossentropy(), null).evaluate(logits, oneHot);
    expect(rows.accuracy).toBe(1);
    const integers = await identity("accuracy", losses.sparseCategoricalCrossentropy(), "sigmoid").evaluate(
      logits,
      [0, 1, 0, 0, 0],
    );
    expect(integers.accuracy).toBe(1);
    const chosen = await identity(metrics.categoricalAccuracy(), losses.meanSquaredError(), "sigmoid").evaluate(
      logits,
      oneHot,
    );
    expect(chosen.categoricalAccuracy).toBe(1);
  });
});

test("what has no meaning for several labels is refused", () => {
  const graph = new Graph();
  const [output, y] = [sigmoid(graph.placeholder("z", [null, 3])), graph.placeholder("y", [null, 3])];
  expect(() => metrics.meter(metrics.confusionMatrix(), output, y)).toThrow(ShapeError);
  expect(() => metrics.meter(metrics.topKAccuracy({ k: 1 }), output, y)).toThrow(ShapeError);
  expect(() => metrics.precision({ average: "samples" as never })).toThrow(ArgumentError);
  expect(() => metrics.auc({ average: "mean" as never })).toThrow(ArgumentError);
});

test("a label that is never set counts 0, as in scikit-learn", () => {
  const graph = new Graph();
  const [output, y] = [sigmoid(graph.placeholder("z", [null, 2])), graph.placeholder("y", [null, 2])];
  const meter = metrics.meter(metrics.f1(), output, y);
  meter.add(
    new Session(graph, { engine }).run(meter.nodes, {
      z: [
        [1, -1],
        [2, -2],
      ],
      y: [
        [1, 0],
        [1, 0],
      ],
    }),
  );
  expect(meter.value).toBe(0.5);
});
