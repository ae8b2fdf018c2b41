// What people try first on a model, in the words of Keras: it works, or is refused; nothing is a silent no-op.

import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  dense,
  layers,
  type Model,
  ShapeError,
  StateError,
  sequential,
  weightsHash,
} from "../../src/index.js";
import { tensor } from "../../src/tensor/tensor.js";
import { engine } from "../support/exact-engine.js";

const model = (): Model =>
  sequential([dense({ units: 3, activation: "relu", name: "hidden" }), dense({ units: 2, name: "output" })], {
    inputShape: [2],
    seed: 1,
    engine,
  }).compile({ optimizer: "sgd", loss: "mse" });
const x = [
  [1, 2],
  [3, 4],
];
const y = [
  [0, 1],
  [1, 0],
];

describe("one example", () => {
  test("alone is a batch of one, in every form", () => {
    const net = model();
    const expected = net.predict([[1, 2]]);
    expect(expected.shape).toEqual([1, 2]);
    for (const one of [[1, 2], tensor([1, 2]), Float32Array.of(1, 2), [[1, 2]]]) {
      const got = net.predict(one as number[]);
      expect(got.shape).toEqual([1, 2]);
      expect(got.data).toEqual(expected.data);
    }
    expect(net.predictOnBatch([1, 2]).data).toEqual(expected.data);
  });

  test("of rank 2; a column stays a column; other lengths are refused", () => {
    const picture = sequential([layers.flatten(), dense({ units: 1 })], { inputShape: [2, 3], seed: 1, engine });
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect(picture.predict(rows).data).toEqual(picture.predict([rows]).data);
    const one = sequential([dense({ units: 1 })], { inputShape: [1], seed: 1, engine });
    expect(one.predict([1, 2, 3]).shape).toEqual([3, 1]);
    for (const wrong of [[1, 2, 3], [1], []]) expect(() => model().predict(wrong)).toThrow(ShapeError);
  });
});

test("predictOnBatch gives what predict gives", () => {
  const net = model();
  const many = Array.from({ length: 600 }, (_, i) => [i / 600, 1]);
  expect(net.predictOnBatch(many).data).toEqual(net.predict(many).data);
});

describe("trainable", () => {
  test("freezes and thaws the whole model", async () => {
    const net = model();
    expect(net.trainable).toBe(true);
    net.trainable = false;
    expect(net.trainable).toBe(false);
    const before = weightsHash(net);
    await expect(net.fit(x, y)).rejects.toThrow(StateError);
    expect(weightsHash(net)).toBe(before);
    net.trainable = true;
    await net.fit(x, y);
    expect(weightsHash(net)).not.toBe(before);
    expect(() => {
      net.trainable = 1 as never;
    }).toThrow(ArgumentError);
  });
});

test("layers by name or place", () => {
  const net = model();
  expect(net.getLayer("hidden")).toBe(net.layers[0]);
  expect(net.getLayer(1).name).toBe("output");
  expect(net.getLayer(-1).name).toBe("output");
  for (const wrong of ["hiden", 2, 0.5, null]) expect(() => net.getLayer(wrong as string)).toThrow(ArgumentError);
});

describe("weights", () => {
  test("go through JSON", () => {
    const [from, to] = [
      model(),
      sequential([dense({ units: 3, name: "hidden" }), dense({ units: 2, name: "output" })], {
        inputShape: [2],
        seed: 9,
        engine,
      }),
    ];
    const text = JSON.stringify(from.getWeights());
    expect(Object.keys(JSON.parse(text))).toEqual(["hidden/kernel", "hidden/bias", "output/kernel", "output/bias"]);
    to.setWeights(JSON.parse(text));
    expect(weightsHash(to)).toBe(weightsHash(from));
  });

  test("are set from lists, arrays and objects, in order or by name", () => {
    const net = model();
    const values = [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [0, 0, 0],
      Float32Array.of(1, 2, 3, 4, 5, 6),
      [7, 8],
    ];
    net.setWeights(values);
    expect([...net.getWeights().values()].map(({ data }) => [...data])).toEqual([
      [1, 2, 3, 4, 5, 6],
      [0, 0, 0],
      [1, 2, 3, 4, 5, 6],
      [7, 8],
    ]);
    net.setWeights(Object.fromEntries([...net.getWeights()].map(([name, value]) => [name, value.toArray()])));
    net.setWeights(structuredClone([...net.getWeights().values()].map(({ data }) => data)));
    net.setWeights([...net.getWeights().values()]);
  });

  test("that do not fit change nothing", () => {
    const net = model();
    const before = weightsHash(net);
    const fitting = [...net.getWeights().values()];
    for (const wrong of [
      [],
      fitting.slice(1),
      [...fitting, 1],
      {},
      5,
      null,
      "x",
      Float32Array.of(1),
      fitting[0],
      [...fitting.slice(0, 3), [1, 2, 3]],
      { ...fitting },
    ]) {
      expect(() => net.setWeights(wrong as never), String(wrong)).toThrow(/^Model\.setWeights/);
    }
    expect(weightsHash(net)).toBe(before);
  });
});

test("a model is not cloned to an object that can do nothing, nor given properties that nothing reads", () => {
  const net = model();
  expect(() => structuredClone(net)).toThrow("could not be cloned");
  for (const name of ["learningRate", "optimizer", "loss", "weights"]) {
    expect(() => {
      (net as unknown as Record<string, unknown>)[name] = 1;
    }, name).toThrow(TypeError);
  }
  expect(() => {
    (net.recipe as { optimizer: { learningRate: unknown } }).optimizer.learningRate = 1;
  }).toThrow(StateError);
  expect(() => {
    (net.recipe as { optimizer: unknown }).optimizer = "adam";
  }).toThrow(TypeError);
});

test("labels are booleans or integers of 64 bits too", async () => {
  const classify = () =>
    sequential([dense({ units: 2 })], { inputShape: [2], seed: 1, engine }).compile({
      optimizer: "sgd",
      loss: "sparseCategoricalCrossentropy",
    });
  const plain = await classify().fit(x, [0, 1]);
  expect(await classify().fit(x, BigInt64Array.of(0n, 1n))).toEqual(plain);
  expect(await classify().fit(x, [false, true])).toEqual(plain);
  await expect(classify().fit(x, ["cat", "dog"] as never)).rejects.toThrow(ArgumentError);
});
