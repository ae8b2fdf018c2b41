// Everything that `compile` takes by the library's functions is data in files and messages, and is the same there.

import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import {
  accumulateGradients,
  adadelta,
  adagrad,
  adam,
  adamw,
  dense,
  init,
  layerwiseRates,
  lion,
  losses,
  mean,
  metrics,
  type Node,
  nadam,
  type Optimizer,
  rmsprop,
  schedules,
  sequential,
  sgd,
} from "../../../src/index.js";
import { compileOptionsOf } from "../../../src/models/lanewise/compiled.js";
import { optimizerNames } from "../../../src/nn/optimizers/index.js";
import type { Schedule } from "../../../src/nn/schedules/schedule.js";
import type { CompileOptions, Recipe } from "../../../src/training/model/recipe.js";
import { sendable } from "../../../src/worker/sendable.js";

await init();
const one = { keys: null, list: false };

function recipeOf(options: Partial<CompileOptions>): Recipe {
  const model = sequential([dense({ units: 3 })], { inputShape: [4] });
  model.compile({ optimizer: "sgd", loss: "meanSquaredError", ...options });
  return model.recipe as Recipe;
}

const weights = [{ name: "dense/kernel" }, { name: "dense/bias" }];
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** There and back, through what a file keeps. */
function sent(options: Partial<CompileOptions>): Recipe {
  return recipeOf(compileOptionsOf("test", throughJson(sendable("test", recipeOf(options), weights)), one));
}

describe("optimizers", () => {
  const schedule = schedules.warmUp(
    schedules.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 9, decayRate: 0.5 }),
    {
      steps: 3,
    },
  );
  const made: Readonly<Record<string, Optimizer>> = {
    sgd: sgd({ learningRate: schedule, momentum: 0.9, nesterov: true, clipNorm: 2 }),
    adagrad: adagrad({ learningRate: 0.02 }),
    adadelta: adadelta({ weightDecay: 0.01 }),
    rmsprop: rmsprop({ formulation: "pytorch" }),
    adam: adam({ amsgrad: true, name: "mine" }),
    adamw: adamw(),
    nadam: nadam({ beta1: 0.8 }),
    lion: lion(),
  };

  test("are all here", () => {
    expect(Object.keys(made).sort()).toEqual([...optimizerNames].sort());
  });

  test.each(Object.entries(made))("%s", (kind, optimizer) => {
    const { config, name } = sent({ optimizer }).optimizer;
    const { learningRate, ...options } = optimizer.config.options;
    expect(name).toBe(optimizer.name);
    expect(config).toEqual({
      kind,
      options: { ...options, ...(learningRate !== undefined && { learningRate: expect.anything() }) },
    });
    if (learningRate === schedule) {
      const rate = config.options.learningRate as Schedule;
      for (const step of [0, 1, 2, 3, 4, 20]) expect(rate(step)).toBe(schedule(step));
    } else expect(config.options.learningRate).toBe(learningRate);
  });

  test("with what is wrapped around them", () => {
    const optimizer = accumulateGradients(layerwiseRates(adam({ beta1: 0.8 }), [[/kernel$/, 0.5]]), 4);
    const { name, config } = sent({ optimizer }).optimizer;
    expect(name).toBe("adam");
    expect(config).toMatchObject({ kind: "accumulateGradients", options: { runs: 4 } });
    const { config: inner } = config.options.optimizer as Optimizer;
    expect(inner.kind).toBe("layerwiseRates");
    const [[pattern, factor]] = inner.options.factors as [[RegExp, number]];
    expect([pattern.test("dense/kernel"), pattern.test("dense/bias"), factor]).toEqual([true, false, 0.5]);
    expect((inner.options.optimizer as Optimizer).config).toEqual({ kind: "adam", options: { beta1: 0.8 } });
  });
});

describe("schedules", () => {
  const inner = schedules.constant(0.3);
  const made: Readonly<Record<string, Schedule>> = {
    constant: schedules.constant(0.1),
    piecewiseConstant: schedules.piecewiseConstant({ boundaries: [2, 5], values: [1, 0.5, 0.1] }),
    cosineDecay: schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 7, alpha: 0.1 }),
    cosineDecayRestarts: schedules.cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 3 }),
    exponentialDecay: schedules.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 3, decayRate: 0.5 }),
    inverseTimeDecay: schedules.inverseTimeDecay({
      initialLearningRate: 1,
      decaySteps: 2,
      decayRate: 0.5,
      staircase: true,
    }),
    polynomialDecay: schedules.polynomialDecay({ initialLearningRate: 1, decaySteps: 5, power: 2, cycle: true }),
    oneCycle: schedules.oneCycle({ maxLearningRate: 1, totalSteps: 8, threePhase: true }),
    warmUp: schedules.warmUp(inner, { steps: 4, startFactor: 0.25 }),
  };

  test("are all here", () => {
    const others = ["learningRateRangeTest", "reduceOnPlateau"];
    expect([...Object.keys(made), ...others].sort()).toEqual(Object.keys(schedules).sort());
  });

  test.each(Object.entries(made))("%s", (_, schedule) => {
    const rate = sent({ optimizer: sgd({ learningRate: schedule }) }).optimizer.learningRate as Schedule;
    for (let step = 0; step < 12; step++) expect(rate(step)).toBe(schedule(step));
  });
});

describe("losses", () => {
  const made: Readonly<Record<string, losses.Loss>> = {
    sparseCategoricalCrossentropy: losses.sparseCategoricalCrossentropy({ labelSmoothing: 0.1 }),
    categoricalCrossentropy: losses.categoricalCrossentropy(),
    binaryCrossentropy: losses.binaryCrossentropy({ positiveWeight: [1, 2, 3] }),
    meanSquaredError: losses.meanSquaredError(),
    meanAbsoluteError: losses.meanAbsoluteError(),
    huber: losses.huber({ delta: 2 }),
    hinge: losses.hinge(),
    squaredHinge: losses.squaredHinge(),
    categoricalHinge: losses.categoricalHinge(),
    klDivergence: losses.klDivergence(),
    contrastive: losses.contrastive({ margin: 3 }),
  };

  test("are all here", () => {
    // Of three inputs, or no losses.
    const others = ["defineLoss", "euclideanDistance", "getLoss", "triplet", "weightsByClass"];
    const all = Object.entries(losses).filter(([, value]) => typeof value === "function");
    expect([...Object.keys(made), ...others].sort()).toEqual(all.map(([name]) => name).sort());
  });

  test.each(Object.entries(made))("%s", (name, loss) => {
    const units = name === "contrastive" ? 1 : 3;
    const model = sequential([dense({ units })], { inputShape: [4] }).compile({ optimizer: "sgd", loss });
    const recipe = model.recipe as Recipe;
    model.compile(compileOptionsOf("test", throughJson(sendable("test", recipe, weights)), one));
    const [goal] = (model.recipe as Recipe).goals;
    expect(goal?.loss).toMatchObject({ name, config: loss.config });
    expect(goal?.loss).not.toBe(loss);
  });
});

describe("metrics", () => {
  const made: Readonly<Record<string, metrics.Metric | metrics.StreamingMetric>> = {
    accuracy: metrics.accuracy(),
    categoricalAccuracy: metrics.categoricalAccuracy(),
    binaryAccuracy: metrics.binaryAccuracy({ threshold: 0.7 }),
    topKAccuracy: metrics.topKAccuracy({ k: 2 }),
    meanSquaredError: metrics.meanSquaredError(),
    meanAbsoluteError: metrics.meanAbsoluteError(),
    logLoss: metrics.logLoss(),
    auc: metrics.auc(),
    precision: metrics.precision({ average: "micro" }),
    recall: metrics.recall(),
    f1: metrics.f1({ average: "weighted" }),
    r2: metrics.r2(),
  };

  test("are all here", () => {
    // One gives a matrix, which fit does not report; two are no metrics.
    const others = ["confusionMatrix", "getMetric", "meter"];
    expect([...Object.keys(made), ...others].sort()).toEqual(Object.keys(metrics).sort());
  });

  test.each(Object.entries(made))("%s", (_, metric) => {
    const model = sequential([dense({ units: 3 })], { inputShape: [4] });
    const options = { optimizer: "sgd", loss: "meanSquaredError" } as const;
    model.compile({ ...options, metrics: [metric] });
    const [goal] = sent({ ...options, metrics: [metric] }).goals;
    expect(goal?.metrics).toHaveLength(1);
    expect(goal?.metrics[0]).toMatchObject({ name: metric.name, config: metric.config });
  });
});

test.each([
  [
    "a loss",
    { loss: losses.defineLoss({ name: "mine", losses: (output) => output }) },
    /the loss "mine" is one of your own/,
  ],
  [
    "a metric",
    { metrics: [{ name: "mine", apply: (output: Node) => mean(output) }] },
    /the metric "mine" is one of your own/,
  ],
  ["a schedule", { optimizer: sgd({ learningRate: () => 0.1 }) }, /the learning rate is one of your own/],
  [
    "a schedule within another",
    { optimizer: sgd({ learningRate: schedules.warmUp(() => 0.1, { steps: 2 }) }) },
    /the learning rate is one of your own/,
  ],
])("%s of one's own is refused", (_, options, message) => {
  const recipe = recipeOf(options as Partial<CompileOptions>);
  expect(() => sendable("test", recipe, weights)).toThrow(ArgumentError);
  expect(() => sendable("test", recipe, weights)).toThrow(message);
});
