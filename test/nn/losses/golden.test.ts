// Losses against PyTorch: values and gradients.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../../src/errors.js";
import { gradients } from "../../../src/graph/gradients.js";
import { Graph } from "../../../src/graph/graph.js";
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  categoricalHinge,
  contrastive,
  euclideanDistance,
  getLoss,
  hinge,
  huber,
  klDivergence,
  type Loss,
  meanAbsoluteError,
  meanSquaredError,
  type Reduction,
  sparseCategoricalCrossentropy,
  squaredHinge,
  triplet,
  weightsByClass,
} from "../../../src/nn/losses/index.js";
import { sigmoid } from "../../../src/ops/activations.js";
import { affine, multiply } from "../../../src/ops/arithmetic.js";
import { oneHot, toFloat } from "../../../src/ops/indexing.js";
import type { Node } from "../../../src/ops/op.js";
import { sum } from "../../../src/ops/reductions.js";
import { Session } from "../../../src/runtime/session.js";
import type { BuildName } from "../../../src/wasm/host.js";
import { builds, engineOf } from "../../support/builds.js";
import { expectClose } from "../../support/compare-floats.js";
import { type GoldenCase, goldenCases, goldenNumbers, goldenTensor, goldenTolerance } from "../../support/golden.js";

const cases: readonly (readonly [pattern: RegExp, make: (params: Record<string, number>) => Loss])[] = [
  [
    /^sparse_ce_(\dx\d+_scale\d+|smooth)/,
    ({ label_smoothing = 0 }) => sparseCategoricalCrossentropy({ labelSmoothing: label_smoothing }),
  ],
  [/^dense_ce/, ({ label_smoothing = 0 }) => categoricalCrossentropy({ labelSmoothing: label_smoothing })],
  [/^bce_logits_(hard|soft)/, () => binaryCrossentropy()],
  [/^mse/, () => meanSquaredError()],
  [/^mae/, () => meanAbsoluteError()],
  [/^huber/, ({ delta = 1 }) => huber({ delta })],
  [/^hinge/, () => hinge()],
  [/^squared_hinge/, () => squaredHinge()],
];

const all = cases.flatMap(([pattern, make]) =>
  goldenCases("losses", pattern).map((golden) => ({
    name: golden.name,
    golden,
    loss: make(golden.params as Record<string, number>),
  })),
);

/** Compares the loss made of the inputs, as nodes by name, and its gradients with those of the case. */
function compare(golden: GoldenCase, build: BuildName, make: (nodes: Record<string, Node>) => Node, least = 0): void {
  const graph = new Graph();
  const slopes = Object.keys(golden.grads ?? {});
  const nodes: Record<string, Node> = {};
  for (const [name, stored] of Object.entries(golden.inputs)) {
    nodes[name] = graph.variable(name, goldenTensor(stored));
  }
  const y = make(nodes);
  const upstream = golden.upstream ? graph.constant("upstream", goldenTensor(golden.upstream)) : undefined;
  const of = upstream ? sum(multiply(y, upstream)) : y;
  const gradientNodes = gradients(
    of,
    slopes.map((name) => nodes[name] as Node),
  );
  const [value, ...made] = new Session(graph, { engine: engineOf(build) }).run([y, ...gradientNodes]);
  expectClose(golden.name, value!.data, goldenNumbers(golden.outputs.y), Math.max(least, goldenTolerance(golden, "y")));
  slopes.forEach((name, i) => {
    const expected = goldenNumbers(golden.grads?.[name]);
    expectClose(`${golden.name}, gradient of ${name}`, made[i]!.data, expected, goldenTolerance(golden, `d_${name}`));
  });
}

describe.each(builds)("%s", (build) => {
  test.each(all)("$name", ({ golden, loss }) => {
    const [of, labels] = Object.keys(golden.inputs) as [string, string];
    compare(golden, build, (nodes) => loss.apply(nodes[of] as Node, nodes[labels] as Node));
  });

  const one = (name: string) => goldenCases("losses", new RegExp(`^${name}$`))[0] as GoldenCase;

  test("reductions: none, sum, and the mean by the weights of the classes", () => {
    const loss = sparseCategoricalCrossentropy();
    const reduced = (reduction: Reduction) => (nodes: Record<string, Node>) =>
      loss.apply(nodes.logits!, nodes.labels!, { reduction });
    compare(one("sparse_ce_none"), build, reduced("none"));
    compare(one("sparse_ce_sum"), build, reduced("sum"));
    const weighted = one("sparse_ce_weighted");
    const weights = Array.from(goldenNumbers(weighted.inputs.weights));
    compare(weighted, build, ({ logits, labels }) => {
      const sampleWeight = weightsByClass(labels!, weights);
      return loss.apply(logits!, labels!, { sampleWeight, reduction: "weightedMean" });
    });
  });

  test.each(goldenCases("losses", /^contrastive/))("$name", (golden) => {
    const loss = contrastive({ margin: golden.params.margin as number });
    compare(golden, build, ({ a, b, same }) => loss.apply(euclideanDistance(a!, b!), asFloats(same!)));
  });

  // The loss is a difference of squared distances of up to 64, where PyTorch's errors happen to cancel.
  const half = 2 ** -25 * 64;
  test.each(goldenCases("losses", /^triplet/))("$name", (golden) => {
    const loss = triplet({ margin: golden.params.margin as number, squared: golden.op === "triplet_squared" });
    const least = golden.op === "triplet_squared" ? half : 0;
    compare(golden, build, ({ anchor, positive, negative }) => loss.apply(anchor!, positive!, negative!), least);
  });

  test("bce_logits_pos_weight", () => {
    const golden = one("bce_logits_pos_weight");
    const loss = binaryCrossentropy({ positiveWeight: Array.from(goldenNumbers(golden.inputs.pos_weight)) });
    compare(golden, build, ({ logits, target }) => loss.apply(logits!, target!));
  });

  test("categorical_hinge", () => {
    compare(one("categorical_hinge"), build, ({ z, labels }) =>
      categoricalHinge().apply(z!, oneHot(labels!, { depth: z!.shape[1] as number })),
    );
  });

  test.each(goldenCases("losses", /^smooth_l1/))("$name is Huber's, divided by beta", (golden) => {
    const beta = golden.params.beta as number;
    compare(golden, build, ({ pred, target }) =>
      affine(huber({ delta: beta }).apply(pred!, target!), { scale: 1 / beta }),
    );
  });
});

const asFloats = (node: Node) => (node.dtype === "int32" ? toFloat(node) : node);

test("klDivergence is PyTorch's of the logarithm of the softmax, with the gradient of the cross-entropy", () => {
  for (const golden of goldenCases("losses", /^kl_div_batchmean/)) {
    for (const build of builds) {
      const graph = new Graph();
      const x = graph.variable("x", goldenTensor(golden.inputs.log_q));
      const labels = graph.constant("labels", goldenTensor(golden.inputs.p));
      const loss = klDivergence().apply(x, labels);
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
  const losses = [binaryCrossentropy().apply(sigmoid(z), labels), binaryCrossentropy().apply(z, labels)];
  const [ofSigmoid, ofLogits] = new Session(graph, { engine: engineOf("scalar") }).run(losses);
  expect(ofSigmoid!.item()).toBe(ofLogits!.item());
  expect(ofLogits!.item()).toBeCloseTo((100 + Math.log1p(Math.exp(3))) / 2, 4);
});

test("names give losses", () => {
  const own = huber({ delta: 2 });
  expect(getLoss(own)).toBe(own);
  for (const { loss } of all) expect(getLoss(loss.name as "hinge").name).toBe(loss.name);
});

test("refusals", () => {
  expect(() => huber({ delta: 0 })).toThrow(
    new ArgumentError("huber: delta must be a finite number greater than 0; received 0."),
  );
  expect(() => categoricalCrossentropy({ labelSmoothing: 2 })).toThrow(
    new ArgumentError("categoricalCrossentropy: labelSmoothing must be a number in [0, 1]; received 2."),
  );
  expect(() => categoricalCrossentropy().labelShape([null])).toThrow(
    new ShapeError("categoricalCrossentropy: the output must have shape [null, classes]; received [null]."),
  );
  expect(() => categoricalCrossentropy().checkLabels(Float32Array.of(0, 1.5), [null, 2])).toThrow(
    new ArgumentError("categoricalCrossentropy: labels must be probabilities; received 1.5 at index 1."),
  );
  expect(() => hinge().checkLabels(Float32Array.of(1, 0), [null])).toThrow(
    new ArgumentError("hinge: labels must be -1 or 1; received 0 at index 1."),
  );
  expect(() => meanSquaredError().checkLabels(Float32Array.of(Number.NaN), [null])).toThrow(
    new ArgumentError("meanSquaredError: labels must be finite; received NaN at index 0."),
  );
});
