// Whole trainings on the embedded data, as users begin.

import { describe, expect, test } from "vitest";
import { digits, iris } from "../../src/data/datasets/index.js";
import { adam, dense, sequential } from "../../src/index.js";
import { builds, engineOf } from "../support/builds.js";

describe.each(builds)("in the %s build", (build) => {
  const engine = engineOf(build);

  test("iris is learned", async () => {
    const { train, test: held } = iris({ seed: 1 });
    const layers = [dense({ units: 16, activation: "relu" }), dense({ units: 3 })];
    const model = sequential(layers, { seed: 1, engine }).compile({
      optimizer: adam({ learningRate: 0.02 }),
      loss: "sparseCategoricalCrossentropy",
      metrics: ["accuracy"],
    });
    await model.fit(train.x, train.y, { epochs: 60, batchSize: 16 });
    const { accuracy, loss } = await model.evaluate(held.x, held.y);
    expect(accuracy).toBeGreaterThanOrEqual(0.93);
    expect(loss).toBeLessThan(0.3);
  });

  test("digits are learned", async () => {
    const { train, test: held } = digits({ seed: 1 });
    const layers = [
      dense({ units: 64, activation: "relu", kernelInitializer: "heNormal" }),
      dense({ units: 10, activation: "softmax" }),
    ];
    const model = sequential(layers, { seed: 1, engine }).compile({
      optimizer: adam({ learningRate: 0.005 }),
      loss: "sparseCategoricalCrossentropy",
      metrics: ["accuracy"],
    });
    const history = await model.fit(train.x, train.y, { epochs: 8, validationData: [held.x, held.y] });
    expect(history.valAccuracy?.[7]).toBeGreaterThanOrEqual(0.95);
    const losses = history.loss as number[];
    for (let epoch = 1; epoch < 8; epoch++) expect(losses[epoch]).toBeLessThan(losses[epoch - 1] as number);
  });
});
