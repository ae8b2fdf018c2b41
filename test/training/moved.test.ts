// Arrays whose numbers are gone, since their buffers were moved to another thread or have shrunk: nothing is trained on
// the zeros or NaN that reading on would give.

import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  callbacks,
  dense,
  type Model,
  StateError,
  sequential,
  Tensor,
  tensor,
} from "../../src/index.js";
import { engine } from "../support/exact-engine.js";
import { smallClassification } from "../support/small-classification.js";

const COUNT = 40;
const { x, y } = smallClassification(COUNT, 4, 3);

function classifier(): Model {
  return sequential([dense({ units: 5, activation: "relu" }), dense({ units: 3 })], {
    inputShape: [4],
    seed: 1,
    engine,
  })
    .freeze(/^dense\//)
    .compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
}
const features = () => Float32Array.from(x.data);
const labels = () => Int32Array.from(y.data);
/** Once: from Node 22 on, a buffer that is gone cannot be moved again. */
const move = (array: ArrayBufferView) => {
  if (array.byteLength > 0) structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] });
};
const gone = /must stay as it is while it is read; it held \d+ numbers and holds \d+: its buffer was moved/;

describe("moved away during a fit", () => {
  const cases = {
    features: (model: Model, at: object) => {
      const data = features();
      return model.fit(data, labels(), { ...at, onStep: () => move(data) } as never);
    },
    labels: (model: Model, at: object) => {
      const data = labels();
      return model.fit(features(), data, { ...at, onStep: () => move(data) } as never);
    },
    "weights of the examples": (model: Model, at: object) => {
      const data = new Float32Array(COUNT).fill(1);
      return model.fit(features(), labels(), { ...at, sampleWeight: data, onStep: () => move(data) } as never);
    },
    "validation data": (model: Model, at: object) => {
      const data = features();
      const validationData = [data, labels()] as const;
      return model.fit(features(), labels(), { ...at, validationData, onStep: () => move(data) } as never);
    },
    "the split for validation": (model: Model, at: object) => {
      const data = features();
      return model.fit(data, labels(), { ...at, validationSplit: 0.5, onStep: () => move(data) } as never);
    },
    "a tensor": (model: Model, at: object) => {
      const data = features();
      return model.fit(new Tensor(data, [COUNT, 4]), labels(), { ...at, onStep: () => move(data) } as never);
    },
  };
  test.each(Object.entries(cases))("%s", async (_, begin) => {
    for (const shuffle of [true, false]) {
      const model = classifier().unfreeze();
      const seen = callbacks.history();
      const fitting = begin(model, { epochs: 5, batchSize: 10, shuffle, callbacks: [seen] });
      await expect(fitting).rejects.toThrow(StateError);
      await expect(fitting).rejects.toThrow(gone);
      for (const { data } of model.getWeights().values()) expect(data.every(Number.isFinite)).toBe(true);
      expect(Object.values(seen.metrics).flat().every(Number.isFinite)).toBe(true);
    }
  });

  test("under a cache of what frozen layers give, validation included", async () => {
    const data = features();
    // The cache is a copy: what is under it is no longer read.
    await classifier().fit(data, labels(), { epochs: 2, onEpochEnd: () => move(data) });
    const target = labels();
    const fit = classifier().fit(features(), target, { epochs: 2, onEpochEnd: () => move(target) });
    await expect(fit).rejects.toThrow(gone);
  });

  test("while a batch of a generator waits for its step", async () => {
    const data = features();
    async function* batches() {
      yield [data, labels()] as const;
      yield [data, labels()] as const;
    }
    const fit = classifier().fit(batches, { onStep: () => move(data) });
    await expect(fit).rejects.toThrow(/^Model\.fit: a batch: features: the array is empty: its buffer was moved/);
    const late = features();
    const feeds = {
      onStepEnd: async (training: { feeds(): unknown }) => {
        move(late);
        training.feeds();
      },
    };
    const other = classifier().fit(() => [[late, labels()] as const], { callbacks: [feeds as never] });
    await expect(other).rejects.toThrow(gone);
  });
});

// What TypeScript 7 does not declare for ES2023.
type Resizable = ArrayBuffer & { resize(bytes: number): void };
const resizable = (bytes: number, most: number) =>
  new (ArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => Resizable)(bytes, {
    maxByteLength: most,
  });

describe("a buffer that is resized during a fit", () => {
  test.each([
    ["a view of fixed length", (buffer: ArrayBuffer) => new Float32Array(buffer, 0, 4 * COUNT)],
    ["a view that follows its buffer", (buffer: ArrayBuffer) => new Float32Array(buffer)],
  ])("shrunk, under %s: StateError", async (_, view) => {
    const buffer = resizable(16 * COUNT, 32 * COUNT);
    const data = view(buffer);
    data.set(features());
    const fit = classifier().fit(data, labels(), { epochs: 3, onEpochEnd: () => buffer.resize(16 * COUNT - 16) });
    // The frozen layer's cache would hide it.
    await fit;
    const again = view(resizable(16 * COUNT, 32 * COUNT));
    again.set(features());
    const shrink = () => (again.buffer as Resizable).resize(16 * COUNT - 16);
    await expect(
      classifier().fit(again, labels(), { epochs: 3, cacheFrozen: false, onEpochEnd: shrink }),
    ).rejects.toThrow(gone);
  });

  test("grown: the examples are those that were given", async () => {
    const plain = classifier();
    await plain.fit(features(), labels(), { epochs: 3 });
    const buffer = resizable(16 * COUNT, 32 * COUNT);
    const data = new Float32Array(buffer);
    data.set(features());
    const model = classifier();
    await model.fit(data, labels(), { epochs: 3, cacheFrozen: false, onEpochEnd: () => buffer.resize(32 * COUNT) });
    expect(model.getWeights()).toEqual(plain.getWeights());
  });
});

describe("moved away before", () => {
  const message = /the array is empty: its buffer was moved to another thread already, or has shrunk\.$/;
  test.each(["an array", "a tensor"])("%s is refused wherever it is read", async (kind) => {
    const data = features();
    const given = kind === "a tensor" ? new Tensor(data, [COUNT, 4]) : data;
    const target = labels();
    move(data);
    move(target);
    const model = classifier();
    await expect(model.fit(given, labels())).rejects.toThrow(message);
    await expect(model.fit(features(), target)).rejects.toThrow(message);
    await expect(model.evaluate(given, labels())).rejects.toThrow(ArgumentError);
    expect(() => model.predict(given)).toThrow(message);
    expect(() => model.trainOnBatch(given, labels())).toThrow(message);
    expect(() => model.session.run(model.output, new Map([[model.input, given]]))).toThrow(message);
    expect(() => tensor(given)).toThrow(message);
  });

  test("arrays that are empty by themselves are what they are", () => {
    expect(tensor(new Float32Array(0)).shape).toEqual([0]);
  });
});
