// Weights under PyTorch's names and in its layouts.

import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { ArgumentError, DataError } from "../../src/errors.js";
import { dense, layers, sequential } from "../../src/index.js";
import {
  decodeIdx,
  decodeSafetensors,
  encodeSafetensors,
  fromStateDict,
  type HasWeights,
  toStateDict,
} from "../../src/io/index.js";
import { Tensor, tensor } from "../../src/tensor/tensor.js";
import { init } from "../../src/wasm/engine.js";
import { goldenNumbers, type StoredTensor } from "../support/golden.js";
import { sharedData } from "../support/shared-data.js";

beforeAll(() => init());

const mixed = () =>
  sequential(
    [
      dense({ units: 3, name: "hidden" }),
      layers.batchNormalization({ name: "norm" }),
      layers.layerNormalization({ name: "layerNorm" }),
      dense({ units: 2, name: "outputs", useBias: false }),
    ],
    { inputShape: [4] },
  );

/** As torch.nn.Sequential(Linear(4, 3), BatchNorm1d(3), LayerNorm(3), ReLU(), Linear(3, 2, bias=False)) has it. */
const stateDict = (): Map<string, Tensor> =>
  new Map(
    Object.entries({
      "0.weight": tensor([
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [9, 10, 11, 12],
      ]),
      "0.bias": tensor([1, 2, 3]),
      "1.weight": tensor([4, 5, 6]),
      "1.bias": tensor([7, 8, 9]),
      "1.running_mean": tensor([10, 11, 12]),
      "1.running_var": tensor([13, 14, 15]),
      "1.num_batches_tracked": tensor(7, { dtype: "int32" }),
      "2.weight": tensor([16, 17, 18]),
      "2.bias": tensor([19, 20, 21]),
      "4.weight": tensor([
        [22, 23, 24],
        [25, 26, 27],
      ]),
    }),
  );

describe("fromStateDict", () => {
  test("transposes matrices and renames, layers in order", () => {
    const model = mixed();
    model.setWeights(fromStateDict(stateDict(), model));
    const values = Object.fromEntries([...model.getWeights()].map(([name, value]) => [name, value.toArray()]));
    expect(values).toEqual({
      "hidden/kernel": [
        [1, 5, 9],
        [2, 6, 10],
        [3, 7, 11],
        [4, 8, 12],
      ],
      "hidden/bias": [1, 2, 3],
      "norm/gamma": [4, 5, 6],
      "norm/beta": [7, 8, 9],
      "norm/movingMean": [10, 11, 12],
      "norm/movingVariance": [13, 14, 15],
      "layerNorm/gamma": [16, 17, 18],
      "layerNorm/beta": [19, 20, 21],
      "outputs/kernel": [
        [22, 25],
        [23, 26],
        [24, 27],
      ],
    });
  });

  test("follows the names given, whatever the order", () => {
    const model = sequential([dense({ units: 2, name: "a" }), dense({ units: 2, name: "b" })], { inputShape: [2] });
    const square = (value: number) => tensor([value, value, value, value], { shape: [2, 2] });
    const given = new Map([
      ["fc.2.weight", square(2)],
      ["fc.2.bias", tensor([2, 2])],
      ["fc.1.weight", square(1)],
      ["fc.1.bias", tensor([1, 1])],
    ]);
    const weights = fromStateDict(given, model, { layers: { "fc.1": "a", "fc.2": "b" } });
    expect([...weights].map(([name, { data }]) => `${name} ${data[0]}`)).toEqual([
      "a/kernel 1",
      "a/bias 1",
      "b/kernel 2",
      "b/bias 2",
    ]);
  });

  test("takes the tensors of embeddings as they are", () => {
    const embedding: HasWeights = {
      getWeights: () => new Map([["words/embeddings", tensor([[0, 0, 0]])]]),
      setWeights: () => {},
    };
    const table = tensor([[1, 2, 3]]);
    expect(fromStateDict(new Map([["emb.weight", table]]), embedding).get("words/embeddings")).toBe(table);
  });

  const net = () =>
    sequential(
      [
        layers.conv2d({ filters: 2, kernelSize: [1, 2], name: "conv" }),
        layers.batchNormalization({ name: "norm" }),
        layers.flatten(),
        dense({ units: 1, name: "head" }),
      ],
      { inputShape: [3, 2, 2] },
    );
  /** As torch.nn.Sequential(Conv2d(2, 2, (1, 2)), BatchNorm2d(2), Flatten(), Linear(6, 1)) has it. */
  const netDict = () =>
    new Map([
      // [out, in, height, width]: hundreds, tens and ones say where each stands.
      ["0.weight", tensor([0, 1, 10, 11, 100, 101, 110, 111], { shape: [2, 2, 1, 2] })],
      ["0.bias", tensor([1, 2])],
      ["1.weight", tensor([1, 1])],
      ["1.bias", tensor([0, 0])],
      ["1.running_mean", tensor([0, 0])],
      ["1.running_var", tensor([1, 1])],
      // Rows by channel, then height: 0, 1, 2 of the first.
      ["3.weight", tensor([[0, 1, 2, 10, 11, 12]])],
      ["3.bias", tensor([5])],
    ]);

  test("turns kernels of convolutions, and rows after a flatten", () => {
    const model = net();
    const weights = fromStateDict(netDict(), model);
    model.setWeights(weights);
    expect(weights.get("conv/kernel")?.toArray()).toEqual([
      [
        [
          [0, 100],
          [10, 110],
        ],
        [
          [1, 101],
          [11, 111],
        ],
      ],
    ]);
    expect([...(weights.get("head/kernel")?.data ?? [])]).toEqual([0, 10, 1, 11, 2, 12]);
    const back = toStateDict(model, { layers: { "0": "conv", "1": "norm", "3": "head" } });
    expect(Object.fromEntries(back)).toEqual(Object.fromEntries(netDict()));
  });

  test("takes rows as it is told", () => {
    const given = (flattened: Record<string, number>) => [
      ...(fromStateDict(netDict(), net(), { flattened }).get("head/kernel")?.data ?? []),
    ];
    expect(given({ head: 1 })).toEqual([0, 1, 2, 10, 11, 12]);
    expect(given({ head: 3 })).toEqual([0, 2, 11, 1, 10, 12]);
    expect(() => given({ head: 4 })).toThrow(
      "fromStateDict: flattened head must divide its 6 inputs; received 4 channels.",
    );
    expect(() => given({ conv: 2 })).toThrow('fromStateDict: flattened must name dense layers; received "conv".');
    expect(() => given({ hed: 2 })).toThrow('did you mean "head"?');
  });

  test("sequences, single channels and transposes go there and back", () => {
    const model = sequential(
      [
        layers.reshape({ shape: [6, 2] }),
        layers.conv1d({ filters: 3, kernelSize: 2, name: "line" }),
        layers.reshape({ shape: [5, 3, 1] }),
        layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 4, name: "apart" }),
        layers.conv2dTranspose({ filters: 2, kernelSize: 3, name: "back" }),
        layers.flatten(),
        dense({ units: 2, name: "head" }),
      ],
      { inputShape: [12], seed: 4 },
    );
    const dict = toStateDict(model);
    const shapes = Object.fromEntries([...dict].map(([name, { shape }]) => [name, shape]));
    expect(shapes).toMatchObject({
      "line.weight": [3, 2, 2],
      "apart.weight": [4, 1, 2, 2],
      "back.weight": [4, 2, 3, 3],
      "head.weight": [2, 48],
    });
    expect(Object.fromEntries(fromStateDict(dict, model))).toEqual(Object.fromEntries(model.getWeights()));
    const wrong = new Map([...dict, ["back.weight", tensor([[1]])]]);
    expect(() => fromStateDict(wrong, model)).toThrow("back.weight is [1, 1], and back/kernel needs 4 axes");
  });

  test("lists all that does not fit", () => {
    const given = stateDict();
    given.delete("0.bias");
    given.set("0.running_var", tensor([1]));
    given.set("4.weight", tensor([1, 2, 3, 4, 5, 6], { shape: [2, 3, 1, 1] }));
    expect(() => fromStateDict(given, mixed())).toThrow(
      new DataError(
        "fromStateDict: the tensors must be those of the model; 0.bias is missing, which is hidden/bias here; " +
          "4.weight is [2, 3, 1, 1], and outputs/kernel needs a matrix; 0.running_var has no place in the model.",
      ),
    );
  });

  test("says which modules and layers there are where the numbers differ", () => {
    const given = new Map([["0.weight", tensor([[1]])]]);
    expect(() => fromStateDict(given, mixed())).toThrow(
      'there must be as many modules as layers with weights; received ["0"] for ["hidden", "norm", "layerNorm", "outputs"]',
    );
  });

  test.each<[string, () => unknown]>([
    ["layers must name each layer", () => fromStateDict(stateDict(), mixed(), { layers: { "0": "hidden" } })],
    ["layers must be an object from", () => fromStateDict(stateDict(), mixed(), { layers: null as never })],
    ["layers must be an object from", () => toStateDict(mixed(), { layers: null as never })],
    ["layers must be an object from", () => toStateDict(mixed(), { layers: ["hidden"] as never })],
    ["layers must name each layer", () => fromStateDict(stateDict(), mixed(), { layers: { "0": "hiden" } })],
    ["the state dict must be a Map of tensors", () => fromStateDict({} as Map<string, Tensor>, mixed())],
    ["model must have getWeights", () => fromStateDict(stateDict(), {} as HasWeights)],
    ["options must be an object with layers", () => fromStateDict(stateDict(), mixed(), { names: {} } as object)],
  ])("refuses: %s", (message, call) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });
});

describe("toStateDict", () => {
  test("is the way back", () => {
    const model = mixed();
    const given = stateDict();
    given.delete("1.num_batches_tracked");
    const layers = { "0": "hidden", "1": "norm", "2": "layerNorm", "4": "outputs" };
    model.setWeights(fromStateDict(given, model, { layers }));
    expect(toStateDict(model, { layers })).toEqual(given);
    const file = encodeSafetensors(toStateDict(model, { layers }), { format: "pt" });
    expect([...decodeSafetensors(file).tensors.keys()]).toEqual([...given.keys()]);
  });

  test("names modules after the layers", () => {
    expect([...toStateDict(mixed()).keys()]).toEqual([
      "hidden.weight",
      "hidden.bias",
      "norm.weight",
      "norm.bias",
      "norm.running_mean",
      "norm.running_var",
      "layerNorm.weight",
      "layerNorm.bias",
      "outputs.weight",
    ]);
  });

  test("refuses a layer that PyTorch does not have", () => {
    const strange: HasWeights = { getWeights: () => new Map([["a/alpha", tensor([1])]]), setWeights: () => {} };
    expect(() => toStateDict(strange)).toThrow("PyTorch has no layer like a, whose weights are alpha.");
  });
});

const weightsFiles = sharedData("data/onnx-models");
const outputsFile = sharedData("golden/pretrained.json");
const images = sharedData("data/mnist");

const mlp = () =>
  sequential(
    [dense({ units: 300, activation: "relu" }), dense({ units: 100, activation: "relu" }), dense({ units: 10 })],
    { inputShape: [784] },
  );
const lenet = () =>
  sequential(
    [
      layers.conv2d({ filters: 6, kernelSize: 5, padding: 2, activation: "relu" }),
      layers.maxPooling2d(),
      layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }),
      layers.maxPooling2d(),
      layers.flatten(),
      dense({ units: 120, activation: "relu" }),
      dense({ units: 84, activation: "relu" }),
      dense({ units: 10 }),
    ],
    { inputShape: [28, 28, 1] },
  );

describe.skipIf(!weightsFiles || !outputsFile || !images).each([
  ["mlp-300-100-relu", mlp],
  ["lenet", lenet],
])("%s, trained in PyTorch", (name, make) => {
  const read = (file: string) => decodeIdx(gunzipSync(readFileSync(path.join(images as string, file))));
  const pixels = () => Float32Array.from(read("t10k-images-idx3-ubyte.gz").data as Uint8Array, (value) => value / 255);
  const pretrained = () => {
    const model = make();
    const { tensors } = decodeSafetensors(readFileSync(path.join(weightsFiles as string, `${name}.safetensors`)));
    model.setWeights(fromStateDict(tensors, model));
    return model;
  };
  const golden = () => {
    interface Golden {
      readonly file: string;
      readonly output: StoredTensor;
      readonly f32_max_abs_err: number;
      readonly mnist_test_accuracy: number;
    }
    const all: readonly Golden[] = JSON.parse(readFileSync(outputsFile as string, "utf8")).onnx;
    return all.find(({ file }) => file === `onnx-models/${name}.onnx`) as Golden;
  };
  const predictions = (model: ReturnType<typeof make>, count: number) =>
    model.predict(new Tensor(pixels().subarray(0, count * 784), [count, ...(model.input.shape.slice(1) as number[])]));

  test("gives the outputs it gave there", () => {
    const { output, f32_max_abs_err } = golden();
    const expected = goldenNumbers(output);
    const actual = predictions(pretrained(), 12).data;
    expect(actual).toHaveLength(120);
    const largest = Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] as number))));
    expect(largest).toBeLessThan(4 * f32_max_abs_err);
  });

  test("goes back to what PyTorch had", () => {
    const { tensors } = decodeSafetensors(readFileSync(path.join(weightsFiles as string, `${name}.safetensors`)));
    const model = pretrained();
    const modules = [...new Set([...tensors.keys()].map((key) => key.replace(/\.\w+$/, "")))];
    const own = [...new Set([...model.getWeights().keys()].map((key) => key.replace(/\/\w+$/, "")))];
    const pairs = Object.fromEntries(modules.map((module, i) => [module, own[i] as string]));
    expect(Object.fromEntries(toStateDict(model, { layers: pairs }))).toEqual(Object.fromEntries(tensors));
  });

  test("and its accuracy on the test images", () => {
    const labels = read("t10k-labels-idx1-ubyte.gz").data as Uint8Array;
    const logits = predictions(pretrained(), labels.length);
    let right = 0;
    for (let i = 0; i < labels.length; i++) {
      const row = logits.data.subarray(10 * i, 10 * i + 10);
      if (row.indexOf(Math.max(...row)) === labels[i]) right++;
    }
    expect(right / labels.length).toBeCloseTo(golden().mnist_test_accuracy, 4);
  });
});
