// What differs between training and inference: dropout, batch normalisation, and that `fit` knows which it is.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../../src/errors.js";
import { gradients } from "../../../src/graph/gradients.js";
import { Graph } from "../../../src/graph/graph.js";
import {
  batchNormalization,
  dense,
  dropout as dropoutLayer,
  flatten,
  layerNormalization,
} from "../../../src/nn/layers/index.js";
import { relu } from "../../../src/ops/activations.js";
import { dropout } from "../../../src/ops/dropout.js";
import type { Node } from "../../../src/ops/op.js";
import { sum } from "../../../src/ops/reductions.js";
import { Session } from "../../../src/runtime/session.js";
import { weightsHash } from "../../../src/training/model/model.js";
import { sequential } from "../../../src/training/model/sequential.js";
import { builds, engineOf, isExact } from "../../support/builds.js";
import { randomFloats, randomIntegers } from "../../support/random-values.js";

describe.each(builds)("dropout in the %s build", (build) => {
  const engine = engineOf(build);
  const ones = (graph: Graph, n: number) => graph.variable("x", 1, { shape: [n] });

  test("drops its share, scales the rest, and is x itself outside training", () => {
    for (const [n, rate] of [
      [10_000, 0.3],
      [1, 0],
      [67, 0],
      [0, 0.5],
    ] as const) {
      const graph = new Graph({ seed: 3 });
      const y = dropout(ones(graph, n), { rate });
      const session = new Session(graph, { engine });
      expect(session.run(y).data).toEqual(new Float32Array(n).fill(1));
      const dropped = session.run(y, { training: 1 }).data;
      const kept = Math.fround(1 / Math.fround(1 - Math.fround(rate)));
      expect(dropped.every((value) => value === 0 || value === kept)).toBe(true);
      const share = dropped.filter((value) => value === 0).length / Math.max(n, 1);
      expect(Math.abs(share - rate)).toBeLessThanOrEqual(4 * Math.sqrt((rate * (1 - rate)) / Math.max(n, 1)));
    }
  });

  test("the mask is that of the step, whatever else runs, and the gradient has the same", () => {
    const graph = new Graph({ seed: 4 });
    const x = ones(graph, 203);
    const y = dropout(x, { rate: 0.5 });
    const other = dropout(x, { rate: 0.5 });
    const [dx] = gradients(sum(relu(y)), [x]) as [Node];
    const session = new Session(graph, { engine });
    const first = session.run(y, { training: 1 });
    const [again, slope, different] = session.run([y, dx, other], { training: 1 });
    expect(again!.data).toEqual(first.data);
    expect(slope!.data).toEqual(first.data);
    expect(different!.data).not.toEqual(first.data);
    session.run(graph.updates);
    expect(session.get("trainingStep").item()).toBe(1);
    expect(session.run(y, { training: 1 }).data).not.toEqual(first.data);
    expect(session.run(y, { training: 1, trainingStep: 0 }).data).toEqual(first.data);
  });
});

test("outside training nothing is computed that only training needs", () => {
  const graph = new Graph();
  const x = graph.placeholder("x", [null, 4]);
  const y = batchNormalization().apply(x);
  const dropped = dropout(y);
  const session = new Session(graph, { engine: engineOf("scalar") });
  const calls = (feeds: Node[]) =>
    session.prepare({ fetches: [dropped], feeds: [x, ...feeds], batch: 3 }).calls.map(({ kernel }) => kernel);
  const [after, during] = [calls([]), calls([graph.training])];
  // Subtract the mean and divide by the root, with copies of the two running statistics out of permanent memory.
  expect(after.length).toBeLessThanOrEqual(6);
  for (const kernel of ["columnMoments", "dropout"] as const) {
    expect(after).not.toContain(kernel);
    expect(during).toContain(kernel);
  }
});

test("the exact builds draw the same masks", () => {
  const masks = builds.filter(isExact).map((build) => {
    const graph = new Graph({ seed: 5 });
    const y = dropout(graph.variable("x", randomFloats(1003, 1)), { rate: 0.4 });
    return new Session(graph, { engine: engineOf(build) }).run(y, { training: 1 }).data;
  });
  for (const mask of masks) expect(mask).toEqual(masks[0]);
});

describe("a model", () => {
  const x = randomFloats(120 * 6, 1);
  const y = randomIntegers(120, 2, 3);
  const train = async (build: (typeof builds)[number]) => {
    const layers = [
      flatten(),
      dense({ units: 16 }),
      batchNormalization(),
      dropoutLayer({ rate: 0.2 }),
      dense({ units: 8, activation: "relu" }),
      layerNormalization(),
      dense({ units: 3 }),
    ];
    const model = sequential(layers, { inputShape: [2, 3], seed: 1, engine: engineOf(build) });
    model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    const before = await model.evaluate(x, y);
    await model.fit(x, y, { epochs: 3, batchSize: 16 });
    return { model, before };
  };

  test.each(builds)("trains with normalisation and dropout in the %s build, and predicts without", async (build) => {
    const { model, before } = await train(build);
    const after = await model.evaluate(x, y);
    expect(after.loss).toBeLessThan(before.loss as number);
    expect(model.session.get("trainingStep").item()).toBe(24);
    const weights = model.getWeights();
    expect([...weights.keys()]).toContain("batchNormalization/movingMean");
    expect([...(weights.get("batchNormalization/movingMean")?.data ?? [])].some((value) => value !== 0)).toBe(true);
    expect(model.predict(x).data).toEqual(model.predict(x).data);
    expect(weightsHash(model)).toBe(weightsHash((await train(build)).model));
  });

  test("has the same weights in the exact builds", async () => {
    const hashes = await Promise.all(
      builds.filter(isExact).map(async (build) => weightsHash((await train(build)).model)),
    );
    expect(new Set(hashes).size).toBe(1);
  });
});

test("refusals", () => {
  const graph = new Graph();
  const x = graph.placeholder("x", [3, null]);
  expect(() => batchNormalization().apply(x)).toThrow(
    new ShapeError("BatchNormalization: axis -1 must be an axis of known extent; the input has shape [3, null]."),
  );
  expect(() => batchNormalization({ momentum: 2 })).toThrow(
    new ArgumentError("BatchNormalization: momentum must be a finite number at least 0 and at most 1; received 2."),
  );
  expect(() => layerNormalization().apply(x)).toThrow(
    new ShapeError("LayerNormalization: the last extent of the input must be known; its shape is [3, null]."),
  );
  expect(() => dropoutLayer({ rate: 1 })).toThrow(
    new ArgumentError("Dropout: rate must be a number in [0, 1); received 1."),
  );
  expect(() => graph.addUpdate(x)).toThrow(
    new ArgumentError('Graph.addUpdate: it must be an update of this graph; received "x".'),
  );
});
