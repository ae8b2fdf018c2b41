// Estimator files that are damaged or hostile: DataError at once, with nothing built and little allocated.

import { beforeAll, describe, expect, test } from "vitest";
import { DataError } from "../../src/errors.js";
import { MLPClassifier } from "../../src/estimators/mlp/classifier.js";
import { MLPRegressor } from "../../src/estimators/mlp/regressor.js";
import { Perceptron } from "../../src/estimators/perceptron.js";
import { estimatorFromBytes, estimatorToBytes } from "../../src/estimators/persistence.js";
import { pipeline } from "../../src/estimators/pipeline.js";
import { LabelEncoder } from "../../src/estimators/preprocessing/labelEncoder.js";
import { MinMaxScaler } from "../../src/estimators/preprocessing/minMaxScaler.js";
import { StandardScaler } from "../../src/estimators/preprocessing/standardScaler.js";
import type { BuiltIn } from "../../src/estimators/recipe.js";
import { decodeSafetensors, encodeSafetensors } from "../../src/io/safetensors.js";
import { RandomStream } from "../../src/tensor/random.js";
import { init } from "../../src/wasm/engine.js";

beforeAll(() => init());

const x = [
  [0, 1],
  [1, 0],
  [2, 2],
  [3, 1],
];
const y = [0, 0, 1, 1];
const small = { hiddenUnits: [3], epochs: 2 };

async function fitted(): Promise<Record<string, BuiltIn>> {
  return {
    mlp: await new MLPClassifier(small).fit(x, y),
    several: await new MLPClassifier(small).fit(x, [
      [0, 1],
      [1, 0],
      [1, 1],
      [0, 0],
    ]),
    regressor: await new MLPRegressor(small).fit(x, y),
    perceptron: new Perceptron().fit(x, ["a", "b", "c", "a"]),
    scaler: new StandardScaler().fit(x),
    range: new MinMaxScaler().fit(x),
    labels: new LabelEncoder().fit(y),
    pipeline: await pipeline(new StandardScaler(), new MLPClassifier(small)).fit(x, y),
  };
}

/** The same file with another description. */
function rewrite(bytes: Uint8Array, change: (json: string) => string): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(bytes);
  return encodeSafetensors(tensors, { ...metadata, estimator: change(metadata.estimator as string) });
}

const cases: readonly [string, string | RegExp, string][] = [
  ["mlp", '"hiddenUnits":[3]', '"hiddenUnits":[1000000000]'],
  ["mlp", '"hiddenUnits":[3]', '"hiddenUnits":[10000000]'],
  ["mlp", '"hiddenUnits":[3]', '"hiddenUnits":[3,3]'],
  ["mlp", '"hiddenUnits":[3]', '"hiddenUnits":null'],
  ["mlp", '"inputs":2', '"inputs":1e15'],
  ["mlp", '"inputs":2', '"inputs":"2"'],
  ["mlp", '"nIter":2', '"nIter":null'],
  ["mlp", '"classes":[0,1]', '"classes":[0]'],
  ["mlp", '"classes":[0,1]', '"classes":[1,0]'],
  ["mlp", '"classes":[0,1]', '"classes":[0,"1"]'],
  ["mlp", '"classes":[0,1]', '"classes":{"length":1000000000}'],
  ["mlp", '"$tensor":0', '"$tensor":9'],
  ["mlp", '"$tensor":0', '"$tensor":1'],
  ["mlp", '{"$tensor":0}', "[1,2]"],
  ["mlp", '"hidden1/kernel"', '"hidden1/kernels"'],
  ["mlp", /"weights":\{.*\}\}/, '"weights":{}}'],
  ["mlp", /,"weights":\{.*\}\}/, "}"],
  ["mlp", '"solver":"adam"', '"solver":"constructor"'],
  ["mlp", '"activation":"relu"', '"activation":"__proto__"'],
  ["mlp", '"MLPClassifier"', '"constructor"'],
  ["mlp", '"MLPClassifier"', '"Perceptron"'],
  ["mlp", '"MLPClassifier"', "null"],
  ["several", '"several":true', '"several":1'],
  ["several", '"several":true', '"severally":true'],
  ["regressor", '"outputs":1', '"outputs":4294967296'],
  ["regressor", '"outputs":1', '"outputs":2'],
  ["regressor", /"state":.*/, '"state":5}'],
  ["perceptron", /"coef":\[\[[^\]]*\],/, '"coef":['],
  ["perceptron", /"coef":\[\[[^\]]*\]/, '"coef":[[1,null]'],
  ["perceptron", /"intercept":\[[^\]]*\]/, '"intercept":[]'],
  ["perceptron", '"a","b","c"', '"a","b","b"'],
  ["scaler", /,"scale":\[[^\]]*\]/, ""],
  ["scaler", /"scale":\[[^\]]*\]/, '"scale":[0,0]'],
  ["scaler", /"scale":\[[^\]]*\]/, '"scale":[-1,1]'],
  ["scaler", /"mean":\[[^\]]*\]/, '"mean":[null,"x"]'],
  ["scaler", /"mean":\[[^\]]*\]/, '"mean":[{"$number":"NaN"},1]'],
  ["scaler", /"mean":\[[^\]]*\]/, '"mean":[1]'],
  ["scaler", /"variance":\[[^\]]*\]/, '"variance":[-1,1]'],
  ["scaler", /"state":.*/, '"state":[]}'],
  ["scaler", '"withMean":true', '"withMean":1'],
  ["range", /"dataMax":\[[^\]]*\]/, '"dataMax":[-5,5]'],
  ["range", '"featureRange":[0,1]', '"featureRange":[1,0]'],
  ["labels", /"state":.*/, '"state":[2,1]}'],
  ["labels", /"state":.*/, '"state":[]}'],
  ["pipeline", /"steps":.*/, '"steps":3}'],
  ["pipeline", /"steps":.*/, '"steps":[]}'],
  ["pipeline", /"steps":\[\{/, '"steps":[null,{'],
  ["pipeline", '"step":{"kind":"StandardScaler"', '"step":null,"x":{"kind":"StandardScaler"'],
  ["pipeline", '"name":"standardScaler"', '"name":"a__b"'],
  ["pipeline", '"name":"standardScaler"', '"name":5'],
];

describe("a file whose description was changed", () => {
  test.each(cases)("%s: %s becomes %s", async (name, from, to) => {
    const bytes = estimatorToBytes((await fitted())[name] as BuiltIn);
    let changed = false;
    const wrong = rewrite(bytes, (json) => {
      const text = json.replace(from, to);
      changed = text !== json;
      return text;
    });
    expect(changed).toBe(true);
    const start = performance.now();
    expect(() => estimatorFromBytes(wrong)).toThrow(DataError);
    expect(() => estimatorFromBytes(wrong)).toThrow(/^estimatorFromBytes: /);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test("pipelines in pipelines without end", async () => {
    const bytes = estimatorToBytes((await fitted()).scaler as BuiltIn);
    for (const levels of [100, 20_000]) {
      const [open, close] = ['{"kind":"Pipeline","steps":[{"name":"a","step":', "}]}"];
      const nested = rewrite(bytes, (json) => `${open.repeat(levels)}${json}${close.repeat(levels)}`);
      expect(() => estimatorFromBytes(nested)).toThrow(DataError);
    }
  });

  test("anything at all ends in DataError, or in an estimator that can be saved", async () => {
    const random = new RandomStream(11, "test");
    const pieces = ["null", "3", "-1", "1e400", '"x"', "[]", "{}", "true", '{"$tensor":0}', "0.5"];
    let refused = 0;
    for (const estimator of Object.values(await fitted())) {
      const bytes = estimatorToBytes(estimator);
      for (let i = 0; i < 120; i++) {
        const wrong = rewrite(bytes, (json) => {
          // One value of the description, whatever it was, becomes another.
          const values = [
            ...json.matchAll(/(?<=[:[,])("[^"]*"|-?[\d.]+(?:e-?\d+)?|true|false|null|\[\]|\{[^{}]*\})(?=[,\]}])/g),
          ];
          const { index, 0: old } = values[random.below(values.length)] as RegExpMatchArray & { index: number };
          return json.slice(0, index) + pieces[random.below(pieces.length)] + json.slice(index + old.length);
        });
        try {
          estimatorToBytes(estimatorFromBytes(wrong));
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(400);
  }, 20_000);
});
