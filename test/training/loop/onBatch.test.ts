// One step by hand: the same bits as a step of fit, refused as fit refuses, with the metrics of the batch.

import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  adam,
  constraints,
  dense,
  layers,
  type Model,
  metrics,
  ShapeError,
  StateError,
  sequential,
  weightsHash,
} from "../../../src/index.js";
import { engine } from "../../support/exact-engine.js";
import { smallClassification } from "../../support/small-classification.js";

const { x, y } = smallClassification(24, 4, 3);
const stack = () => [
  dense({ units: 8, activation: "relu" }),
  layers.batchNormalization(),
  layers.dropout({ rate: 0.3 }),
  dense({ units: 3, kernelConstraint: constraints.maxNorm(1) }),
];
const classify = {
  optimizer: adam({ learningRate: 0.01 }),
  loss: "sparseCategoricalCrossentropy",
  metrics: ["accuracy", metrics.logLoss()],
} as const;
const classifier = (inputShape: number[] | undefined = [4]): Model =>
  sequential(stack(), { ...(inputShape && { inputShape }), seed: 1, engine }).compile(classify as never);

describe("trainOnBatch", () => {
  test("gives the bits and the reports of the steps of fit", async () => {
    const [fitted, stepped] = [classifier(), classifier()];
    const reports: object[] = [];
    for (let i = 0; i < 3; i++) {
      const { loss, accuracy, logLoss } = await fitted.fit(x, y, { batchSize: 24, shuffle: false, initialEpoch: 0 });
      reports.push({ loss: loss?.[0], accuracy: accuracy?.[0], logLoss: logLoss?.[0] });
    }
    for (let i = 0; i < 3; i++) expect(stepped.trainOnBatch(x, y)).toEqual(reports[i]);
    expect(weightsHash(stepped)).toBe(weightsHash(fitted));
    expect(stepped.session.hash(stepped.graph.variables())).toBe(fitted.session.hash(fitted.graph.variables()));
  });

  test("takes weights of examples and of classes, as fit does", async () => {
    const sampleWeight = Float32Array.from({ length: 24 }, (_, i) => i % 3);
    const cases = [{ sampleWeight }, { classWeight: "balanced" }, { sampleWeight, classWeight: { 0: 1, 1: 5, 2: 0 } }];
    for (const options of cases as { sampleWeight?: Float32Array; classWeight?: "balanced" }[]) {
      const [fitted, stepped] = [classifier(), classifier()];
      const { loss } = await fitted.fit(x, y, { ...options, batchSize: 24, shuffle: false });
      expect(stepped.trainOnBatch(x, y, options).loss).toBe(loss?.[0]);
      expect(weightsHash(stepped)).toBe(weightsHash(fitted));
    }
  });

  test("batches of any sizes, one after the other; freezing in between", () => {
    const model = classifier();
    for (let size = 1; size <= 24; size++) model.trainOnBatch(x.rows(0, size), y.rows(0, size));
    for (let i = 0; i < 3; i++) expect(model.trainOnBatch(x, y).loss).toBeGreaterThan(0);
    const [first] = model.layers;
    const before = model.session.get("dense/kernel").data;
    (first as { trainable: boolean }).trainable = false;
    model.trainOnBatch(x, y);
    expect(model.session.get("dense/kernel").data).toEqual(before);
  });

  test("builds the model from its first batch", () => {
    const [known, open] = [classifier(), classifier(undefined)];
    expect(open.trainOnBatch(x, y)).toEqual(known.trainOnBatch(x, y));
    expect(weightsHash(open)).toBe(weightsHash(known));
  });

  test("lists and records, as the model has them", () => {
    const rows = x.toArray() as number[][];
    const [plain, nested] = [classifier(), classifier()];
    expect(nested.trainOnBatch(rows, [...y.data])).toEqual(plain.trainOnBatch(x, y));
  });

  test("refuses before anything changes", async () => {
    const model = classifier();
    const before = weightsHash(model);
    expect(() => sequential(stack(), { inputShape: [4], engine }).trainOnBatch(x, y)).toThrow(
      new StateError("Model.trainOnBatch: call compile() first."),
    );
    expect(() => model.trainOnBatch(x, y.rows(0, 5))).toThrow(ShapeError);
    expect(() => model.trainOnBatch(new Float32Array(96).fill(Number.NaN), y)).toThrow(/must be finite/);
    expect(() => model.trainOnBatch(x, new Int32Array(24).fill(3))).toThrow(ArgumentError);
    expect(() => model.trainOnBatch(x, y, { sampleWeights: y } as never)).toThrow(/did you mean "sampleWeight"\?$/);
    expect(() => model.trainOnBatch(x, y, { sampleWeight: new Float32Array(24).fill(-1) })).toThrow(ArgumentError);
    expect(() => model.trainOnBatch(x, y, 3 as never)).toThrow(ArgumentError);
    expect(() => (model.trainOnBatch as (...given: unknown[]) => unknown)(x, y, {}, 4)).toThrow(/received 4/);
    expect(weightsHash(model)).toBe(before);
    const fit = model.fit(x, y);
    expect(() => model.trainOnBatch(x, y)).toThrow(StateError);
    await fit;
    const frozen = classifier().freeze();
    expect(() => frozen.trainOnBatch(x, y)).toThrow(/no variable is trainable/);
  });
});
