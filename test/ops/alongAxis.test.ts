// Resizing, padding and flipping against definitions in float64, published examples, and equal builds by the registry.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { type Coordinates, coordinateNames, flip, repeatingModes, resize2d } from "../../src/ops/alongAxis.js";
import { multiply } from "../../src/ops/arithmetic.js";
import type { Node } from "../../src/ops/op.js";
import { pad } from "../../src/ops/padding.js";
import { sum } from "../../src/ops/reductions.js";
import { Session } from "../../src/runtime/session.js";
import { builds, engineOf } from "../support/builds.js";
import { expectClose } from "../support/compare-floats.js";
import { expectRefusal } from "../support/expect-refusal.js";
import { randomFloats } from "../support/random-values.js";

function evaluate(
  build: (typeof builds)[number],
  x: ArrayLike<number>,
  shape: readonly number[],
  apply: (x: Node) => Node,
) {
  const graph = new Graph();
  const input = graph.placeholder("x", shape);
  const y = apply(input);
  const upstream = graph.placeholder("dy", y.shape);
  const [dx] = gradients(sum(multiply(y, upstream)), [input]) as [Node];
  const dy = randomFloats(
    y.shape.reduce<number>((a, b) => a * (b as number), 1),
    77,
  );
  const session = new Session(graph, { engine: engineOf(build) });
  const [value, slope] = session.run(
    [y, dx],
    [
      [input, Float32Array.from(x)],
      [upstream, dy],
    ],
  );
  return { y: value!, dx: slope!.data, dy };
}

/** Where place i of m lies on an axis of n. */
function place(i: number, n: number, m: number, coordinates: Coordinates): number {
  if (coordinates === "halfPixel") return ((i + 0.5) * n) / m - 0.5;
  if (coordinates === "asymmetric") return (i * n) / m;
  return m > 1 ? (i * (n - 1)) / (m - 1) : 0;
}

/** The weights of x along one axis for each place, by definition. */
function weightsOf(n: number, m: number, method: string, coordinates: Coordinates): number[][] {
  return Array.from({ length: m }, (_, i) => {
    const at = place(i, n, m, coordinates);
    if (method === "bilinear") {
      const held = Math.min(Math.max(at, 0), n - 1);
      return Array.from({ length: n }, (_, row) => Math.max(0, 1 - Math.abs(row - held)));
    }
    // Halves round up; a small amount stands in for what float64 loses of exact quotients.
    const nearest = Math.floor(at + (coordinates === "asymmetric" ? 0 : 0.5) + 1e-9);
    return Array.from({ length: n }, (_, row) => (row === nearest ? 1 : 0));
  });
}

describe.each(builds)("%s", (build) => {
  test.each(
    coordinateNames.flatMap(
      (coordinates) =>
        [
          ["bilinear", coordinates],
          ["nearest", coordinates],
        ] as const,
    ),
  )("resizing, %s and %s, is a sum with the weights of its definition", (method, coordinates) => {
    const sizes = [
      [1, 1],
      [3, 5],
      [4, 7],
      [8, 2],
      [5, 5],
      [12, 9],
    ] as const;
    for (const [h, w] of sizes) {
      for (const size of sizes) {
        const c = [1, 3, 4, 9][(h + size[0]) % 4] as number;
        const x = randomFloats(2 * h * w * c, h * 100 + w);
        const { y, dx, dy } = evaluate(build, x, [2, h, w, c], (node) => resize2d(node, { size, method, coordinates }));
        const [rows, columns] = [
          weightsOf(h, size[0], method, coordinates),
          weightsOf(w, size[1], method, coordinates),
        ];
        const wanted = new Float64Array(2 * size[0] * size[1] * c);
        const slopes = new Float64Array(x.length);
        wanted.forEach((_, at) => {
          const [k, j] = [at % c, Math.floor(at / c) % size[1]];
          const [i, n] = [Math.floor(at / c / size[1]) % size[0], Math.floor(at / c / size[1] / size[0])];
          for (let a = 0; a < h; a++) {
            for (let b = 0; b < w; b++) {
              const weight = (rows[i]?.[a] as number) * (columns[j]?.[b] as number);
              const from = ((n * h + a) * w + b) * c + k;
              wanted[at]! += weight * (x[from] as number);
              slopes[from]! += weight * (dy[at] as number);
            }
          }
        });
        const subject = `${method} ${coordinates} of ${h} x ${w} x ${c} to ${size}`;
        expect(y.shape).toEqual([2, ...size, c]);
        expectClose(subject, y.data, wanted, method === "nearest" ? 0 : 1e-6);
        expectClose(`${subject}, gradient`, dx, slopes, 5e-6);
      }
    }
  });

  test("resizing a constant gives the constant, and the same size the same picture", () => {
    const flat = evaluate(build, new Float32Array(20).fill(0.1), [1, 4, 5, 1], (x) => resize2d(x, { size: [7, 11] }));
    expect(new Set(flat.y.data)).toEqual(new Set([Math.fround(0.1)]));
    const x = randomFloats(20, 1);
    expect(evaluate(build, x, [1, 4, 5, 1], (node) => resize2d(node, { size: [4, 5], name: "same" })).y.data).toEqual(
      x,
    );
  });

  // NumPy 1.24: np.pad([1, 2, 3], (4, 5), mode).
  test.each([
    ["reflect", [1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2]],
    ["symmetric", [3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1, 2]],
    ["wrap", [3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2]],
    ["edge", [1, 1, 1, 1, 1, 2, 3, 3, 3, 3, 3, 3]],
  ] as const)("pad with %s, as NumPy", (mode, expected) => {
    const { y, dx, dy } = evaluate(build, [1, 2, 3], [3], (x) => pad(x, { before: [4], after: [5], mode }));
    expect([...y.data]).toEqual(expected);
    const slopes = [0, 0, 0];
    expected.forEach((value, i) => {
      slopes[value - 1]! += dy[i] as number;
    });
    expectClose(`${mode}, gradient`, dx, slopes, 1e-6);
  });

  test("padding of several axes is that of each, and one element can be continued", () => {
    const { y } = evaluate(build, [1, 2, 3, 4], [2, 2], (x) =>
      pad(x, { before: [1, 0], after: [0, 1], mode: "reflect" }),
    );
    expect(y.shape).toEqual([3, 3]);
    expect([...y.data]).toEqual([3, 4, 3, 1, 2, 1, 3, 4, 3]);
    for (const mode of repeatingModes) {
      expect([...evaluate(build, [7], [1], (x) => pad(x, { before: [2], after: [1], mode })).y.data]).toEqual([
        7, 7, 7, 7,
      ]);
    }
    const { y: constant } = evaluate(build, [1, 2], [2], (x) => pad(x, { before: [1], after: [2], value: -3 }));
    expect([...constant.data]).toEqual([-3, 1, 2, -3, -3]);
  });

  test("flip reverses the axes it is given", () => {
    const x = [1, 2, 3, 4, 5, 6];
    expect([...evaluate(build, x, [2, 3], (node) => flip(node)).y.data]).toEqual([6, 5, 4, 3, 2, 1]);
    expect([...evaluate(build, x, [2, 3], (node) => flip(node, { axis: 0 })).y.data]).toEqual([4, 5, 6, 1, 2, 3]);
    const { y, dx, dy } = evaluate(build, x, [2, 3], (node) => flip(node, { axis: -1 }));
    expect([...y.data]).toEqual([3, 2, 1, 6, 5, 4]);
    expect([...dx]).toEqual([2, 1, 0, 5, 4, 3].map((at) => dy[at]));
  });
});

describe("names, shapes and refusals", () => {
  const graph = new Graph();
  const x = graph.placeholder("x", [null, 4, 6, 3]);

  test("the last node has the name, and the batch may be open", () => {
    expect(resize2d(x, { size: 8, name: "large" })).toMatchObject({ name: "large", shape: [null, 8, 8, 3] });
    expect(resize2d(x, { size: [4, 6], name: "as it was" }).name).toBe("as it was");
    expect(flip(x, { axis: [1, 2], name: "turned" })).toMatchObject({ name: "turned", shape: [null, 4, 6, 3] });
    const options = { before: [0, 1, 2, 0], after: [0, 1, 0, 0], mode: "replicate" as "edge" };
    expect(pad(x, options).shape).toEqual([null, 6, 8, 3]);
  });

  test.each([
    ["resize2d: size must be a positive integer; received 0.", ArgumentError, () => resize2d(x, { size: 0 })],
    [
      'resize2d: method must be one of "nearest", "bilinear"; received "billinear"; did you mean "bilinear"?',
      ArgumentError,
      () => resize2d(x, { size: 2, method: "billinear" as "bilinear" }),
    ],
    [
      "resize2d: x must be [batch, height, width, channels]; received shape [2, 2].",
      ShapeError,
      () => resize2d(graph.placeholder("flat", [2, 2]), { size: 2 }),
    ],
    ["flip: an open axis cannot be reversed; x is [null, 4, 6, 3], axis is 0.", ShapeError, () => flip(x)],
    [
      "pad: an open axis cannot be padded; x is [null, 4, 6, 3].",
      ShapeError,
      () => pad(x, { before: [1, 0, 0, 0], after: [0, 0, 0, 0], mode: "wrap" }),
    ],
    [
      "pad: before must have one value per axis; x is [null, 4, 6, 3], received [1].",
      ShapeError,
      () => pad(x, { before: [1], after: [0, 0, 0, 0], mode: "edge" }),
    ],
    [
      'pad: mode must be one of "constant", "reflect", "symmetric", "wrap", "edge"; received "reflected"; did you mean "reflect"?',
      ArgumentError,
      () => pad(x, { before: [], after: [], mode: "reflected" as "edge" }),
    ],
    [
      'pad: value goes with mode "constant" only; received mode "edge".',
      ArgumentError,
      () => pad(x, { before: [0, 0, 0, 0], after: [0, 0, 0, 0], mode: "edge", value: 1 }),
    ],
  ] as const)("%s", (message, kind, call) => {
    expectRefusal(call, kind, message);
  });
});
