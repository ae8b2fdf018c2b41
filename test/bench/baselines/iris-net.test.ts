// The hand-written net does the library's work: same weights, same order, same losses and weights.

import { describe, expect, test } from "vitest";
import { IRIS_NET, IrisNet, shuffleRows } from "../../../bench/baselines/iris-net.js";
import { checkClose } from "../../../bench/data.js";
import { layerWeights, netGraph, netModel, optimizerOf, trainer } from "../../../bench/nets.js";
import { iris } from "../../../src/data/datasets/index.js";
import { builds, engineOf } from "../../support/builds.js";

const RATE = 0.01;
const { train } = iris({ testFraction: 0 });
const x = train.x.data as Float32Array;
const labels = train.y.data as Int32Array;

describe.each(builds)("on %s", (build) => {
  const initial = () => layerWeights(netGraph(engineOf(build), IRIS_NET, optimizerOf("adam", RATE)));

  test("epochs with a smaller last batch give the same losses and weights", async () => {
    const model = netModel(engineOf(build), IRIS_NET, optimizerOf("adam", RATE));
    const { loss = [] } = await model.fit(x, labels, { batchSize: 16, epochs: 10, shuffle: false });
    const plain = new IrisNet(initial(), RATE);
    checkClose(
      "losses",
      plain.fit(x, labels, 16, 10, () => {}),
      loss,
      1e-4,
    );
    const weights = [...model.getWeights().values()].flatMap(({ data }) => [...data]);
    checkClose("weights", plain.parameters, weights, 1e-4);
    // It learns, so what agrees is more than two nets that stand still.
    expect(loss.at(-1)).toBeLessThan((loss[0] as number) * 0.7);
  });

  test("a step on chosen rows is a step on their batch", () => {
    const rows = Uint32Array.of(3, 149, 60, 77);
    const net = netGraph(engineOf(build), IRIS_NET, optimizerOf("adam", RATE));
    const batch = {
      x: Float32Array.from([...rows].flatMap((row) => [...x.subarray(4 * row, 4 * row + 4)])),
      labels: Int32Array.from(rows, (row) => labels[row] as number),
    };
    const plain = new IrisNet(layerWeights(net), RATE);
    trainer(net, [batch])();
    expect(plain.step(x, labels, rows, 0, 4, false)).toBe(0);
    const weights = layerWeights(net).flatMap(({ kernel, bias }) => [...kernel, ...bias]);
    checkClose("weights", plain.parameters, weights, 1e-5);
  });
});

test("shuffleRows keeps every row", () => {
  const rows = Uint32Array.from({ length: 150 }, (_, i) => i);
  shuffleRows(rows);
  expect([...rows]).not.toEqual([...rows].sort((a, b) => a - b));
  expect(new Set(rows).size).toBe(150);
});
