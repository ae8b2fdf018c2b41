// What fit trains on beside plain arrays: batches that come one by one, parts held out, weights.

import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  concatenate,
  dataset,
  dense,
  type FitOptions,
  functional,
  Graph,
  type Loss,
  losses,
  type Model,
  mean,
  metrics,
  ShapeError,
  StateError,
  sequential,
  sparseSoftmaxCrossEntropy,
  Tensor,
  weightsHash,
} from "../../../src/index.js";
import { Session } from "../../../src/runtime/session.js";
import { engine } from "../../support/exact-engine.js";
import { classifier, hashAfter, x, y } from "../small-classifier.js";

describe("batches", () => {
  const batches = () => dataset([x, y], { seed: 1 }).shuffle(50).batch(8);
  async function* asynchronous() {
    for await (const batch of batches()) yield batch;
  }
  function* given(from = 0): Generator<readonly [Tensor, Tensor]> {
    for (; from < 48; from += 8) yield [x.rows(from, from + 8), y.rows(from, from + 8)];
    yield [x.rows(48, 50), y.rows(48, 50)];
  }

  test("of a dataset that shuffles like fit give the same bits as arrays", async () => {
    const model = classifier();
    const history = await model.fit(batches(), { epochs: 3 });
    expect(weightsHash(model)).toBe(await hashAfter({ epochs: 3, batchSize: 8 }));
    expect(history.loss).toHaveLength(3);
  });

  test("come from generators and their functions, now or later", async () => {
    const expected = await hashAfter({ batchSize: 8, shuffle: false });
    const shuffled = await hashAfter({ batchSize: 8 });
    const sources: [Parameters<Model["fit"]>[0], string][] = [
      [given(), expected],
      [() => given(), expected],
      [[...given()].values(), expected],
      [asynchronous(), shuffled],
      [asynchronous, shuffled],
      [new Set([...given()]), expected],
    ];
    for (const [source, hash] of sources) {
      const model = classifier();
      await model.fit(source as never);
      expect(weightsHash(model)).toBe(hash);
    }
  });

  test("are counted where their number is known", async () => {
    const seen: (number | null)[] = [];
    const onStep: FitOptions["onStep"] = ({ steps }) => seen.push(steps);
    await classifier().fit(batches().take(2), { onStep });
    await classifier().fit(() => given(40), { onStep });
    await classifier().fit(() => given(40), { onStep, stepsPerEpoch: 2 });
    expect(seen).toEqual([2, 2, null, null, 2, 2]);
  });

  test("are read on from epoch to epoch with stepsPerEpoch, and again from the start", async () => {
    const losses: number[] = [];
    const read: number[] = [];
    function* recorded() {
      for (const [i, batch] of [...given()].entries()) {
        read.push(i);
        yield batch;
      }
    }
    await classifier().fit(recorded, {
      epochs: 3,
      stepsPerEpoch: 3,
      onEpochEnd: (_, { loss }) => losses.push(loss as number),
    });
    expect(read).toEqual([0, 1, 2, 3, 4, 5, 6, 0, 1]);
    expect(losses).toHaveLength(3);
    const endless = classifier();
    await endless.fit(batches().repeat(), { epochs: 2, stepsPerEpoch: 7 });
    expect(weightsHash(endless)).toBe(await hashAfter({ epochs: 2, batchSize: 8 }));
    await expect(classifier().fit(batches().repeat())).rejects.toThrow(
      "Model.fit: stepsPerEpoch is needed, since the data have no end.",
    );
  });

  test("serve for validation and evaluation as well", async () => {
    const [byArrays, byBatches] = [classifier(), classifier()];
    const a = await byArrays.fit(x, y, { epochs: 2, validationData: [x, y] });
    const b = await byBatches.fit(x, y, { epochs: 2, validationData: dataset([x, y]).batch(256) });
    expect(b).toEqual(a);
    expect(await byArrays.evaluate(dataset([x, y]).batch(256))).toEqual(await byArrays.evaluate(x, y));
    expect(await byArrays.evaluate(() => given())).toEqual(await byArrays.evaluate(x, y, { batchSize: 8 }));
  });

  test("have the structure of the model's inputs", async () => {
    const make = () => {
      const graph = new Graph({ seed: 2 });
      const left = graph.placeholder("left", [null, 2]);
      const right = graph.placeholder("right", [null, 4]);
      const outputs = dense({ units: 3 }).apply(concatenate([left, right], { axis: 1 }));
      const model = functional({ inputs: { left, right }, outputs }, { session: new Session(graph, { engine }) });
      return model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    };
    const part = (from: number, to: number) =>
      new Tensor(
        Float32Array.from(
          { length: 50 * (to - from) },
          (_, i) => x.data[Math.floor(i / (to - from)) * 6 + from + (i % (to - from))] as number,
        ),
        [50, to - from],
      );
    const parts = { left: part(0, 2), right: part(2, 6) };
    const [byArrays, byBatches] = [make(), make()];
    await byArrays.fit(parts, y, { batchSize: 10, shuffle: false });
    await byBatches.fit(dataset([parts, y]).batch(10));
    expect(weightsHash(byBatches as never)).toBe(weightsHash(byArrays as never));
  });

  test("are closed when the training ends before they do", async () => {
    let closed = 0;
    function* endless() {
      try {
        for (;;) yield* given();
      } finally {
        closed++;
      }
    }
    await classifier().fit(endless, { epochs: 2, stepsPerEpoch: 2 });
    expect(closed).toBe(1);
  });

  test("are refused where they do not fit, and the weights stay those of the last batch that did", async () => {
    const refused: [unknown, FitOptions, new (...args: never[]) => Error, string][] = [
      [dataset([x, y]), {}, ShapeError, "Model.fit: a batch: features must have shape [null, 6]; received [6]."],
      [
        new Set([[x]]),
        {},
        ArgumentError,
        "Model.fit: a batch must be a list [x, y] or [x, y, sampleWeight]; received [Tensor].",
      ],
      [
        new Set([5]),
        {},
        ArgumentError,
        "Model.fit: a batch must be a list [x, y] or [x, y, sampleWeight]; received 5.",
      ],
      [
        new Set([[x, new Float32Array(50).fill(3)]]),
        {},
        ArgumentError,
        "sparseCategoricalCrossentropy: labels must be integers in [0, 3); received 3 at index 0.",
      ],
      [new Set(), {}, ArgumentError, "Model.fit: the data must hold at least one batch; received none."],
      [
        given(),
        { batchSize: 8 },
        ArgumentError,
        "Model.fit: batchSize is for arrays; these data come in batches of their own.",
      ],
      [
        given(),
        { validationSplit: 0.1 },
        ArgumentError,
        "Model.fit: validationSplit is for arrays; these data come in batches of their own.",
      ],
      [
        given(),
        { epochs: 2 },
        StateError,
        "dataset: the iterator has been read already; pass a function that makes one, to read it again.",
      ],
      [
        given(),
        { classWeight: "balanced" },
        ArgumentError,
        'Model.fit: classWeight "balanced" is for arrays, whose labels are all known; give a weight for each class.',
      ],
      [
        new Set([
          [x, y],
          [x, y, new Float32Array(50)],
        ]),
        {},
        ArgumentError,
        "Model.fit: either all batches must have a sampleWeight, or none.",
      ],
    ];
    for (const [data, options, kind, message] of refused) {
      const fit = classifier().fit(data as never, options);
      await expect(fit).rejects.toThrow(kind);
      await expect(fit).rejects.toThrow(message);
    }
    const unknown = sequential([dense({ units: 3 })], { engine }).compile({
      optimizer: "sgd",
      loss: "sparseCategoricalCrossentropy",
    });
    await expect(unknown.fit(batches())).rejects.toThrow(
      "the number of features is not known yet; give the model inputShape.",
    );
    const model = classifier();
    const good = classifier();
    await good.fit(new Set([[x, y]]));
    await expect(
      model.fit(
        new Set([
          [x, y],
          [x.rows(0, 1), [7]],
        ]) as never,
      ),
    ).rejects.toThrow("received 7");
    expect(weightsHash(model)).toBe(weightsHash(good));
  });
});

describe("validationSplit", () => {
  test("holds out the last examples as they are given", async () => {
    const split = classifier();
    const result = await split.fit(x, y, { epochs: 2, validationSplit: 0.3 });
    const pair = classifier();
    const expected = await pair.fit(x.rows(0, 35), y.rows(0, 35), {
      epochs: 2,
      validationData: [x.rows(35, 50), y.rows(35, 50)],
    });
    expect(result).toEqual(expected);
    expect(weightsHash(split)).toBe(weightsHash(pair));
  });

  test("is refused out of range, with validationData, or where it leaves nothing", async () => {
    const refuses = (options: FitOptions, message: string) =>
      expect(classifier().fit(x, y, options)).rejects.toThrow(message);
    await refuses({ validationSplit: 1 }, "Model.fit: validationSplit must be greater than 0 and below 1; received 1.");
    await refuses(
      { validationSplit: 0.99 },
      "Model.fit: validationSplit must leave an example on both sides; received 0.99 of 50 examples.",
    );
    await refuses(
      { validationSplit: 0.5, validationData: [x, y] },
      "Model.fit: validationData and validationSplit are one or the other; received both.",
    );
  });
});

describe("weights of examples", () => {
  const weights = Float32Array.from({ length: 50 }, (_, i) => i % 3);

  test("count an example as often as they say", async () => {
    const repeated = [...weights].flatMap((weight, i) => Array<number>(weight).fill(i));
    const pick = (source: Tensor, width: number) =>
      new Tensor(
        (source.dtype === "int32" ? Int32Array : Float32Array).from(
          repeated.flatMap((row) => [...source.data.subarray(row * width, (row + 1) * width)]),
        ),
        width === 1 ? [repeated.length] : [repeated.length, width],
      );
    // The mean over 50 weighted examples against that over the repeated ones: the loss is another by a factor.
    const factor = repeated.length / 50;
    const rate = 0.1;
    const weighted = classifier();
    await weighted.fit(x, y, { batchSize: 50, shuffle: false, sampleWeight: weights });
    const plain = classifier();
    plain.session.set({ "sgd/learningRate": rate * factor });
    await plain.fit(pick(x, 6), pick(y, 1), { batchSize: repeated.length, shuffle: false });
    const [a, b] = [weighted, plain].map((model) => [...model.getWeights().values()].flatMap(({ data }) => [...data]));
    for (const [i, value] of (a as number[]).entries()) expect(value).toBeCloseTo(b?.[i] as number, 6);
    const [first] = (await classifier().fit(x, y, { batchSize: 50, sampleWeight: weights })).loss as [number];
    const whole = await classifier().evaluate(pick(x, 6), pick(y, 1));
    expect(first).toBeCloseTo((whole.loss as number) * factor, 5);
  });

  test("of one change no bit", async () => {
    expect(await hashAfter({ epochs: 2, sampleWeight: new Float32Array(50).fill(1) })).toBe(
      await hashAfter({ epochs: 2 }),
    );
    expect(await hashAfter({ epochs: 2, classWeight: {} })).toBe(await hashAfter({ epochs: 2 }));
    expect(await hashAfter({ epochs: 2, sampleWeight: weights })).not.toBe(await hashAfter({ epochs: 2 }));
  });

  test("of classes are those of their examples", async () => {
    const byClass = { 0: 2, 2: 0.5 };
    const each = Float32Array.from(y.data, (label) => [2, 1, 0.5][label] as number);
    const expected = await hashAfter({ epochs: 2, sampleWeight: each });
    expect(await hashAfter({ epochs: 2, classWeight: byClass })).toBe(expected);
    const product = Float32Array.from(each, (weight, i) => weight * (weights[i] as number));
    expect(await hashAfter({ classWeight: byClass, sampleWeight: weights })).toBe(
      await hashAfter({ sampleWeight: product }),
    );
    const model = classifier();
    await model.fit(dataset([x, y], { seed: 1 }).shuffle(50).batch(32), { epochs: 2, classWeight: byClass });
    expect(weightsHash(model)).toBe(expected);
  });

  test("of rows are by the largest label", async () => {
    const oneHot = Float32Array.from({ length: 150 }, (_, i) => Number(y.data[Math.floor(i / 3)] === i % 3));
    const hash = async (options: FitOptions) => {
      const model = classifier({}, { loss: "categoricalCrossentropy", metrics: [] });
      await model.fit(x, new Tensor(oneHot, [50, 3]), options);
      return weightsHash(model);
    };
    const each = Float32Array.from(y.data, (label) => [2, 1, 0.5][label] as number);
    expect(await hash({ classWeight: { 0: 2, 2: 0.5 } })).toBe(await hash({ sampleWeight: each }));
  });

  test("come with batches and with validation data", async () => {
    const model = classifier();
    await model.fit(dataset([x, y, weights]).batch(32));
    expect(weightsHash(model)).toBe(await hashAfter({ shuffle: false, sampleWeight: weights }));
    const { valLoss } = await classifier().fit(x, y, { validationData: [x, y, weights] });
    const trained = classifier();
    await trained.fit(x, y);
    expect(valLoss?.[0]).toBe((await trained.evaluate(x, y, { sampleWeight: weights })).loss);
  });

  test("are refused where they do not fit", async () => {
    const refuses = (options: FitOptions, message: string) =>
      expect(classifier().fit(x, y, options)).rejects.toThrow(message);
    await refuses(
      { sampleWeight: [1, 2] },
      "Model.fit: sampleWeight must have shape [50], one number per example; received [2].",
    );
    await refuses(
      { sampleWeight: new Float32Array(50).fill(-1) },
      "Model.fit: sampleWeight must hold finite numbers from 0 on; received -1 at index 0.",
    );
    await refuses(
      { classWeight: { a: 1 } as never },
      'Model.fit: classWeight must name classes in [0, 3); received "a".',
    );
    await refuses({ classWeight: { 3: 2 } }, 'Model.fit: classWeight must name classes in [0, 3); received "3".');
    const several = Array.from({ length: 50 }, (_, i) => [1, i % 2, 0]);
    await expect(
      classifier({}, { loss: "binaryCrossentropy" }).fit(x, several, { classWeight: { 0: 2 } }),
    ).rejects.toThrow(
      "Model.fit: classWeight is for examples of one class each, where binaryCrossentropy takes several",
    );
    const unweighted: Loss = {
      ...losses.sparseCategoricalCrossentropy(),
      name: "byHand",
      apply: (output, labels) => mean(sparseSoftmaxCrossEntropy(output, labels)),
    };
    await expect(classifier({}, { loss: unweighted }).fit(x, y, { sampleWeight: weights })).rejects.toThrow(
      "Model.fit: the loss must use the options sampleWeight and weighted to take weights of examples; byHand does not.",
    );
  });
});

test("metrics with a state are those over all examples, however the batches are cut", async () => {
  const model = sequential([dense({ units: 1, activation: "sigmoid" })], { inputShape: [6], seed: 1, engine }).compile({
    optimizer: "sgd",
    loss: "binaryCrossentropy",
    metrics: [metrics.auc(), metrics.f1()],
  });
  const binary = Float32Array.from(y.data, (label) => Number(label === 0));
  const labels = new Tensor(binary, [50, 1]);
  const { auc, valAuc, valF1 } = await model.fit(x, labels, { epochs: 2, batchSize: 7, validationData: [x, labels] });
  expect(auc).toHaveLength(2);
  const scores = model.predict(x).data;
  let pairs = 0;
  let right = 0;
  for (const [i, positive] of binary.entries()) {
    for (const [j, negative] of binary.entries()) {
      if (positive !== 1 || negative !== 0) continue;
      pairs++;
      const [high, low] = [scores[i] as number, scores[j] as number];
      right += high > low ? 1 : high === low ? 0.5 : 0;
    }
  }
  expect(valAuc?.[1]).toBeCloseTo(right / pairs, 6);
  const whole = await model.evaluate(x, labels);
  const cut = await model.evaluate(x, labels, { batchSize: 11 });
  expect([cut.auc, cut.f1]).toEqual([whole.auc, whole.f1]);
  expect(valF1?.[1]).toBe(whole.f1);
});
