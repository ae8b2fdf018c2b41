// Labels in another shape than the output's: taken where they can mean one thing only, else refused, by every loss and metric.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../../src/errors.js";
import { Graph } from "../../../src/graph/graph.js";
import * as losses from "../../../src/nn/losses/index.js";
import * as metrics from "../../../src/nn/metrics/index.js";
import { sigmoid } from "../../../src/ops/activations.js";
import { subtract } from "../../../src/ops/arithmetic.js";
import { checkOrder } from "../../../src/ops/labels.js";
import type { Node } from "../../../src/ops/op.js";
import { abs, square } from "../../../src/ops/unary.js";
import { Session } from "../../../src/runtime/session.js";
import type { OpenShape } from "../../../src/tensor/shape.js";
import type { NestedNumbers } from "../../../src/tensor/tensor.js";
import { engine } from "../../support/exact-engine.js";

const column = (values: readonly number[]) => values.map((value) => [value]);
const own = losses.defineLoss({ name: "cubed", losses: (output, labels) => abs(subtract(output, labels)) });

/** Values of the losses for z = [-1, 0.5, 2], in float64. */
const z = [-1, 0.5, 2];
const y = [1, 0, 1];
const mean = (each: (z: number, y: number) => number, of = y) =>
  z.reduce((sum, value, i) => sum + each(value, of[i] as number), 0) / z.length;
const signs = [1, -1, 1];
const elementwise: readonly (readonly [losses.Loss, number, number[]])[] = [
  [losses.meanSquaredError(), mean((a, b) => (a - b) ** 2), y],
  [losses.meanAbsoluteError(), mean((a, b) => Math.abs(a - b)), y],
  [losses.huber(), mean((a, b) => (Math.abs(a - b) <= 1 ? (a - b) ** 2 / 2 : Math.abs(a - b) - 0.5)), y],
  [losses.binaryCrossentropy(), mean((a, b) => Math.log(1 + Math.exp(a)) - a * b), y],
  [
    losses.binaryCrossentropy({ labelSmoothing: 0.2 }),
    mean((a, b) => Math.log(1 + Math.exp(a)) - a * (0.8 * b + 0.1)),
    y,
  ],
  [
    losses.binaryCrossentropy({ positiveWeight: 3 }),
    mean((a, b) => (b ? 3 * Math.log(1 + Math.exp(-a)) : Math.log(1 + Math.exp(a)))),
    y,
  ],
  [losses.hinge(), mean((a, b) => Math.max(0, 1 - a * b), signs), signs],
  [losses.squaredHinge(), mean((a, b) => Math.max(0, 1 - a * b) ** 2, signs), signs],
  [losses.contrastive(), mean((a, b) => (b ? a * a : Math.max(0, 1 - a) ** 2)), y],
  [own, mean((a, b) => Math.abs(a - b)), y],
];
const streams: readonly (readonly [metrics.Metric | metrics.StreamingMetric, number])[] = [
  [metrics.meanSquaredError(), mean((a, b) => (a - b) ** 2)],
  [metrics.meanAbsoluteError(), mean((a, b) => Math.abs(a - b))],
  [metrics.r2(), 1 - mean((a, b) => (a - b) ** 2) / (2 / 9)],
  [metrics.accuracy(), 1 / 3],
  [metrics.binaryAccuracy(), 1 / 3],
  [metrics.precision(), 1 / 2],
  [metrics.recall(), 1 / 2],
  [metrics.f1(), 1 / 2],
  [metrics.logLoss(), mean((a, b) => Math.log(1 + Math.exp(a)) - a * b)],
  [metrics.auc(), 1 / 2],
];

function ends(output: OpenShape, labels: OpenShape, dtype: "float32" | "int32" = "float32") {
  const graph = new Graph({ seed: 1 });
  return { graph, z: graph.placeholder("z", output), y: graph.placeholder("y", labels, dtype) };
}
const lossOf = (loss: losses.Loss, output: OpenShape, labels: OpenShape, feeds: Record<string, NestedNumbers>) => {
  const { graph, z, y } = ends(output, labels);
  return new Session(graph, { engine }).run(loss.apply(z, y), feeds).item();
};
const measured = (
  metric: metrics.Metric | metrics.StreamingMetric,
  output: OpenShape,
  labels: OpenShape,
  feeds: Record<string, NestedNumbers>,
  dtype: "float32" | "int32" = "float32",
) => {
  const { graph, z, y } = ends(output, labels, dtype);
  const meter = metrics.meter(metric as metrics.StreamingMetric, z, y);
  meter.add(new Session(graph, { engine }).run(meter.nodes, feeds));
  return meter.value;
};

const lists: readonly (readonly [string, OpenShape, OpenShape])[] = [
  ["[n, 1] beside [n]", [null, 1], [null]],
  ["[n] beside [n, 1]", [null], [null, 1]],
  ["[n, 1] beside [n, 1]", [null, 1], [null, 1]],
  ["[n] beside [n]", [null], [null]],
  ["[3, 1] beside [3]", [3, 1], [3]],
];

describe.each(lists)("a column and a list say the same: outputs %s", (_, output, labels) => {
  const shaped = (values: readonly number[], shape: OpenShape) => (shape.length === 1 ? values : column(values));

  test.each(elementwise)("loss %#", (loss, expected, given) => {
    const feeds = { z: shaped(z, output), y: shaped(given, labels) };
    expect(lossOf(loss, output, labels, feeds)).toBeCloseTo(expected, 5);
  });
  test.each(streams)("metric %#", (metric, expected) => {
    expect(measured(metric, output, labels, { z: shaped(z, output), y: shaped(y, labels) })).toBeCloseTo(expected, 5);
  });
  test.each(streams)("metric %#, of integers", (metric, expected) => {
    if (output.length !== labels.length) return;
    expect(measured(metric, output, labels, { z: shaped(z, output), y: shaped(y, labels) }, "int32")).toBeCloseTo(
      expected,
      5,
    );
  });
});

const misfits: readonly (readonly [string, OpenShape, OpenShape])[] = [
  ["[n, k] beside [n]", [null, 3], [null]],
  ["[n, k] beside [k]", [null, 3], [3]],
  ["[n, k] beside [n, 1]", [null, 3], [null, 1]],
  ["[n, k] beside [n, k - 1]", [null, 3], [null, 2]],
  ["[n, k] beside [1, k]", [null, 3], [1, 3]],
  ["[n, 1] beside [n, k]", [null, 1], [null, 3]],
  ["[n] beside [n, k]", [null], [null, 3]],
  ["[n, k] beside [n, k, 1]", [null, 3], [null, 3, 1]],
  ["[3] beside [1, 3]", [3], [1, 3]],
  ["[3, 1] beside [1, 3]", [3, 1], [1, 3]],
  ["[n, 1] beside [5]", [null, 1], [5]],
];

describe.each(misfits)("outputs %s", (_, output, labels) => {
  test.each(elementwise)("loss %#", (loss) => {
    const { z, y } = ends(output, labels);
    expect(() => loss.apply(z, y)).toThrow(ShapeError);
  });
  test.each([...streams, [metrics.categoricalAccuracy(), 0], [metrics.topKAccuracy({ k: 1 }), 0]] as typeof streams)(
    "metric %#",
    (metric) => {
      const { z, y } = ends(output, labels);
      expect(() => metrics.meter(metric as metrics.StreamingMetric, z, y)).toThrow(ShapeError);
    },
  );
});

test("losses over classes refuse labels of another shape or type", () => {
  const rows = [losses.categoricalCrossentropy(), losses.klDivergence(), losses.categoricalHinge()];
  for (const loss of rows) {
    for (const shape of [[null], [null, 1], [null, 2]]) {
      const { z, y } = ends([null, 3], shape);
      expect(() => loss.apply(z, y)).toThrow(ShapeError);
    }
  }
  const { z, y } = ends([null, 3], [null, 3], "int32");
  expect(() => losses.sparseCategoricalCrossentropy().apply(z, y)).toThrow(ShapeError);
  expect(() => losses.meanSquaredError().apply(z, y)).toThrow(ArgumentError);
  expect(() => metrics.accuracy().apply(z, y)).toThrow(
    new ShapeError(
      "accuracy: labels must be int32 [null], the numbers of classes, or float32 [null, 3], a row for each example; " +
        "received int32 [null, 3].",
    ),
  );
});

test("one number is the label of all examples", () => {
  const graph = new Graph();
  const output = graph.placeholder("z", [null, 1]);
  const ones = graph.constant("ones", 1);
  const session = new Session(graph, { engine });
  const feeds = { z: column([1, 3]) };
  expect(session.run(losses.meanSquaredError().apply(output, ones), feeds).item()).toBe(2);
  const recall = metrics.meter(metrics.recall(), output, ones);
  recall.add(session.run(recall.nodes, { z: column([-1, 1, 2, 3]) }));
  expect(recall.value).toBe(0.75);
});

test("embeddings of different sizes have no distance", () => {
  const graph = new Graph();
  const [a, b, one] = [
    [null, 4],
    [null, 1],
    [1, 4],
  ].map((shape, i) => graph.placeholder(`e${i}`, shape)) as [Node, Node, Node];
  expect(() => losses.euclideanDistance(a, b)).toThrow(ShapeError);
  expect(() => losses.triplet().apply(a, a, b)).toThrow(ShapeError);
  expect(() => losses.triplet().apply(a, one, a)).toThrow(ShapeError);
});

describe("a loss of one's own", () => {
  const { z: output, y: labels } = ends([null, 2], [null, 2]);

  test("in Keras's order is refused where names tell, in every form of function", () => {
    const swapped: readonly unknown[] = [
      (yTrue: Node, yPred: Node) => subtract(yTrue, yPred),
      (y_true: Node, y_pred: Node) => subtract(y_true, y_pred),
      (labels: Node, predictions: Node) => subtract(labels, predictions),
      (target: Node, output: Node) => subtract(target, output),
      (y: Node, yHat: Node) => subtract(y, yHat),
      function named(labels: Node, logits: Node) {
        return subtract(labels, logits);
      },
      { losses: (label: Node, out: Node) => subtract(label, out) }.losses,
      {
        losses(actual: Node, predicted: Node) {
          return subtract(actual, predicted);
        },
      }.losses,
    ];
    for (const each of swapped) expect(() => checkOrder("x", each), String(each)).toThrow(ArgumentError);
    expect(() => losses.defineLoss({ name: "bad", losses: (yTrue, yPred) => subtract(yTrue, yPred) })).toThrow(
      new ArgumentError(
        "defineLoss: bad: the function is called with (output, labels), in this order; received one of (yTrue, yPred).",
      ),
    );
    const right: readonly unknown[] = [
      (output: Node, labels: Node) => subtract(output, labels),
      (yPred: Node, yTrue: Node) => subtract(yPred, yTrue),
      (z: Node, t: Node) => subtract(z, t),
      (z: Node, labelOutput: Node) => subtract(z, labelOutput),
      (output: Node) => output,
      () => 0,
      abs,
    ];
    for (const each of right) expect(() => checkOrder("x", each), String(each)).not.toThrow();
  });

  test("must return a number for each example or element, or one scalar", () => {
    const loss = (make: (output: Node, labels: Node) => unknown) =>
      losses.defineLoss({ name: "own", losses: make as never }).apply(output, labels);
    expect(() => loss(() => 5)).toThrow(ArgumentError);
    expect(() => loss(() => new Graph().placeholder("other", [null]))).toThrow(ArgumentError);
    expect(() => loss((z) => (z.graph as Graph).placeholder("other", [3]))).toThrow(ShapeError);
    expect(loss((z, t) => square(subtract(z, t))).shape).toEqual([]);
    expect(loss((z) => losses.meanSquaredError().apply(z, z)).shape).toEqual([]);
  });

  test("needs a name and a function", () => {
    for (const wrong of [{ name: "x" }, { losses: abs }, { name: 5, losses: abs }, { name: "", losses: abs }]) {
      expect(() => losses.defineLoss(wrong as never)).toThrow(ArgumentError);
    }
  });
});

test("metrics see sigmoids as answers of their own only beside rows", () => {
  const { graph, z, y } = ends([null, 3], [null], "int32");
  const session = new Session(graph, { engine });
  const feeds = { z: [[-1, 2, 1]], y: [1] };
  expect(session.run(metrics.accuracy().apply(sigmoid(z), y), feeds).item()).toBe(1);
});
