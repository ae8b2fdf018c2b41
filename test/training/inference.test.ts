// Predicting, evaluating, and the weights as values.

import { describe, expect, test } from "vitest";
import { dense, sequential, Tensor, tensor, weightsHash } from "../../src/index.js";
import { builds, engineOf, isExact } from "../support/builds.js";
import { expectSameBits } from "../support/compare-floats.js";
import { engine } from "../support/exact-engine.js";
import { classifier, x, y } from "./small-classifier.js";

describe("predict", () => {
  const model = classifier();
  const all = model.predict(x);

  test("gives an output per example", () => {
    expect(all.shape).toEqual([50, 3]);
    expect(all.dtype).toBe("float32");
  });

  test("one flat example, and several", () => {
    const one = model.predict(x.data.subarray(0, 6));
    expect(one.shape).toEqual([1, 3]);
    expectSameBits("one", one.data, all.data.subarray(0, 3));
    expectSameBits("four", model.predict(x.data.subarray(12, 36)).data, all.data.subarray(6, 18));
    expectSameBits("nested", model.predict([[...x.data.subarray(0, 6)]]).data, all.data.subarray(0, 3));
  });

  test("has the same bits in chunks of any size, and in the other build", () => {
    for (const batchSize of [1, 2, 3, 7, 16, 49, 50, 51, 256]) {
      expectSameBits(`batchSize ${batchSize}`, model.predict(x, { batchSize }).data, all.data);
    }
    for (const build of builds.filter(isExact)) {
      expectSameBits(build, classifier({ engine: engineOf(build) }).predict(x).data, all.data);
    }
  });

  test("changes nothing, and needs neither compile nor training", () => {
    const untrained = sequential([dense({ units: 2 })], { inputShape: [6], engine });
    const hash = weightsHash(untrained);
    expect(untrained.predict(x).shape).toEqual([50, 2]);
    expect(weightsHash(untrained)).toBe(hash);
  });

  test("gives a value of one's own", () => {
    const before = model.predict(x);
    before.data.fill(0);
    expectSameBits("later", model.predict(x).data, all.data);
  });
});

describe("evaluate", () => {
  test("is the mean over the examples, in chunks of any size", async () => {
    const model = classifier();
    const { loss, accuracy } = await model.evaluate(x, y);
    const output = model.predict(x).toArray() as number[][];
    const losses = output.map((row, i) => {
      const largest = Math.max(...row);
      return Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0)) + largest - row[y.data[i]!]!;
    });
    const hits = output.filter((row, i) => row.indexOf(Math.max(...row)) === y.data[i]);
    expect(loss).toBeCloseTo(losses.reduce((a, b) => a + b) / 50, 5);
    expect(accuracy).toBeCloseTo(hits.length / 50, 6);
    for (const batchSize of [1, 7, 50]) {
      const again = await model.evaluate(x, y, { batchSize });
      expect(again.loss).toBeCloseTo(loss as number, 6);
      expect(again.accuracy).toBeCloseTo(accuracy as number, 6);
    }
  });

  test("changes nothing", async () => {
    const model = classifier();
    const hash = weightsHash(model);
    await model.evaluate(x, y);
    expect(weightsHash(model)).toBe(hash);
    expect(model.session.get("sgd/step").item()).toBe(0);
  });
});

describe("weights", () => {
  test("got from one model and set in another make it the same", () => {
    const [model, other] = [classifier(), classifier({ seed: 9 })];
    expect(weightsHash(other)).not.toBe(weightsHash(model));
    other.setWeights(model.getWeights());
    expect(weightsHash(other)).toBe(weightsHash(model));
    expectSameBits("predictions", other.predict(x).data, model.predict(x).data);
  });

  test("are copies both ways", async () => {
    const model = classifier();
    const before = weightsHash(model);
    const weights = model.getWeights();
    model.setWeights(weights);
    for (const { data } of weights.values()) data.fill(7);
    expect(weightsHash(model)).toBe(before);
    const kept = model.getWeights();
    await model.fit(x, y);
    model.setWeights(kept);
    expect(weightsHash(model)).toBe(before);
  });

  test("set by name, in any order, from tensors of either type", () => {
    const model = sequential([dense({ units: 2 })], { inputShape: [1], engine });
    model.setWeights(
      new Map([
        ["dense/bias", new Tensor(Int32Array.of(3, -3))],
        ["dense/kernel", tensor([[1, 2]])],
      ]),
    );
    expect(model.predict([[10]]).toArray()).toEqual([[13, 17]]);
  });
});
