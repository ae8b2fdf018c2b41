// The functions that make losses, metrics, optimizers, schedules, initializers and callbacks: none takes a bare value in the
// place of its options, an option it does not have, or one argument too many.

import { describe, expect, test } from "vitest";
import { ArgumentError } from "../src/errors.js";
import * as lanewise from "../src/index.js";

type Factory = (...given: unknown[]) => unknown;
const { callbacks, initializers, losses, metrics, schedules } = lanewise;

/** What a factory needs before its options. */
const before: Readonly<Record<string, readonly unknown[]>> = {
  warmUp: [schedules.constant(0.1)],
  learningRate: [schedules.constant(0.1)],
};
/** Functions that take other things than options; each has its own tests. */
const others = [
  "constant",
  "defineLoss",
  "euclideanDistance",
  "meter",
  "weightsByClass",
  "learningRateRangeTest",
  "NonFiniteError",
];

const { adadelta, adagrad, adam, adamw, lion, nadam, rmsprop, sgd } = lanewise;
const optimizers = { adadelta, adagrad, adam, adamw, lion, nadam, rmsprop, sgd };
const rooms = { callbacks, initializers, losses, metrics, optimizers, schedules };

describe.each(Object.entries(rooms))("%s", (_, room) => {
  const factories = Object.entries(room).filter(([name, value]) => {
    return typeof value === "function" && !others.includes(name) && !/^(get|TRUNC)/.test(name);
  }) as [string, Factory][];

  test.each(factories)("%s refuses bare values, unknown options and surplus arguments", (name, factory) => {
    const first = before[name] ?? [];
    for (const wrong of [5, true, "x", null, [1], () => 0, { bogus: 1 }]) {
      expect(() => factory(...first, wrong), `${name}(${String(wrong)})`).toThrow(ArgumentError);
    }
    expect(() => factory(...first, {}, 1), `${name}({}, 1)`).toThrow(ArgumentError);
  });
});

test("what was meant is said", () => {
  expect(() => lanewise.adam(0.01 as never)).toThrow(
    new ArgumentError("adam: options must be an object; received 0.01; did you mean adam({ learningRate: 0.01 })?"),
  );
  expect(() => lanewise.adam({ lr: 0.01 } as never)).toThrow('received "lr"; did you mean "learningRate"?');
  expect(() => (metrics.accuracy as Factory)(5)).toThrow("accuracy: options must be left out; there are none");
});

describe("values where the options are due", () => {
  type Call = (...given: unknown[]) => unknown;
  const all = { ...lanewise.layers, ...optimizers } as unknown as Record<string, Call>;
  // Other libraries take these as numbers, lists or words in their places.
  test.each([
    ["dense", [10], "dense({ units: 10 })"],
    ["dense", [10, "relu"], 'dense({ units: 10, activation: "relu" })'],
    ["dense", [10, { activation: "relu" }], "dense({ units: 10, ... })"],
    ["dropout", [0.5], "dropout({ rate: 0.5 })"],
    ["alphaDropout", [0.5], "alphaDropout({ rate: 0.5 })"],
    ["spatialDropout2d", [0.5], "spatialDropout2d({ rate: 0.5 })"],
    ["gaussianNoise", [0.1], "gaussianNoise({ stddev: 0.1 })"],
    ["embedding", [1000, 64], "embedding({ inputDim: 1000, outputDim: 64 })"],
    ["conv2d", [32, 3], "conv2d({ filters: 32, kernelSize: 3 })"],
    ["conv2d", [32, [3, 3]], "conv2d({ filters: 32, kernelSize: [3, 3] })"],
    ["maxPooling2d", [2], "maxPooling2d({ poolSize: 2 })"],
    ["reshape", [[2, 2]], "reshape({ shape: [2, 2] })"],
    ["repeatVector", [3], "repeatVector({ n: 3 })"],
    ["rescaling", [1 / 4], "rescaling({ scale: 0.25 })"],
    ["leakyRelu", [0.2], "leakyRelu({ alpha: 0.2 })"],
    ["sgd", [0.1, 0.9], "sgd({ learningRate: 0.1, momentum: 0.9 })"],
    ["rmsprop", [0.01], "rmsprop({ learningRate: 0.01 })"],
    ["lion", [0.01], "lion({ learningRate: 0.01 })"],
  ] as const)("%s(%j)", (name, given, meant) => {
    const call = () => (all[name] as Call)(...given);
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(`${name}: options must be an object; received `);
    expect(call).toThrow(`; did you mean ${meant}?`);
  });

  test.each(["inputShape", "input_shape", "inputDim", "input_dim", "batchInputShape"])("a layer with %s", (option) => {
    const given = { units: 2, rate: 0.5, [option]: [4] };
    const strangers = { dense: ["units"], dropout: ["rate"], flatten: [], layerNormalization: [] };
    for (const [name, own] of Object.entries(strangers)) {
      const options = Object.fromEntries(
        Object.entries(given).filter(([key]) => key === option || own.includes(key as never)),
      );
      const call = () => (all[name] as Call)(options);
      expect(call, name).toThrow(ArgumentError);
      expect(call, name).toThrow(
        `received "${option}"; the first layer takes its shape from the model: sequential([...], { inputShape: [4] })`,
      );
    }
  });
});

describe("names in any spelling", () => {
  const { dense, sequential } = lanewise;
  const model = () => sequential([dense({ units: 1 })], { inputShape: [1] });

  test("losses, metrics and optimizers in compile", () => {
    const spellings: readonly (readonly [string, string])[] = [
      ["mse", "meanSquaredError"],
      ["MSE", "meanSquaredError"],
      ["mae", "meanAbsoluteError"],
      ["mean_squared_error", "meanSquaredError"],
      ["binary_crossentropy", "binaryCrossentropy"],
      ["BinaryCrossentropy", "binaryCrossentropy"],
      ["bce", "binaryCrossentropy"],
      ["Huber", "huber"],
      ["kl_divergence", "klDivergence"],
    ];
    for (const [spelling, name] of spellings) expect(losses.getLoss(spelling as "mse").name, spelling).toBe(name);
    const compiled = model().compile({ optimizer: "Adam" as "adam", loss: "mse", metrics: ["mae", "acc"] });
    expect(compiled.recipe?.optimizer.name).toBe("adam");
    expect(compiled.recipe?.goals[0]?.metrics.map(({ name }) => name)).toEqual(["meanAbsoluteError", "accuracy"]);
  });

  test.each([
    ["auc", "metrics.auc()"],
    ["AUC", "metrics.auc()"],
    ["precision", "metrics.precision()"],
    ["f1_score", "metrics.f1()"],
    ["r2_score", "metrics.r2()"],
    ["confusion_matrix", "metrics.confusionMatrix()"],
  ])("metric %s is called: %s", (name, call) => {
    expect(() => metrics.getMetric(name as "accuracy")).toThrow(`use ${call}.`);
  });

  test("activations and initializers", () => {
    for (const [activation, name] of [
      ["ReLU", "relu"],
      ["swish", "silu"],
      ["leaky_relu", "leakyRelu"],
      ["Sigmoid", "sigmoid"],
    ]) {
      const built = sequential([dense({ units: 2, activation: activation as "relu" })], { inputShape: [2] });
      expect(built.output.op.name).toBe(name);
    }
    for (const name of ["he_normal", "HeNormal", "glorot_uniform", "xavier_uniform", "kaimingNormal"]) {
      sequential([dense({ units: 2, kernelInitializer: name as "heNormal" })], { inputShape: [2] });
    }
    expect(() => dense({ units: 2, kernelInitializer: "henorml" as "heNormal" })).toThrow('did you mean "heNormal"?');
  });
});

describe("functions in compile", () => {
  const { abs, dense, multiply, sequential, square, subtract } = lanewise;
  const model = () => sequential([dense({ units: 2 })], { inputShape: [2], seed: 1 });
  const [x, y] = [
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    [
      [1, 0],
      [0, 1],
      [1, 1],
    ],
  ];

  test("a loss and a metric are those of their formulas, weights of examples included", async () => {
    await lanewise.init();
    const compile = (own: boolean) =>
      model().compile({
        optimizer: "sgd",
        loss: own ? (output, labels) => square(subtract(output, labels)) : "meanSquaredError",
        metrics: own
          ? [
              function meanAbsoluteError(output, labels) {
                return abs(subtract(output, labels));
              },
            ]
          : ["meanAbsoluteError"],
      });
    const options = { epochs: 3, sampleWeight: [1, 0, 2] };
    const [own, named] = [await compile(true).fit(x, y, options), await compile(false).fit(x, y, options)];
    expect(own).toEqual(named);
    expect(Object.keys(own)).toEqual(["loss", "meanAbsoluteError"]);
  });

  test("a loss that is a mean already", async () => {
    const compiled = model().compile({
      optimizer: "sgd",
      loss: (output, labels) => lanewise.mean(square(subtract(output, labels))),
    });
    const named = model().compile({ optimizer: "sgd", loss: "mse" });
    expect(await compiled.fit(x, y)).toEqual(await named.fit(x, y));
    await expect(compiled.fit(x, y, { sampleWeight: [1, 2, 3] })).rejects.toThrow(
      "the loss must use the options sampleWeight and weighted to take weights of examples; loss does not.",
    );
  });

  test("what is in Keras's order, not called, or no formula is refused", () => {
    const compile =
      (loss: unknown, metric: unknown = "accuracy") =>
      () =>
        model().compile({ optimizer: "sgd", loss: loss as "mse", metrics: [metric as "accuracy"] });
    expect(compile((yTrue: lanewise.Node, yPred: lanewise.Node) => multiply(yTrue, yPred))).toThrow(
      "the function is called with (output, labels), in this order; received one of (yTrue, yPred).",
    );
    expect(compile("mse", (labels: lanewise.Node, output: lanewise.Node) => subtract(labels, output))).toThrow(
      "in this order",
    );
    expect(
      compile("mse", { name: "m", apply: (yTrue: lanewise.Node, yPred: lanewise.Node) => subtract(yTrue, yPred) }),
    ).toThrow("in this order");
    expect(compile(losses.meanSquaredError)).toThrow("call it: losses.meanSquaredError()");
    expect(compile("mse", metrics.auc)).toThrow("call it: metrics.auc()");
    expect(compile((output: lanewise.Node) => output.shape)).toThrow(ArgumentError);
  });
});
