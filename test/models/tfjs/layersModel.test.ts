// Models of TensorFlow.js and Keras: a real one, hand-written ones of Keras 2 and 3, and the way back.

import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DataError } from "../../../src/errors.js";
import { dense, functional, Graph, layers, type Node, sequential, tensor } from "../../../src/index.js";
import { decodeLayersModel, encodeLayersModel, loadLayersModel, saveLayersModel } from "../../../src/models/index.js";
import { init } from "../../../src/wasm/engine.js";
import { goldenNumbers, type StoredTensor } from "../../support/golden.js";
import { sharedData } from "../../support/shared-data.js";

let folder: string;
beforeAll(async () => {
  await init();
  folder = await mkdtemp(path.join(tmpdir(), "lanewise-tfjs-"));
});
afterAll(() => rm(folder, { recursive: true }));

const abalone = sharedData("data/tfjs/abalone/model.json");
const outputs = sharedData("golden/pretrained.json");

test.skipIf(!abalone || !outputs)("a model that TensorFlow.js trained gives the outputs it gave there", async () => {
  const [golden] = JSON.parse(readFileSync(outputs as string, "utf8")).tfjs;
  const model = await loadLayersModel(abalone as string);
  const input = goldenNumbers(golden.input as StoredTensor);
  const expected = goldenNumbers(golden.output as StoredTensor);
  const actual = model.predict(Float32Array.from(input)).data;
  expect(actual).toHaveLength(expected.length);
  const largest = Math.max(...Array.from(actual, (value, i) => Math.abs(value - (expected[i] as number))));
  expect(largest).toBeLessThan(5e-6);
});

const bytesOf = (...numbers: number[]) => new Uint8Array(Float32Array.from(numbers).buffer);
const manifest = (weights: readonly (readonly [name: string, shape: number[]])[], extra: object = {}) => [
  { paths: ["a.bin"], weights: weights.map(([name, shape]) => ({ name, shape, dtype: "float32", ...extra })) },
];
const file = (model_config: unknown, weightsManifest: unknown) =>
  JSON.stringify({ format: "layers-model", modelTopology: { model_config }, weightsManifest });

const denseConfig = (name: string, extra: object = {}) => ({
  class_name: "Dense",
  config: { name, units: 1, activation: "linear", use_bias: false, trainable: true, ...extra },
});

describe("reads", () => {
  const shards = new Map([["a.bin", bytesOf(2, 3)]]);
  const weights = manifest([["sequential/d/kernel:0", [2, 1]]]);

  test("Sequential as Keras 2 writes it", () => {
    const config = { layers: [denseConfig("d", { batch_input_shape: [null, 2], activation: "relu" })] };
    const model = decodeLayersModel({ json: file({ class_name: "Sequential", config }, weights), shards });
    expect(
      model
        .predict([
          [1, 1],
          [-1, 0],
        ])
        .toArray(),
    ).toEqual([[5], [0]]);
  });

  test("Sequential as Keras 3 writes it", () => {
    const input = { class_name: "InputLayer", config: { batch_shape: [null, 2], dtype: "float32", name: "x" } };
    const config = { layers: [input, { module: "keras.layers", ...denseConfig("d"), registered_name: null }] };
    const model = decodeLayersModel({ json: file({ class_name: "Sequential", config }, weights), shards });
    expect(model.predict([[1, 2]]).toArray()).toEqual([[8]]);
  });

  test.each([
    ["2", (from: [string, number][]) => [from.map(([name, node]) => [name, node, 0, {}])]],
    [
      "3",
      (from: [string, number][]) => {
        const tensors = from.map(([name, node]) => ({
          class_name: "__keras_tensor__",
          config: { shape: [null, 2], dtype: "float32", keras_history: [name, node, 0] },
        }));
        return [{ args: [tensors.length === 1 ? tensors[0] : tensors], kwargs: {} }];
      },
    ],
  ])("Functional with a shared layer, as Keras %s writes it", (version, inbound) => {
    const input = (name: string) => ({
      class_name: "InputLayer",
      name,
      config: { [version === "2" ? "batch_input_shape" : "batch_shape"]: [null, 2], name },
      inbound_nodes: [],
    });
    const config = {
      layers: [
        {
          class_name: "Add",
          name: "sum",
          config: { name: "sum" },
          inbound_nodes: inbound([
            ["d", 0],
            ["d", 1],
          ]),
        },
        input("a"),
        input("b"),
        { ...denseConfig("d"), name: "d", inbound_nodes: [...inbound([["a", 0]]), ...inbound([["b", 0]])] },
      ],
      input_layers: [
        ["a", 0, 0],
        ["b", 0, 0],
      ],
      output_layers: version === "2" ? [["sum", 0, 0]] : ["sum", 0, 0],
    };
    const model = decodeLayersModel<readonly [Node, Node]>({
      json: file({ class_name: "Functional", config }, weights),
      shards,
    });
    expect(model.predict([[[1, 0]], [[0, 10]]]).toArray()).toEqual([[32]]);
  });

  test("batch normalization by its running means", () => {
    const norm = {
      class_name: "BatchNormalization",
      config: { name: "n", axis: [-1], momentum: 0.9, epsilon: 0, batch_input_shape: [null, 1] },
    };
    const names = ["gamma", "beta", "moving_mean", "moving_variance"].map((name) => [`n/${name}`, [1]] as const);
    const json = file({ class_name: "Sequential", config: [norm] }, manifest(names as never));
    const model = decodeLayersModel({ json, shards: new Map([["a.bin", bytesOf(2, 1, 3, 4)]]) });
    expect(model.predict([[5]]).item()).toBe((2 * (5 - 3)) / 2 + 1);
  });

  test("quantized weights, in several files", () => {
    const config = { layers: [denseConfig("d", { batch_input_shape: [null, 2] })] };
    const quantized = [
      {
        paths: ["b1.bin", "b2.bin"],
        weights: [
          { name: "d/kernel", shape: [2, 1], dtype: "float32", quantization: { dtype: "uint8", scale: 0.5, min: -1 } },
        ],
      },
    ];
    const parts = new Map([
      ["b1.bin", Uint8Array.of(0)],
      ["b2.bin", Uint8Array.of(10)],
    ]);
    const model = decodeLayersModel({ json: file({ class_name: "Sequential", config }, quantized), shards: parts });
    expect([...(model.getWeights().get("d/kernel")?.data ?? [])]).toEqual([-1, 4]);
  });

  test("an axis by its number, as files write it that know the input, if it is the last one", () => {
    const net = (axis: unknown) => {
      const config = [
        { class_name: "Reshape", config: { name: "r", target_shape: [2, 2], batch_input_shape: [null, 4] } },
        { class_name: "LayerNormalization", config: { name: "n", axis } },
      ];
      const names = manifest([
        ["n/gamma", [2]],
        ["n/beta", [2]],
      ]);
      const files = new Map([["a.bin", bytesOf(2, 3, 0, 1)]]);
      return decodeLayersModel({ json: file({ class_name: "Sequential", config }, names), shards: files });
    };
    const x = tensor([[1, 2, 5, 6]]);
    const expected = net(-1).predict(x);
    for (const axis of [2, [2], null]) expect(net(axis).predict(x)).toEqual(expected);
    expect(() => net([1])).toThrow(
      new DataError("decodeLayersModel: these layers are not supported: n (axis 1, which is not the last one)."),
    );
  });

  test("an embedding behind an input that is said to be float32, null where nothing was chosen", () => {
    const config = {
      layers: [
        {
          class_name: "InputLayer",
          name: "x",
          config: { batch_input_shape: [null, 2], dtype: "float32" },
          inbound_nodes: [],
        },
        {
          class_name: "Embedding",
          name: "e",
          config: { input_dim: 2, output_dim: 1, mask_zero: null, embeddings_regularizer: null },
          inbound_nodes: [[["x", 0, 0, {}]]],
        },
      ],
      input_layers: [["x", 0, 0]],
      output_layers: [["e", 0, 0]],
    };
    const json = file({ class_name: "Functional", config }, manifest([["e/embeddings", [2, 1]]]));
    const model = decodeLayersModel({ json, shards });
    expect([...model.predict(tensor(Int32Array.of(1, 0), { shape: [1, 2] })).data]).toEqual([3, 2]);
  });

  test("says which layers are not supported, all at once", () => {
    const config = {
      layers: [
        { class_name: "Conv3D", config: { name: "conv3d_1", batch_input_shape: [null, 28, 28, 1] } },
        { class_name: "MaxPooling2D", config: { name: "max_pooling2d_1", data_format: "channels_first" } },
        denseConfig("ok"),
        denseConfig("odd", { activation: "sparse_plus" }),
        denseConfig("fat", { kernel_regularizer: { class_name: "L1L2", config: {} } }),
        denseConfig("fine", { kernel_regularizer: { class_name: "L2", config: { l2: 0.5 } }, bias_constraint: null }),
        denseConfig("bound", { kernel_constraint: { class_name: "MinMaxNorm", config: { axis: 0 } } }),
        { class_name: "Softmax", config: { name: "s", axis: -2 } },
        { class_name: "LayerNormalization", config: { name: "n", axis: [1, 2] } },
        { class_name: "Dropout", config: { name: "rows", rate: 0.5, noise_shape: [null, 1] } },
      ],
    };
    const json = file({ class_name: "Sequential", config }, []);
    expect(() => decodeLayersModel({ json, shards: new Map() })).toThrow(
      new DataError(
        'decodeLayersModel: these layers are not supported: Conv3D conv3d_1, MaxPooling2D max_pooling2d_1 (data_format "channels_first"), ' +
          'Dense odd (activation "sparse_plus"), Dense fat (kernel_regularizer), Dense bound (kernel_constraint), LayerNormalization n (axis [1, 2]), ' +
          "Dropout rows (noise_shape [null, 1]).",
      ),
    );
  });

  const sound = { class_name: "Sequential", config: { layers: [denseConfig("d", { batch_input_shape: [null, 2] })] } };
  test.each<[string, string, Map<string, Uint8Array>, string]>([
    ["text that is no JSON", "{", shards, "model.json must be JSON"],
    ["a graph model", JSON.stringify({ format: "graph-model" }), shards, "it is a graph model, which has no layers."],
    [
      "no layers",
      file({ class_name: "Sequential", config: { layers: [] } }, weights),
      shards,
      "the model must have layers",
    ],
    [
      "another class",
      file({ class_name: "MyModel" }, weights),
      shards,
      'must be Sequential or Functional; received "MyModel".',
    ],
    [
      "no shape",
      file({ class_name: "Sequential", config: [denseConfig("d")] }, weights),
      shards,
      "the input must have a shape",
    ],
    ["a missing file", file(sound, weights), new Map(), 'the file "a.bin" is missing.'],
    [
      "a file cut short",
      file(sound, weights),
      new Map([["a.bin", bytesOf(1)]]),
      "it ends at byte 8 of 4. A file is truncated.",
    ],
    ["a file too long", file(sound, weights), new Map([["a.bin", bytesOf(1, 2, 3)]]), "take 8 bytes; received 12."],
    [
      "a path that leads out",
      file(sound, [{ paths: ["../a.bin"], weights: [] }]),
      shards,
      "weightsManifest must be a list",
    ],
    ["a weight of no layer", file(sound, manifest([["e/kernel", [2, 1]]])), shards, '"e/kernel" belongs to no layer.'],
    ["absurd shapes", file(sound, manifest([["d/kernel", [2 ** 40, 2 ** 40]]])), shards, "less than 2^53"],
    [
      "a circle",
      file(
        {
          class_name: "Functional",
          config: {
            layers: [
              { class_name: "InputLayer", name: "x", config: { batch_shape: [null, 2] }, inbound_nodes: [] },
              { ...denseConfig("d"), name: "d", inbound_nodes: [[["e", 0, 0, {}]]] },
              { ...denseConfig("e"), name: "e", inbound_nodes: [[["d", 0, 0, {}]]] },
            ],
            input_layers: [["x", 0, 0]],
            output_layers: [["e", 0, 0]],
          },
        },
        weights,
      ),
      shards,
      "the layers go round in a circle",
    ],
  ])("refuses %s", (_, json, given, message) => {
    expect(() => decodeLayersModel({ json, shards: given })).toThrow(DataError);
    expect(() => decodeLayersModel({ json, shards: given })).toThrow(message);
  });
});

describe("writes", () => {
  const net = () =>
    sequential(
      [
        dense({ units: 4, activation: "elu", name: "hidden" }),
        layers.batchNormalization({ momentum: 0.9, name: "norm" }),
        layers.activation("silu"),
        layers.dropout({ rate: 0.5 }),
        dense({ units: 2, activation: "softmax", trainable: false }),
      ],
      { inputShape: [3] },
    );

  test("what it reads back, to the bit", async () => {
    const model = net();
    const x = tensor([
      [1, 2, 3],
      [-1, 0, 0.5],
    ]);
    await saveLayersModel(model, path.join(folder, "net"));
    const read = await loadLayersModel(path.join(folder, "net", "model.json"));
    expect(read.predict(x)).toEqual(model.predict(x));
    expect(read.layers.at(-1)?.trainable).toBe(false);
  });

  test("the names, configs and bytes that TensorFlow.js wants", () => {
    const { json, shards } = encodeLayersModel(net());
    const { modelTopology, weightsManifest, format } = JSON.parse(json);
    expect(format).toBe("layers-model");
    const { config } = modelTopology.model_config;
    expect(config.layers.map((layer: { class_name: string }) => layer.class_name)).toEqual([
      "InputLayer",
      "Dense",
      "BatchNormalization",
      "Activation",
      "Dropout",
      "Dense",
    ]);
    expect(config.layers[1]).toEqual({
      class_name: "Dense",
      name: "hidden",
      config: { name: "hidden", trainable: true, dtype: "float32", units: 4, activation: "elu" },
      inbound_nodes: [[["input", 0, 0, {}]]],
    });
    expect(config.layers[3].config.activation).toBe("swish");
    expect(weightsManifest[0].weights.map(({ name }: { name: string }) => name)).toEqual([
      "hidden/kernel",
      "hidden/bias",
      "norm/gamma",
      "norm/beta",
      "norm/moving_mean",
      "norm/moving_variance",
      "dense/kernel",
      "dense/bias",
    ]);
    const count = weightsManifest[0].weights.reduce(
      (sum: number, { shape }: { shape: number[] }) => sum + shape.reduce((a, b) => a * b, 1),
      0,
    );
    expect(shards.get("weights.bin")).toHaveLength(4 * count);
  });

  test("models of several ends with shared layers", () => {
    const graph = new Graph();
    const [a, b] = [graph.placeholder("a", [null, 2]), graph.placeholder("b", [null, 2])];
    const shared = dense({ units: 2, name: "shared" });
    const joined = layers.concatenate().apply([shared.apply(a), shared.apply(b)]);
    const model = functional({ inputs: [a, b], outputs: [joined] });
    const x = [tensor([[1, 2]]), tensor([[3, 4]])] as const;
    const read = decodeLayersModel<readonly [Node, Node]>(encodeLayersModel(model));
    const [expected, actual] = [model.predict(x)[0], read.predict(x)];
    expect(actual).toEqual(expected);
  });
});

test("a missing model.json is told as such", async () => {
  await expect(loadLayersModel(path.join(folder, "none.json"))).rejects.toThrow("the file must exist");
  await writeFile(
    path.join(folder, "model.json"),
    file(
      { class_name: "Sequential", config: [denseConfig("d", { batch_input_shape: [null, 2] })] },
      manifest([["d/kernel", [2, 1]]]),
    ),
  );
  await expect(loadLayersModel(path.join(folder, "model.json"))).rejects.toThrow(/a\.bin" does not/);
  expect(JSON.parse(await readFile(path.join(folder, "model.json"), "utf8")).format).toBe("layers-model");
});
