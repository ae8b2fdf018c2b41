import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  type Callback,
  callbacks,
  dense,
  type FitOptions,
  StateError,
  schedules,
  sequential,
  sgd,
  type Training,
  weightsHash,
} from "../../../src/index.js";
import { engine } from "../../support/exact-engine.js";
import { classifier, x, y } from "../small-classifier.js";
import { scripted } from "./scripted.js";

const { learningRate, reduceOnPlateau } = callbacks;

describe("learning rates", () => {
  async function ratesWith(callback: Callback, options: FitOptions = {}) {
    const rates: number[] = [];
    const watch: Callback = { onStepEnd: ({ model }) => void rates.push(model.session.get("sgd/learningRate").item()) };
    await classifier().fit(x, y, { epochs: 3, batchSize: 25, callbacks: [watch, callback], ...options });
    return rates;
  }
  const tenths = (step: number) => (step + 1) / 8;

  test("follow a schedule by epoch or by step", async () => {
    expect(await ratesWith(learningRate(tenths))).toEqual([1, 1, 2, 2, 3, 3].map((n) => n / 8));
    expect(await ratesWith(learningRate(tenths, { per: "step" }))).toEqual([1, 2, 3, 4, 5, 6].map((n) => n / 8));
    expect(await ratesWith(learningRate(tenths), { initialEpoch: 1 })).toEqual([2, 2, 3, 3].map((n) => n / 8));
    const cosine = schedules.cosineDecay({ initialLearningRate: 1, decaySteps: 2 });
    expect(await ratesWith(learningRate(cosine))).toEqual([1, 1, 0.5, 0.5, 0, 0]);
  });

  test("are reduced on a plateau", async () => {
    const plateau = reduceOnPlateau({ monitor: "score", patience: 1, factor: 0.5 });
    const rates: number[] = [];
    const watch: Callback = { onStepEnd: (training) => void rates.push(training.learningRate) };
    await classifier().fit(x, y, { epochs: 4, callbacks: [watch, scripted([3, 3, 1, 2]), plateau], batchSize: 50 });
    expect(rates).toEqual([0.1, 0.1, 0.05, 0.05].map(Math.fround));
  });

  test("must be rates", async () => {
    await expect(ratesWith(learningRate(() => -1))).rejects.toThrow(
      "learningRate: what the schedule gives for epoch 0 must be a finite number at least 0; received -1.",
    );
    expect(() => learningRate(0.1 as never)).toThrow(
      "learningRate: needs a schedule, a function of a number; received 0.1.",
    );
    expect(() => reduceOnPlateau({ factor: 2 })).toThrow("reduceOnPlateau: factor must be below 1; received 2.");
  });
});

test("the learning rate of an optimizer whose rate the graph computes cannot be set", async () => {
  const { adam } = await import("../../../src/index.js");
  const model = classifier();
  const rate = model.graph.constant("rate", 0.1, { shape: [] });
  model.compile({ optimizer: adam({ learningRate: rate }), loss: "sparseCategoricalCrossentropy" });
  const fit = model.fit(x, y, { callbacks: [learningRate(() => 0.1)] });
  await expect(fit).rejects.toThrow(StateError);
  await expect(fit).rejects.toThrow(
    "Training.learningRate: the rate must be a variable; rate is computed by the graph.",
  );
});

describe("a rate that follows a schedule", () => {
  const decay = schedules.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 1, decayRate: 0.5 });
  const scheduled = () => {
    const model = sequential([dense({ units: 1 })], { inputShape: [1], seed: 1, engine });
    return model.compile({ optimizer: sgd({ learningRate: decay }), loss: "meanSquaredError" });
  };

  test("is read in every hook, from the next step on", async () => {
    const seen: number[] = [];
    const read = (training: Training) => void seen.push(training.learningRate);
    const hooks = { onTrainBegin: read, onStepEnd: read, onEpochEnd: read };
    await scheduled().fit([[1], [2]], [1, 2], { epochs: 2, callbacks: [hooks] });
    expect(seen).toEqual([0.1, 0.05, 0.05, 0.025, 0.025]);
  });

  test("cannot be set, and a callback that would is refused before the first step", async () => {
    const model = scheduled();
    const before = weightsHash(model);
    const rule = "Training.learningRate: the rate must be a variable; it follows the schedule of the optimizer.";
    for (const callback of [learningRate(() => 0.1), reduceOnPlateau({ monitor: "loss" })]) {
      await expect(model.fit([[1], [2]], [1, 2], { callbacks: [callback] })).rejects.toThrow(new StateError(rule));
    }
    expect(weightsHash(model)).toBe(before);
  });

  test("is set to numbers only, where it can be", async () => {
    const set = (rate: unknown) => ({
      onEpochEnd: (training: Training) => {
        training.learningRate = rate as number;
      },
    });
    for (const wrong of ["0.1", Number.NaN, -1, null]) {
      await expect(classifier().fit(x, y, { callbacks: [set(wrong)] })).rejects.toThrow(ArgumentError);
    }
  });
});
