// Pipelines, and every estimator saved and loaded.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ArgumentError, DataError } from "../../src/errors.js";
import { MLPClassifier } from "../../src/estimators/mlp/classifier.js";
import { MLPRegressor } from "../../src/estimators/mlp/regressor.js";
import { clone } from "../../src/estimators/parameters/parameterized.js";
import { Perceptron } from "../../src/estimators/perceptron.js";
import {
  estimatorFromBytes,
  estimatorToBytes,
  loadEstimator,
  saveEstimator,
} from "../../src/estimators/persistence.js";
import { Pipeline, pipeline } from "../../src/estimators/pipeline.js";
import { LabelEncoder } from "../../src/estimators/preprocessing/labelEncoder.js";
import { MinMaxScaler } from "../../src/estimators/preprocessing/minMaxScaler.js";
import { OneHotEncoder } from "../../src/estimators/preprocessing/oneHotEncoder.js";
import { StandardScaler } from "../../src/estimators/preprocessing/standardScaler.js";
import { encodeSafetensors } from "../../src/io/safetensors.js";
import type { Tensor } from "../../src/tensor/tensor.js";
import { init } from "../../src/wasm/engine.js";
import { expectSameBits } from "../support/compare-floats.js";
import { expectRefusal } from "../support/expect-refusal.js";
import { irisFeatures, irisLabels } from "../support/iris-rows.js";

beforeAll(() => init());

const x = irisFeatures as number[][];
const small = { hiddenUnits: [6], epochs: 10, batchSize: 30, learningRate: 0.01 } as const;

describe("pipeline", () => {
  test("scales, learns and predicts as its steps do by hand", async () => {
    const whole = await pipeline(new StandardScaler(), new MLPClassifier(small)).fit(x, irisLabels);
    const scaler = new StandardScaler().fit(x);
    const byHand = await new MLPClassifier(small).fit(scaler.transform(x), irisLabels);
    expect(await whole.predict(x)).toEqual(byHand.predict(scaler.transform(x)));
    expect(await whole.score(x, irisLabels)).toBe(byHand.score(scaler.transform(x), irisLabels));
    const probabilities = (await whole.predictProba(x)) as Tensor;
    expectSameBits("probabilities", probabilities.data, byHand.predictProba(scaler.transform(x)).data);
  });

  test("steps are named after their classes; parameters are reached by name", () => {
    const steps = pipeline(new StandardScaler(), new StandardScaler(), new MLPClassifier());
    expect(steps.steps.map(([name]) => name)).toEqual(["standardScaler", "standardScaler_2", "mlpClassifier"]);
    steps.setParams({ mlpClassifier__alpha: 0.5, standardScaler_2__withMean: false });
    expect(steps.getParams()).toMatchObject({
      mlpClassifier__alpha: 0.5,
      standardScaler__withMean: true,
      standardScaler_2__withMean: false,
    });
    const copy = clone(steps);
    expect(copy.getParams()).toEqual(steps.getParams());
    copy.setParams({ mlpClassifier__alpha: 1 });
    expect(steps.getParams().mlpClassifier__alpha).toBe(0.5);
  });

  test.each([
    [() => new Pipeline([]), "Pipeline: steps must be a list of [name, step]; received []."],
    [
      () =>
        new Pipeline([
          ["a", new Perceptron()],
          ["b", new Perceptron()],
        ]),
      "Pipeline: every step but the last must have transform(); a has none.",
    ],
    [
      () =>
        new Pipeline([
          ["a", new StandardScaler()],
          ["a", new Perceptron()],
        ]),
      'Pipeline: names must be unique and without "__"; received "a".',
    ],
    [
      () => pipeline(new Perceptron()).setParams({ perceptron__alfa: 1 }),
      'Pipeline.setParams: there is no parameter "perceptron__alfa"; did you mean "perceptron__alpha"?',
    ],
  ])("refusal %#", (call, message) => expectRefusal(call, ArgumentError, message));

  test("a last step that cannot predict says so", async () => {
    const scaling = await pipeline(new StandardScaler(), new MinMaxScaler()).fit(x);
    expect(((await scaling.transform(x)) as Tensor).shape).toEqual([150, 4]);
    await expect(scaling.predict(x)).rejects.toThrow(
      "Pipeline.predict: the last step must have predict(); MinMaxScaler has none.",
    );
  });
});

describe("saved and loaded", () => {
  test("the same predictions, the same parameters", async () => {
    const fitted = [
      new Perceptron({ alpha: 0.01, penalty: "l2" }).fit(x, irisLabels),
      await new MLPClassifier(small).fit(
        x,
        irisLabels.map((label) => `class ${label}`),
      ),
      await new MLPRegressor(small).fit(x, irisLabels),
      await pipeline(new StandardScaler(), new MLPClassifier(small)).fit(x, irisLabels),
    ];
    for (const estimator of fitted) {
      const copy = estimatorFromBytes(estimatorToBytes(estimator)) as typeof estimator;
      expect(copy.constructor).toBe(estimator.constructor);
      expect(copy.getParams()).toEqual(estimator.getParams());
      expect(await copy.predict(x)).toEqual(await estimator.predict(x));
    }
  });

  test("transformers too", () => {
    const rows = [
      ["a", "x"],
      ["b", "y"],
    ];
    const encoder = estimatorFromBytes(estimatorToBytes(new OneHotEncoder().fit(rows))) as OneHotEncoder;
    expect(encoder.categories).toEqual([
      ["a", "b"],
      ["x", "y"],
    ]);
    const labels = estimatorFromBytes(estimatorToBytes(new LabelEncoder().fit(["a"]))) as LabelEncoder;
    expect(labels.classes).toEqual(["a"]);
    const scaler = estimatorFromBytes(estimatorToBytes(new MinMaxScaler().fit(x))) as MinMaxScaler;
    expect(scaler.dataMin).toEqual(new MinMaxScaler().fit(x).dataMin);
  });

  test("in a file", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "lanewise-"));
    try {
      const file = path.join(folder, "perceptron.safetensors");
      const perceptron = new Perceptron().fit(x, irisLabels);
      await saveEstimator(perceptron, file);
      expect(((await loadEstimator(file)) as Perceptron).coef).toEqual(perceptron.coef);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("other files and functions as parameters are refused", () => {
    expect(() => estimatorFromBytes(encodeSafetensors([]))).toThrow(DataError);
    expect(() => estimatorToBytes(new MLPClassifier({ activation: (node) => node }))).toThrow(
      "estimatorToBytes: parameters must be data; MLPClassifier has activation = ",
    );
    expect(() => estimatorToBytes({} as Perceptron)).toThrow(ArgumentError);
  });
});
