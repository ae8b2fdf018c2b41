// Layers in the words of Keras: what is written of them, and which have none.

import { beforeAll, expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { constraints, dense, init, layers, regularizers, sequential } from "../../../src/index.js";
import { decodeLayersModel, encodeLayersModel } from "../../../src/models/index.js";

beforeAll(() => init());

test("regularizers and constraints, as Keras has them", () => {
  const model = sequential(
    [
      dense({
        units: 2,
        kernelRegularizer: regularizers.l2(0.25),
        biasRegularizer: regularizers.l1l2({ l1: 0.5, l2: 0.125 }),
        kernelConstraint: constraints.maxNorm(3, { axis: 1 }),
        biasConstraint: constraints.nonNeg(),
      }),
      layers.prelu({ alphaConstraint: constraints.unitNorm() }),
    ],
    { inputShape: [2] },
  );
  const { json, shards } = encodeLayersModel(model);
  const [, first, second] = JSON.parse(json).modelTopology.model_config.config.layers;
  expect(first.config).toMatchObject({
    kernel_regularizer: { class_name: "L1L2", config: { l1: 0, l2: 0.25 } },
    bias_regularizer: { class_name: "L1L2", config: { l1: 0.5, l2: 0.125 } },
    kernel_constraint: { class_name: "MaxNorm", config: { max_value: 3, axis: 1 } },
    bias_constraint: { class_name: "NonNeg", config: {} },
  });
  expect(second.config).toMatchObject({ alpha_constraint: { class_name: "UnitNorm", config: { axis: 0 } } });
  expect(encodeLayersModel(decodeLayersModel({ json, shards })).json).toBe(json);
});

test("nothing for layers that Keras lacks, all named", () => {
  const model = sequential(
    [dense({ units: 2, activation: "step", name: "odd" }), layers.activation("hardSwish", { name: "p" })],
    { inputShape: [2] },
  );
  expect(() => encodeLayersModel(model)).toThrow(
    new ArgumentError(
      'encodeLayersModel: Keras has no layers like these: Dense odd (activation "step"), Activation p (activation "hardSwish").',
    ),
  );
});

test("an activation that Keras has as a layer alone follows as one, and comes back", () => {
  const model = sequential(
    [
      dense({ units: 3, activation: "leakyRelu", name: "a" }),
      dense({ units: 3, activation: layers.leakyRelu({ alpha: 0.1 }) }),
      dense({ units: 3, activation: layers.hardSigmoid({ slope: 0.2 }) }),
      layers.activation("leakyRelu"),
      layers.elu({ alpha: 0.5 }),
    ],
    { inputShape: [2], seed: 3 },
  );
  const files = encodeLayersModel(model);
  const written = JSON.parse(files.json).modelTopology.model_config.config.layers;
  expect(written.map(({ class_name: name }: { class_name: string }) => name)).toEqual([
    ...["InputLayer", "Dense", "LeakyReLU", "Dense", "LeakyReLU", "Dense", "LeakyReLU", "ELU"],
  ]);
  expect(written[2].config).toMatchObject({ name: "a_activation", alpha: 0.2 });
  expect(written[5].config.activation).toBe("hard_sigmoid");
  const x = [
    [-3, 1],
    [0.2, -0.7],
  ];
  expect(decodeLayersModel(files).predict(x)).toEqual(model.predict(x));
});

test("what TensorFlow.js would leave out without a word is not written", () => {
  const model = sequential([layers.relu({ threshold: 1, name: "r" })], { inputShape: [2] });
  expect(() => encodeLayersModel(model)).toThrow("Keras has no layers like these: ReLU r (threshold).");
});

/** One dense unit of weight 1 without bias, and what comes after it. */
function read(version: string, activation: unknown, after: readonly object[] = []) {
  const first = { name: "d", units: 1, use_bias: false, activation, batch_input_shape: [null, 1] };
  const layersOfFile = [{ class_name: "Dense", config: first }, ...after];
  const json = JSON.stringify({
    modelTopology: { class_name: "Sequential", keras_version: version, config: { name: "s", layers: layersOfFile } },
    weightsManifest: [{ paths: ["w"], weights: [{ name: "d/kernel", shape: [1, 1], dtype: "float32" }] }],
  });
  return decodeLayersModel({ json, shards: new Map([["w", new Uint8Array(Float32Array.of(1).buffer)]]) });
}

test.each<[string, string, unknown, readonly object[], number, number]>([
  [
    "LeakyReLU of Keras 2",
    "2.15.0",
    "linear",
    [{ class_name: "LeakyReLU", config: { name: "l", alpha: 0.3 } }],
    -2,
    -0.6,
  ],
  [
    "LeakyReLU of Keras 3",
    "3.4.1",
    "linear",
    [{ class_name: "LeakyReLU", config: { name: "l", negative_slope: 0.1 } }],
    -2,
    -0.2,
  ],
  ["LeakyReLU by default", "2.15.0", "linear", [{ class_name: "LeakyReLU", config: { name: "l" } }], -2, -0.6],
  ["leaky_relu by name", "3.4.1", "leaky_relu", [], -2, -0.4],
  ["a layer as an activation", "2.15.0", { class_name: "LeakyReLU", config: { alpha: 0.25 } }, [], -2, -0.5],
  ["a function as an object", "3.4.1", { class_name: "function", config: "relu6" }, [], 9, 6],
  ["hard_sigmoid of Keras 2", "2.15.0", "hard_sigmoid", [], 1, 0.7],
  ["hard_sigmoid of TensorFlow.js", "tfjs-layers 4.22.0", "hard_sigmoid", [], 1, 0.7],
  ["hard_sigmoid of Keras 3", "3.4.1", "hard_sigmoid", [], 1, 2 / 3],
  ["mish", "3.4.1", "mish", [], 1, 0.8650983882673103],
  ["swish", "2.15.0", "swish", [], 1, 0.7310585786300049],
  ["hard_silu", "3.4.1", "hard_silu", [], 1, 2 / 3],
  [
    "ReLU with all its numbers",
    "2.15.0",
    "linear",
    [{ class_name: "ReLU", config: { name: "r", max_value: 3, negative_slope: 0.5, threshold: 1 } }],
    -1,
    -1,
  ],
  [
    "ReLU at its most",
    "2.15.0",
    "linear",
    [{ class_name: "ReLU", config: { name: "r", max_value: 3, threshold: 1 } }],
    5,
    3,
  ],
  ["ThresholdedReLU", "2.15.0", "linear", [{ class_name: "ThresholdedReLU", config: { name: "t", theta: 2 } }], 2, 0],
  ["ELU", "2.15.0", "linear", [{ class_name: "ELU", config: { name: "e", alpha: 0.5 } }], -1, 0.5 * Math.expm1(-1)],
])("%s", (_, version, activation, after, x, y) => {
  expect(read(version, activation, after).predict([[x]]).data[0]).toBeCloseTo(y, 6);
});

test("no activation, and the state of random numbers among the weights, as Keras 3 writes them", () => {
  const dropout = { class_name: "Dropout", config: { name: "drop", rate: 0.5, seed: null, noise_shape: null } };
  const json = JSON.stringify({
    modelTopology: {
      class_name: "Sequential",
      keras_version: "3.3.3",
      config: {
        name: "s",
        layers: [
          { class_name: "Dense", config: { name: "d", units: 1, use_bias: false, batch_input_shape: [null, 1] } },
          { class_name: "Activation", config: { name: "a", activation: null } },
          dropout,
        ],
      },
    },
    weightsManifest: [
      {
        paths: ["w"],
        weights: [
          { name: "d/kernel", shape: [1, 1], dtype: "float32" },
          { name: "drop/seed_generator/seed_generator_state", shape: [2], dtype: "int32" },
        ],
      },
    ],
  });
  const bytes = new Uint8Array(Float32Array.of(2, 0, 0).buffer);
  expect([...decodeLayersModel({ json, shards: new Map([["w", bytes]]) }).predict([[-3]]).data]).toEqual([-6]);
});
