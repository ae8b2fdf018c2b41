// What holds for every loss: names, labels, gradients that are those of its values, weights and reductions.

import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { gradients } from "../../../src/graph/gradients.js";
import { Graph } from "../../../src/graph/graph.js";
import { checkGradients } from "../../../src/inspect/checkGradients.js";
import { glorotUniform } from "../../../src/nn/initializers/index.js";
import * as losses from "../../../src/nn/losses/index.js";
import { sigmoid } from "../../../src/ops/activations.js";
import { matmul } from "../../../src/ops/matmul.js";
import type { Node } from "../../../src/ops/op.js";
import { Session } from "../../../src/runtime/session.js";
import type { TensorData } from "../../../src/tensor/tensor.js";
import { expectSameBits } from "../../support/compare-floats.js";
import { engine } from "../../support/exact-engine.js";
import { randomFloats, randomIntegers } from "../../support/random-values.js";

const ROWS = 6;
const CLASSES = 4;
const shape = [ROWS, CLASSES];
const outputs = randomFloats(ROWS * CLASSES, 3);
const near = outputs.map((x) => x / 3);
const classes = randomIntegers(ROWS, 7, CLASSES);
const bits = Float32Array.from(randomIntegers(ROWS * CLASSES, 5, 2));
const oneHot = Float32Array.from(outputs, (_, i) => Number(classes[Math.floor(i / CLASSES)] === i % CLASSES));
const shares = randomFloats(ROWS * CLASSES, 8).map((x, i, all) => {
  const from = i - (i % CLASSES);
  return Math.exp(x) / all.slice(from, from + CLASSES).reduce((total, each) => total + Math.exp(each), 0);
});

interface Case {
  readonly loss: losses.Loss;
  readonly labels: TensorData;
  readonly output?: Float32Array;
}

/** Every loss that `compile` knows by name, with options that change it. */
const cases: Readonly<Record<losses.LossName, Case>> = {
  sparseCategoricalCrossentropy: {
    loss: losses.sparseCategoricalCrossentropy({ labelSmoothing: 0.1 }),
    labels: classes,
  },
  categoricalCrossentropy: { loss: losses.categoricalCrossentropy({ labelSmoothing: 0.1 }), labels: shares },
  binaryCrossentropy: {
    loss: losses.binaryCrossentropy({ labelSmoothing: 0.1, positiveWeight: [3, 1, 0.5, 2] }),
    labels: bits,
  },
  meanSquaredError: { loss: losses.meanSquaredError(), labels: near },
  meanAbsoluteError: { loss: losses.meanAbsoluteError(), labels: near },
  huber: { loss: losses.huber({ delta: 0.4 }), labels: near },
  hinge: { loss: losses.hinge(), labels: bits.map((bit) => 2 * bit - 1) },
  squaredHinge: { loss: losses.squaredHinge(), labels: bits.map((bit) => 2 * bit - 1) },
  categoricalHinge: { loss: losses.categoricalHinge(), labels: oneHot },
  klDivergence: { loss: losses.klDivergence(), labels: shares },
  contrastive: {
    loss: losses.contrastive({ margin: 2 }),
    labels: bits.subarray(0, ROWS),
    output: near.subarray(0, ROWS),
  },
};

describe.each(Object.entries(cases))("%s", (name, { loss, labels, output }) => {
  const make = () => {
    const graph = new Graph();
    const x = graph.variable("x", output?.map(Math.abs) ?? outputs, { shape: output ? [ROWS] : shape });
    const labelShape = loss.labelShape(output ? [null] : [null, CLASSES]).map((extent) => extent ?? ROWS);
    const y = graph.constant("labels", labels, { shape: labelShape });
    const run = (...nodes: Node[]) => new Session(graph, { engine }).run(nodes).map(({ data }) => data);
    return { graph, x, y, run };
  };

  test("has its name, and takes its labels", () => {
    expect(loss.name).toBe(name);
    expect(losses.getLoss(name as losses.LossName).name).toBe(name);
    expect(loss.labelType).toBe(labels instanceof Int32Array ? "int32" : "float32");
    loss.checkLabels(labels, [null, CLASSES]);
    const factory = (losses as unknown as Record<string, (options: object) => unknown>)[name]!;
    if (factory.length > 0) expect(() => factory({ reduction: "sum" })).toThrow(ArgumentError);
  });

  test("has the gradient of its values, weighted", () => {
    const { graph, x, y } = make();
    const sampleWeight = graph.constant("weights", [1, 2, 0.5, 0, 3, 1]);
    const report = checkGradients(new Session(graph, { engine }), loss.apply(x, y, { sampleWeight }), { samples: 24 });
    expect(String(report)).toContain("passed");
    expect(report.passed).toBe(true);
    expect(report.nodes[0]!.elements.filter(({ kink }) => kink).length).toBeLessThan(5);
  });

  test("is the mean of the losses of its examples; weights of 1 change nothing, of 0 take an example out", () => {
    const { graph, x, y, run } = make();
    const ones = graph.constant("ones", new Float32Array(ROWS).fill(1));
    const one = graph.constant(
      "one",
      Float32Array.from({ length: ROWS }, (_, i) => Number(i === 2)),
    );
    const [plain, each, weighted, only, slope] = run(
      loss.apply(x, y),
      loss.apply(x, y, { reduction: "none" }),
      loss.apply(x, y, { sampleWeight: ones, reduction: "weightedMean" }),
      loss.apply(x, y, { sampleWeight: one, reduction: "weightedMean" }),
      gradients(loss.apply(x, y, { sampleWeight: one }), x),
    ) as [TensorData, TensorData, TensorData, TensorData, TensorData];
    expect(each).toHaveLength(ROWS);
    const mean = [...each].reduce((total, value) => total + value, 0) / ROWS;
    expect(plain[0]! / mean).toBeCloseTo(1, 5);
    expect(weighted[0]! / mean).toBeCloseTo(1, 5);
    expectSameBits(`${name} of one example`, only, [each[2]!]);
    const width = slope.length / ROWS;
    slope.forEach((value, i) => {
      if (Math.floor(i / width) !== 2) expect(Math.abs(value)).toBe(0);
    });
  });
});

test("contrastive and triplet losses teach weights that are shared", () => {
  const graph = new Graph({ seed: 4 });
  const kernel = graph.variable("kernel", glorotUniform(), { shape: [4, 3] });
  const embed = (i: number) => sigmoid(matmul(graph.constant(`x${i}`, randomFloats(24, 10 + i), { shape }), kernel));
  const [a, b, c] = [embed(1), embed(2), embed(3)];
  const same = graph.constant("same", [1, 0, 1, 0, 0, 1]);
  const session = new Session(graph, { engine });
  for (const loss of [
    losses.contrastive({ margin: 0.7 }).apply(losses.euclideanDistance(a, b), same),
    losses.triplet({ margin: 0.5 }).apply(a, b, c),
    losses.triplet({ margin: 0.5, squared: true }).apply(a, b, c),
  ]) {
    const report = checkGradients(session, loss);
    expect(report.passed).toBe(true);
    expect(report.nodes[0]!.worst).not.toBeNull();
  }
});
