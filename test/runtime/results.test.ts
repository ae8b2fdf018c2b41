// Ops with several results: each is a node that is fetched, read, placed and differentiated like any value.

import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { batchNormalization } from "../../src/nn/layers/index.js";
import { sgd } from "../../src/nn/optimizers/sgd.js";
import { relu } from "../../src/ops/activations.js";
import { add, combine, multiply, operations, subtract } from "../../src/ops/arithmetic.js";
import { toFloat } from "../../src/ops/indexing.js";
import { defineOp, type Node, type Op } from "../../src/ops/op.js";
import { topK } from "../../src/ops/ranking.js";
import { mean, sum } from "../../src/ops/reductions.js";
import { resultOf } from "../../src/ops/results.js";
import { makePlan } from "../../src/plan/plan.js";
import { Session } from "../../src/runtime/session.js";
import { tensor } from "../../src/tensor/tensor.js";
import { play } from "../plan/plan-player.js";
import { builds, engineOf } from "../support/builds.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { expectRefusal } from "../support/expect-refusal.js";
import { randomFloats } from "../support/random-values.js";

/** a + b, and beside it a - b: both have gradients. */
const sumAndDifference: Op<["a", "b"]> = defineOp({
  name: "sumAndDifference",
  doc: "a + b, and as a further result a - b.",
  inputs: ["a", "b"],
  shape: ({ a }) => a,
  results: { difference: { shape: ({ a }) => a } },
  forward: (k, { a, b, y }, _, { workspace, results }) => {
    combine(k, operations.subtract, a, b, results.difference as typeof y, workspace);
    combine(k, operations.add, a, b, y, workspace);
  },
  workspace: () => 128,
  inPlace: "a",
  vjp: {
    a: ({ dy }, _, { dresults: { difference } }) => (difference ? add(dy, difference) : dy),
    b: ({ dy }, _, { dresults: { difference } }) => (difference ? subtract(dy, difference) : dy),
  },
  samples: [],
});

function pair() {
  const graph = new Graph();
  const [a, b] = [graph.placeholder("a", [5]), graph.placeholder("b", [5])];
  const total = sumAndDifference(a, b);
  return { graph, a, b, total, difference: resultOf(total, "difference") };
}

describe.each(builds)("%s", (build) => {
  const engine = engineOf(build);

  test("values and places of the k largest come from one call", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 4]);
    const { values, indices } = topK(x, { k: 2 });
    expect([values.name, indices.name, indices.dtype]).toEqual(["topK", "topK/indices", "int32"]);
    const session = new Session(graph, { engine });
    const feeds = {
      x: [
        [3, 1, 4, 1],
        [5, 9, 2, 6],
      ],
    };
    const got = session.run({ values, indices }, feeds);
    expect(got.values.toArray()).toEqual([
      [4, 3],
      [9, 6],
    ]);
    expect(got.indices.toArray()).toEqual([
      [2, 0],
      [1, 3],
    ]);
    expect(session.run("topK/indices", feeds).data).toBeInstanceOf(Int32Array);
    const kernels = session.prepare({ fetches: [values, indices], feeds: [x], batch: 2 }).program.instructions;
    expect(kernels).toMatchObject([{ kernel: "topKIndices" }, { kernel: "takeAlong" }]);
  });

  test("gradients come through the value, through a further result, and through both", () => {
    const [va, vb, up] = [1, 2, 3].map((seed) => randomFloats(5, seed)) as Float32Array[];
    const feeds: Record<string, Float32Array> = { a: va!, b: vb! };
    for (const parts of [["total"], ["difference"], ["total", "difference"]] as const) {
      const { graph, a, b, total, difference } = pair();
      const weights = graph.constant("up", up!, { shape: [5] });
      const losses = (both: { total: Node; difference: Node }) =>
        parts.map((part) => sum(multiply(both[part], weights))).reduce((x, y) => add(x, y));
      const made = gradients(losses({ total, difference }), [a, b]);
      const expected = gradients(losses({ total: add(a, b), difference: subtract(a, b) }), [a, b]);
      const results = new Session(graph, { engine }).run([...made, ...expected], feeds);
      for (const i of [0, 1]) {
        expectClose(`${parts} ${i}`, results[i]!.data as Float32Array, results[i + 2]!.data as Float32Array, 1e-6);
      }
    }
  });

  test("a further result outlives the value, which others overwrite", () => {
    const { graph, a, b, total, difference } = pair();
    const late = add(relu(relu(total)), difference);
    const [va, vb] = [randomFloats(5, 4), randomFloats(5, 5)];
    const received = new Session(graph, { engine }).run(late, { a: va, b: vb });
    const expected = va.map((x, i) => Math.fround(Math.max(Math.fround(x + vb[i]!), 0) + Math.fround(x - vb[i]!)));
    expectSameBits("late", received.data as Float32Array, expected);
    play(
      { fetches: [late], feeds: [a, b], batch: null },
      makePlan({ fetches: [late], feeds: [a, b], batch: null }, () => []),
    );
  });

  test("a gradient that is a further result is made where its update reads it", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 3]);
    const y = batchNormalization().apply(x);
    const update = sgd().minimize(mean(multiply(y, y)));
    const session = new Session(graph, { engine });
    const { plan, program } = session.prepare({ fetches: [update], feeds: [x, graph.training], batch: 4 });
    expect(plan.updates.flatMap(({ spans }) => spans.flatMap(({ copies }) => copies))).toEqual([]);
    const names = program.instructions.map((each) => (each.kind === "kernel" ? each.kernel : each.kind));
    expect(names.filter((name) => name === "copyBlock" || name === "copy")).toEqual([]);
  });
});

test("one result of a call is not fed while another is computed", () => {
  const { graph, a, b, total, difference } = pair();
  const session = new Session(graph, { engine: engineOf(builds[0]!) });
  const values = tensor([1, 2, 3, 4, 5]);
  const feeds = (...nodes: Node[]) => nodes.map((node) => [node, values] as const);
  expectRefusal(
    () => session.run(total, feeds(a, b, difference)),
    ArgumentError,
    "Session.run: sumAndDifference/difference and sumAndDifference are made by one call; feed both or neither; " +
      "received sumAndDifference/difference alone.",
  );
  expectRefusal(
    () => session.run(difference, feeds(total)),
    ArgumentError,
    "Session.run: sumAndDifference and sumAndDifference/difference are made by one call; feed both or neither; " +
      "received sumAndDifference alone.",
  );
  expect(session.run(add(total, difference), feeds(total, difference)).toArray()).toEqual([2, 4, 6, 8, 10]);
});

test("what is int32 passes no gradient", () => {
  const graph = new Graph();
  const x = graph.variable("x", [3, 1, 2]);
  const { indices } = topK(x, { k: 2 });
  expect(() => gradients(sum(toFloat(indices)), x)).toThrow("only through ops that pass no gradient");
});
