// What training refuses: each with its class and message, and with the weights as they were.

import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  adam,
  type CompileOptions,
  dense,
  type FitOptions,
  init,
  type Layer,
  type Model,
  type ModelOptions,
  metrics,
  ShapeError,
  StateError,
  sequential,
  sgd,
  Tensor,
  type TensorLike,
  tensor,
  weightsHash,
} from "../../src/index.js";
import { engine } from "../support/exact-engine.js";
import { smallClassification } from "../support/small-classification.js";

const { x, y } = smallClassification(8, 4, 3);
const compiled: CompileOptions = { optimizer: "sgd", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] };
const layers = () => [dense({ units: 5, activation: "relu" }), dense({ units: 3 })];
const classifier = (options: ModelOptions = {}) =>
  sequential(layers(), { inputShape: [4], seed: 1, engine, ...options });

type Kind = typeof ArgumentError | typeof ShapeError | typeof StateError;

/** Refuses, with the same weights, steps and usability as before. */
async function refuses(model: Model, error: Error, run: () => unknown): Promise<void> {
  const before = weightsHash(model);
  await expect((async () => run())()).rejects.toThrow(error);
  expect(weightsHash(model)).toBe(before);
  expect(model.session.get("sgd/step").item()).toBe(0);
}

const withOne = (value: number, index: number) => {
  const data = x.data.slice();
  data[index] = value;
  return new Tensor(data, x.shape);
};

describe("features", () => {
  const model = classifier().compile(compiled);
  const wrong: [string, TensorLike, Kind, string][] = [
    ["of another width", tensor([[1, 2, 3]]), ShapeError, "features must have shape [null, 4]; received [1, 3]."],
    ["of another rank", [1, 2, 3, 4], ShapeError, "features must have shape [null, 4]; received [4]."],
    ["of a higher rank", [[[1, 2, 3, 4]]], ShapeError, "features must have shape [null, 4]; received [1, 1, 4]."],
    ["a single number", 5, ShapeError, "features must have shape [null, 4]; received []."],
    [
      "flat, and no whole number of rows",
      new Float32Array(7),
      ShapeError,
      "features must have shape [null, 4]; received 7 values.",
    ],
    [
      "with rows of unequal length",
      [[1, 2, 3, 4], [5]],
      ShapeError,
      "features: all rows must have equal length; expected 4 values on axis 1, received a row of 1.",
    ],
    [
      "that are no numbers",
      [["a", 2, 3, 4]] as never,
      ArgumentError,
      'features: values must be numbers; received "a" at index 0.',
    ],
    [
      "that are nothing",
      undefined as never,
      ArgumentError,
      "features: values must be numbers; received undefined at index 0.",
    ],
    [
      "with NaN",
      withOne(Number.NaN, 6),
      ArgumentError,
      "features must be finite; received NaN in example 1, feature 2.",
    ],
    [
      "with Infinity",
      withOne(Infinity, 0),
      ArgumentError,
      "features must be finite; received Infinity in example 0, feature 0.",
    ],
    [
      "with -Infinity at the end",
      withOne(-Infinity, 31),
      ArgumentError,
      "features must be finite; received -Infinity in example 7, feature 3.",
    ],
    [
      "beyond float32",
      Float64Array.from({ length: 32 }, (_, i) => (i === 1 ? 1e39 : 0)),
      ArgumentError,
      "features: values must lie within the range of float32; received 1e+39 at index 1.",
    ],
    [
      "of no example",
      new Tensor(new Float32Array(0), [0, 4]),
      ArgumentError,
      "there must be at least one example; received none.",
    ],
    ["flat, of no example", new Float32Array(0), ArgumentError, "there must be at least one example; received none."],
    ["an empty list", [], ShapeError, "features must have shape [null, 4]; received [0]."],
  ];
  const methods: [string, (features: TensorLike) => unknown][] = [
    ["fit", (features) => model.fit(features, y)],
    ["evaluate", (features) => model.evaluate(features, y)],
    ["predict", (features) => model.predict(features)],
  ];
  for (const [method, call] of methods) {
    // To predict, one example may be given as it is.
    const refused = method === "predict" ? wrong.filter(([kind]) => kind !== "of another rank") : wrong;
    test.each(refused)(`${method} refuses features %s`, async (_, features, Refusal, message) => {
      await refuses(model, new Refusal(`Model.${method}: ${message}`), () => call(features));
    });
  }

  test("predict takes one example as it is", () => {
    expect(model.predict([1, 2, 3, 4]).toArray()).toEqual(model.predict([[1, 2, 3, 4]]).toArray());
    expect(() => model.predict([1, 2, 3])).toThrow(ShapeError);
  });

  test.each(wrong)("fit refuses validation features %s", async (_, features, Refusal, message) => {
    const error = new Refusal(`Model.fit: validationData: ${message}`);
    await refuses(model, error, () => model.fit(x, y, { validationData: [features, y] }));
  });
});

describe("labels", () => {
  const model = classifier().compile(compiled);
  const range = "labels must be integers in [0, 3); received";
  const count = "labels must have shape [8], one per example; received";
  const integers = "int32 values must be integers in [-2^31, 2^31); received";
  const labels = (...start: number[]) => [...start, ...y.data.subarray(start.length)];
  const wrong: [string, TensorLike, Kind, string, string][] = [
    ["too large", labels(0, 3), ArgumentError, "sparseCategoricalCrossentropy: ", `${range} 3 at index 1.`],
    ["negative", labels(-1), ArgumentError, "sparseCategoricalCrossentropy: ", `${range} -1 at index 0.`],
    ["fractions", labels(0, 1, 0.5), ArgumentError, "", `labels: ${integers} 0.5 at index 2.`],
    ["NaN", labels(Number.NaN), ArgumentError, "", `labels: ${integers} NaN at index 0.`],
    ["beyond int32", labels(2 ** 32), ArgumentError, "", `labels: ${integers} 4294967296 at index 0.`],
    ["too few", y.rows(0, 7), ShapeError, "", `${count} [7].`],
    ["too many", [...y.data, 0], ShapeError, "", `${count} [9].`],
    ["none", [], ShapeError, "", `${count} [0].`],
    ["one-hot", new Float32Array(24), ShapeError, "", `${count} [24].`],
    ["rows of two", tensor([...y.data, ...y.data]).reshape([8, 2]), ShapeError, "", `${count} [8, 2].`],
    ["a row", [[...y.data]], ShapeError, "", `${count} [1, 8].`],
    ["words", ["a"] as never, ArgumentError, "", 'labels: values must be numbers; received "a" at index 0.'],
    [
      "nothing",
      undefined as never,
      ArgumentError,
      "",
      "labels: values must be numbers; received undefined at index 0.",
    ],
  ];
  for (const method of ["fit", "evaluate"] as const) {
    test.each(wrong)(`${method} refuses labels that are %s`, async (_, values, Refusal, subject, message) => {
      const error = new Refusal(`${subject || `Model.${method}: `}${message}`);
      await refuses(model, error, () => model[method](x, values));
    });
  }

  test.each(wrong)("fit refuses validation labels that are %s", async (_, values, Refusal, subject, message) => {
    const error = new Refusal(`${subject || "Model.fit: validationData: "}${message}`);
    await refuses(model, error, () => model.fit(x, y, { validationData: [x, values] }));
  });
});

describe("options", () => {
  const model = classifier().compile(compiled);
  const positive = "must be a positive integer; received";
  test.each([
    [{ batchSize: 0 }, `batchSize ${positive} 0.`],
    [{ batchSize: 1.5 }, `batchSize ${positive} 1.5.`],
    [{ batchSize: -32 }, `batchSize ${positive} -32.`],
    [{ batchSize: Number.NaN }, `batchSize ${positive} NaN.`],
    [{ batchSize: "32" }, `batchSize ${positive} "32".`],
    [{ epochs: 0 }, `epochs ${positive} 0.`],
    [{ epochs: 2.5 }, `epochs ${positive} 2.5.`],
    [{ epochs: Infinity }, `epochs ${positive} Infinity.`],
  ])("fit refuses %o", async (options, message) => {
    await refuses(model, new ArgumentError(`Model.fit: ${message}`), () => model.fit(x, y, options as FitOptions));
  });

  test.each([[0], [1.5], ["8"]])("evaluate and predict refuse a batchSize of %o", async (batchSize) => {
    const options = { batchSize: batchSize as number };
    const message = `batchSize ${positive} ${JSON.stringify(batchSize)}.`;
    await refuses(model, new ArgumentError(`Model.evaluate: ${message}`), () => model.evaluate(x, y, options));
    await refuses(model, new ArgumentError(`Model.predict: ${message}`), () => model.predict(x, options));
  });

  test.each([
    [
      { optimizer: "sdg" },
      'compile: optimizer must be an optimizer or one of "sgd", "adagrad", "adadelta", "rmsprop", "adam", "adamw", "nadam", "lion"; received "sdg"; did you mean "sgd"?',
    ],
    [
      { optimizer: "toString" },
      'compile: optimizer must be an optimizer or one of "sgd", "adagrad", "adadelta", "rmsprop", "adam", "adamw", "nadam", "lion"; received "toString".',
    ],
    [
      { optimizer: undefined },
      'compile: optimizer must be an optimizer or one of "sgd", "adagrad", "adadelta", "rmsprop", "adam", "adamw", "nadam", "lion"; received undefined.',
    ],
    [
      { loss: "msle" },
      'compile: loss must be a loss, such as losses.defineLoss makes, or one of "sparseCategoricalCrossentropy", "categoricalCrossentropy", "binaryCrossentropy", "meanSquaredError", "meanAbsoluteError", "huber", "hinge", "squaredHinge", "categoricalHinge", "klDivergence", "contrastive"; received "msle".',
    ],
    [
      { loss: null },
      'compile: loss must be a loss, such as losses.defineLoss makes, or one of "sparseCategoricalCrossentropy", "categoricalCrossentropy", "binaryCrossentropy", "meanSquaredError", "meanAbsoluteError", "huber", "hinge", "squaredHinge", "categoricalHinge", "klDivergence", "contrastive"; received null.',
    ],
    [
      { metrics: ["acuracy"] },
      'compile: a metric must be a metric or one of "accuracy", "binaryAccuracy", "categoricalAccuracy", "meanSquaredError", "meanAbsoluteError"; received "acuracy"; did you mean "accuracy"?',
    ],
    [
      { metrics: [metrics.confusionMatrix()] },
      "compile: a metric must have a number as its value; confusionMatrix has []; metrics.meter takes it.",
    ],
    [
      { metrics: ["accuracy", 5] },
      'compile: a metric must be a metric or one of "accuracy", "binaryAccuracy", "categoricalAccuracy", "meanSquaredError", "meanAbsoluteError"; received 5.',
    ],
  ])("compile refuses %o and keeps what it had", async (options, message) => {
    const fresh = classifier().compile(compiled);
    const nodes = fresh.graph.nodes().length;
    await refuses(fresh, new ArgumentError(message), () =>
      fresh.compile({ ...compiled, ...options } as CompileOptions),
    );
    expect(fresh.graph.nodes()).toHaveLength(nodes);
    expect(Object.keys(await fresh.fit(x, y))).toEqual(["loss", "accuracy"]);
  });

  test("a learning rate below zero, or none", () => {
    expect(() => sgd({ learningRate: -0.1 })).toThrow(
      new ArgumentError("sgd: learningRate must be a finite number at least 0; received -0.1."),
    );
    expect(() => adam({ learningRate: Number.NaN })).toThrow(
      new ArgumentError("adam: learningRate must be a finite number at least 0; received NaN."),
    );
    expect(() => adam({ learningRate: "0.1" as never })).toThrow(
      new ArgumentError('adam: learningRate must be a finite number at least 0; received "0.1".'),
    );
  });

  test("an unknown activation, an unknown build", async () => {
    expect(() => dense({ units: 3, activation: "rleu" as never })).toThrow(ArgumentError);
    await expect(init({ build: "avx" as never })).rejects.toThrow(
      new ArgumentError('init: build must be one of "scalar", "simd", "relaxed"; received "avx".'),
    );
  });

  test.each([
    [[], "a non-empty list of layers; received []."],
    [undefined, "a non-empty list of layers; received undefined."],
    [dense({ units: 1 }), "a non-empty list of layers; received an object."],
    [[dense], "a non-empty list of layers; received [function dense]."],
    [[dense({ units: 1 }), {}], "a non-empty list of layers; received [an object, an object]."],
  ])("sequential refuses the layers %o", (given, rule) => {
    expect(() => sequential(given as Layer[])).toThrow(new ArgumentError(`Model: layers must be ${rule}`));
  });

  test("sequential refuses a wrong inputShape or seed", () => {
    expect(() => sequential(layers(), { inputShape: [1.5] })).toThrow(
      new ShapeError("Model: inputShape: a shape must be a list of non-negative integers; received [1.5]."),
    );
    expect(() => sequential(layers(), { inputShape: 4 as never })).toThrow(
      new ShapeError("Model: inputShape: a shape must be a list of non-negative integers; received 4."),
    );
    expect(() => sequential(layers(), { inputShape: [] })).toThrow(
      new ShapeError("Dense: the input must have shape [null, inputs], or more axes between; received [null]."),
    );
    expect(() => sequential(layers(), { seed: -1 })).toThrow(
      new ArgumentError("Graph: seed must be a non-negative integer; received -1."),
    );
  });
});

describe("order of calls", () => {
  test("fit and evaluate before compile", async () => {
    const model = classifier();
    await expect(model.fit(x, y)).rejects.toThrow(new StateError("Model.fit: call compile() first."));
    await expect(model.evaluate(x, y)).rejects.toThrow(new StateError("Model.evaluate: call compile() first."));
  });

  test("anything that needs weights before a model has some", async () => {
    const model = sequential(layers(), { engine }).compile(compiled);
    const refusal = (subject: string) =>
      new StateError(`${subject}: the model has no weights yet; give it inputShape, or call fit() first.`);
    expect(() => model.predict(x)).toThrow(refusal("Model.predict"));
    await expect(model.evaluate(x, y)).rejects.toThrow(refusal("Model.evaluate"));
    expect(() => model.summary()).toThrow(refusal("Model.summary"));
    expect(() => model.getWeights()).toThrow(refusal("Model.getWeights"));
    expect(() => model.setWeights(new Map())).toThrow(refusal("Model.setWeights"));
    expect(() => model.input).toThrow(refusal("Model.input"));
    expect(() => model.output).toThrow(refusal("Model.output"));
    expect(() => weightsHash(model)).toThrow(refusal("Model.variables"));
    await expect(model.fit(x.data, y)).rejects.toThrow(
      new ShapeError(
        "Model.fit: the number of features is not known yet; give the model inputShape, or pass a Tensor or nested arrays.",
      ),
    );
    await expect(model.fit([1, 2], y)).rejects.toThrow(
      new ShapeError("Model.fit: features must have shape [count, features]; received [2]."),
    );
  });

  test.each([
    ["features", withOne(Number.NaN, 0), y, {}],
    ["labels", x, [0, 1, 2, 0, 1, 2, 0, 3], {}],
    ["number of labels", x, [0], {}],
    ["validation data", x, y, { validationData: [x, [0]] }],
    ["options", x, y, { batchSize: 0 }],
  ] as [string, TensorLike, TensorLike, FitOptions][])(
    "a model without a shape that refuses its first %s has none afterwards either",
    async (_, features, labels, options) => {
      const model = sequential(layers(), { engine }).compile(compiled);
      await expect(model.fit(features, labels, options)).rejects.toThrow(/^(Model.fit|sparseCategorical)/);
      expect(() => model.summary()).toThrow(StateError);
      // Data of another width are as good as the first.
      await expect(model.fit([[1, 2]], [0])).resolves.toBeDefined();
    },
  );

  test("a second fit while the first runs", async () => {
    const model = classifier().compile(compiled);
    const first = model.fit(x, y, { epochs: 3 });
    await expect(model.fit(x, y)).rejects.toThrow(
      new StateError("Model.fit: this model is being trained; wait for that fit to end."),
    );
    await first;
    const once = classifier().compile(compiled);
    await once.fit(x, y, { epochs: 3 });
    expect(weightsHash(model)).toBe(weightsHash(once));
    await expect(model.fit(x, y)).resolves.toBeDefined();
  });
});

describe("setWeights", () => {
  const model = classifier().compile(compiled);
  const weights = () => new Map(model.getWeights());
  test.each([
    [
      "missing tensors",
      (map: Map<string, Tensor>) => {
        map.delete("dense/kernel");
        map.delete("dense_1/bias");
      },
      ArgumentError,
      "the weights must be those of the model; missing: dense/kernel, dense_1/bias.",
    ],
    [
      "unknown tensors",
      (map: Map<string, Tensor>) => map.set("dense_2/kernel", tensor([[1]])),
      ArgumentError,
      "the weights must be those of the model; not in the model: dense_2/kernel.",
    ],
    [
      "both",
      (map: Map<string, Tensor>) => {
        map.set("bias", map.get("dense/bias") as Tensor);
        map.delete("dense/bias");
      },
      ArgumentError,
      "the weights must be those of the model; missing: dense/bias; not in the model: bias.",
    ],
    [
      "tensors of other shapes",
      (map: Map<string, Tensor>) => {
        for (const [name, value] of map)
          map.set(
            name,
            new Tensor(
              value.data.map(() => 9),
              value.shape,
            ),
          );
        map.set("dense/kernel", new Tensor(new Float32Array(20), [5, 4]));
        map.set("dense_1/bias", tensor([1]));
      },
      ShapeError,
      "shapes must be those of the model; dense/kernel is [4, 5], received [5, 4]; dense_1/bias is [3], received [1].",
    ],
  ])("refuses %s and changes nothing", async (_, change, Refusal, message) => {
    const map = weights();
    change(map);
    await refuses(model, new Refusal(`Model.setWeights: ${message}`), () => model.setWeights(map));
  });
});
