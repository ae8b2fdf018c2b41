import { beforeAll, describe, expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { Graph } from "../../../src/graph/graph.js";
import { accuracy } from "../../../src/nn/metrics/accuracy.js";
import { getMetric } from "../../../src/nn/metrics/index.js";
import { Session } from "../../../src/runtime/session.js";
import { init, type NamedBuild } from "../../../src/wasm/engine.js";

describe.each(["scalar", "simd"] as NamedBuild[])("accuracy in the %s build", (build) => {
  let accuracyOf: (output: number[][], labels: number[]) => number;
  beforeAll(async () => {
    const engine = await init({ build });
    const graph = new Graph();
    const output = graph.placeholder("output", [null, 3]);
    const labels = graph.placeholder("labels", [null], "int32");
    const node = accuracy().apply(output, labels);
    expect(node.shape).toEqual([]);
    const session = new Session(graph, { engine });
    accuracyOf = (rows, y) => session.run(node, { output: Float32Array.from(rows.flat()), labels: y }).item();
  });

  test("is the share of rows whose largest output is at the label", () => {
    const rows = [
      [0.1, 0.8, 0.1],
      [5, -3, 2],
      [-3, -2, -1],
      [0, 0, 1e-30],
    ];
    expect(accuracyOf(rows, [1, 0, 2, 2])).toBe(1);
    expect(accuracyOf(rows, [1, 0, 2, 0])).toBe(0.75);
    expect(accuracyOf(rows, [0, 1, 0, 1])).toBe(0);
  });

  test("of one row is 0 or 1, of none NaN", () => {
    expect(accuracyOf([[1, 2, 3]], [2])).toBe(1);
    expect(accuracyOf([[1, 2, 3]], [1])).toBe(0);
    expect(accuracyOf([], [])).toBeNaN();
  });

  test("takes the first of equal outputs as the prediction", () => {
    expect(accuracyOf([[2, 2, 2]], [0])).toBe(1);
    expect(accuracyOf([[1, 2, 2]], [2])).toBe(0);
    expect(accuracyOf([[-0, 0, -0]], [0])).toBe(1);
  });

  test("never takes NaN as the prediction", () => {
    expect(accuracyOf([[Number.NaN, 1, 0]], [1])).toBe(1);
    expect(accuracyOf([[1, Number.NaN, 0]], [0])).toBe(1);
    expect(accuracyOf([[-Infinity, Number.NaN, Infinity]], [2])).toBe(1);
  });
});

test("a metric is found by its name, or given as it is", () => {
  expect(getMetric("accuracy").name).toBe("accuracy");
  const own = accuracy();
  expect(getMetric(own)).toBe(own);
  for (const [wrong, received] of [
    ["acuracy", '"acuracy"; did you mean "accuracy"?'],
    ["constructor", '"constructor".'],
    [null, "null."],
    [undefined, "undefined."],
  ]) {
    expect(() => getMetric(wrong as "accuracy")).toThrow(
      new ArgumentError(
        `compile: a metric must be a metric or one of "accuracy", "binaryAccuracy", "categoricalAccuracy", "meanSquaredError", "meanAbsoluteError"; received ${received}`,
      ),
    );
  }
});
