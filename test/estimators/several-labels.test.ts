// MLPClassifier with several labels per sample, with class weights, and with scikit-learn's names for parameters.

import { beforeAll, describe, expect, test, vi } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { MLPClassifier } from "../../src/estimators/mlp/classifier.js";
import { MLPRegressor } from "../../src/estimators/mlp/regressor.js";
import { clone } from "../../src/estimators/parameters/parameterized.js";
import { Perceptron } from "../../src/estimators/perceptron.js";
import { estimatorFromBytes, estimatorToBytes } from "../../src/estimators/persistence.js";
import { pipeline } from "../../src/estimators/pipeline.js";
import { StandardScaler } from "../../src/estimators/preprocessing/standardScaler.js";
import { accuracyScore } from "../../src/estimators/scores/confusion.js";
import { f1Score } from "../../src/estimators/scores/fscores.js";
import { rocAucScore } from "../../src/estimators/scores/probabilities.js";
import { classificationReport } from "../../src/estimators/scores/report.js";
import { crossValScore } from "../../src/estimators/search/crossValidation.js";
import { GridSearchCV } from "../../src/estimators/searches.js";
import { RandomStream } from "../../src/tensor/random.js";
import { tensor } from "../../src/tensor/tensor.js";
import { init } from "../../src/wasm/engine.js";

beforeAll(() => init());

const random = new RandomStream(5, "test");
const x = Array.from({ length: 200 }, () => [2 * random.uniform() - 1, 2 * random.uniform() - 1]);
/** Three independent questions: right of the middle, above it, far from it. */
const y = x.map(([a = 0, b = 0]) => [Number(a > 0), Number(b > 0), Number(a * a + b * b > 0.5)]);
const quick = { hiddenUnits: [24], epochs: 150, learningRate: 0.02, batchSize: 50 } as const;

describe("several labels per sample", () => {
  test("are learnt, predicted as rows and scored as subsets", async () => {
    const classifier = await new MLPClassifier(quick).fit(x, y);
    expect(classifier.classes).toEqual([0, 1, 2]);
    const predicted = classifier.predict<number[][]>(x);
    expect(predicted[0]).toHaveLength(3);
    expect(classifier.score(x, y)).toBe(accuracyScore(y, predicted));
    expect(classifier.score(x, y)).toBeGreaterThan(0.85);
    expect(f1Score(y, predicted, { average: "macro" })).toBeGreaterThan(0.95);
    const probabilities = classifier.predictProba(x);
    expect(probabilities.shape).toEqual([200, 3]);
    expect(rocAucScore(y, probabilities)).toBeGreaterThan(0.98);
    expect(classificationReport(y, predicted).samples?.fscore).toBeGreaterThan(0.7);
    const rows = probabilities.toArray() as number[][];
    expect(predicted).toEqual(rows.map((row) => row.map((p) => Number(p > 0.5))));
    // The sum over labels of -log p, or -log(1 - p).
    const loss = rows.map((row, i) => row.reduce((sum, p, j) => sum - Math.log(y[i]?.[j] ? p : 1 - p), 0));
    expect(classifier.evaluate(x, y).loss).toBeCloseTo(loss.reduce((a, b) => a + b) / 200, 9);
    const copy = estimatorFromBytes(estimatorToBytes(classifier)) as MLPClassifier;
    expect(copy.predict<number[][]>(x)).toEqual(predicted);
  });

  test("as tensors, booleans, in parts, in pipelines and searches, with early stopping", async () => {
    const parts = new MLPClassifier(quick);
    await parts.partialFit(x, tensor(y));
    await parts.partialFit(
      x,
      y.map((row) => row.map(Boolean)),
    );
    expect(parts.lossCurve).toHaveLength(2);
    const short = { ...quick, epochs: 30 };
    const scores = await crossValScore(pipeline(new StandardScaler(), new MLPClassifier(short)), x, y, {
      cv: 3,
      scoring: "f1Samples",
    });
    for (const score of scores) expect(score).toBeGreaterThan(0.5);
    const search = await new GridSearchCV(new MLPClassifier(short), { alpha: [0, 0.001] }, { cv: 2 }).fit(x, y);
    expect(search.bestScore).toBeGreaterThan(0.3);
    const stopping = await new MLPClassifier({ ...short, earlyStopping: true }).fit(x, y);
    expect(Math.max(...stopping.validationScores)).toBeGreaterThan(0.5);
  });

  test("a single column of labels is one label per sample", async () => {
    const column = y.map(([one]) => [one as number]);
    const classifier = await new MLPClassifier({ ...quick, epochs: 3 }).fit(x, column);
    expect(classifier.predict(x).every((label) => label === 0 || label === 1)).toBe(true);
    expect(classifier.classes).toEqual([0, 1]);
  });

  test("refusals", async () => {
    const learn = (rows: number[][], parameters = {}) => new MLPClassifier({ ...quick, ...parameters }).fit(x, rows);
    await expect(learn(y.map((row) => [2, ...row]))).rejects.toThrow(/must be given as 0 or 1 each; received 2/);
    await expect(learn(y.slice(1))).rejects.toThrow(ShapeError);
    await expect(learn(y, { classWeight: "balanced" })).rejects.toThrow(/classWeight is for one label per sample/);
    expect(() => new Perceptron().fit(x, y as never)).toThrow(ShapeError);
    const classifier = await learn(y, { epochs: 1 });
    await expect(
      classifier.partialFit(
        x,
        y.map((row) => row.slice(1)),
      ),
    ).rejects.toThrow(/must stay 3 columns of labels/);
    await expect(
      classifier.partialFit(
        x,
        y.map(([one]) => one as number),
      ),
    ).rejects.toThrow(ArgumentError);
  });
});

describe("class weights", () => {
  // 180 of one class and 20 of the other, which overlap.
  const rows = Array.from({ length: 200 }, (_, i) => [random.uniform() + (i < 20 ? 0.45 : 0)]);
  const labels = rows.map((_, i) => (i < 20 ? "rare" : "common"));

  test("make a rare class count", async () => {
    const found = async (classWeight: "balanced" | null | Record<string, number>) => {
      const classifier = await new MLPClassifier({ ...quick, hiddenUnits: [], classWeight }).fit(rows, labels);
      return classifier.predict(rows).filter((label, i) => label === "rare" && i < 20).length;
    };
    expect(await found(null)).toBeLessThan(5);
    expect(await found("balanced")).toBeGreaterThan(10);
    expect(await found({ rare: 9 })).toBeGreaterThan(10);
  });

  test("are a sample as often as they say", async () => {
    const weighted = new MLPClassifier({
      hiddenUnits: [],
      epochs: 40,
      alpha: 0,
      shuffle: false,
      classWeight: { rare: 2 },
    });
    const repeated = new MLPClassifier({ hiddenUnits: [], epochs: 40, alpha: 0, shuffle: false, solver: "sgd" });
    weighted.setParams({ solver: "sgd", batchSize: 200, learningRate: 0.1 });
    // The mean over 220 rows against the sum of weights over 200.
    repeated.setParams({ batchSize: 220, learningRate: 0.11 });
    await weighted.fit(rows, labels);
    await repeated.fit([...rows, ...rows.slice(0, 20)], [...labels, ...labels.slice(0, 20)]);
    const [a, b] = [weighted.predictProba(rows).data, repeated.predictProba(rows).data];
    for (const [i, p] of a.entries()) expect(p).toBeCloseTo(b[i] as number, 5);
  });

  test.each([
    [{ other: 2 }, /must name classes among \["common", "rare"\]; received "other"/],
    [{ rare: -1 }, /must be a finite number at least 0; received -1/],
    ["even", /must be "balanced", null, or weights by class/],
  ])("refuses %j", async (classWeight, message) => {
    await expect(
      (async () => new MLPClassifier({ ...quick, classWeight: classWeight as "balanced" }).fit(rows, labels))(),
    ).rejects.toThrow(message);
  });

  test("are kept in files, as a Map too", async () => {
    for (const classWeight of [{ rare: 2 }, new Map([["rare", 2]]), "balanced"] as const) {
      const saved = estimatorToBytes(new MLPClassifier({ classWeight }));
      expect((estimatorFromBytes(saved) as MLPClassifier).getParams().classWeight).toEqual(classWeight);
    }
  });
});

describe("scikit-learn's names", () => {
  test("are set and read beside ours", () => {
    const mlp = new MLPClassifier({
      hiddenLayerSizes: [5, 3],
      learningRateInit: 0.5,
      maxIter: 7,
      nesterovsMomentum: false,
      seed: 4,
      activation: "logistic",
      batchSize: "auto" as never,
    });
    const expected = {
      hiddenUnits: [5, 3],
      learningRate: 0.5,
      epochs: 7,
      nesterov: false,
      randomState: 4,
      batchSize: null,
    };
    expect(mlp.getParams()).toMatchObject(expected);
    const read = mlp.getParams() as unknown as Record<string, unknown>;
    expect([read.hiddenLayerSizes, read.learningRateInit, read.maxIter, read.seed]).toEqual([[5, 3], 0.5, 7, 4]);
    expect(Object.keys(read)).not.toContain("maxIter");
    mlp.setParams({ epochs: 9 });
    expect((mlp.getParams() as unknown as Record<string, unknown>).maxIter).toBe(9);
    expect(clone(mlp).getParams()).toEqual(mlp.getParams());
    expect(new MLPRegressor({ hiddenLayerSizes: 8 }).getParams().hiddenUnits).toEqual([8]);
    expect(new Perceptron({ epochs: 3, learningRate: 2 }).getParams()).toMatchObject({ maxIter: 3, eta0: 2 });
  });

  test("in pipelines and searches", async () => {
    const whole = pipeline(new StandardScaler(), new MLPClassifier(quick));
    whole.setParams({ mlpClassifier__maxIter: 3 });
    expect(whole.getParams().mlpClassifier__epochs).toBe(3);
    expect(whole.getParams().mlpClassifier__maxIter).toBe(3);
    const labels = y.map(([one]) => one as number);
    const search = new GridSearchCV(new MLPClassifier(quick), { maxIter: [1, 20] }, { cv: 2 });
    expect((await search.fit(x, labels)).bestParams).toEqual({ maxIter: 20 });
    expect(search.bestEstimator.getParams().epochs).toBe(20);
  });

  test.each([
    [{ max_iter: 3 }, /has no parameter "max_iter"; did you mean "epochs"\?/],
    [{ hidden_layer_sizes: [3] }, /did you mean "hiddenUnits"\?/],
    [{ maxIter: 3, epochs: 4 }, /epochs must be given once; received 3 and, as epochs, 4/],
    [{ solver: "Adam" }, /did you mean "adam"\?/],
  ])("%j is refused", (parameters, message) => {
    expect(() => new MLPClassifier(parameters as object)).toThrow(message);
  });

  test("a refused parameter of a pipeline changes no step", () => {
    const whole = pipeline(new StandardScaler(), new MLPClassifier());
    const before = whole.getParams();
    expect(() => whole.setParams({ standardScaler__withMean: false, mlpClassifier__alpha: -1 })).toThrow(ArgumentError);
    expect(whole.getParams()).toEqual(before);
  });
});

test("a search with default folds runs with a class of few samples", async () => {
  const said = vi.spyOn(console, "warn").mockImplementation(() => {});
  const rows = [...x.slice(0, 30), [5, 5], [5.1, 5], [5, 5.1]];
  const labels = rows.map((_, i) => (i < 30 ? i % 2 : 2));
  const search = await new GridSearchCV(new MLPClassifier({ ...quick, epochs: 5 }), { alpha: [0, 1] }).fit(
    rows,
    labels,
  );
  expect(search.bestScore).toBeGreaterThan(0);
  const single = rows.map((_, i) => (i === 0 ? "b" : "a"));
  const alone = await new GridSearchCV(new MLPClassifier({ ...quick, epochs: 2 }), { alpha: [0] }).fit(rows, single);
  expect(alone.bestScore).toBeGreaterThan(0.5);
  expect(said).toHaveBeenCalledTimes(2);
  said.mockRestore();
});
