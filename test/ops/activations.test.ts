// Activations against PyTorch: values and gradients.

import { describe, test } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import { Session } from "../../src/graph/session.js";
import { relu, softmax } from "../../src/ops/activations.js";
import type { Node } from "../../src/ops/op.js";
import { builds, engineOf } from "../support/builds.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { type GoldenCase, goldenCases, goldenNumbers, goldenTensor, goldenTolerance } from "../support/golden.js";

/** The result of an activation, and its gradient where the case has one. */
function run(golden: GoldenCase, activation: (x: Node) => Node, build: (typeof builds)[number]) {
  const x = goldenTensor(golden.inputs.x);
  const graph = new Graph();
  const from = graph.placeholder("x", x.shape);
  const y = activation(from);
  const dy = graph.placeholder("dy", x.shape);
  const dx = y.op.vjp?.x?.({ x: from, y, dy }, y.attributes) as Node;
  const session = new Session(graph, { engine: engineOf(build) });
  const upstream = golden.upstream && goldenTensor(golden.upstream);
  return {
    y: session.run(y, [[from, x]]).data,
    dx:
      upstream &&
      session.run(dx, [
        [from, x],
        [dy, upstream],
      ]).data,
  };
}

describe.each(builds)("%s", (build) => {
  test.each(goldenCases("activations", /^relu_/))("$name", (golden) => {
    const { y, dx } = run(golden, relu, build);
    expectSameBits(`${golden.name} ${build}`, y, goldenNumbers(golden.outputs.y));
    if (dx) expectSameBits(`${golden.name} ${build}, gradient`, dx, goldenNumbers(golden.grads?.x));
  });

  test.each(goldenCases("activations", /^softmax_(\d+x\d+_axis-1|large)$/))("$name", (golden) => {
    const { y, dx } = run(golden, softmax, build);
    expectClose(`${golden.name} ${build}`, y, goldenNumbers(golden.outputs.y), goldenTolerance(golden, "y"));
    const gradient = goldenNumbers(golden.grads?.x);
    if (dx) expectClose(`${golden.name} ${build}, gradient`, dx, gradient, goldenTolerance(golden, "d_x"));
  });

  test.each(goldenCases("activations", /^softmax_neg_inf$/))("$name", (golden) => {
    const { y } = run(golden, softmax, build);
    expectClose(`${golden.name} ${build}`, y, goldenNumbers(golden.outputs.y), 2 ** -24);
  });
});
