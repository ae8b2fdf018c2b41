import { describe, expect, test } from "vitest";
import { epochOrder } from "../../../src/data/pipeline/batches.js";
import {
  adam,
  dense,
  type FitOptions,
  type Loss,
  type Metrics,
  type Progress,
  sequential,
  sgd,
  tensor,
  weightsHash,
} from "../../../src/index.js";
import { sparseCategoricalCrossentropy } from "../../../src/nn/losses/sparseCategoricalCrossentropy.js";
import { accuracy as accuracyMetric } from "../../../src/nn/metrics/accuracy.js";
import { builds, engineOf, isExact } from "../../support/builds.js";
import { engine } from "../../support/exact-engine.js";
import { smallClassification } from "../../support/small-classification.js";
import { classifier, compiled, hashAfter, x, y } from "../small-classifier.js";

/** The rows in the order given. */
function reordered(order: ArrayLike<number>) {
  const rows = Array.from(order);
  return {
    x: tensor(rows.map((row) => [...x.data.subarray(row * 6, row * 6 + 6)])),
    y: tensor(rows.map((row) => y.data[row] as number)),
  };
}

describe("summary", () => {
  test("is a table of layers, output shapes and parameters", () => {
    const layers = [
      dense({ units: 300, activation: "relu", name: "hidden1" }),
      dense({ units: 100, activation: "relu" }),
      dense({ units: 100, useBias: false }),
      dense({ units: 10, activation: "softmax", name: "outputs" }),
    ];
    expect(sequential(layers, { inputShape: [784] }).summary()).toBe(
      [
        "Layer            Output shape  Parameters",
        "-----------------------------------------",
        "input            [null, 784]            0",
        "hidden1 (Dense)  [null, 300]      235,500",
        "dense (Dense)    [null, 100]       30,100",
        "dense_1 (Dense)  [null, 100]       10,000",
        "outputs (Dense)  [null, 10]         1,010",
        "-----------------------------------------",
        "276,610 parameters, 276,610 of them trainable",
      ].join("\n"),
    );
  });

  test("names the variables as the graph does", () => {
    const model = classifier();
    expect(model.variables.map(({ name }) => name)).toEqual([
      "dense/kernel",
      "dense/bias",
      "dense_1/kernel",
      "dense_1/bias",
    ]);
    expect([...model.getWeights()].map(([name, { shape }]) => [name, shape])).toEqual([
      ["dense/kernel", [6, 8]],
      ["dense/bias", [8]],
      ["dense_1/kernel", [8, 3]],
      ["dense_1/bias", [3]],
    ]);
    expect([model.input.shape, model.output.shape]).toEqual([
      [null, 6],
      [null, 3],
    ]);
  });
});

describe("fit", () => {
  test("tells loss and metrics after each epoch, and those of the validation data", async () => {
    const { history, ends } = await fitWithEnds({ epochs: 3, validationData: [x, y] });
    expect(Object.keys(history)).toEqual(["loss", "accuracy", "valLoss", "valAccuracy"]);
    for (const values of Object.values(history)) expect(values).toHaveLength(3);
    expect(ends.map(([epoch]) => epoch)).toEqual([1, 2, 3]);
    ends.forEach(([, metrics], i) => {
      for (const [name, value] of Object.entries(metrics)) expect(value).toBe(history[name]?.[i]);
      expect(Object.keys(metrics)).toEqual(Object.keys(history));
    });

    const without = await fitWithEnds({ epochs: 3 });
    expect(Object.keys(without.history)).toEqual(["loss", "accuracy"]);
    expect(without.history.loss).toEqual(history.loss);

    const bare = classifier({}, { metrics: [] });
    expect(Object.keys(await bare.fit(x, y))).toEqual(["loss"]);
    expect(Object.keys(await bare.evaluate(x, y))).toEqual(["loss"]);

    async function fitWithEnds(options: FitOptions) {
      const ends: [number, Metrics][] = [];
      const onEpochEnd = (epoch: number, metrics: Metrics) => ends.push([epoch, metrics]);
      return { history: await classifier().fit(x, y, { ...options, onEpochEnd }), ends };
    }
  });

  test("validation is evaluation with the weights after the epoch", async () => {
    const held = smallClassification(17, 6, 3, 2);
    const model = classifier();
    const evaluated: Metrics[] = [];
    const history = await model.fit(x, y, { epochs: 1, validationData: [held.x, held.y] });
    evaluated.push(await model.evaluate(held.x, held.y));
    expect([history.valLoss?.[0], history.valAccuracy?.[0]]).toEqual([evaluated[0]?.loss, evaluated[0]?.accuracy]);
  });

  test("means weigh every example alike, the short last batch included", async () => {
    // With a rate of 0 all steps see the same weights, so that the mean over the epoch is that over the examples.
    for (const batchSize of [1, 7, 32, 50, 1000]) {
      const model = classifier({}, { optimizer: sgd({ learningRate: 0 }) });
      const history = await model.fit(x, y, { batchSize });
      const { loss, accuracy } = await model.evaluate(x, y, { batchSize: 13 });
      expect(history.loss?.[0]).toBeCloseTo(loss as number, 6);
      expect(history.accuracy?.[0]).toBeCloseTo(accuracy as number, 6);
    }
  });

  test("onStep counts steps and epochs and tells the means so far", async () => {
    const seen: Progress[] = [];
    const model = classifier();
    const history = await model.fit(x, y, { epochs: 2, batchSize: 20, onStep: (progress) => seen.push(progress) });
    expect(seen.map(({ epoch, epochs, step, steps }) => [epoch, epochs, step, steps])).toEqual([
      [1, 2, 1, 3],
      [1, 2, 2, 3],
      [1, 2, 3, 3],
      [2, 2, 1, 3],
      [2, 2, 2, 3],
      [2, 2, 3, 3],
    ]);
    expect(seen[2]?.metrics).toEqual({ loss: history.loss?.[0], accuracy: history.accuracy?.[0] });
    expect(seen[5]?.metrics).toEqual({ loss: history.loss?.[1], accuracy: history.accuracy?.[1] });

    const first = classifier();
    const { loss } = await first.evaluate(x.rows(0, 20), y.rows(0, 20));
    await first.fit(x, y, {
      batchSize: 20,
      shuffle: false,
      onStep: ({ step, metrics }) => {
        if (step === 1) expect(metrics.loss).toBeCloseTo(loss as number, 6);
      },
    });
  });

  test("makes one step per batch, in order where nothing is shuffled", async () => {
    const model = classifier();
    await model.fit(x, y, { batchSize: 20, epochs: 2, shuffle: false });

    const byHand = classifier();
    const update = byHand.graph.nodes().find(({ op }) => op.name === "sgdUpdate");
    for (let epoch = 0; epoch < 2; epoch++) {
      for (const [from, to] of [
        [0, 20],
        [20, 40],
        [40, 50],
      ] as const) {
        byHand.session.run(update!, { input: x.rows(from, to), labels: y.rows(from, to) });
      }
    }
    expect(weightsHash(model)).toBe(weightsHash(byHand));
    expect(byHand.session.get("sgd/step").item()).toBe(6);
  });

  test("a batch larger than the data is the data", async () => {
    const options = { shuffle: false, epochs: 2 };
    expect(await hashAfter({ ...options, batchSize: 50 })).toBe(await hashAfter({ ...options, batchSize: 10_000 }));
  });

  test("shuffles by the seed and the number of the epoch", async () => {
    const model = classifier();
    for (const epoch of [0, 1, 2]) {
      const shuffled = reordered(epochOrder(50, 1, epoch));
      await model.fit(shuffled.x, shuffled.y, { shuffle: false, batchSize: 8 });
    }
    expect(weightsHash(model)).toBe(await hashAfter({ batchSize: 8, epochs: 3 }));
    expect(weightsHash(model)).not.toBe(await hashAfter({ batchSize: 8, epochs: 3, shuffle: false }));
  });

  test("gives the same weights for the same seed, whatever else is called in between", async () => {
    const atOnce = await hashAfter({ epochs: 4, batchSize: 8 });
    expect(await hashAfter({ epochs: 4, batchSize: 8 })).toBe(atOnce);
    expect(await hashAfter({ epochs: 4, batchSize: 8 }, { seed: 2 })).not.toBe(atOnce);
    // 2^32 + 1 differs from 1 in its high word only.
    expect(await hashAfter({ epochs: 4, batchSize: 8 }, { seed: 2 ** 32 + 1 })).not.toBe(atOnce);

    const inParts = classifier();
    for (const epochs of [1, 2, 1]) {
      await inParts.fit(x, y, { epochs, batchSize: 8, validationData: [x, y], onStep: () => {} });
      inParts.predict(x, { batchSize: 3 });
      await inParts.evaluate(x, y);
      classifier().predict(x);
    }
    expect(weightsHash(inParts)).toBe(atOnce);
  });

  test("gives the same weights in the scalar and the simd build", async () => {
    const hashes = await Promise.all(
      builds.filter(isExact).map((build) => hashAfter({ epochs: 3, batchSize: 7 }, { engine: engineOf(build) })),
    );
    expect(new Set(hashes).size).toBe(1);
  });

  test("takes nested arrays, typed arrays and tensors alike", async () => {
    const forms = [
      [x, y],
      [x.toArray(), y.toArray()],
      [x.data, y.data],
      [Float64Array.from(x.data), Uint8Array.from(y.data)],
      [x, Float32Array.from(y.data)],
    ] as const;
    const hashes: string[] = [];
    for (const [features, labels] of forms) {
      const model = classifier();
      await model.fit(features, labels);
      hashes.push(weightsHash(model));
    }
    expect(new Set(hashes).size).toBe(1);
  });

  test("without inputShape, the first data tell it", async () => {
    const layers = () => [dense({ units: 8, activation: "relu" }), dense({ units: 3 })];
    const deferred = sequential(layers(), { seed: 1, engine }).compile(compiled);
    await deferred.fit(x, y, { epochs: 2 });
    expect(weightsHash(deferred)).toBe(await hashAfter({ epochs: 2 }));
    expect(deferred.summary()).toBe(classifier().summary());
  });

  test("lowers the loss", async () => {
    const model = classifier();
    const before = await model.evaluate(x, y);
    const history = await model.fit(x, y, { epochs: 60, batchSize: 10 });
    const after = await model.evaluate(x, y);
    expect(after.loss).toBeLessThan((before.loss as number) / 2);
    expect(after.accuracy).toBeGreaterThan(0.9);
    expect(history.loss?.[59]).toBeLessThan(history.loss?.[0] as number);
  });

  test("an error in a callback ends it, and the model can be trained again", async () => {
    const model = classifier();
    const mine = new RangeError("mine");
    const fail = () => {
      throw mine;
    };
    await expect(model.fit(x, y, { onStep: fail })).rejects.toBe(mine);
    await expect(model.fit(x, y, { onEpochEnd: fail })).rejects.toBe(mine);
    await expect(model.fit(x, y)).resolves.toBeDefined();
  });
});

describe("compile", () => {
  test("takes names or objects", async () => {
    const hashes: string[] = [];
    for (const optimizer of ["adam", adam()] as const) {
      for (const loss of ["sparseCategoricalCrossentropy", sparseCategoricalCrossentropy()] as const) {
        for (const metrics of [["accuracy"], [accuracyMetric()], []] as const) {
          const model = classifier({}, { optimizer, loss, metrics });
          await model.fit(x, y);
          hashes.push(weightsHash(model));
        }
      }
    }
    expect(new Set(hashes).size).toBe(1);
  });

  test("returns the model", () => {
    const model = classifier();
    expect(model.compile(compiled)).toBe(model);
  });

  test("again: another optimizer with fresh state goes on from the weights there are", async () => {
    const model = classifier();
    await model.fit(x, y);
    const before = weightsHash(model);
    model.compile({ ...compiled, optimizer: adam({ learningRate: 0 }), metrics: [] });
    expect(weightsHash(model)).toBe(before);
    expect(Object.keys(await model.fit(x, y))).toEqual(["loss"]);
    expect(weightsHash(model)).toBe(before);
    expect(model.session.get("adam/step").item()).toBe(2);
  });

  test("a softmax at the end is trained on its logits", async () => {
    const trained = async (activation: "softmax" | null) => {
      const layers = [dense({ units: 8, activation: "relu" }), dense({ units: 3, activation })];
      const model = sequential(layers, { inputShape: [6], seed: 1, engine }).compile(compiled);
      const history = await model.fit(x, y, { epochs: 2 });
      return { hash: weightsHash(model), history, output: model.predict(x) };
    };
    const [probabilities, logits] = [await trained("softmax"), await trained(null)];
    expect(probabilities.hash).toBe(logits.hash);
    expect(probabilities.history).toEqual(logits.history);
    const [first] = probabilities.output.toArray() as number[][];
    expect(first?.reduce((sum, value) => sum + value)).toBeCloseTo(1, 6);
  });

  test("a list and a column of numbers are the same, for one feature and for one label", async () => {
    const [list, truth] = [tensor([-1, 0, 1, 2]), tensor([0, 0, 1, 1])];
    const hashes = [];
    for (const [features, labels] of [
      [list, truth],
      [list.reshape([4, 1]), truth.reshape([4, 1])],
    ] as const) {
      const model = sequential([dense({ units: 1, activation: "sigmoid" })], { inputShape: [1], seed: 1, engine });
      model.compile({ optimizer: "sgd", loss: "binaryCrossentropy" });
      await model.fit(features, labels, { epochs: 2, validationData: [features, labels] });
      expect(model.predict(features).shape).toEqual([4, 1]);
      hashes.push(weightsHash(model));
    }
    expect(hashes[0]).toBe(hashes[1]);
    const column = classifier();
    await column.fit(x, y.reshape([50, 1]));
    expect(weightsHash(column)).toBe(await hashAfter({}));
  });

  test("a loss of one's own", async () => {
    const halved: Loss = {
      ...sparseCategoricalCrossentropy(),
      name: "halved",
      apply: (output, labels) => sparseCategoricalCrossentropy().apply(output, labels),
    };
    const model = classifier({}, { loss: halved });
    await model.fit(x, y);
    expect(weightsHash(model)).toBe(await hashAfter({}));
  });
});
