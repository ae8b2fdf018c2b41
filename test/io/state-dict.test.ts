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
import { type Tensor, tensor } from "../../src/tensor/tensor.js";
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

const weightsFile = sharedData("data/onnx-models/mlp-300-100-relu.safetensors");
const outputsFile = sharedData("golden/pretrained.json");
const images = sharedData("data/mnist");

describe.skipIf(!weightsFile || !outputsFile || !images)("a net trained in PyTorch", () => {
  const read = (name: string) => decodeIdx(gunzipSync(readFileSync(path.join(images as string, name))));
  const pixels = () => Float32Array.from(read("t10k-images-idx3-ubyte.gz").data as Uint8Array, (value) => value / 255);
  const pretrained = () => {
    const model = sequential(
      [dense({ units: 300, activation: "relu" }), dense({ units: 100, activation: "relu" }), dense({ units: 10 })],
      { inputShape: [784] },
    );
    const { tensors } = decodeSafetensors(readFileSync(weightsFile as string));
    model.setWeights(fromStateDict(tensors, model));
    return model;
  };
  const golden = () =>
    JSON.parse(readFileSync(outputsFile as string, "utf8")).onnx[0] as {
      output: StoredTensor;
      f32_max_abs_err: number;
      mnist_test_accuracy: number;
    };

  test("gives the outputs it gave there", () => {
    const { output, f32_max_abs_err } = golden();
    const expected = goldenNumbers(output);
    const actual = pretrained().predict(pixels().subarray(0, 12 * 784)).data;
    expect(actual).toHaveLength(120);
    const largest = Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] as number))));
    expect(largest).toBeLessThan(4 * f32_max_abs_err);
  });

  test("and its accuracy on the test images", () => {
    const logits = pretrained().predict(pixels());
    const labels = read("t10k-labels-idx1-ubyte.gz").data as Uint8Array;
    let right = 0;
    for (let i = 0; i < labels.length; i++) {
      const row = logits.data.subarray(10 * i, 10 * i + 10);
      if (row.indexOf(Math.max(...row)) === labels[i]) right++;
    }
    expect(right / labels.length).toBeCloseTo(golden().mnist_test_accuracy, 4);
  });
});
