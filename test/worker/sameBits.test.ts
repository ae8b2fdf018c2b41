// A model in a worker thread of Node computes what it computes here, bit for bit.

import { describe, expect, test } from "vitest";
import { classifier, classify, inWorker, lanewise, type Model, models, x, y } from "./built.js";

const { dense, functional, layers, losses, metrics, regularizers, schedules, sequential, Tensor, weightsHash } =
  lanewise;
type Layer = import("../../src/index.js").Layer;

describe("the same bits as here", () => {
  const cases: Readonly<Record<string, () => Model>> = {
    "a plain net": () => classifier(),
    "dropout, noise, batch normalization and penalties": () =>
      stack([
        dense({
          units: 8,
          kernelRegularizer: regularizers.l2(0.01),
          kernelConstraint: lanewise.constraints.maxNorm(1),
        }),
        layers.batchNormalization(),
        layers.gaussianNoise({ stddev: 0.1 }),
        layers.dropout({ rate: 0.3 }),
        dense({ units: 3 }),
      ]),
    "a frozen layer": () => stack([dense({ units: 8, trainable: false }), dense({ units: 3 })]),
    "a frozen variable": () => classifier().freeze(/^dense\/bias/),
    "rates by schedule, accumulated gradients, streaming metrics": () =>
      classifier({
        optimizer: lanewise.accumulateGradients(
          lanewise.sgd({
            momentum: 0.9,
            learningRate: schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 30 }),
          }),
          2,
        ),
        loss: losses.sparseCategoricalCrossentropy({ labelSmoothing: 0.1 }),
        metrics: [metrics.f1(), metrics.auc(), metrics.topKAccuracy({ k: 2 })],
      }),
    "a model compiled twice": () => classifier().compile({ ...classify, optimizer: "rmsprop" }),
  };
  const stack = (parts: Layer[]) => sequential(parts, { inputShape: [4], seed: 7 }).compile(classify);

  test.each(Object.entries(cases))("%s", async (_, make) => {
    const here = make();
    const there = await inWorker(make());
    expect(await there.weightsHash()).toBe(weightsHash(here));
    const options = { epochs: 3, batchSize: 16, validationSplit: 0.2, classWeight: "balanced" } as const;
    expect(await there.fit(x, y, options)).toEqual(await here.fit(x, y, options));
    // Once more, since order and masks depend on what has been.
    await Promise.all([there.fit(x, y), here.fit(x, y)]);
    expect(await there.weightsHash()).toBe(weightsHash(here));
    expect(await there.evaluate(x, y)).toEqual(await here.evaluate(x, y));
    expect(await there.predict(x)).toEqual(here.predict(x));
    expect(await there.getWeights()).toEqual(here.getWeights());
    expect(await there.summary()).toBe(here.summary());
    expect(await there.toBytes()).toEqual(models.modelToBytes(here));
  });

  test("several inputs and outputs, each with its own loss", async () => {
    const make = () => {
      const graph = new lanewise.Graph({ seed: 3 });
      const a = graph.placeholder("a", [null, 4]);
      const b = graph.placeholder("b", [null, 2]);
      const shared = dense({ units: 5, activation: "tanh" }).apply(layers.concatenate().apply([a, b]));
      const ends = {
        inputs: { a, b },
        outputs: [dense({ units: 3 }).apply(shared), dense({ units: 1 }).apply(shared)] as const,
      };
      return functional(ends).compile({
        optimizer: "adam",
        loss: ["sparseCategoricalCrossentropy", losses.huber({ delta: 0.5 })],
        lossWeights: [1, 0.3],
        metrics: [["accuracy"], [metrics.r2()]],
      });
    };
    const features = { a: x, b: new Tensor(x.data.slice(0, 180), [90, 2]) };
    const labels = [y, x.data.slice(0, 90)] as const;
    const here = make();
    const there = await inWorker(make());
    expect(await there.fit(features, labels, { epochs: 2 })).toEqual(await here.fit(features, labels, { epochs: 2 }));
    expect(await there.predict(features)).toEqual(here.predict(features));
    expect(await there.weightsHash()).toBe(weightsHash(here));
  });

  test("a model trained here goes on there, and here again", async () => {
    const here = classifier();
    await here.fit(x, y, { epochs: 2 });
    const there = await inWorker(here);
    const alone = classifier();
    await alone.fit(x, y, { epochs: 2 });
    await Promise.all([there.fit(x, y, { epochs: 2 }), alone.fit(x, y, { epochs: 2 })]);
    here.setState(await there.getState());
    await Promise.all([here.fit(x, y, { epochs: 2 }), alone.fit(x, y, { epochs: 2 })]);
    expect(weightsHash(here)).toBe(weightsHash(alone));
  });

  test("datasets, generators and asynchronous sources of batches, in validation too", async () => {
    const rows = () => lanewise.dataset([x, y]).shuffle(90, 3).batch(16);
    async function* batches() {
      for (let i = 0; i < 80; i += 20) yield [x.rows(i, i + 20), y.rows(i, i + 20)];
    }
    const here = classifier();
    const there = await inWorker(classifier());
    for (const [data, options] of [
      [rows(), { epochs: 3, validationData: [x, y] }],
      [batches, { epochs: 2, validationData: rows() }],
      [rows().repeat(), { epochs: 2, stepsPerEpoch: 4 }],
    ] as const) {
      expect(await there.fit(data as never, options as never)).toEqual(await here.fit(data as never, options as never));
    }
    expect(await there.evaluate(rows() as never)).toEqual(await here.evaluate(rows() as never));
    expect(await there.weightsHash()).toBe(weightsHash(here));
  });

  test("the bytes of a model's file, compiled there", async () => {
    const here = classifier();
    const bytes = models.modelToBytes(here);
    const there = await inWorker(bytes);
    expect(bytes.byteLength).toBeGreaterThan(0);
    await there.compile(classify);
    await Promise.all([there.fit(x, y), here.fit(x, y)]);
    expect(await there.weightsHash()).toBe(weightsHash(here));
  });

  test.each(lanewise.diagnose().supported)("the build of the model: %s", async (build) => {
    const engine = await lanewise.init({ build });
    const make = () =>
      sequential([dense({ units: 40, activation: "tanh" }), dense({ units: 3 })], { inputShape: [4], engine }).compile(
        classify,
      );
    const here = make();
    const there = await inWorker(make());
    await Promise.all([here.fit(x, y, { epochs: 5 }), there.fit(x, y, { epochs: 5 })]);
    expect(await there.weightsHash()).toBe(weightsHash(here));
  });

  test("weights, states and frozen variables set from here", async () => {
    const there = await inWorker(classifier());
    const other = classifier();
    await other.fit(x, y);
    await there.setWeights(other.getWeights());
    expect(await there.weightsHash()).toBe(weightsHash(other));
    await there.setState(other.getState());
    await there.freeze(/^dense\//);
    other.freeze(/^dense\//);
    await Promise.all([there.fit(x, y), other.fit(x, y)]);
    await there.unfreeze();
    other.unfreeze();
    await Promise.all([there.fit(x, y), other.fit(x, y)]);
    expect(await there.weightsHash()).toBe(weightsHash(other));
  });
});
