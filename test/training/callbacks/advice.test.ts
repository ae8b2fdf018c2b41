// Each rule of `advice` with a net that breaks it, and the same net with the mistake mended.

import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  adam,
  type CompileOptions,
  callbacks,
  dense,
  type FitOptions,
  type Layer,
  layers,
  sequential,
  sgd,
} from "../../../src/index.js";
import { RandomStream } from "../../../src/tensor/random.js";
import { engine } from "../../support/exact-engine.js";

const { advice } = callbacks;
const COUNT = 120;
const random = new RandomStream(3, "advice");
const bell = () => random.uniform() + random.uniform() + random.uniform() + random.uniform() - 2;
/** Two features around 0; the class is on which side of the diagonal, the value their sum. */
const x = Array.from({ length: COUNT }, () => [2 * bell(), 2 * bell()]);
const sums = x.map(([a, b]) => (a as number) + (b as number));
const classes = sums.map((sum) => Number(sum > 0));
const values = sums.map((sum) => sum / 4);

/** A tenth of the sums is larger. */
const LATE = [...sums].sort((a, b) => a - b)[COUNT * 0.9 - 1] as number;

interface Trial {
  readonly layers: readonly Layer[];
  readonly loss: CompileOptions["loss"];
  readonly optimizer?: CompileOptions["optimizer"];
  readonly metrics?: readonly ("accuracy" | "meanAbsoluteError")[];
  readonly x?: readonly (readonly number[])[];
  readonly y: readonly number[] | readonly (readonly number[])[];
  readonly fit?: FitOptions;
}

async function rulesOf({
  layers: given,
  loss,
  optimizer = adam({ learningRate: 0.03 }),
  metrics = [],
  ...data
}: Trial) {
  const model = sequential(given, { inputShape: [2], seed: 2, engine });
  model.compile({ optimizer, loss, metrics });
  const lines: string[] = [];
  const seen = advice({ write: (line) => lines.push(line) });
  await model.fit(data.x ?? x, data.y, { epochs: 6, batchSize: 20, ...data.fit, callbacks: [seen] });
  expect(lines).toEqual(seen.findings.map(({ message }) => `advice: ${message}`));
  return seen.findings.map(({ rule }) => rule);
}

const hidden = (activation: "relu" | "sigmoid" | "tanh" = "relu") => dense({ units: 8, activation });
const classifier = {
  layers: [hidden(), dense({ units: 2 })],
  loss: "sparseCategoricalCrossentropy",
  y: classes,
} as const;
const regressor = { layers: [hidden(), dense({ units: 1 })], loss: "meanSquaredError", y: values } as const;

const deep = (activation: "relu" | "sigmoid", kernelInitializer: "heNormal" | "glorotUniform") => [
  ...Array.from({ length: 8 }, () => dense({ units: 8, activation, kernelInitializer })),
  dense({ units: 2 }),
];
const sorted = [...x.keys()].sort((a, b) => (sums[a] as number) - (sums[b] as number));
const inOrder = <T>(of: readonly T[]) => sorted.map((i) => of[i] as T);
const dead = (bias: number) => [
  dense({
    units: 8,
    activation: "relu",
    biasInitializer: (graph, shape) => graph.constant("b", new Float32Array(8).fill(bias), { shape }),
  }),
  dense({ units: 2 }),
];

const trials: readonly (readonly [rule: string, broken: Trial, mended: Trial])[] = [
  ["outputAndLoss", { ...classifier, layers: [hidden(), dense({ units: 2, activation: "relu" })] }, classifier],
  [
    "outputAndLoss",
    { ...classifier, layers: [hidden(), dense({ units: 2, activation: "sigmoid" })] },
    { ...classifier, layers: [hidden(), dense({ units: 2, activation: "softmax" })] },
  ],
  [
    "outputAndLoss",
    { layers: [hidden(), dense({ units: 1, activation: "tanh" })], loss: "binaryCrossentropy", y: classes },
    { layers: [hidden(), dense({ units: 1, activation: "sigmoid" })], loss: "binaryCrossentropy", y: classes },
  ],
  [
    "outputAndLoss",
    { layers: [hidden(), dense({ units: 1, activation: "softmax" })], loss: "meanSquaredError", y: classes },
    regressor,
  ],
  [
    "outputAndLoss",
    { ...regressor, layers: [hidden(), dense({ units: 1, activation: "relu" })] },
    { ...regressor, layers: [hidden(), dense({ units: 1, activation: "relu" })], y: values.map(Math.abs) },
  ],
  ["oneClass", { ...classifier, y: classes.map(() => 1) }, classifier],
  ["oneClass", { ...regressor, y: values.map(() => 0.5) }, regressor],
  [
    "sortedValidation",
    {
      ...classifier,
      x: inOrder(x),
      y: inOrder(sums.map((sum) => Number(sum > 0) + Number(sum > LATE))),
      layers: [hidden(), dense({ units: 3 })],
      fit: { validationSplit: 0.1 },
    },
    {
      ...classifier,
      y: sums.map((sum) => Number(sum > 0) + Number(sum > LATE)),
      layers: [hidden(), dense({ units: 3 })],
      fit: { validationSplit: 0.1 },
    },
  ],
  [
    "sortedValidation",
    { ...regressor, x: inOrder(x), y: inOrder(values), fit: { validationSplit: 0.2 } },
    { ...regressor, fit: { validationSplit: 0.2 } },
  ],
  ["unscaledFeatures", { ...classifier, x: x.map(([a, b]) => [255 * (a as number), 255 * (b as number)]) }, classifier],
  ["unscaledFeatures", { ...classifier, x: x.map(([a, b]) => [a as number, (b as number) / 1000]) }, classifier],
  [
    "unscaledFeatures",
    { ...classifier, x: x.map(([a, b]) => [255 * (a as number), 255 * (b as number)]) },
    {
      ...classifier,
      x: x.map(([a, b]) => [255 * (a as number), 255 * (b as number)]),
      layers: [layers.batchNormalization(), hidden(), dense({ units: 2 })],
    },
  ],
  ["unscaledLabels", { ...regressor, y: values.map((value) => 5000 + 1000 * value) }, regressor],
  ["rateTooHigh", { ...regressor, optimizer: sgd({ learningRate: 30 }) }, regressor],
  ["rateTooHigh", { ...classifier, optimizer: sgd({ learningRate: 1e30 }) }, classifier],
  [
    "explodingGradients",
    { ...regressor, y: values.map((value) => 50_000 * value), optimizer: sgd({ learningRate: 1e-7 }) },
    regressor,
  ],
  [
    "vanishingGradients",
    { ...classifier, layers: deep("sigmoid", "glorotUniform") },
    { ...classifier, layers: deep("relu", "heNormal"), optimizer: sgd({ learningRate: 0.01 }) },
  ],
  ["deadUnits", { ...classifier, layers: dead(-50) }, { ...classifier, layers: dead(0) }],
  [
    "saturatedUnits",
    { ...classifier, layers: [hidden("tanh"), dense({ units: 2 })], x: x.map((row) => row.map((a) => 100 * a)) },
    { ...classifier, layers: [hidden("tanh"), dense({ units: 2 })] },
  ],
  ["rateTooLow", { ...classifier, optimizer: sgd({ learningRate: 1e-7 }) }, classifier],
  ["impossibleMetric", { ...regressor, metrics: ["accuracy"] }, { ...regressor, metrics: ["meanAbsoluteError"] }],
];

describe.each(trials)("%s (%#)", (rule, broken, mended) => {
  test("is found, and not where it is mended", async () => {
    expect(await rulesOf(broken)).toContain(rule);
    expect(await rulesOf(mended)).not.toContain(rule);
  });
});

test("a training without a mistake gets no advice, and its weights are those of one without the callback", async () => {
  expect(await rulesOf(classifier)).toEqual([]);
  expect(await rulesOf(regressor)).toEqual([]);
  const weights = async (given: callbacks.Callback[]) => {
    const model = sequential([hidden(), dense({ units: 2 })], { inputShape: [2], seed: 2, engine });
    await model
      .compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" })
      .fit(x, classes, { callbacks: given });
    return [...model.getWeights().values()].map(({ data }) => [...data]);
  };
  expect(await weights([advice({ print: false })])).toEqual(await weights([]));
});

test("nothing is said without a step, of batches of a source, or where the fit fails before", async () => {
  const seen = advice({ print: false });
  const model = sequential([hidden(), dense({ units: 2 })], { inputShape: [2], seed: 2, engine });
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  const signal = AbortSignal.abort();
  await expect(model.fit(x, classes, { callbacks: [seen], signal })).rejects.toThrow();
  expect(seen.findings).toEqual([]);
  await model.fit([[x, classes]] as never, { epochs: 2, callbacks: [seen] } as never).catch(() => {});
  await model.fit(
    function* () {
      yield [x, classes];
    },
    { epochs: 2, callbacks: [seen] },
  );
  expect(seen.findings).toEqual([]);
});

test("what is refused", () => {
  for (const wrong of [{ write: 3 }, { print: 1 }, { bogus: 1 }]) {
    expect(() => advice(wrong as never)).toThrow(ArgumentError);
  }
});
