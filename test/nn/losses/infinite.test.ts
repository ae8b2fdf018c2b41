// Outputs that are certain: an infinite logit, or an error beyond all numbers, has a loss and a gradient that are no NaN.

import { describe, expect, test } from "vitest";
import {
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
