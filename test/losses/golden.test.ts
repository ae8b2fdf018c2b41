// Losses against PyTorch: values and gradients.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { Session } from "../../src/graph/session.js";
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  getLoss,
  hinge,
  huber,
  klDivergence,
  type Loss,
  meanAbsoluteError,
  meanSquaredError,
  sparseCategoricalCrossentropy,
  squaredHinge,
} from "../../src/losses/index.js";
import { sigmoid } from "../../src/ops/activations.js";
import type { Node } from "../../src/ops/op.js";
import { builds, engineOf } from "../support/builds.js";
import { expectClose } from "../support/compare-floats.js";
import { goldenCases, goldenNumbers, goldenTensor, goldenTolerance } from "../support/golden.js";

const cases: readonly (readonly [pattern: RegExp, make: (params: Record<string, number>) => Loss])[] = [
  [/^sparse_ce_(\dx\d+_scale\d+|smooth0)$/, () => sparseCategoricalCrossentropy],
  [/^dense_ce/, ({ label_smoothing = 0 }) => categoricalCrossentropy({ labelSmoothing: label_smoothing })],
  [/^bce_logits_(hard|soft)/, () => binaryCrossentropy],
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

test("klDivergence is PyTorch's of the logarithm of the softmax, with the gradient of the cross-entropy", () => {
  for (const golden of goldenCases("losses", /^kl_div_batchmean/)) {
    for (const build of builds) {
      const graph = new Graph();
      const x = graph.variable("x", goldenTensor(golden.inputs.log_q));
      const labels = graph.constant("labels", goldenTensor(golden.inputs.p));
      const loss = klDivergence.apply(x, labels);
      const nodes = [loss, categoricalCrossentropy().apply(x, labels)].flatMap((node) => gradients(node, [x]));
      const [value, ...slopes] = new Session(graph, { engine: engineOf(build) }).run([loss, ...nodes]);
      expectClose(golden.name, value!.data, goldenNumbers(golden.outputs.y), 4e-7);
      expect(slopes[0]!.data).toEqual(slopes[1]!.data);
    }
  }
});

test("binaryCrossentropy of a sigmoid is that of its logits", () => {
  const graph = new Graph();
  const z = graph.variable("z", [100, -3]);
  const labels = graph.constant("labels", [0, 1]);
  const losses = [binaryCrossentropy.apply(sigmoid(z), labels), binaryCrossentropy.apply(z, labels)];
  const [ofSigmoid, ofLogits] = new Session(graph, { engine: engineOf("scalar") }).run(losses);
  expect(ofSigmoid!.item()).toBe(ofLogits!.item());
  expect(ofLogits!.item()).toBeCloseTo((100 + Math.log1p(Math.exp(3))) / 2, 4);
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
