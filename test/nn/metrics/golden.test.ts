// Every metric against scikit-learn, the examples cut into batches of uneven sizes.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../../src/errors.js";
import { Graph } from "../../../src/graph/graph.js";
import {
  type Average,
  accuracy,
  auc,
  binaryAccuracy,
  confusionMatrix,
  f1,
  logLoss,
  type Metric,
  meanAbsoluteError,
  meanSquaredError,
  meter,
  precision,
  r2,
  recall,
  type StreamingMetric,
  topKAccuracy,
} from "../../../src/nn/metrics/index.js";
import { sigmoid } from "../../../src/ops/activations.js";
import type { Node } from "../../../src/ops/op.js";
import { softmax } from "../../../src/ops/softmax.js";
import { log } from "../../../src/ops/unary.js";
import { Session } from "../../../src/runtime/session.js";
import { tensor } from "../../../src/tensor/tensor.js";
import { engine } from "../../support/exact-engine.js";
import { goldenNumbers } from "../../support/golden.js";

type Stored = Parameters<typeof goldenNumbers>[0] & { readonly shape: readonly number[] };
interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}
interface Classification {
  readonly name: string;
  readonly classes: number;
  readonly y_true: readonly number[];
  readonly probs: Stored;
  readonly accuracy: number;
  readonly log_loss: number;
  readonly confusion_matrix: readonly (readonly number[])[];
  readonly macro: Scores;
  readonly micro: Scores;
  readonly weighted: Scores;
  readonly per_class: { readonly [K in keyof Scores]: readonly number[] };
  readonly top_k: Readonly<Record<string, number>>;
  readonly roc_auc?: number;
  readonly roc_auc_ovr_macro?: number;
}
interface Regression {
  readonly name: string;
  readonly y_true: Stored;
  readonly y_pred: Stored;
  readonly r2: number;
  readonly mse: number;
  readonly mae: number;
}

const { metrics: golden } = JSON.parse(readFileSync(new URL("../../golden/sklearn.json", import.meta.url), "utf8")) as {
  readonly metrics: { readonly classification: Classification[]; readonly regression: Regression[] };
};

type AnyMetric<T> = Metric | StreamingMetric<T>;
type Rows = readonly (readonly number[])[];

const rowsOf = (stored: Stored): Rows =>
  tensor(Float32Array.from(goldenNumbers(stored)), { shape: stored.shape }).toArray() as number[][];

/** The value over batches of 1, 2, 3, ... examples. */
function valueOver<T>(
  metric: AnyMetric<T>,
  outputs: Rows,
  labels: Rows | readonly number[],
  classes: boolean,
  of = same,
) {
  const graph = new Graph();
  const output = graph.placeholder("output", [null, (outputs[0] as number[]).length]);
  const label = classes
    ? graph.placeholder("labels", [null], "int32")
    : graph.placeholder("labels", [null, (labels[0] as number[]).length]);
  const each = meter(metric as StreamingMetric<T>, of(output), label);
  const session = new Session(graph, { engine });
  for (let from = 0, size = 1; from < outputs.length; from += size, size++) {
    const values = [outputs.slice(from, from + size), labels.slice(from, from + size)] as never[];
    each.add(
      session.run(each.nodes, [
        [output, values[0]!],
        [label, values[1]!],
      ]),
    );
  }
  return each.value;
}
const same = (node: Node) => node;
/** An output of which the softmax is the given probability. */
const asLogits = (node: Node) => log(node);

describe.each(golden.classification)("$name", (each) => {
  const probabilities = rowsOf(each.probs);
  const value = <T>(metric: AnyMetric<T>) => valueOver(metric, probabilities, each.y_true, true, asLogits);
  const ofSoftmax = <T>(metric: AnyMetric<T>) =>
    valueOver(metric, probabilities, each.y_true, true, (node) => softmax(log(node)));

  test("accuracy, top k, log loss, confusion matrix", () => {
    expect(value(accuracy())).toBeCloseTo(each.accuracy, 6);
    for (const [k, expected] of Object.entries(each.top_k)) {
      // scikit-learn lets the first of equal scores win; here, as in TensorFlow, a tie counts as in: 2 examples of 8.
      const ties = each.name === "ties_binary" ? 2 / 8 : 0;
      expect(value(topKAccuracy({ k: Number(k) }))).toBeCloseTo(expected + ties, 6);
    }
    expect(Math.abs((value(logLoss()) as number) - each.log_loss)).toBeLessThan(1e-6);
    expect(Math.abs((ofSoftmax(logLoss()) as number) - each.log_loss)).toBeLessThan(1e-6);
    expect(value(confusionMatrix())).toEqual(each.confusion_matrix);
  });

  test.each(["macro", "micro", "weighted"] as Average[])("precision, recall and F1, %s", (average) => {
    expect(value(precision({ average }))).toBeCloseTo(each[average].precision, 12);
    expect(value(recall({ average }))).toBeCloseTo(each[average].recall, 12);
    expect(value(f1({ average }))).toBeCloseTo(each[average].f1, 12);
    if (average === "macro") expect(value(f1())).toBe(value(f1({ average })));
  });

  test("area under the ROC curve", () => {
    const expected = (each.roc_auc ?? each.roc_auc_ovr_macro) as number;
    expect(value(auc())).toBeCloseTo(expected, 12);
    expect(ofSoftmax(auc())).toBeCloseTo(expected, 12);
  });

  test.runIf(each.classes === 2)("as one output that means yes or no, a logit or a probability", () => {
    const yes = probabilities.map(([, p]) => [p as number]);
    const logits = yes.map(([p]) => [Math.log((p as number) / (1 - (p as number)))]);
    const labels = each.y_true.map((label) => [label]);
    const both = <T>(metric: AnyMetric<T>) => {
      const [a, b] = [same, sigmoid].map((of) => valueOver(metric, logits, labels, false, of));
      expect(a).toEqual(b);
      return a;
    };
    // A probability of exactly 1/2 is no yes.
    expect(both(accuracy())).toBeCloseTo(each.accuracy, 6);
    expect(both(binaryAccuracy())).toBeCloseTo(each.accuracy, 6);
    expect(both(confusionMatrix())).toEqual(each.confusion_matrix);
    expect(both(precision())).toBeCloseTo(each.per_class.precision[1] as number, 12);
    expect(both(recall())).toBeCloseTo(each.per_class.recall[1] as number, 12);
    expect(both(f1())).toBeCloseTo(each.per_class.f1[1] as number, 12);
    expect(both(f1({ average: "macro" }))).toBeCloseTo(each.macro.f1, 12);
    expect(both(f1({ average: "weighted" }))).toBeCloseTo(each.weighted.f1, 12);
    expect(both(auc())).toBeCloseTo(each.roc_auc as number, 12);
    expect(both(logLoss())).toBeCloseTo(each.log_loss, 6);
  });
});

test.each(golden.regression)("$name: R^2, mean squared and absolute error", (each) => {
  const value = <T>(metric: AnyMetric<T>) => valueOver(metric, rowsOf(each.y_pred), rowsOf(each.y_true), false);
  expect(Math.abs((value(r2()) as number) - each.r2)).toBeLessThan(1e-6);
  expect(Math.abs((value(meanSquaredError()) as number) - each.mse)).toBeLessThan(1e-6);
  expect(Math.abs((value(meanAbsoluteError()) as number) - each.mae)).toBeLessThan(1e-6);
});

describe("edges", () => {
  const column = (values: readonly number[]) => values.map((value) => [value]);

  test("R^2 of labels far from 0, equal labels, one example", () => {
    const labels = column([1e6 + 1, 1e6 + 2, 1e6 + 3, 1e6 + 4, 1e6 + 5]);
    const outputs = column([1e6 + 1, 1e6 + 2, 1e6 + 3, 1e6 + 4, 1e6 + 6]);
    expect(valueOver(r2(), outputs, labels, false)).toBeCloseTo(0.9, 12);
    expect(valueOver(r2(), column([3, 3]), column([3, 3]), false)).toBe(1);
    expect(valueOver(r2(), column([3, 4]), column([3, 3]), false)).toBe(0);
    expect(valueOver(r2(), column([3]), column([3]), false)).toBeNaN();
  });

  test("nothing predicted, nothing there, nothing seen", () => {
    const no = column([-1, -2, -3]);
    expect(valueOver(precision(), no, column([1, 0, 1]), false)).toBe(0);
    expect(valueOver(recall(), no, column([0, 0, 0]), false)).toBe(0);
    expect(valueOver(f1(), no, column([0, 0, 0]), false)).toBe(0);
    expect(valueOver(auc(), no, column([0, 0, 0]), false)).toBeNaN();
    expect(valueOver(auc(), column([Number.NaN, 1]), column([0, 1]), false)).toBeNaN();
    for (const metric of [accuracy(), f1(), auc(), r2()]) {
      const graph = new Graph();
      const none = meter(
        metric as StreamingMetric,
        graph.placeholder("x", [null, 1]),
        graph.placeholder("y", [null, 1]),
      );
      expect(none.value).toBeNaN();
    }
  });

  test("a threshold is a probability; labels of -1 and 1 are no and yes", () => {
    const outputs = column([0, 1, 2, 3]);
    // sigmoid(1) = 0.73, sigmoid(2) = 0.88
    expect(valueOver(binaryAccuracy({ threshold: 0.8 }), outputs, column([-1, -1, 1, 1]), false)).toBe(1);
    expect(valueOver(confusionMatrix({ threshold: 0.8 }), outputs, column([0, 1, 1, 1]), false)).toEqual([
      [1, 0],
      [1, 2],
    ]);
  });

  test("a meter starts anew", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 1]);
    const each = meter(meanAbsoluteError(), x, graph.constant("zero", [[0]]));
    const session = new Session(graph, { engine });
    each.add(session.run(each.nodes, { x: [[3]] }));
    expect(each.value).toBe(3);
    each.reset();
    each.add(session.run(each.nodes, { x: [[1]] }));
    expect(each.value).toBe(1);
    expect(() => each.add([])).toThrow(
      new ArgumentError("Meter.add: values must be those of the 2 nodes of meanAbsoluteError; received []."),
    );
  });

  test("refusals", () => {
    expect(() => precision({ average: "mean" as "macro" })).toThrow(
      new ArgumentError('precision: average must be one of "macro", "micro", "weighted"; received "mean".'),
    );
    expect(() => binaryAccuracy({ threshold: 1 })).toThrow(
      new ArgumentError("binaryAccuracy: threshold must be a number in (0, 1); received 1."),
    );
    expect(() => confusionMatrix({ average: "macro" } as object)).toThrow(
      new ArgumentError('confusionMatrix: options must be an object with threshold; received "average".'),
    );
    expect(() => topKAccuracy({ k: 0 })).toThrow(ArgumentError);
    const graph = new Graph();
    const cube = graph.placeholder("cube", [null, 2, 2]);
    expect(() => topKAccuracy().apply(cube, graph.placeholder("labels", [null], "int32"))).toThrow(ShapeError);
  });
});

describe("R^2 of equal labels", () => {
  test.each([14.62, 0.1, 1e-30, 1e6 + 0.5, -7.3])("%f, a thousand of them, in batches of any size", (label) => {
    for (const batch of [1000, 7, 1]) {
      const each = determination(batch, Array(1000).fill(label), (value) => value + 25);
      expect(each).toBe(0);
      expect(determination(batch, Array(1000).fill(label), (value) => value)).toBe(1);
    }
  });

  test("labels that differ by the least keep their spread", () => {
    const labels = Array.from({ length: 1000 }, (_, i) => Math.fround(14.62) + (i % 2) * 2 ** -20);
    expect(determination(50, labels, (value) => value)).toBe(1);
    expect(determination(50, labels, () => Math.fround(14.62))).toBeCloseTo(-1, 9);
  });
});

function determination(batch: number, labels: readonly number[], predict: (label: number) => number): number {
  const state = r2().start();
  for (let from = 0; from < labels.length; from += batch) {
    const part = Float32Array.from(labels.slice(from, from + batch));
    state.add([part.map(predict), part], part.length);
  }
  return state.value;
}
