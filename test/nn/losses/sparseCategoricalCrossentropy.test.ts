// Cross-entropy with integer labels against PyTorch, per row and as a mean; labels and shapes refused.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../../src/errors.js";
import { gradients } from "../../../src/graph/gradients.js";
import { Graph } from "../../../src/graph/graph.js";
import { getLoss } from "../../../src/nn/losses/index.js";
import { sparseCategoricalCrossentropy } from "../../../src/nn/losses/sparseCategoricalCrossentropy.js";
import { sparseSoftmaxCrossEntropy } from "../../../src/ops/crossEntropy.js";
import type { Node } from "../../../src/ops/op.js";
import { softmax } from "../../../src/ops/softmax.js";
import { Session } from "../../../src/runtime/session.js";
import { builds, engineOf } from "../../support/builds.js";
import { expectClose } from "../../support/compare-floats.js";
import { expectRefusal } from "../../support/expect-refusal.js";
import { type GoldenCase, goldenCases, goldenNumbers, goldenTensor, goldenTolerance } from "../../support/golden.js";

function check(golden: GoldenCase, build: string, y: ArrayLike<number>, dx: ArrayLike<number>): void {
  const subject = `${golden.name} ${build}`;
  expectClose(subject, y, goldenNumbers(golden.outputs.y), goldenTolerance(golden, "y"));
  expectClose(`${subject}, gradient`, dx, goldenNumbers(golden.grads?.logits), goldenTolerance(golden, "d_logits"));
}

describe.each(builds)("%s", (build) => {
  const engine = engineOf(build);

  test.each(goldenCases("losses", /^sparse_ce_(\d+x\d+_scale\d+|smooth0)$/))("$name", (golden) => {
    const logits = goldenTensor(golden.inputs.logits);
    const graph = new Graph();
    const x = graph.placeholder("logits", [null, logits.shape[1] as number]);
    const labels = graph.placeholder("labels", [null], "int32");
    const loss = sparseCategoricalCrossentropy().apply(x, labels);
    const [gradient] = gradients(loss, [x]);
    const feeds = [
      [x, logits],
      [labels, goldenTensor(golden.inputs.labels)],
    ] as const;
    const [y, dx] = new Session(graph, { engine }).run([loss, gradient as Node], feeds);
    check(golden, build, y!.data, dx!.data);
  });

  test.each(goldenCases("losses", /^sparse_ce_none$/))("$name", (golden) => {
    const logits = goldenTensor(golden.inputs.logits);
    const upstream = goldenTensor(golden.upstream);
    const graph = new Graph();
    const x = graph.placeholder("logits", logits.shape);
    const labels = graph.placeholder("labels", upstream.shape, "int32");
    const y = sparseSoftmaxCrossEntropy(x, labels);
    const dy = graph.placeholder("dy", upstream.shape);
    const gradient = y.op.vjp?.logits?.({ logits: x, labels, y, dy }, {}, { results: {}, dresults: {} }) as Node;
    const feeds = [
      [x, logits],
      [labels, goldenTensor(golden.inputs.labels)],
      [dy, upstream],
    ] as const;
    const [perRow, dx] = new Session(graph, { engine }).run([y, gradient], feeds);
    check(golden, build, perRow!.data, dx!.data);
  });
});

test("a softmax before it is not computed: the loss is that of its logits", () => {
  const graph = new Graph();
  const logits = graph.placeholder("logits", [null, 3]);
  const labels = graph.placeholder("labels", [null], "int32");
  const direct = sparseCategoricalCrossentropy().apply(logits, labels);
  const throughSoftmax = sparseCategoricalCrossentropy().apply(softmax(logits), labels);
  const session = new Session(graph, { engine: engineOf("scalar") });
  // The probability of the label underflows; its logarithm does not.
  const [a, b] = session.run([direct, throughSoftmax], { logits: [[0, 300, 0]], labels: [2] });
  expect(a!.item()).toBe(300);
  expect(b!.item()).toBe(300);
});

test("labels out of range and outputs of another rank are refused", () => {
  const { labelShape, checkLabels } = sparseCategoricalCrossentropy();
  expect(labelShape([null, 3])).toEqual([null]);
  const shape = "sparseCategoricalCrossentropy: the output must have shape [null, classes]; received [null, 2, 3].";
  expectRefusal(() => labelShape([null, 2, 3]), ShapeError, shape);
  checkLabels(Int32Array.of(0, 2), [null, 3]);
  const range = "sparseCategoricalCrossentropy: labels must be integers in [0, 3); received 3 at index 1.";
  expectRefusal(() => checkLabels(Int32Array.of(0, 3), [null, 3]), ArgumentError, range);
});

test("labels fed to a run are checked before anything runs", () => {
  const graph = new Graph();
  const logits = graph.placeholder("logits", [null, 3]);
  const labels = graph.placeholder("labels", [null], "int32");
  const loss = sparseCategoricalCrossentropy().apply(logits, labels);
  const session = new Session(graph, { engine: engineOf("scalar") });
  const run = () => session.run(loss, { logits: [[1, 2, 3]], labels: [-1] });
  const message = "sparseSoftmaxCrossEntropy: labels must be integers in [0, 3); received -1 at index 0.";
  expectRefusal(run, ArgumentError, message);
});

test("losses are found by name", () => {
  expect(getLoss("sparseCategoricalCrossentropy").name).toBe("sparseCategoricalCrossentropy");
  const own = sparseCategoricalCrossentropy();
  expect(getLoss(own)).toBe(own);
  for (const name of ["crossentropy", "toString"]) {
    const call = () => getLoss(name as "sparseCategoricalCrossentropy");
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(
      /^compile: loss must be a loss, such as losses.defineLoss makes, or one of "sparseCategoricalCrossentropy".*; received "/,
    );
  }
});
