// Activations against PyTorch: values, gradients, kinks, infinities and NaN.

import { describe, expect, test } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import * as activations from "../../src/ops/activations.js";
import { matmul } from "../../src/ops/matmul.js";
import type { Node } from "../../src/ops/op.js";
import { logSoftmax, softmax } from "../../src/ops/softmax.js";
import { Session } from "../../src/runtime/session.js";
import { builds, engineOf } from "../support/builds.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { type GoldenCase, goldenCases, goldenNumbers, goldenTensor, goldenTolerance } from "../support/golden.js";
import { randomFloats } from "../support/random-values.js";

const { relu, sigmoid, tanh, leakyRelu, elu, selu, softplus, softsign, gelu, geluTanh, silu } = activations;
const { hardSigmoid, hardSwish, mish, relu6, step } = activations;

type Activation = (x: Node) => Node;

/** By the names of the golden cases. */
const byGoldenName: Readonly<Record<string, (params: Readonly<Record<string, unknown>>) => Activation>> = {
  sigmoid: () => sigmoid,
  tanh: () => tanh,
  relu: () => relu,
  leaky_relu:
    ({ negative_slope }) =>
    (x) =>
      leakyRelu(x, { alpha: negative_slope as number }),
  elu:
    ({ alpha }) =>
    (x) =>
      elu(x, { alpha: alpha as number }),
  selu: () => selu,
  softplus: () => softplus,
  gelu_erf: () => gelu,
  gelu_tanh: () => geluTanh,
  silu: () => silu,
  hardsigmoid: () => hardSigmoid,
  hardswish: () => hardSwish,
  softmax: () => softmax,
  log_softmax: () => logSoftmax,
};

/** The result of an activation, and its gradient where the case has one. */
function run(golden: GoldenCase, build: (typeof builds)[number]) {
  const activation = byGoldenName[golden.op]?.(golden.params) as Activation;
  const x = goldenTensor(golden.inputs.x);
  const graph = new Graph();
  const from = graph.placeholder("x", x.shape);
  const y = activation(from);
  const dy = graph.placeholder("dy", x.shape);
  const dx = y.op.vjp?.x?.({ x: from, y, dy }, y.attributes, { results: {}, dresults: {} }) as Node;
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

/** One activation of some numbers, on a build. */
function values(activation: Activation, x: readonly number[], build: (typeof builds)[number]): ArrayLike<number> {
  const graph = new Graph();
  const from = graph.placeholder("x", [x.length]);
  return new Session(graph, { engine: engineOf(build) }).run(activation(from), [[from, Float32Array.from(x)]]).data;
}

describe.each(builds)("%s", (build) => {
  test.each(goldenCases("activations", /_(extremes|grid|random|kink)$/))("$name", (golden) => {
    const { y, dx } = run(golden, build);
    expectClose(`${golden.name} ${build}`, y, goldenNumbers(golden.outputs.y), goldenTolerance(golden, "y"));
    // At exactly 3 PyTorch takes the slope from the left in the short kink case and from the right in the long ones.
    const x = goldenNumbers(golden.inputs.x);
    const open = (i: number) => golden.op === "hardswish" && !golden.name.endsWith("kink") && x[i] === 3;
    const tolerance = goldenTolerance(golden, "d_x");
    const gradient = goldenNumbers(golden.grads?.x);
    const limit = (i: number) => (open(i) ? Infinity : tolerance);
    if (dx) expectClose(`${golden.name} ${build}, gradient`, dx, gradient, limit);
  });

  test.each(goldenCases("activations", /softmax_(\d+x\d+_axis-1|large)$/))("$name", (golden) => {
    const { y, dx } = run(golden, build);
    expectClose(`${golden.name} ${build}`, y, goldenNumbers(golden.outputs.y), goldenTolerance(golden, "y"));
    const gradient = goldenNumbers(golden.grads?.x);
    if (dx) expectClose(`${golden.name} ${build}, gradient`, dx, gradient, goldenTolerance(golden, "d_x"));
  });

  test.each(goldenCases("activations", /softmax_neg_inf$/))("$name", (golden) => {
    const { y } = run(golden, build);
    expectClose(`${golden.name} ${build}`, y, goldenNumbers(golden.outputs.y), 2 ** -23);
  });

  // PyTorch gives NaN for x times 0 at -Infinity, where the limit is 0; and Infinity for 3.4e38 in hardswish.
  test.each(goldenCases("activations", /_nonfinite_/))("$name", (golden) => {
    const { y } = run(golden, build);
    const x = goldenNumbers(golden.inputs.x);
    const expected = Array.from(goldenNumbers(golden.outputs.y), (value, i) => {
      if (Number.isNaN(value) && !Number.isNaN(x[i])) return 0;
      return golden.op === "hardswish" && value === Infinity ? (x[i] as number) : value;
    });
    expectClose(
      `${golden.name} ${build}`,
      y,
      expected,
      (i) => 4e-7 * Math.min(Math.abs(expected[i] as number), 1e38) + 1e-38,
    );
  });

  // In float64. Largest error of mish measured over 65,536 values in [-100, 30]: 4e-7 of the value.
  test("mish, relu6 and Keras 2's hardSigmoid, which PyTorch's cases lack", () => {
    const x = Array.from({ length: 4096 }, (_, i) => Math.fround(-100 + i * 0.0317));
    const soft = (v: number) => Math.exp(v) * (Math.exp(v) + 2);
    const expected = x.map((v) => (v > 300 ? v : (v * soft(v)) / (soft(v) + 2)));
    expectClose(
      `mish ${build}`,
      values(mish, x, build),
      expected,
      (i) => 5e-7 * Math.abs(expected[i] as number) + 1e-38,
    );
    const odd = [Number.NaN, Infinity, -Infinity, Math.fround(3.4e38), -0, 6, 7, 2.5, -2.5, -3];
    expectSameBits(`mish ${build}`, values(mish, odd.slice(0, 5), build), [
      Number.NaN,
      Infinity,
      -0,
      Math.fround(3.4e38),
      -0,
    ]);
    expectSameBits(`relu6 ${build}`, values(relu6, odd, build), [Number.NaN, 6, 0, 6, -0, 6, 6, 2.5, 0, 0]);
    const keras2 = (v: Node) => hardSigmoid(v, { slope: 0.2 });
    expectClose(`hardSigmoid ${build}`, values(keras2, odd, build), [Number.NaN, 1, 0, 1, 0.5, 1, 1, 1, 0, 0], 1e-7);
    expectClose(`hardSigmoid ${build}`, values(keras2, [1, -1, 2], build), [0.7, 0.3, 0.9], 1e-7);
  });

  // In float64: ln(1 / (1 + e^-x)) = min(x, 0) - ln(1 + e^-|x|).
  test("logSigmoid, which PyTorch's cases lack", () => {
    const x = Array.from({ length: 4096 }, (_, i) => Math.fround(-100 + i * 0.0488));
    const expected = x.map((v) => Math.min(v, 0) - Math.log1p(Math.exp(-Math.abs(v))));
    const bound = (i: number) => 4e-7 * Math.abs(expected[i] as number) + 1e-38;
    expectClose(`logSigmoid ${build}`, values(activations.logSigmoid, x, build), expected, bound);
    const odd = [Number.NaN, Infinity, -Infinity, -3.4e38];
    expectSameBits(`logSigmoid ${build}`, values(activations.logSigmoid, odd, build), [
      Number.NaN,
      0,
      -Infinity,
      Math.fround(-3.4e38),
    ]);
  });

  test("softsign and step, which PyTorch's cases lack", () => {
    const x = [Number.NaN, Infinity, -Infinity, 0, -0, 3, -1, 2 ** -140, 3.4e38];
    const soft = [Number.NaN, 1, -1, 0, -0, 0.75, -0.5, 2 ** -140, 1];
    expectSameBits(`softsign ${build}`, values(softsign, x, build), soft);
    expectSameBits(`step ${build}`, values(step, x, build), [Number.NaN, 1, 0, 1, 1, 1, 0, 1, 1]);
  });

  test.each([relu, sigmoid, tanh, selu, softsign])(
    "an activation fused behind a matrix product changes no bits",
    (f) => {
      for (const [m, n] of [
        [1, 9],
        [5, 7],
        [13, 33],
      ] as const) {
        const graph = new Graph();
        const a = graph.placeholder("a", [m, 6]);
        const b = graph.placeholder("b", [6, n]);
        const product = matmul(a, b);
        const y = f(product);
        const feeds = [
          [a, randomFloats(m * 6, 1, -2, 2)],
          [b, randomFloats(6 * n, 2, -2, 2)],
        ] as const;
        const session = new Session(graph, { engine: engineOf(build) });
        const fused = session.run(y, feeds).data;
        const [, apart] = session.run([product, y], feeds);
        expectSameBits(`${y.op.name} ${build} [${m}, ${n}]`, fused, apart?.data as Float32Array);
      }
    },
  );
});

test("alpha must not be negative", () => {
  const x = new Graph().placeholder("x", [3]);
  expect(() => leakyRelu(x, { alpha: -1 })).toThrow("leakyRelu: alpha must be");
  expect(() => elu(x, { alpha: Number.NaN })).toThrow("elu: alpha must be");
});
