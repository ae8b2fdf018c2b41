// Outputs that are certain: an infinite logit, or an error beyond all numbers, has a loss and a gradient that are no NaN.

import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  Graph,
  gradients,
  init,
  losses,
  mean,
  multiply,
  RandomStream,
  Session,
  softplus,
  subtract,
  sum,
} from "../../../src/index.js";

await init();
const I = Number.POSITIVE_INFINITY;

/** In float64: -weight t log p - (1 - t) log(1 - p). */
function reference(z: number, t: number, weight: number): number {
  const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  return (t === 0 ? 0 : weight * t * softplus(-z)) + (t === 1 ? 0 : (1 - t) * softplus(z));
}

/** Each loss and the slope of their sum, for outputs [n, 1] and their labels. */
function lossesAndSlopes(loss: ReturnType<typeof losses.huber>, outputs: readonly number[], labels: readonly number[]) {
  const graph = new Graph({ seed: 1 });
  const z = graph.placeholder("z", [null, 1]);
  const t = graph.placeholder("t", [null, 1]);
  const each = loss.apply(z, t, { reduction: "none" });
  const column = (values: readonly number[]) => values.map((value) => [value]);
  const feeds = { z: column(outputs), t: column(labels) };
  const [values, slopes] = new Session(graph).run([each, gradients(sum(each), z)], feeds);
  return { values: [...values.data].map((value) => value + 0), slopes: [...slopes.data].map((slope) => slope + 0) };
}

describe("binaryCrossentropy", () => {
  const outputs = [I, -I, -I, I];
  const labels = [1, 0, 1, 0];

  test("costs nothing where the label agrees, and everything where it does not", () => {
    const { values, slopes } = lossesAndSlopes(losses.binaryCrossentropy(), outputs, labels);
    expect(values).toEqual([0, 0, I, I]);
    expect(slopes).toEqual([0, 0, -1, 1]);
  });

  test("with a weight for a yes", () => {
    const { values, slopes } = lossesAndSlopes(losses.binaryCrossentropy({ positiveWeight: 2 }), outputs, labels);
    expect(values).toEqual([0, 0, I, I]);
    expect(slopes).toEqual([0, 0, -2, 1]);
  });

  test("smoothed labels agree with nothing that is certain", () => {
    const { values, slopes } = lossesAndSlopes(losses.binaryCrossentropy({ labelSmoothing: 0.5 }), outputs, labels);
    expect(values).toEqual([I, I, I, I]);
    expect(slopes).toEqual([0.25, -0.25, -0.75, 0.75]);
  });

  test.each([1, 3])("finite logits, a weight of %d: as before", (positiveWeight) => {
    const z = [-120, -3.5, -1e-3, 0, 0.25, 7, 88, 3e38];
    const t = [0, 1, 0.25, 0, 1, 0.75, 1, 1];
    const { values } = lossesAndSlopes(losses.binaryCrossentropy({ positiveWeight }), z, t);
    z.forEach((logit, i) => {
      expect(values[i]).toBeCloseTo(reference(logit, t[i] as number, positiveWeight), 5);
    });
  });
  test("finite logits have the bits of softplus(z) - z t, gradients too", () => {
    const graph = new Graph({ seed: 1 });
    const z = graph.placeholder("z", [null, 3]);
    const t = graph.placeholder("t", [null, 3]);
    const own = losses.binaryCrossentropy().apply(z, t);
    const plain = mean(subtract(softplus(z), multiply(z, t)));
    const random = new RandomStream(1, "logits");
    const rows = (draw: () => number) => Array.from({ length: 50 }, () => [draw(), draw(), draw()]);
    const feeds = { z: rows(() => 40 * random.uniform() - 20), t: rows(() => Math.round(random.uniform())) };
    const fetches = [own, gradients(own, z), plain, gradients(plain, z)];
    const [a, da, b, db] = new Session(graph).run(fetches, feeds).map(({ data }) => new Int32Array(data.buffer));
    expect(a).toEqual(b);
    expect(da).toEqual(db);
  });
});

test("huber: an infinite error costs everything, at the slope of delta", () => {
  const { values, slopes } = lossesAndSlopes(losses.huber({ delta: 2 }), [I, -I, 1], [0, 0, 0]);
  expect(values).toEqual([I, I, 0.5]);
  expect(slopes).toEqual([2, -2, 1]);
});

describe("categoricalHinge", () => {
  const slopesOf = (outputs: readonly number[][], labels: readonly number[][]) => {
    const graph = new Graph({ seed: 1 });
    const z = graph.placeholder("z", [null, outputs[0]?.length ?? 0]);
    const t = graph.placeholder("t", z.shape);
    const each = losses.categoricalHinge().apply(z, t, { reduction: "none" });
    const [values, slopes] = new Session(graph).run([each, gradients(sum(each), z)], { z: outputs, t: labels });
    return { values: [...values.data], slopes: [...slopes.data].map((slope) => slope + 0) };
  };

  // max(0, 1 + the largest other - the label's), in the extended reals.
  test.each([
    [[-I, 1], [0, 1], 0, [0, 0]],
    [[-I, 1], [1, 0], I, [-1, 1]],
    [[I, 1], [1, 0], 0, [0, 0]],
    [[I, 1], [0, 1], I, [1, -1]],
    [[3e38, 1], [1, 0], 0, [0, 0]],
    [[1e31, 5e31], [0, 1], 0, [0, 0]],
    [[0, 0], [0, 1], 1, [1, -1]],
    [[2, 0.5, -I], [0, 1, 0], 2.5, [1, -1, 0]],
  ] as const)("of %j with label %j", (outputs, labels, value, slopes) => {
    expect(slopesOf([[...outputs]], [[...labels]])).toEqual({ values: [value], slopes });
  });
});

describe("pairs", () => {
  test("contrastive: what lies infinitely far apart costs nothing where it does not belong together", () => {
    const { values, slopes } = lossesAndSlopes(losses.contrastive(), [I, 1e30, I, 0.5, 0.5], [0, 0, 1, 0, 1]);
    expect(values).toEqual([0, 0, I, 0.25, 0.25]);
    expect(slopes).toEqual([0, 0, I, -1, 1]);
  });

  test("the distance of something infinite is infinite", () => {
    const graph = new Graph({ seed: 1 });
    const a = graph.placeholder("a", [null, 2]);
    const b = graph.placeholder("b", [null, 2]);
    const distances = new Session(graph).run(losses.euclideanDistance(a, b), {
      a: [
        [I, 0],
        [-I, I],
        [3, 4],
        [I, 0],
      ],
      b: [
        [0, 0],
        [0, 0],
        [0, 0],
        [I, 0],
      ],
    });
    expect([...distances.data]).toEqual([I, I, 5, Number.NaN]);
  });
});

test("labels of the wrong type are refused, and the message says how to convert them", () => {
  const graph = new Graph({ seed: 1 });
  const z = graph.placeholder("z", [null, 2]);
  const whole = graph.placeholder("whole", [null, 2], "int32");
  const classes = graph.placeholder("classes", [null]);
  const regressions = ["meanSquaredError", "meanAbsoluteError", "huber", "binaryCrossentropy", "hinge"] as const;
  for (const name of regressions) {
    expect(() => losses[name]().apply(z, whole), name).toThrow(
      new ArgumentError(`${name}: labels must be float32; whole is "int32"; toFloat makes floats of them.`),
    );
  }
  expect(() => losses.sparseCategoricalCrossentropy().apply(z, classes)).toThrow(
    'sparseCategoricalCrossentropy: labels must be int32; classes is "float32"; give the placeholder dtype "int32".',
  );
});
