// Logits of -Infinity, which mask a class: it has the probability 0, and a label of 0 for it adds nothing to a loss.

import { describe, expect, test } from "vitest";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { categoricalCrossentropy, klDivergence, sparseCategoricalCrossentropy } from "../../src/nn/losses/index.js";
import { sum } from "../../src/ops/reductions.js";
import { logSoftmax, softmax } from "../../src/ops/softmax.js";
import { Session } from "../../src/runtime/session.js";
import { builds, engineOf } from "../support/builds.js";

const logits = [[0, -Infinity, 1]];
const p = [1 / (1 + Math.E), 0, Math.E / (1 + Math.E)] as const;

describe.each(builds)("%s", (build) => {
  const graph = new Graph();
  const z = graph.placeholder("z", [null, 3]);
  const y = graph.placeholder("y", [null, 3]);
  const labels = graph.placeholder("labels", [null], "int32");
  const session = new Session(graph, { engine: engineOf(build) });

  function expectNear(received: ArrayLike<number>, expected: readonly number[]): void {
    expect(received.length).toBe(expected.length);
    expected.forEach((value, i) => {
      if (Number.isFinite(value)) expect(received[i]).toBeCloseTo(value, 6);
      else expect(received[i]).toBe(value);
    });
  }

  test("losses and their gradients", () => {
    const losses = [
      categoricalCrossentropy().apply(z, y),
      klDivergence().apply(z, y),
      categoricalCrossentropy().apply(softmax(z), y),
      sparseCategoricalCrossentropy().apply(z, labels),
    ];
    const feeds = { z: logits, y: [[0, 0, 1]], labels: [2] };
    for (const loss of losses) {
      expect(session.eval(loss, feeds)).toBeCloseTo(0.3132617, 6);
      expectNear(session.run(gradients(loss, z), feeds).data, [p[0], 0, p[2] - 1]);
    }
    // The masked class is the true one.
    const wrong = { z: logits, y: [[0, 1, 0]], labels: [1] };
    for (const loss of losses) expect(session.eval(loss, wrong)).toBe(Infinity);
  });

  test("softmax and its logarithm", () => {
    expectNear(session.run(softmax(z), { z: logits }).data, p);
    expectNear(session.run(logSoftmax(z), { z: logits }).data, [Math.log(p[0]), -Infinity, Math.log(p[2])]);
    expectNear(session.run(gradients(sum(softmax(z)), z), { z: logits }).data, [0, 0, 0]);
    const upstream = gradients(logSoftmax(z), z, { upstream: y });
    expectNear(session.run(upstream, { z: logits, y: [[0, 0, 1]] }).data, [-p[0], 0, 1 - p[2]]);
  });
});
