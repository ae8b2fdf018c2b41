// Losses against PyTorch: values and gradients.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { Session } from "../../src/graph/session.js";
import {
  categoricalCrossentropy,
  getLoss,
  hinge,
  huber,
  type Loss,
  meanAbsoluteError,
  meanSquaredError,
  sparseCategoricalCrossentropy,
  squaredHinge,
} from "../../src/losses/index.js";
import type { Node } from "../../src/ops/op.js";
import { builds, engineOf } from "../support/builds.js";
import { expectClose } from "../support/compare-floats.js";
import { goldenCases, goldenNumbers, goldenTensor, goldenTolerance } from "../support/golden.js";

const cases: readonly (readonly [pattern: RegExp, make: (params: Record<string, number>) => Loss])[] = [
  [/^sparse_ce_(\dx\d+_scale\d+|smooth0)$/, () => sparseCategoricalCrossentropy],
  [/^dense_ce/, ({ label_smoothing = 0 }) => categoricalCrossentropy({ labelSmoothing: label_smoothing })],
  [/^mse/, () => meanSquaredError],
  [/^mae/, () => meanAbsoluteError],
  [/^huber/, ({ delta = 1 }) => huber({ delta })],
  [/^hinge/, () => hinge],
  [/^squared_hinge/, () => squaredHinge],
];

const all = cases.flatMap(([pattern, make]) =>
  goldenCases("losses", pattern).map((golden) => ({
    name: golden.name,
    golden,
    loss: make(golden.params as Record<string, number>),
  })),
);

describe.each(builds)("%s", (build) => {
  test.each(all)("$name", ({ golden, loss }) => {
    const [[of, output], [, labels]] = Object.entries(golden.inputs) as [[string, never], [string, never]];
    const graph = new Graph();
    const x = graph.variable("x", goldenTensor(output));
    const y = loss.apply(x, graph.constant("labels", goldenTensor(labels)));
    const [dx] = gradients(y, [x]) as [Node];
    const [value, slope] = new Session(graph, { engine: engineOf(build) }).run([y, dx]);
    expectClose(golden.name, value!.data, goldenNumbers(golden.outputs.y), goldenTolerance(golden, "y"));
    expectClose(
      `${golden.name}, gradient`,
      slope!.data,
      goldenNumbers(golden.grads?.[of]),
      goldenTolerance(golden, `d_${of}`),
    );
  });
});

test("names give losses", () => {
  expect(getLoss("meanSquaredError")).toBe(meanSquaredError);
  expect(getLoss("huber").name).toBe("huber");
  expect(getLoss(hinge)).toBe(hinge);
  for (const { loss } of all) expect(getLoss(loss.name as "hinge").name).toBe(loss.name);
});

test("refusals", () => {
  expect(() => huber({ delta: 0 })).toThrow(
    new ArgumentError("huber: delta must be a finite number greater than 0; received 0."),
  );
  expect(() => categoricalCrossentropy({ labelSmoothing: 2 })).toThrow(
    new ArgumentError(
      "categoricalCrossentropy: labelSmoothing must be a finite number at least 0 and at most 1; received 2.",
    ),
  );
  expect(() => categoricalCrossentropy().labelShape([null])).toThrow(
    new ShapeError("categoricalCrossentropy: the output must have shape [null, classes]; received [null]."),
  );
  expect(() => categoricalCrossentropy().checkLabels(Float32Array.of(0, 1.5), [null, 2])).toThrow(
    new ArgumentError("categoricalCrossentropy: labels must be probabilities; received 1.5 at index 1."),
  );
  expect(() => hinge.checkLabels(Float32Array.of(1, 0), [null])).toThrow(
    new ArgumentError("hinge: labels must be -1 or 1; received 0 at index 1."),
  );
  expect(() => meanSquaredError.checkLabels(Float32Array.of(Number.NaN), [null])).toThrow(
    new ArgumentError("meanSquaredError: labels must be finite; received NaN at index 0."),
  );
});
