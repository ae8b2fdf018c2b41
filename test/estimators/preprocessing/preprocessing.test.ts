// Scalers and encoders: against scikit-learn's numbers, there and back, and refusals.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError, StateError } from "../../../src/errors.js";
import { clone } from "../../../src/estimators/parameters/parameterized.js";
import { LabelEncoder } from "../../../src/estimators/preprocessing/labelEncoder.js";
import { MinMaxScaler } from "../../../src/estimators/preprocessing/minMaxScaler.js";
import { OneHotEncoder } from "../../../src/estimators/preprocessing/oneHotEncoder.js";
import { StandardScaler } from "../../../src/estimators/preprocessing/standardScaler.js";
import type { Tensor } from "../../../src/tensor/tensor.js";
import { expectClose } from "../../support/compare-floats.js";
import { expectRefusal } from "../../support/expect-refusal.js";
import { goldenNumbers } from "../../support/golden.js";
import { rowsOf, sklearn } from "../../support/sklearn.js";

const { scalers } = sklearn;
const x = rowsOf(scalers.X);
const xTest = rowsOf(scalers.X_test);

/** To 1e-6, relative where values are above 1: results are float32. */
function expectGolden(subject: string, received: Tensor, stored: Parameters<typeof goldenNumbers>[0]): void {
  const expected = goldenNumbers(stored);
  expectClose(subject, received.data, expected, (i) => 1e-6 * Math.max(1, Math.abs(expected[i] as number)));
}

describe("StandardScaler", () => {
  test("the numbers of scikit-learn", () => {
    const scaler = new StandardScaler().fit(x);
    const golden = scalers.standard;
    expectClose("mean", scaler.mean, golden.mean, 1e-12);
    expectClose("variance", scaler.variance, golden.var, 1e-12);
    expectClose("scale", scaler.scale, golden.scale, 1e-12);
    expectGolden("transform", scaler.transform(x), golden.transform);
    expectGolden("unseen samples", scaler.transform(xTest), golden.transform_test);
    expectGolden("inverse", scaler.inverseTransform(rowsOf(golden.transform_test)), golden.inverse_of_test);
  });

  test("without mean, without scale", () => {
    const rows = [[1], [3]];
    expect([...new StandardScaler({ withMean: false }).fitTransform(rows).data]).toEqual([1, 3]);
    expect([...new StandardScaler({ withStd: false }).fitTransform([[1], [7]]).data]).toEqual([-3, 3]);
  });

  test("a column of equal values becomes 0, whatever the value", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 50 }), (value, count) => {
        const rows = Array.from({ length: count }, () => [value]);
        const scaler = new StandardScaler().fit(rows);
        expect(scaler.scale).toEqual([1]);
        for (const z of scaler.transform(rows).data) expect(Math.abs(z)).toBeLessThan(1e-6);
      }),
      { seed: 1 },
    );
  });
});

describe("MinMaxScaler", () => {
  test.each([
    [[0, 1], "minmax_0_1"],
    [[-1, 1], "minmax_-1_1"],
  ] as const)("the numbers of scikit-learn for %j", (featureRange, name) => {
    const scaler = new MinMaxScaler({ featureRange }).fit(x);
    expectGolden("transform", scaler.transform(x), scalers[name].transform);
    expectGolden("unseen samples", scaler.transform(xTest), scalers[name].transform_test);
    const back = scaler.inverseTransform(scaler.transform(xTest)).data;
    expectClose("inverse", back, xTest.flat(), (i) => 4e-6 * Math.max(1, Math.abs(xTest.flat()[i] as number)));
  });

  test("what was learnt, and clipping", () => {
    const scaler = new MinMaxScaler({ clip: true }).fit(x);
    expectClose("least", scaler.dataMin, scalers.minmax_0_1.data_min, 1e-12);
    expectClose("greatest", scaler.dataMax, scalers.minmax_0_1.data_max, 1e-12);
    const { data } = scaler.transform(xTest);
    expect(Math.min(...data)).toBe(0);
    expect(Math.max(...data)).toBe(1);
  });
});

describe("encoders", () => {
  const { onehot, label_encoder } = scalers;

  test("OneHotEncoder has the categories and columns of scikit-learn", () => {
    const encoder = new OneHotEncoder().fit(onehot.rows);
    expect(encoder.categories).toEqual(onehot.categories);
    expect(encoder.transform(onehot.rows).toArray()).toEqual(onehot.encoded);
    expect(encoder.inverseTransform(onehot.encoded)).toEqual(onehot.rows);
    const dropping = new OneHotEncoder({ drop: "first" }).fit(onehot.rows);
    expect(dropping.transform(onehot.rows).toArray()).toEqual(onehot.encoded_drop_first);
    expect(dropping.inverseTransform(onehot.encoded_drop_first)).toEqual(onehot.rows);
  });

  test("an unknown category is refused, or ignored on request", () => {
    const encoder = new OneHotEncoder().fit([["a"], ["b"]]);
    const message =
      'OneHotEncoder.transform: categories of column 0 must be among ["a", "b"]; received "c" in row 1; ' +
      'handleUnknown: "ignore" encodes it as zeros.';
    expectRefusal(() => encoder.transform([["a"], ["c"]]), ArgumentError, message);
    const ignoring = encoder.setParams({ handleUnknown: "ignore" });
    expect(ignoring.transform([["c"]]).toArray()).toEqual([[0, 0]]);
    expect(ignoring.inverseTransform([[0, 0]])).toEqual([[null]]);
  });

  test("LabelEncoder", () => {
    const encoder = new LabelEncoder().fit(label_encoder.labels);
    expect(encoder.classes).toEqual(label_encoder.classes);
    expect([...encoder.transform(label_encoder.labels)]).toEqual(label_encoder.encoded);
    expect(encoder.inverseTransform(label_encoder.encoded)).toEqual(label_encoder.labels);
    expect(new LabelEncoder().fit([10, 9, 10]).classes).toEqual([9, 10]);
  });
});

describe("parameters", () => {
  test("are read, set and cloned without what was learnt", () => {
    const scaler = new StandardScaler({ withMean: false }).fit(x);
    const copy = clone(scaler);
    expect(copy.getParams()).toEqual({ withMean: false, withStd: true });
    expect(() => copy.mean).toThrow(StateError);
    expect(scaler.setParams({ withStd: false }).getParams()).toEqual({ withMean: false, withStd: false });
  });

  test.each([
    [
      () => new StandardScaler({ withmean: true } as object),
      ArgumentError,
      'StandardScaler: StandardScaler has no parameter "withmean"; did you mean "withMean"?',
    ],
    [
      () => new MinMaxScaler().setParams({ strategy: 1 } as object),
      ArgumentError,
      'MinMaxScaler.setParams: MinMaxScaler has no parameter "strategy"; it has featureRange, clip.',
    ],
    [
      () => new MinMaxScaler({ featureRange: [1, 1] }),
      ArgumentError,
      "MinMaxScaler: featureRange must be two finite numbers [low, high] with low < high; received [1, 1].",
    ],
    [
      () => new StandardScaler().transform(x),
      StateError,
      "StandardScaler.transform: nothing has been learnt yet; call fit() first.",
    ],
    [
      () => new StandardScaler().fit(x).transform([[1, 2]]),
      ShapeError,
      "StandardScaler.transform: x must have 4 features, as in fit(); received 2.",
    ],
    [
      () => new StandardScaler().fit([[1, Number.NaN]]),
      ArgumentError,
      "StandardScaler.fit: x must hold finite numbers; received NaN in row 0, column 1.",
    ],
    [
      () => new StandardScaler().fit([[1, 2], [3]]),
      ShapeError,
      "StandardScaler.fit: all rows of x must have equal length; row 0 has 2 values, row 1 has 1.",
    ],
    [
      () => new StandardScaler().fit([]),
      ArgumentError,
      "StandardScaler.fit: x must have at least one sample and one feature; received [0, 0].",
    ],
    [
      () => new LabelEncoder().fit(["a"]).transform(["b"]),
      ArgumentError,
      'LabelEncoder.transform: labels must be among ["a"]; received "b" at index 0.',
    ],
    [
      () => new LabelEncoder().fit(["a"]).inverseTransform([1]),
      ArgumentError,
      "LabelEncoder.inverseTransform: codes must be integers in [0, 1); received 1 at index 0.",
    ],
  ])("refusal %#", (call, kind, message) => expectRefusal(call, kind, message));

  test("a refused fit leaves what was learnt", () => {
    const scaler = new StandardScaler().fit([[1], [3]]);
    expect(() => scaler.fit([[Infinity]])).toThrow(ArgumentError);
    expect(scaler.mean).toEqual([2]);
  });
});
