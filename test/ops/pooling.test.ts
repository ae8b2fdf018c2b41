// Pooling against loops in float64 over random geometries, against PyTorch, in both layouts of a sequence, and its refusals.

import { describe, expect, test } from "vitest";
import { ShapeError } from "../../src/errors.js";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { multiply } from "../../src/ops/arithmetic.js";
import { transpose } from "../../src/ops/layout.js";
import type { Node } from "../../src/ops/op.js";
import { averagePool1d, averagePool2d, maxPool1d, maxPool2d } from "../../src/ops/pooling.js";
import { sum } from "../../src/ops/reductions.js";
import { Session } from "../../src/runtime/session.js";
import { RandomStream } from "../../src/tensor/random.js";
import { builds, engineOf } from "../support/builds.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { expectRefusal } from "../support/expect-refusal.js";
import { type GoldenCase, goldenCases, goldenNumbers, goldenTensor, goldenTolerance } from "../support/golden.js";
import { randomFloats } from "../support/random-values.js";

type Pair = readonly [number, number];

interface Geometry {
  readonly shape: readonly [number, number, number, number];
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: readonly [Pair, Pair];
  readonly dilations: Pair;
  readonly ceilMode: boolean;
}

/** The result and the gradient of x for an upstream, by definition; the output's extents come from a search. */
function reference(x: Float32Array, dy: (i: number) => number, g: Geometry, kind: "max" | "average" | "counting") {
  const [n, h, w, c] = g.shape;
  const extents = [h, w] as const;
  const output = extents.map((extent, axis) => {
    const [before, after] = g.padding[axis] as Pair;
    const reach = ((g.size[axis] as number) - 1) * (g.dilations[axis] as number);
    let count = 0;
    for (let start = -before; ; start += g.strides[axis] as number) {
      const whole = start + reach < extent + after;
      const partly = g.ceilMode && start < extent && start + reach - (g.strides[axis] as number) < extent + after - 1;
      if (!whole && !partly) return count;
      count++;
    }
  });
  const [oh, ow] = output as [number, number];
  const y = new Float64Array(n * oh * ow * c);
  const dx = new Float64Array(x.length);
  for (let at = 0; at < y.length; at++) {
    const channel = at % c;
    const [j, i] = [Math.floor(at / c) % ow, Math.floor(at / c / ow) % oh];
    const example = Math.floor(at / c / ow / oh);
    const inside: number[] = [];
    let counted = 0;
    for (let a = 0; a < g.size[0]; a++) {
      for (let b = 0; b < g.size[1]; b++) {
        const row = i * g.strides[0] - g.padding[0][0] + a * g.dilations[0];
        const column = j * g.strides[1] - g.padding[1][0] + b * g.dilations[1];
        if (row < h + g.padding[0][1] && column < w + g.padding[1][1]) counted++;
        if (row < 0 || column < 0 || row >= h || column >= w) continue;
        inside.push(((example * h + row) * w + column) * c + channel);
      }
    }
    if (kind === "max") {
      const values = inside.map((place) => x[place] as number);
      const first = values.findIndex(Number.isNaN);
      const best = first >= 0 ? first : values.indexOf(Math.max(...values));
      y[at] = values[best] as number;
      dx[inside[best] as number]! += dy(at);
    } else {
      const divisor = kind === "counting" ? counted : inside.length;
      for (const place of inside) {
        y[at]! += (x[place] as number) / divisor;
        dx[place]! += dy(at) / divisor;
      }
    }
  }
  return { y, dx };
}

/** A result, and the gradient of x for an upstream of the shape of the result. */
function evaluate(build: (typeof builds)[number], x: Float32Array, shape: readonly number[], apply: (x: Node) => Node) {
  const graph = new Graph();
  const input = graph.placeholder("x", [null, ...shape.slice(1)]);
  const y = apply(input);
  const upstream = graph.placeholder("dy", y.shape);
  const [dx] = gradients(sum(multiply(y, upstream)), [input]) as [Node];
  const session = new Session(graph, { engine: engineOf(build) });
  const [result] = session.run([y], [[input, x]]);
  const dy = randomFloats(result!.data.length, 77);
  const [, slope] = session.run(
    [y, dx],
    [
      [input, x],
      [upstream, dy],
    ],
  );
  return { y: result!, dx: slope!, dy };
}

const random = new RandomStream(5, "geometries");
const between = (low: number, high: number) => low + random.below(high - low + 1);

/** A geometry in which every window covers something; undefined if the dice gave none. */
function draw(): Geometry | undefined {
  const pair = (low: number, high: number): Pair => [between(low, high), between(low, high)];
  const size = pair(1, 4);
  const dilations = random.below(3) === 0 ? pair(1, 2) : ([1, 1] as const);
  const pads = size.map(
    (taps): Pair => (random.below(2) === 0 ? [0, 0] : [between(0, taps - 1), between(0, taps - 1)]),
  );
  return {
    shape: [between(1, 3), between(1, 9), between(1, 9), [1, 2, 3, 4, 5, 8, 16, 17, 21][random.below(9)] as number],
    size,
    strides: pair(1, 4),
    padding: pads as unknown as readonly [Pair, Pair],
    dilations,
    ceilMode: random.below(2) === 0,
  };
}

const geometries = Array.from({ length: 300 }, draw).filter((g): g is Geometry => g !== undefined);
const kinds = [
  ["max", (x: Node, { shape: _, ...g }: Geometry) => maxPool2d(x, g)],
  ["average", (x: Node, { shape: _, ...g }: Geometry) => averagePool2d(x, g)],
  ["counting", (x: Node, { shape: _, ...g }: Geometry) => averagePool2d(x, { ...g, countPadding: true })],
] as const;

describe.each(builds)("%s", (build) => {
  test.each(kinds)("%s pooling is that of a loop over windows", (kind, apply) => {
    let tried = 0;
    for (const [i, g] of geometries.entries()) {
      // Few different values, so that windows have equal ones.
      const x = randomFloats(
        g.shape.reduce((a, b) => a * b),
        i,
      ).map((v) => (i % 2 ? v : Math.round(v * 4)));
      let found: ReturnType<typeof evaluate>;
      try {
        found = evaluate(build, x, g.shape, (node) => apply(node, g));
      } catch (error) {
        expect(error, JSON.stringify(g)).toBeInstanceOf(ShapeError);
        continue;
      }
      tried++;
      const { y, dx } = reference(x, (at) => found.dy[at] as number, g, kind);
      const subject = `${kind} ${build} ${JSON.stringify(g)}`;
      const tolerance = kind === "max" ? 0 : 4e-6;
      expectClose(subject, found.y.data, y, tolerance);
      expectClose(`${subject}, gradient`, found.dx.data, dx, kind === "max" ? 2e-6 : 4e-6);
    }
    expect(tried).toBeGreaterThan(200);
  });

  test.each([{ shape: [2, 6, 8, 32] }, { shape: [2, 7, 9, 6] }, { shape: [1, 2, 2, 1] }] as const)(
    "2 x 2 tiles of $shape are as any window",
    ({ shape }) => {
      const g: Geometry = {
        shape,
        size: [2, 2],
        strides: [2, 2],
        padding: [
          [0, 0],
          [0, 0],
        ],
        dilations: [1, 1],
        ceilMode: false,
      };
      const x = randomFloats(
        (shape as readonly number[]).reduce((a, b) => a * b),
        3,
      ).map((v) => Math.round(v * 4));
      for (const [kind, apply] of kinds) {
        const found = evaluate(build, x, shape, (node) => apply(node, g));
        const { y, dx } = reference(x, (at) => found.dy[at] as number, g, kind);
        expectClose(`${kind} of ${shape}`, found.y.data, y, 1e-6);
        expectClose(`${kind} of ${shape}, gradient`, found.dx.data, dx, 1e-6);
      }
    },
  );

  test("NaN wins, and takes the gradient where it comes first", () => {
    for (const channels of [1, 4, 9]) {
      for (let at = 0; at < 4; at++) {
        const x = new Float32Array(4 * channels).fill(Infinity).fill(Number.NaN, at * channels, (at + 1) * channels);
        if (at < 3) x.fill(Number.NaN, 3 * channels);
        for (const padding of ["valid", "same"] as const) {
          const found = evaluate(build, x, [1, 2, 2, channels], (node) => maxPool2d(node, { padding }));
          expect([...found.y.data].every(Number.isNaN)).toBe(true);
          const expected = new Float32Array(4 * channels);
          expected.set(found.dy, at * channels);
          expectSameBits(`NaN at ${at}`, found.dx.data, expected);
        }
      }
    }
  });

  test("windows of -Infinity, and an average of what is inside alone", () => {
    const x = new Float32Array(9).fill(-Infinity);
    const { y } = evaluate(build, x, [1, 3, 3, 1], (node) => maxPool2d(node, { size: 3, strides: 1, padding: 1 }));
    expect([...y.data]).toEqual(Array(9).fill(-Infinity));
    const ones = new Float32Array(9).fill(1);
    const mean = (countPadding: boolean) => (node: Node) =>
      averagePool2d(node, { size: 3, strides: 2, padding: 1, countPadding });
    expect([...evaluate(build, ones, [1, 3, 3, 1], mean(false)).y.data]).toEqual([1, 1, 1, 1]);
    expectClose("counted", evaluate(build, ones, [1, 3, 3, 1], mean(true)).y.data, Array(4).fill(4 / 9), 1e-7);
  });

  test.each(goldenCases("layers", /^(max|avg)pool2d/))("$name", (golden) => {
    compareGolden(build, golden);
  });

  test("a sequence is a picture of height 1", () => {
    const x = randomFloats(2 * 11 * 5, 8);
    const options = { size: 3, strides: 2, padding: [1, 2], dilations: 2 } as const;
    const wide = {
      size: [1, 3],
      strides: [1, 2],
      padding: [
        [0, 0],
        [1, 2],
      ],
      dilations: [1, 2],
    } as const;
    for (const [along, over] of [
      [maxPool1d, maxPool2d],
      [averagePool1d, averagePool2d],
    ] as const) {
      const flat = evaluate(build, x, [2, 11, 5], (node) => along(node, { ...options, name: "pooled" }));
      const picture = evaluate(build, x, [2, 1, 11, 5], (node) => over(node, wide));
      expect(flat.y.shape).toEqual([2, 5, 5]);
      expectSameBits("result", flat.y.data, picture.y.data);
      expectSameBits("gradient", flat.dx.data, picture.dx.data);
    }
  });
});

/** PyTorch's case, NCHW, by way of transposition. */
function compareGolden(build: (typeof builds)[number], golden: GoldenCase): void {
  const { kernel, stride, pads, count_include_pad } = golden.params as {
    kernel: Pair;
    stride: Pair;
    pads: readonly [top: number, left: number, bottom: number, right: number];
    count_include_pad?: boolean;
  };
  const options = {
    size: kernel,
    strides: stride,
    padding: [
      [pads[0], pads[2]],
      [pads[1], pads[3]],
    ],
  } as const;
  const graph = new Graph();
  const x = graph.variable("x", goldenTensor(golden.inputs.x));
  const picture = transpose(x, { axes: [0, 2, 3, 1] });
  const pooled =
    count_include_pad === undefined
      ? maxPool2d(picture, options)
      : averagePool2d(picture, { ...options, countPadding: count_include_pad });
  const y = transpose(pooled, { axes: [0, 3, 1, 2] });
  const [dx] = gradients(sum(multiply(y, graph.constant("upstream", goldenTensor(golden.upstream)))), [x]) as [Node];
  const [value, slope] = new Session(graph, { engine: engineOf(build) }).run([y, dx]);
  expect(value!.shape).toEqual(golden.outputs.y?.shape);
  expectClose(`${golden.name} y`, value!.data, goldenNumbers(golden.outputs.y), goldenTolerance(golden, "y"));
  expectClose(`${golden.name} dx`, slope!.data, goldenNumbers(golden.grads?.x), goldenTolerance(golden, "d_x"));
}

describe("shapes and refusals", () => {
  const x = new Graph().placeholder("x", [null, 5, 6, 3]);

  test("the batch may be open", () => {
    expect(maxPool2d(x).shape).toEqual([null, 2, 3, 3]);
    expect(maxPool2d(x, { padding: "same" }).shape).toEqual([null, 3, 3, 3]);
    expect(averagePool2d(x, { size: [5, 6], name: "all" }).shape).toEqual([null, 1, 1, 3]);
    expect(averagePool2d(x, { size: 2, strides: [1, 3] }).shape).toEqual([null, 4, 2, 3]);
    expect(maxPool2d(x, { size: 2, strides: 2, ceilMode: true }).shape).toEqual([null, 3, 3, 3]);
  });

  test.each([
    [
      "maxPool2d: the output would be empty; height (5 - 7) / 2 + 1 = 0; a smaller window or more padding fits.",
      () => maxPool2d(x, { size: 7, strides: 2 }),
    ],
    [
      "maxPool2d: every window must cover some of x; along the height, 5, one reaches from -2 to -1; use less padding.",
      () => maxPool2d(x, { padding: 2 }),
    ],
    [
      "averagePool2d: every window must cover some of x; along the width, 6, one reaches from 6 to 7; use less padding.",
      () =>
        averagePool2d(x, {
          padding: [
            [0, 0],
            [0, 2],
          ],
        }),
    ],
    [
      "maxPool2d: every window must cover some of x; along the height, 5, one reaches from -3 to 6 in steps of 9; use less padding.",
      () =>
        maxPool2d(x, {
          size: [2, 1],
          dilations: [9, 1],
          padding: [
            [3, 3],
            [0, 0],
          ],
        }),
    ],
    [
      "maxPool1d: every window must cover some of x; along the length, 4, one reaches from 4 to 5; use less padding.",
      () => maxPool1d(new Graph().placeholder("s", [2, 4, 1]), { padding: [0, 2] }),
    ],
    ["maxPool1d: x must be [batch, length, channels]; received shape [null, 5, 6, 3].", () => maxPool1d(x)],
  ] as const)("%s", (message, call) => {
    expectRefusal(call, ShapeError, message);
  });
});
