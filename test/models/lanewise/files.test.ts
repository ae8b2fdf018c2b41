// Models in files: what is read predicts what was saved, to the bit; and what cannot be saved or read.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ArgumentError, DataError } from "../../../src/errors.js";
import {
  constraints,
  dense,
  functional,
  Graph,
  layers,
  type Node,
  regularizers,
  relu,
  sequential,
  weightsHash,
} from "../../../src/index.js";
import { decodeSafetensors, encodeSafetensors, saveWeights } from "../../../src/io/index.js";
import { loadModel, modelFromBytes, modelToBytes, saveModel } from "../../../src/models/index.js";
import { RandomStream } from "../../../src/tensor/random.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import { type Engine, init } from "../../../src/wasm/engine.js";

let [simd, scalar]: Engine[] = [];
let folder: string;
beforeAll(async () => {
  scalar = await init({ build: "scalar" });
  simd = await init({ build: "simd" });
  folder = await mkdtemp(path.join(tmpdir(), "lanewise-models-"));
});
afterAll(() => rm(folder, { recursive: true }));

const random = new RandomStream(3, "examples");
const some = (...shape: number[]) =>
  new Tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform() - 0.5),
    shape,
  );

/** Every kind of layer that stands alone. */
const tall = () =>
  sequential(
    [
      layers.reshape({ shape: [3, 4] }),
      layers.flatten(),
      dense({ units: 8, activation: "elu", kernelInitializer: "heNormal", name: "first" }),
      layers.batchNormalization({ momentum: 0.9 }),
      layers.prelu(),
      layers.dropout({ rate: 0.25 }),
      dense({ units: 6, useBias: false, trainable: false, name: "tower/second" }),
      layers.layerNormalization({ epsilon: 1e-5 }),
      layers.gaussianNoise({ stddev: 0.1 }),
      layers.activation("tanh"),
      dense({ units: 3, activation: "softmax" }),
    ],
    { inputShape: [12], seed: 5 },
  );

describe("a model in a row", () => {
  test("comes back with layers, options, weights and what is frozen, in another build too", async () => {
    const model = tall();
    model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
    const x = some(20, 12);
    await model.fit(
      x,
      Array.from({ length: 20 }, () => random.below(3)),
      { epochs: 3 },
    );
    const file = path.join(folder, "deep", "tall.safetensors");
    await saveModel(model, file, { note: "three epochs" });
    for (const engine of [simd, scalar]) {
      const read = await loadModel(file, engine ? { engine } : {});
      expect(weightsHash(read)).toBe(weightsHash(model));
      expect(read.summary()).toBe(model.summary());
      expect(read.predict(x)).toEqual(model.predict(x));
      expect(read.layer("tower/second").trainable).toBe(false);
      expect(read.layer("first").trainable).toBe(true);
    }
  });

  test("trains on as the model it was saved from would have", async () => {
    const x = some(20, 12);
    const y = Array.from({ length: 20 }, () => random.below(3));
    const hashes = [tall(), modelFromBytes(modelToBytes(tall()))].map(async (model) => {
      model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
      await model.fit(x, y, { epochs: 2, batchSize: 8 });
      return weightsHash(model);
    });
    const [saved, read] = await Promise.all(hashes);
    expect(read).toBe(saved);
  });

  test("keeps regularizers and constraints, which go on to act", async () => {
    const { l1, l2, l1l2 } = regularizers;
    const { maxNorm, nonNeg, unitNorm } = constraints;
    const net = (strict: boolean) =>
      sequential(
        [
          dense({ units: 5, ...(strict && { kernelRegularizer: l2(0.3), kernelConstraint: maxNorm(1, { axis: 1 }) }) }),
          layers.prelu(strict ? { alphaRegularizer: l1(0.1), alphaConstraint: nonNeg() } : {}),
          dense({ units: 3, ...(strict && { activityRegularizer: l1l2({ l1: 0.2 }), kernelConstraint: unitNorm() }) }),
        ],
        { inputShape: [12], seed: 5 },
      );
    const x = some(20, 12);
    const y = Array.from({ length: 20 }, () => random.below(3));
    const hashes = [net(true), modelFromBytes(modelToBytes(net(true))), net(false)].map(async (model) => {
      model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
      await model.fit(x, y, { epochs: 2, batchSize: 8 });
      return weightsHash(model);
    });
    const [saved, read, without] = await Promise.all(hashes);
    expect(read).toBe(saved);
    expect(read).not.toBe(without);
    expect(() =>
      modelToBytes(sequential([dense({ units: 1, kernelConstraint: (w) => w })], { inputShape: [2] })),
    ).toThrow("dense has a function for kernelConstraint.");
  });

  test("reads the regularizers of the first version", () => {
    const model = sequential([dense({ units: 1, kernelRegularizer: regularizers.l2(0.3) })], { inputShape: [2] });
    const { tensors, metadata } = decodeSafetensors(modelToBytes(model));
    const architecture = metadata.architecture?.replace(
      '"kernelRegularizer":{"kind":"l1l2","options":{"l1":0,"l2":0.3}}',
      '"kernelRegularizer":{"kind":"l1l2","l1":0,"l2":0.3}',
    ) as string;
    expect(architecture).not.toBe(metadata.architecture);
    const read = modelFromBytes(encodeSafetensors(tensors, { ...metadata, version: "1", architecture }));
    const { kernelRegularizer } = read.layer("dense").options as { kernelRegularizer?: regularizers.Penalty };
    expect(kernelRegularizer?.config).toEqual({ kind: "l1l2", options: { l1: 0, l2: 0.3 } });
  });

  test.each([
    [{ kind: "nonNeg" }, DataError, 'kernelRegularizer: its kind must be one of "l1l2"; received "nonNeg".'],
    [null, DataError, 'kernelRegularizer: its kind must be one of "l1l2"; received undefined.'],
    [{ kind: "l1l2", options: { l1: -1, l2: 0 } }, DataError, "l1: factor must be"],
    [{ kind: "l1l2", options: [] }, DataError, "kernelRegularizer: its options must be an object; received []."],
    // As the first version had it.
    [{ kind: "l1l2", l1: -1, l2: 0 }, DataError, "l1: factor must be"],
  ])("refuses the regularizer %j of a file", (config, kind, message) => {
    const model = sequential([dense({ units: 1, kernelRegularizer: regularizers.l2() })], { inputShape: [2] });
    const { tensors, metadata } = decodeSafetensors(modelToBytes(model));
    const architecture = metadata.architecture?.replace(
      /"kernelRegularizer":{[^}]*}}/,
      () => `"kernelRegularizer":${JSON.stringify(config)}`,
    );
    const bytes = encodeSafetensors(tensors, { ...metadata, architecture: architecture as string });
    expect(() => modelFromBytes(bytes)).toThrow(kind);
    expect(() => modelFromBytes(bytes)).toThrow(message);
  });

  test("keeps frozen what was frozen afterwards", () => {
    const model = tall();
    model.freeze(/^first/);
    expect(modelFromBytes(modelToBytes(model)).layer("first").trainable).toBe(false);
  });
});

type Ends = Readonly<Record<string, Node>>;

describe("a model of any form", () => {
  const graph = new Graph({ seed: 1 });
  const [a, b] = [graph.placeholder("a", [null, 4]), graph.placeholder("b", [null, 4])];
  const shared = dense({ units: 3, activation: "relu", name: "shared" });
  const [left, right] = [shared.apply(a), shared.apply(b)];
  const joined = layers.concatenate({ name: "joined" }).apply([left, right]);
  const sum = layers.add({ name: "sum" }).apply([left, right]);
  const score = dense({ units: 1, name: "score" }).apply(joined);

  test("shared layers, joined branches, records of inputs and outputs", () => {
    const model = functional({ inputs: { a, b }, outputs: { score, sum } });
    const x = { a: some(5, 4), b: some(5, 4) };
    const read = modelFromBytes<Ends, Ends>(modelToBytes(model));
    expect(read.predict(x)).toEqual(model.predict(x));
    expect([...read.getWeights().keys()]).toEqual(["shared/kernel", "shared/bias", "score/kernel", "score/bias"]);
  });

  test("lists, and a part of a graph", () => {
    const model = functional({ inputs: [a, b], outputs: [sum] });
    const x = [some(2, 4), some(2, 4)] as const;
    const read = modelFromBytes<readonly [Node, Node], readonly [Node]>(modelToBytes(model));
    expect(read.predict(x)).toEqual(model.predict(x));
    expect(read.layers.map(({ name }) => name)).toEqual(["shared", "sum"]);
  });

  test("indices into an embedding", () => {
    const words = sequential([layers.embedding({ inputDim: 5, outputDim: 2 }), layers.flatten()], { inputShape: [3] });
    const x = [[0, 4, 2]];
    expect(modelFromBytes(modelToBytes(words)).predict(x)).toEqual(words.predict(x));
  });
});

describe("what cannot be saved", () => {
  test("functions and layers of one's own, all named", () => {
    const model = sequential(
      [
        dense({ units: 2, activation: (x) => relu(x), name: "odd" }),
        layers.lambda((x) => relu(x), { name: "own" }),
        dense({ units: 2, kernelRegularizer: (x) => x.graph && (x as never), name: "penalised" }),
      ].slice(0, 2),
      { inputShape: [2] },
    );
    expect(() => modelToBytes(model)).toThrow(ArgumentError);
    expect(() => modelToBytes(model)).toThrow("odd has a function for activation; own is a Lambda.");
  });

  test("ops between layers", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 2]);
    const y = dense({ units: 2 }).apply(relu(dense({ units: 2 }).apply(x)));
    expect(() => modelToBytes(functional({ inputs: x, outputs: y }))).toThrow("must be made of layers alone");
  });

  test("what is no model, and metadata that are not free", () => {
    expect(() => modelToBytes({} as never)).toThrow("modelToBytes: it needs a model; received an object.");
    expect(() => modelToBytes(tall(), { architecture: "mine" })).toThrow(
      'the metadata "architecture" must be left to Lanewise',
    );
  });
});

describe("what cannot be read", () => {
  const good = () => sequential([dense({ units: 2, name: "d" })], { inputShape: [3] });
  const parts = () => {
    const { tensors, metadata } = decodeSafetensors(modelToBytes(good()));
    return { tensors, metadata, architecture: JSON.parse(metadata.architecture as string) };
  };
  const altered = (change: (architecture: ReturnType<typeof parts>["architecture"]) => unknown) => {
    const { tensors, metadata, architecture } = parts();
    const changed = change(architecture) ?? architecture;
    return encodeSafetensors(tensors, { ...metadata, architecture: JSON.stringify(changed) });
  };

  test("sizes without weights take no memory", () => {
    const bytes = altered((a) => {
      a.layers[0].options.units = 2 ** 30;
    });
    const before = process.memoryUsage().arrayBuffers;
    expect(() => modelFromBytes(bytes)).toThrow(DataError);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });

  test("weights alone", async () => {
    const file = path.join(folder, "weights.safetensors");
    await saveWeights(good(), file);
    await expect(loadModel(file)).rejects.toThrow(/the file must hold a model; its format is "lanewise"/);
  });

  // biome-ignore lint/suspicious/noExplicitAny: it is JSON
  test.each<[string, (a: any) => unknown, new () => Error, string]>([
    ["no object", () => 3, DataError, "the architecture must be an object; received 3."],
    [
      "no seed",
      (a) => ({ ...a, seed: -1 }),
      DataError,
      "seed of the architecture is not as it should be; received -1.",
    ],
    [
      "a shape of texts",
      (a) => {
        a.inputs[0].shape = ["3"];
      },
      DataError,
      "inputs of the architecture",
    ],
    [
      "an unknown kind",
      (a) => {
        a.layers[0].kind = "Conv3D";
      },
      DataError,
      "these layers are not supported: Conv3D d.",
    ],
    [
      "a kind that objects have",
      (a) => {
        a.layers[0].kind = "constructor";
      },
      DataError,
      "not supported: constructor d.",
    ],
    [
      "a name twice",
      (a) => {
        a.layers.push(a.layers[0]);
      },
      DataError,
      'received "d" twice.',
    ],
    [
      "an unknown layer",
      (a) => {
        a.uses[0].layer = "e";
      },
      DataError,
      'there is no layer "e".',
    ],
    [
      "a value before it is made",
      (a) => {
        a.uses[0].sources = [["d", 0]];
      },
      DataError,
      '"d" is not.',
    ],
    [
      "options that the layer refuses",
      (a) => {
        a.layers[0].options.units = 0;
      },
      DataError,
      "Dense: units must be",
    ],
    [
      "options that it does not know",
      (a) => {
        a.layers[0].options.unit = 1;
      },
      DataError,
      "Dense: options must be",
    ],
    [
      "units that are not there",
      (a) => {
        a.layers[0].options.units = 1e9;
      },
      DataError,
      "a session holds at most",
    ],
    [
      "weights that are not there",
      (a) => {
        a.layers[0].options.useBias = false;
      },
      DataError,
      "not in the model: d/bias",
    ],
    ["ends that are none", (a) => ({ ...a, outputForm: {} }), DataError, "outputForm of the architecture"],
  ])("%s", (_, change, type, message) => {
    const bytes = altered(change);
    expect(() => modelFromBytes(bytes)).toThrow(type);
    expect(() => modelFromBytes(bytes)).toThrow(message);
  });
});
