// A trained model through lanewise/io and back.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ArgumentError, dense, type Layer, ShapeError, sequential, weightsHash } from "../../../src/index.js";
import {
  decodeSafetensors,
  loadWeights,
  saveWeights,
  weightsFromBytes,
  weightsToBytes,
} from "../../../src/io/index.js";
import { engineOf } from "../../support/builds.js";
import { expectSameBits } from "../../support/compare-floats.js";
import { engine } from "../../support/exact-engine.js";
import { smallClassification } from "../../support/small-classification.js";

const { x, y } = smallClassification(64, 5, 3);
const hiddenAndOutput = (): Layer[] => [dense({ units: 7, activation: "relu" }), dense({ units: 3, name: "outputs" })];

function classifier(seed: number, layers = hiddenAndOutput()) {
  return sequential(layers, { inputShape: [5], seed, engine }).compile({
    optimizer: "adam",
    loss: "sparseCategoricalCrossentropy",
  });
}
const trained = classifier(1);
await trained.fit(x, y, { epochs: 5 });
const hash = weightsHash(trained);

test("bytes hold the variables by name, and bring the hash back", () => {
  const bytes = weightsToBytes(trained);
  expect([...decodeSafetensors(bytes).tensors.keys()]).toEqual(trained.variables.map(({ name }) => name));
  const other = classifier(2);
  expect(weightsHash(other)).not.toBe(hash);
  weightsFromBytes(other, bytes);
  expect(weightsHash(other)).toBe(hash);
  expectSameBits("predictions", other.predict(x).data, trained.predict(x).data);
  expect(weightsToBytes(other)).toEqual(bytes);
});

test("a file does as well, in another build, and training goes on from there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lanewise-model-"));
  try {
    const path = join(folder, "model.safetensors");
    await saveWeights(trained, path);
    const loaded = sequential(hiddenAndOutput(), { inputShape: [5], engine: engineOf("scalar") });
    await loadWeights(loaded, path);
    expect(weightsHash(loaded)).toBe(hash);
    expectSameBits("predictions", loaded.predict(x).data, trained.predict(x).data);
    loaded.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    await loaded.fit(x, y);
    expect(weightsHash(loaded)).not.toBe(hash);
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe("weights of another model are refused, and nothing changes", () => {
  test.each([
    [
      "other names",
      [dense({ units: 7 }), dense({ units: 3 })],
      ArgumentError,
      "Model.setWeights: the weights must be those of the model; missing: outputs/kernel, outputs/bias; " +
        "not in the model: dense_1/kernel, dense_1/bias.",
    ],
    [
      "other shapes",
      [dense({ units: 8 }), dense({ units: 3, name: "outputs" })],
      ShapeError,
      "Model.setWeights: shapes must be those of the model; dense/kernel is [5, 7], received [5, 8]; " +
        "dense/bias is [7], received [8]; outputs/kernel is [7, 3], received [8, 3].",
    ],
  ])("%s", (_, layers, Refusal, message) => {
    const bytes = weightsToBytes(classifier(3, layers));
    expect(() => weightsFromBytes(trained, bytes)).toThrow(new Refusal(message));
    expect(weightsHash(trained)).toBe(hash);
  });

  test("a truncated file", () => {
    const bytes = weightsToBytes(trained);
    expect(() => weightsFromBytes(trained, bytes.slice(0, -1))).toThrow(/^weightsFromBytes: /);
    expect(weightsHash(trained)).toBe(hash);
  });
});
