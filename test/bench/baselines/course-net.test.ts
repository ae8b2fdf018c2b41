// The baseline does the library's work: same weights and batches, same losses, weights and predictions. On a small net,
// since neither side knows the sizes beforehand.

import { describe, expect, test } from "vitest";
import { CourseNet } from "../../../bench/baselines/course-net.js";
import { checkClose, randomFloats, randomLabels } from "../../../bench/data.js";
import { layerWeights, lossOn, netGraph, optimizerOf, type Rule, trainer } from "../../../bench/nets.js";
import { builds, engineOf } from "../../support/builds.js";

const SIZES = [13, 9, 7, 4];
const BATCH = 6;

const batches = Array.from({ length: 3 }, (_, i) => ({
  x: randomFloats(BATCH * 13, `course/x${i}`),
  labels: randomLabels(BATCH, `course/labels${i}`, 4),
}));

describe.each(builds)("on %s", (build) => {
  test.each<[Rule, number]>([
    ["sgd", 0.1],
    ["adam", 0.01],
  ])("%s: five steps give the same loss and weights", (rule, rate) => {
    const ours = netGraph(engineOf(build), SIZES, optimizerOf(rule, rate));
    const plain = new CourseNet(layerWeights(ours), BATCH, rule, rate);
    const run = trainer(ours, batches);
    for (let step = 0; step < 5; step++) {
      const { x, labels } = batches[step % 3] as (typeof batches)[number];
      run();
      plain.step(x, labels);
    }
    const batch = batches[0] as (typeof batches)[number];
    plain.predict(batch.x);
    checkClose("loss", [plain.metrics(batch.labels).loss], [lossOn(ours, batch)], 1e-5);
    const weights = layerWeights(ours).flatMap(({ kernel, bias }) => [kernel, bias]);
    plain.parameters.forEach((parameter, i) => {
      checkClose(`parameter ${i}`, parameter, weights[i] as Float32Array, 1e-4);
    });
  });

  test("the same predictions and accuracy", () => {
    const net = netGraph(engineOf(build), SIZES, optimizerOf("sgd", 0));
    const plain = new CourseNet(layerWeights(net), BATCH);
    const { x, labels } = batches[1] as (typeof batches)[number];
    const feeds = [
      [net.x, x],
      [net.labels, labels],
    ] as const;
    const [logits, accuracy] = net.session.run([net.logits, net.accuracy], feeds);
    checkClose("logits", plain.predict(x), logits?.data ?? [], 1e-5);
    expect(plain.metrics(labels).accuracy).toBeCloseTo(accuracy?.data[0] as number, 6);
  });
});
