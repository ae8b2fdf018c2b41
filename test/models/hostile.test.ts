// Files of models that say what is not so, and folders that were saved into while something else happened.

import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DataError } from "../../src/errors.js";
import { dense, init, sequential } from "../../src/index.js";
import { decodeLayersModel, encodeLayersModel, loadLayersModel, saveLayersModel } from "../../src/models/index.js";

let folder: string;
beforeAll(async () => {
  await init();
  folder = await mkdtemp(path.join(tmpdir(), "lanewise-hostile-"));
});
afterAll(() => rm(folder, { recursive: true }));

const denseLayer = (name: string, more: object = {}) => ({
  class_name: "Dense",
  config: { name, units: 1, activation: "linear", use_bias: false, ...more },
});
const first = denseLayer("d", { batch_input_shape: [null, 1] });
const kernel = { name: "d/kernel", shape: [1, 1], dtype: "float32" };

function files(layers: readonly object[], weights: readonly object[], paths: readonly string[] = ["w"], size = 4) {
  const topology = { class_name: "Sequential", keras_version: "2.15.0", config: { name: "s", layers } };
  const json = JSON.stringify({ modelTopology: topology, weightsManifest: [{ paths, weights }] });
  return { json, shards: new Map([["w", new Uint8Array(size)]]) };
}

describe("model.json", () => {
  test("the optimizer's state is left out", () => {
    const json = files(
      [first],
      [
        kernel,
        { name: "iter", shape: [], dtype: "int32", group: "optimizer" },
        { name: "d/kernel/m", shape: [1, 1], dtype: "float32", group: "optimizer" },
      ],
    ).json;
    const shards = new Map([["w", new Uint8Array(Float32Array.of(2, 0, 0).buffer)]]);
    expect(decodeLayersModel({ json, shards }).predict([[3]]).data[0]).toBe(6);
  });

  test("a file named a thousand times takes no memory", () => {
    const given = files([first], [], Array(1000).fill("w"), 2 ** 20);
    const before = process.memoryUsage().arrayBuffers;
    expect(() => decodeLayersModel(given)).toThrow('must name each file once; received "w" twice.');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });

  test.each(["constructor", "__proto__", "toString", "string"])("a dtype %s", (dtype) => {
    expect(() => decodeLayersModel(files([first], [{ ...kernel, dtype }]))).toThrow(DataError);
    expect(() => decodeLayersModel(files([first], [{ ...kernel, quantization: { dtype } }]))).toThrow(DataError);
  });

  test.each([
    ["wrong units", [denseLayer("d", { units: 0, batch_input_shape: [null, 1] })]],
    ["units of another kind", [denseLayer("d", { units: "1", batch_input_shape: [null, 1] })]],
    ["more units than memory", [denseLayer("d", { units: 2 ** 40, batch_input_shape: [null, 2 ** 40] })]],
    ["a wrong rate", [first, { class_name: "Dropout", config: { name: "d2", rate: 2 } }]],
    ["a wrong slope", [first, { class_name: "LeakyReLU", config: { name: "l", alpha: "x" } }]],
    ["a wrong shape", [first, { class_name: "Reshape", config: { name: "r", target_shape: [7] } }]],
    ["an axis that is not there", [first, { class_name: "BatchNormalization", config: { name: "b", axis: 7 } }]],
    ["a name that is none", [first, denseLayer("/")]],
    ["a name twice", [first, denseLayer("d")]],
    ["a layer that joins, in a row", [first, { class_name: "Dot", config: { name: "x", axes: 1 } }]],
    [
      "an activation that has weights",
      [denseLayer("d", { batch_input_shape: [null, 1], activation: { class_name: "PReLU", config: {} } })],
    ],
    [
      "a layer in a layer of its kind",
      [
        first,
        { class_name: "TimeDistributed", config: { name: "t", layer: { class_name: "TimeDistributed", config: {} } } },
      ],
    ],
  ])("%s ends in DataError that names the file and the place", (_, layers) => {
    const act = () => decodeLayersModel(files(layers, [kernel]));
    expect(act).toThrow(DataError);
    expect(act).toThrow(/^decodeLayersModel: /);
  });

  test("the file of a model that is refused is named", async () => {
    const file = path.join(folder, "wrong.json");
    await writeFile(file, files([denseLayer("d", { units: 0, batch_input_shape: [null, 1] })], [kernel]).json);
    await writeFile(path.join(folder, "w"), new Uint8Array(4));
    await expect(loadLayersModel(file)).rejects.toThrow(
      `loadLayersModel: ${JSON.stringify(file)}: layer "d": Dense: units`,
    );
  });

  test("models within models to any depth, and uses that double at each level", () => {
    let nested: object = denseLayer("d", { batch_input_shape: [null, 1] });
    for (let i = 0; i < 300; i++) nested = { class_name: "Sequential", config: { name: `s${i}`, layers: [nested] } };
    expect(() => decodeLayersModel(files([nested], [kernel]))).toThrow("models may be nested 64 deep");

    const input = {
      class_name: "InputLayer",
      name: "x",
      config: { batch_input_shape: [null, 1], name: "x" },
      inbound_nodes: [],
    };
    const level = (name: string, inner: object): object => ({
      class_name: "Functional",
      name,
      config: {
        name,
        layers: [input, { ...inner, name: "inner", inbound_nodes: [[["x", 0, 0, {}]], [["inner", 0, 0, {}]]] }],
        input_layers: [["x", 0, 0]],
        output_layers: [["inner", 1, 0]],
      },
    });
    let twice: object = denseLayer("d");
    for (let i = 0; i < 40; i++) twice = level(`m${i}`, twice);
    expect(() => decodeLayersModel(files([twice], [kernel]))).toThrow("layers may be used 200000 times in all");
  });

  test("four thousand layers are read in a time that grows with their number", () => {
    const read = (count: number) => {
      const layers = [
        first,
        ...Array.from({ length: count - 1 }, (_, i) => ({
          class_name: "Activation",
          config: { name: `a${i}`, activation: "linear" },
        })),
      ];
      const given = files(layers, [kernel]);
      const from = performance.now();
      decodeLayersModel(given);
      return performance.now() - from;
    };
    read(500);
    const ratio = Math.min(...[0, 1, 2].map(() => read(4000) / read(1000)));
    expect(ratio).toBeLessThan(10);
  });
});

describe("a folder with a model", () => {
  const model = (seed: number) => sequential([dense({ units: 3 })], { inputShape: [2], seed });
  const x = [[1, 2]];

  test("holds one file of weights after each save, under a new name", async () => {
    const into = path.join(folder, "net");
    const names = new Set<string>();
    for (const seed of [1, 2, 3]) {
      await saveLayersModel(model(seed), into);
      const files = (await readdir(into)).sort();
      expect(files).toEqual(["model.json", expect.stringMatching(/^weights-[0-9a-f]{8}\.bin$/)]);
      names.add(files[1] as string);
      expect((await loadLayersModel(path.join(into, "model.json"))).predict(x)).toEqual(model(seed).predict(x));
    }
    expect(names.size).toBe(3);
  });

  test("is the old model while the new weights lie there alone, as after a kill; files of others stay", async () => {
    const into = path.join(folder, "killed");
    await saveLayersModel(model(1), into);
    const before = await readFile(path.join(into, "model.json"), "utf8");
    const old = (await readdir(into)).find((name) => name.endsWith(".bin")) as string;
    const weights = await readFile(path.join(into, old));
    await saveLayersModel(model(2), into);
    await writeFile(path.join(into, "model.json"), before);
    await writeFile(path.join(into, old), weights);
    expect((await loadLayersModel(path.join(into, "model.json"))).predict(x)).toEqual(model(1).predict(x));
    // An hour later the weights that nobody names are removed; what is not ours is not.
    const stray = (await readdir(into)).find((name) => name.endsWith(".bin") && name !== old) as string;
    await writeFile(path.join(into, "weights-of-mine.bin"), "x");
    for (const name of [stray, "weights-of-mine.bin"]) await utimes(path.join(into, name), 0, 0);
    await saveLayersModel(model(3), into);
    const left = await readdir(into);
    expect(left).toHaveLength(3);
    expect(left).toContain("weights-of-mine.bin");
    expect((await loadLayersModel(path.join(into, "model.json"))).predict(x)).toEqual(model(3).predict(x));
  });

  test("can be read while others save into it", async () => {
    const into = path.join(folder, "busy");
    const [a, b] = [model(1), model(2)];
    await saveLayersModel(a, into);
    const allowed = [a, b].map((each) => String(each.predict(x).data));
    const saves = (async () => {
      for (let i = 0; i < 10; i++) await Promise.all([saveLayersModel(a, into), saveLayersModel(b, into)]);
    })();
    for (let i = 0; i < 20; i++) {
      const read = await loadLayersModel(path.join(into, "model.json"));
      expect(allowed).toContain(String(read.predict(x).data));
    }
    await saves;
  });

  test("what encodeLayersModel gives has one name", () => {
    expect([...encodeLayersModel(model(1)).shards.keys()]).toEqual(["weights.bin"]);
  });
});
