import { describe, expect, test } from "vitest";
import { digits } from "../../../src/data/datasets/index.js";
import {
  callbacks,
  dense,
  type Layer,
  layers,
  type Model,
  sequential,
  Tensor,
  weightsHash,
} from "../../../src/index.js";
import { engine } from "../../support/exact-engine.js";
import { classifier, x, y } from "../small-classifier.js";

const { layerStatistics } = callbacks;

/** The layers of the last record. */
async function statisticsOf(model: Model, inputs: Tensor, labels: Tensor, batchSize = 50) {
  const statistics = layerStatistics();
  await model.fit(inputs, labels, { batchSize, shuffle: false, callbacks: [statistics] });
  const record = statistics.records[statistics.records.length - 1];
  return { record, layers: record?.layers ?? [] };
}

describe("layerStatistics", () => {
  test("measures what the definitions say", async () => {
    const model = sequential([dense({ units: 4, activation: "relu" }), dense({ units: 3 })], {
      inputShape: [6],
      seed: 1,
      engine,
    }).compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    // The second unit never fires, the third always does, by their biases.
    const weights = new Map(model.getWeights());
    weights.set("dense/bias", new Tensor(Float32Array.of(0, -50, 50, 0), [4]));
    model.setWeights(weights);
    const { layers: measured } = await statisticsOf(model, x, y);
    const [hidden, outputs] = measured;

    const { session } = model;
    const activations = session.run(model.layer("dense").output, { input: x }).data as Float32Array;
    const mean = activations.reduce((sum, value) => sum + value, 0) / activations.length;
    const variance = activations.reduce((sum, value) => sum + (value - mean) ** 2, 0) / activations.length;
    const inactive = activations.filter((value) => value === 0).length / activations.length;
    expect(hidden).toMatchObject({ layer: "dense", kind: "Dense", deadUnits: 1, units: 4 });
    expect(hidden?.activationMean).toBeCloseTo(mean, 5);
    expect(hidden?.activationVariance).toBeCloseTo(variance, 3);
    expect(hidden?.saturation).toBeCloseTo(inactive, 10);
    expect(outputs).toMatchObject({ layer: "dense_1", saturation: null, deadUnits: null, units: 3 });

    // The bias gradient of a softmax cross-entropy is the mean of p - 1[label]; the norm holds the kernel's besides.
    const logits = session.run(model.output, { input: x }).toArray() as number[][];
    const features = activations;
    const kernel = new Float64Array(12);
    const bias = new Float64Array(3);
    logits.forEach((row, i) => {
      const exps = row.map((value) => Math.exp(value - Math.max(...row)));
      const total = exps.reduce((sum, value) => sum + value, 0);
      exps.forEach((value, j) => {
        const slope = (value / total - Number(y.data[i] === j)) / logits.length;
        bias[j] = (bias[j] as number) + slope;
        for (let k = 0; k < 4; k++)
          kernel[k * 3 + j] = (kernel[k * 3 + j] as number) + slope * (features[i * 4 + k] as number);
      });
    });
    expect(outputs?.gradientNorm).toBeCloseTo(Math.hypot(...kernel, ...bias), 4);
  });

  test("changes no bit of the training, and knows frozen layers", async () => {
    const watched = classifier();
    const statistics = layerStatistics({ everySteps: 2 });
    await watched.fit(x, y, { epochs: 3, batchSize: 10, callbacks: [statistics] });
    const plain = classifier();
    await plain.fit(x, y, { epochs: 3, batchSize: 10 });
    expect(weightsHash(watched)).toBe(weightsHash(plain));
    expect(statistics.records.map(({ epoch, step }) => `${epoch}.${step}`)).toEqual([
      ...["1.2", "1.4", "2.1", "2.3", "2.5", "3.2", "3.4"],
    ]);
    watched.freeze(/^dense\//);
    await watched.fit(x, y, { callbacks: [statistics] });
    await watched.fit(x, y, { epochs: 2, callbacks: [statistics] });
    expect(statistics.records[0]?.layers.map(({ gradientNorm }) => gradientNorm !== null)).toEqual([false, true]);
  });
});

describe("a deep network on the digits", () => {
  const { train } = digits();
  const deep = (hidden: () => Layer[]) =>
    sequential([...Array.from({ length: 8 }, hidden).flat(), dense({ units: 10 })], {
      inputShape: [64],
      seed: 3,
      engine,
    });
  const compiled = { optimizer: "sgd", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] } as const;

  test("of sigmoids has gradients that vanish", async () => {
    const model = deep(() => [dense({ units: 40, activation: "sigmoid" })]).compile(compiled);
    const { layers: measured } = await statisticsOf(model, train.x, train.y);
    const norms = measured.map(({ gradientNorm }) => gradientNorm as number);
    // Each sigmoid multiplies by at most 1/4: eight layers leave next to nothing of what comes in at the top.
    expect((norms[0] as number) / (norms[8] as number)).toBeLessThan(1e-3);
    for (let i = 0; i < 7; i++) expect(norms[i], `layer ${i}`).toBeLessThan(norms[i + 1] as number);
    await model.fit(train.x, train.y, { epochs: 9 });
    const { accuracy } = await model.evaluate(train.x, train.y);
    expect(accuracy).toBeLessThan(0.2);
  });

  test("of ELUs with He's initial weights and batch normalisation has none of that, and learns", async () => {
    const model = deep(() => [
      dense({ units: 40, kernelInitializer: "heNormal", useBias: false }),
      layers.batchNormalization({ momentum: 0.9 }),
      layers.activation("elu"),
    ]).compile(compiled);
    const { layers: measured } = await statisticsOf(model, train.x, train.y);
    const norms = measured.filter(({ kind }) => kind === "Dense").map(({ gradientNorm }) => gradientNorm as number);
    expect((norms[0] as number) / (norms[8] as number)).toBeGreaterThan(0.2);
    const activations = measured.filter(({ kind }) => kind === "Activation");
    for (const { activationVariance, saturation } of activations) {
      expect(activationVariance).toBeGreaterThan(0.2);
      expect(saturation).toBeLessThan(0.2);
    }
    await model.fit(train.x, train.y, { epochs: 9 });
    const { accuracy } = await model.evaluate(train.x, train.y);
    expect(accuracy).toBeGreaterThan(0.9);
  });
});
