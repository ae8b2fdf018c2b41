// Saving and loading the weights of anything that has getWeights and setWeights.

import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ArgumentError, DataError, ShapeError, StateError } from "../../src/errors.js";
import {
  checkpointToBytes,
  decodeSafetensors,
  encodeSafetensors,
  type HasWeights,
  loadWeights,
  saveWeights,
  weightsFromBytes,
  weightsToBytes,
} from "../../src/io/index.js";
import { sameShape } from "../../src/tensor/shape.js";
import { type Tensor, tensor } from "../../src/tensor/tensor.js";
import { contentOf, rawFile } from "./raw-file.js";

/** The least that is a model: copies values in, and refuses names and shapes it does not have. */
class Weights implements HasWeights {
  constructor(readonly values: Map<string, Tensor>) {}
  getWeights(): ReadonlyMap<string, Tensor> {
    return this.values;
  }
  setWeights(weights: ReadonlyMap<string, Tensor>): void {
    for (const name of weights.keys()) {
      if (!this.values.has(name)) throw new ShapeError(`Weights: there is no ${name}.`);
    }
    for (const [name, { shape }] of this.values) {
      const given = weights.get(name);
      if (given === undefined || !sameShape(given.shape, shape)) throw new ShapeError(`Weights: ${name} does not fit.`);
    }
    for (const [name, { data }] of this.values) data.set((weights.get(name) as Tensor).data);
  }
}

const model = (scale: number): Weights =>
  new Weights(
    new Map([
      [
        "dense_1/kernel",
        tensor(
          [
            [1, 2, 3],
            [4, 5, 6],
          ].map((row) => row.map((value) => value * scale)),
        ),
      ],
      ["dense_1/bias", tensor([-0, scale, Number.NaN])],
      ["step", tensor(scale, { dtype: "int32" })],
    ]),
  );
const contents = (weights: Weights) => [...weights.values].map(([name, value]) => [name, contentOf(value)]);

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lanewise-weights-"));
  path = join(folder, "model.safetensors");
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("through bytes and back, to the bit", () => {
  const other = model(2);
  weightsFromBytes(other, weightsToBytes(model(3)));
  expect(contents(other)).toEqual(contents(model(3)));
});

test("through a file and back, to the bit", async () => {
  const other = model(2);
  await saveWeights(model(3), path);
  await loadWeights(other, path);
  expect(contents(other)).toEqual(contents(model(3)));
  expect(new Uint8Array(readFileSync(path))).toEqual(weightsToBytes(model(3)));
  expect(await readdir(folder)).toEqual(["model.safetensors"]);
});

test("the weights of a checkpoint, without what an optimizer keeps; of other files all must be the model's", () => {
  const weights = model(3).values;
  const tensors = new Map([...weights, ["adam/step", tensor(7)] as const]);
  const other = model(2);
  weightsFromBytes(other, checkpointToBytes({ tensors, training: {} }));
  expect(contents(other)).toEqual(contents(model(3)));
  const [, ...fewer] = weights;
  const incomplete = checkpointToBytes({ tensors: new Map(fewer), training: {} });
  expect(() => weightsFromBytes(other, incomplete)).toThrow(ShapeError);
  expect(() => weightsFromBytes(other, encodeSafetensors(tensors))).toThrow(ShapeError);
});

test("the weights saved are those at the time of the call", async () => {
  const training = model(3);
  const saving = saveWeights(training, path);
  for (const { data } of training.values.values()) data.fill(0);
  await saving;
  const other = model(2);
  await loadWeights(other, path);
  expect(contents(other)).toEqual(contents(model(3)));
});

describe("metadata", () => {
  test("format and version come first, the user's after them", () => {
    const { metadata } = decodeSafetensors(weightsToBytes(model(1), { epoch: "12", note: "häß" }));
    expect(Object.entries(metadata)).toEqual([
      ["format", "lanewise"],
      ["version", "1"],
      ["epoch", "12"],
      ["note", "häß"],
    ]);
  });

  test("what a file held may be given again", () => {
    const { metadata } = decodeSafetensors(weightsToBytes(model(1), { epoch: "12" }));
    expect(weightsToBytes(model(1), metadata)).toEqual(weightsToBytes(model(1), { epoch: "12" }));
  });

  test("format and version cannot be changed", async () => {
    expect(() => weightsToBytes(model(1), { format: "pt" })).toThrow(
      new ArgumentError(
        'weightsToBytes: the metadata "format" must be left to Lanewise; received "pt". Use another key.',
      ),
    );
    await expect(saveWeights(model(1), path, { version: "2" })).rejects.toThrow(
      new ArgumentError('saveWeights: the metadata "version" must be left to Lanewise; received "2". Use another key.'),
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test("files of others are read, files of a later Lanewise are refused", () => {
    const { tensors } = decodeSafetensors(weightsToBytes(model(3)));
    for (const metadata of [{}, { format: "pt" }, { version: "7" }]) {
      const other = model(2);
      weightsFromBytes(other, encodeSafetensors(tensors, metadata));
      expect(contents(other)).toEqual(contents(model(3)));
    }
    const other = model(2);
    expect(() => weightsFromBytes(other, encodeSafetensors(tensors, { format: "lanewise", version: "2" }))).toThrow(
      new DataError('weightsFromBytes: the version of the file must be "1"; received "2". Update Lanewise.'),
    );
    expect(contents(other)).toEqual(contents(model(2)));
  });
});

describe("failures leave the model and the old file alone", () => {
  test("a missing file", async () => {
    await expect(loadWeights(model(1), "no/such.safetensors")).rejects.toThrow(
      new DataError(
        'loadWeights: the file must exist; "no/such.safetensors" does not. Check the path and the working folder.',
      ),
    );
  });

  test("a broken file is named in the message", async () => {
    await writeFile(path, rawFile("{}", 0, 9n));
    const error = await loadWeights(model(1), path).catch((reason) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(
      /^loadWeights: ".+": the header must lie inside the file; it ends at byte 17 of 10\./,
    );
  });

  test("weights that do not fit", () => {
    const other = model(2);
    const bytes = encodeSafetensors({ ...Object.fromEntries(model(3).values), step: tensor([1, 2]) });
    expect(() => weightsFromBytes(other, bytes)).toThrow(new ShapeError("Weights: step does not fit."));
    expect(contents(other)).toEqual(contents(model(2)));
  });

  test("a target that cannot be written", async () => {
    await saveWeights(model(3), path);
    await expect(saveWeights(model(2), join(path, "inside"))).rejects.toThrow(/^saveWeights: every parent of the path/);
    expect(new Uint8Array(readFileSync(path))).toEqual(weightsToBytes(model(3)));
    expect(await readdir(folder)).toEqual(["model.safetensors"]);
  });

  test("what is no model", async () => {
    expect(() => weightsToBytes({} as never)).toThrow(
      new ArgumentError("weightsToBytes: model must have getWeights and setWeights; received an object."),
    );
    await expect(loadWeights(undefined as never, path)).rejects.toThrow(
      new ArgumentError("loadWeights: model must have getWeights and setWeights; received undefined."),
    );
  });

  test("a host without files", async () => {
    vi.stubGlobal("process", undefined);
    const attempts = [saveWeights(model(1), path), loadWeights(model(1), path)];
    vi.unstubAllGlobals();
    for (const attempt of await Promise.allSettled(attempts)) {
      expect(attempt).toMatchObject({ reason: expect.any(StateError) });
    }
  });
});
