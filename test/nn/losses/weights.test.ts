// Weights of examples and classes, smoothing, losses of pairs: against sums worked out in float64.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../../src/errors.js";
import { gradients } from "../../../src/graph/gradients.js";
import { Graph } from "../../../src/graph/graph.js";
import {
  binaryCrossentropy,
  contrastive,
  defineLoss,
  euclideanDistance,
  type Loss,
  meanSquaredError,
  type ReductionOptions,
  sparseCategoricalCrossentropy,
  triplet,
  weightsByClass,
} from "../../../src/nn/losses/index.js";
import { subtract } from "../../../src/ops/arithmetic.js";
import type { Node } from "../../../src/ops/op.js";
import { abs } from "../../../src/ops/unary.js";
import { Session } from "../../../src/runtime/session.js";
import { engine } from "../../support/exact-engine.js";

const output = [
  [1, 2],
  [3, 5],
  [-1, 0],
];
const labels = [
  [0, 0],
  [3, 3],
  [1, 2],
];
/** Of meanSquaredError by example. */
const each = [2.5, 2, 4];

/** The value of a loss, and the gradient with respect to the output. */
function outcome(loss: Loss, options: (graph: Graph) => ReductionOptions = () => ({})) {
  const graph = new Graph();
  const x = graph.variable("x", output);
  const y = loss.apply(x, graph.constant("labels", labels), options(graph));
  const session = new Session(graph, { engine });
  if (y.shape.length > 0) return { value: [...session.run(y).data], slope: [] };
  return { value: session.run(y).item(), slope: [...session.run(gradients(y, [x])[0] as Node).data] };
}

describe("sample weights", () => {
  const weights = [1, 0, 2];
  const weighted = (reduction: ReductionOptions["reduction"]) =>
    outcome(meanSquaredError(), (graph) => ({
      sampleWeight: graph.constant("weights", weights),
      ...(reduction && { reduction }),
    }));

  test("multiply the losses of the examples, by every reduction", () => {
    expect(weighted("none").value).toEqual([2.5, 0, 8]);
    expect(weighted("sum").value).toBe(10.5);
    expect(weighted("mean").value).toBe(3.5);
    expect(weighted(undefined).value).toBe(3.5);
    expect(weighted("weightedMean").value).toBe(3.5);
    expect(outcome(meanSquaredError(), () => ({ reduction: "sum" })).value).toBe(8.5);
    expect(outcome(meanSquaredError(), () => ({ reduction: "none" })).value).toEqual(each);
  });

  test("and their gradients: an example of weight 0 teaches nothing", () => {
    const { slope } = weighted("mean");
    // d (e^2 / 2 elements * weight / 3 examples) = e * weight / 3
    const expected = [1, 2, 0, 0, -4, -4].map((error) => error / 3);
    slope.forEach((x, i) => {
      expect(x).toBeCloseTo(expected[i] as number, 6);
    });
  });

  test("of 1 change no bit", () => {
    const ones = outcome(meanSquaredError(), (graph) => ({ sampleWeight: graph.constant("ones", [1, 1, 1]) }));
    const plain = outcome(meanSquaredError());
    expect(ones.value).toBe(plain.value);
    expect(ones.slope).toEqual(plain.slope);
  });

  test("must be one for each example", () => {
    expect(() => outcome(meanSquaredError(), (graph) => ({ sampleWeight: graph.constant("w", [1, 2]) }))).toThrow(
      new ShapeError("meanSquaredError: sampleWeight must hold one weight for each example, [3]; received [2]."),
    );
    expect(() => outcome(meanSquaredError(), () => ({ sampleWeight: [1, 2, 3] as unknown as Node }))).toThrow(
      new ShapeError("meanSquaredError: sampleWeight must hold one weight for each example, [3]; received [1, 2, 3]."),
    );
    expect(() => outcome(meanSquaredError(), () => ({ reduction: "median" as "mean" }))).toThrow(
      new ArgumentError(
        'meanSquaredError: reduction must be one of "mean", "weightedMean", "sum", "none"; received "median"; did you mean "mean"?',
      ),
    );
    expect(() => outcome(meanSquaredError(), () => ({ weights: 1 }) as ReductionOptions)).toThrow(
      new ArgumentError(
        'meanSquaredError: apply: options must be an object with sampleWeight, weighted, reduction; received "weights"; did you mean "weighted"?',
      ),
    );
  });
});

describe("weights of classes", () => {
  test("are those of the labels, integers or rows", () => {
    const graph = new Graph();
    const integers = graph.placeholder("integers", [null], "int32");
    const rows = graph.placeholder("rows", [null, 3]);
    const [a, b] = [weightsByClass(integers, [1, 10, 100]), weightsByClass(rows, [1, 10, 100])];
    const session = new Session(graph, { engine });
    expect([...session.run(a, { integers: [2, 0, 1, 2] }).data]).toEqual([100, 1, 10, 100]);
    const oneHot = [
      [0, 0, 1],
      [1, 0, 0],
    ];
    expect([...session.run(b, { rows: oneHot }).data]).toEqual([100, 1]);
    expect(() => session.run(a, { integers: [3] })).toThrow(ArgumentError);
  });

  test("refusals", () => {
    const graph = new Graph();
    const rows = graph.placeholder("rows", [null, 3]);
    expect(() => weightsByClass(rows, [1, 2])).toThrow(
      new ShapeError("weightsByClass: labels must be integers [null] or rows [null, 2]; rows is float32 [null, 3]."),
    );
    expect(() => weightsByClass(rows, [1, -2, 3])).toThrow(
      new ArgumentError("weightsByClass: weights must be a list of non-negative numbers; received [1, -2, 3]."),
    );
  });
});

test("binaryCrossentropy weighs a yes and smooths labels as its formula says", () => {
  const z = [2, -1, 0.5, -60];
  const t = [1, 0, 0.25, 1];
  const reference = (weight: number, smoothing: number) =>
    z.reduce((total, x, i) => {
      const label = (t[i] as number) * (1 - smoothing) + smoothing / 2;
      const yes = Math.max(-x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      return total + weight * label * yes + (1 - label) * (yes + x);
    }, 0) / z.length;
  for (const [positiveWeight, labelSmoothing] of [
    [1, 0],
    [3, 0],
    [1, 0.2],
    [0.5, 0.1],
  ] as const) {
    const graph = new Graph();
    const loss = binaryCrossentropy({ positiveWeight, labelSmoothing });
    const y = loss.apply(graph.constant("z", z), graph.constant("t", t));
    const value = new Session(graph, { engine }).run(y).item();
    expect(value / reference(positiveWeight, labelSmoothing)).toBeCloseTo(1, 6);
  }
});

describe("pairs", () => {
  test("two equal embeddings have distance 0 and no gradient but that of the others", () => {
    const graph = new Graph();
    const a = graph.variable("a", [
      [1, 2],
      [3, 4],
    ]);
    const b = graph.constant("b", [
      [1, 2],
      [0, 0],
    ]);
    const distance = euclideanDistance(a, b);
    const loss = contrastive({ margin: 10 }).apply(distance, graph.constant("same", [1, 0]));
    const [d, slope] = new Session(graph, { engine }).run([distance, ...gradients(loss, [a])]);
    expect(d!.data[0]).toBeLessThan(2e-7);
    expect(d!.data[1]).toBe(5);
    // d (10 - d)^2 / 2 = -(10 - d) (a - b) / d
    [0, 0, -3, -4].forEach((expected, i) => {
      expect(slope!.data[i]).toBeCloseTo(expected, 5);
    });
  });

  test("what is refused", () => {
    const graph = new Graph();
    const a = graph.placeholder("a", [null, 4]);
    expect(() => contrastive({ margin: 0 })).toThrow(
      new ArgumentError("contrastive: margin must be a finite number greater than 0; received 0."),
    );
    expect(() => triplet({ margins: 1 } as never)).toThrow(
      new ArgumentError(
        'triplet: options must be an object with margin, squared; received "margins"; did you mean "margin"?',
      ),
    );
    expect(() => contrastive().labelShape([null, 2])).toThrow(
      new ShapeError("contrastive: the output must be a distance, [null]; received [null, 2]."),
    );
    expect(() => contrastive().checkLabels(Float32Array.of(1, 0.5), [null])).toThrow(
      new ArgumentError("contrastive: labels must be 0 or 1; received 0.5 at index 1."),
    );
    expect(() => euclideanDistance(a, graph.placeholder("b", [null, 3]))).toThrow(ShapeError);
    expect(() => euclideanDistance(a, graph.placeholder("c", [4]))).toThrow(
      new ShapeError("distance: b must have rank 2; received shape [4]."),
    );
  });
});

test("a loss of one's own is a name and a formula", () => {
  const worst = defineLoss({ name: "worst", losses: (x, t) => abs(subtract(x, t)) });
  expect(outcome(worst).value).toBeCloseTo((1 + 2 + 0 + 2 + 2 + 2) / 6, 6);
  expect(worst.labelShape([null, 3])).toEqual([null, 3]);
  expect(() => worst.checkLabels(Float32Array.of(Number.NaN), [null])).toThrow(
    new ArgumentError("worst: labels must be finite; received NaN at index 0."),
  );
  expect(() => sparseCategoricalCrossentropy({ smoothing: 0.1 } as never)).toThrow(
    new ArgumentError(
      'sparseCategoricalCrossentropy: options must be an object with labelSmoothing; received "smoothing".',
    ),
  );
});
