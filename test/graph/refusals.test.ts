// What graphs, optimizers and prepared runs refuse, and what a refused run leaves alone.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { Graph } from "../../src/graph/graph.js";
import { adam } from "../../src/nn/optimizers/adam.js";
import { sgd } from "../../src/nn/optimizers/sgd.js";
import { sparseSoftmaxCrossEntropy } from "../../src/ops/crossEntropy.js";
import { matmul } from "../../src/ops/matmul.js";
import { mean } from "../../src/ops/reductions.js";
import { Session } from "../../src/runtime/session.js";
import { type DType, tensor } from "../../src/tensor/tensor.js";
import { engine } from "../support/exact-engine.js";
import { expectRefusal } from "../support/expect-refusal.js";

function problem() {
  const graph = new Graph();
  const w = graph.variable("w", [1, 2]);
  return { graph, w, loss: mean(w), session: new Session(graph, { engine }) };
}

describe("feeding the state of an update", () => {
  test("is refused, and changes nothing", () => {
    const { graph, w, loss, session } = problem();
    const update = adam().minimize(loss);
    const step = graph.node("adam/step");
    const slot = graph.node("adam/w/m");
    for (const node of [step, slot]) {
      const value = node === step ? 1 : [3, 4];
      expect(() => session.run(update, [[node, value]])).toThrow(ArgumentError);
      expect(() => session.run(update, [[node, value]])).toThrow(/cannot be fed in the same run; use Session.set/);
    }
    expect(session.get(w).toArray()).toEqual([1, 2]);
    expect(session.get(step).item()).toBe(0);
    // Without the update it can be fed like any node.
    expect(session.run(slot, [[slot, [3, 5]]]).toArray()).toEqual([3, 5]);
  });
});

describe("optimizers", () => {
  test("take variables, gradients and rate of one graph", () => {
    const one = problem();
    const two = problem();
    const pairs = [...sgd().computeGradients(one.loss), ...sgd().computeGradients(two.loss)];
    expect(() => sgd().applyGradients(pairs)).toThrow("must belong to one graph; w is of another");
    const rate = two.graph.placeholder("rate", []);
    expect(() => sgd({ learningRate: rate }).minimize(one.loss)).toThrow(ArgumentError);
    expect(one.graph.nodes().some(({ name }) => name.startsWith("sgd/"))).toBe(false);
  });

  test("want a scalar rate", () => {
    const { graph, loss } = problem();
    const rates = graph.placeholder("rates", [3]);
    expect(() => sgd({ learningRate: rates }).minimize(loss)).toThrow(ShapeError);
    expect(() => sgd({ learningRate: rates }).minimize(loss)).toThrow(
      "learningRate must be a float32 scalar; rates is float32 [3]",
    );
  });

  test("want floats: an int32 variable, gradient or rate would be read as bits", () => {
    const { graph, w } = problem();
    const whole = graph.variable("whole", Int32Array.of(1, 2));
    const rate = graph.variable("rate", 1, { shape: [], dtype: "int32" });
    const ones = graph.constant("ones", [1, 1]);
    const message = /must be (float32; whole is int32|a float32 scalar; rate is int32)/;
    const before = graph.nodes().length;
    expect(() => sgd().applyGradients([{ variable: whole, gradient: ones }])).toThrow(message);
    expect(() => sgd().applyGradients([{ variable: w, gradient: whole }])).toThrow(message);
    expect(() => sgd({ learningRate: rate }).applyGradients([{ variable: w, gradient: ones }])).toThrow(message);
    const wide = graph.constant("wide", [1, 1, 1]);
    expect(() => sgd().applyGradients([{ variable: w, gradient: wide }])).toThrow(ShapeError);
    expect(graph.nodes().length).toBe(before + 1);
  });

  test("name the range of a decay", () => {
    expect(() => adam({ beta1: 1 })).toThrow("adam: beta1 must be a number in [0, 1); received 1.");
    expect(() => adam({ beta2: -0.1 })).toThrow(ArgumentError);
    expect(() => adam({ beta1: 0, beta2: 0.9999999 })).not.toThrow();
  });
});

describe("labels that are constants", () => {
  test("are looked at when the run is planned", () => {
    const graph = new Graph();
    const logits = graph.variable("logits", [
      [1, 2, 3],
      [3, 2, 1],
    ]);
    const labels = graph.constant("labels", Int32Array.of(1, 3));
    const session = new Session(graph, { engine });
    expect(() => session.run(sparseSoftmaxCrossEntropy(logits, labels))).toThrow(/labels/);
    expect(session.run(sparseSoftmaxCrossEntropy(logits, labels), [[labels, [1, 2]]]).shape).toEqual([2]);
  });
});

describe("types", () => {
  test("an unknown one is refused, and a fraction as an int32", () => {
    expect(() => tensor([1], { dtype: "float64" as DType })).toThrow(ArgumentError);
    const graph = new Graph();
    expect(() => graph.variable("n", 1.5, { shape: [], dtype: "int32" })).toThrow(/must be .*integer.*1\.5/);
    expect(graph.nodes()).toHaveLength(0);
  });
});

describe("a prepared run", () => {
  const { graph, loss } = problem();
  const x = graph.placeholder("x", [null, 2]);
  const session = new Session(graph, { engine });

  test("takes no update as a feed", () => {
    const update = sgd().minimize(loss);
    expect(() => session.prepare({ fetches: [update], feeds: [update] })).toThrow("is an update and cannot be fed");
  });

  test("needs a whole batch where a fed node is open", () => {
    for (const batch of [1.5, -1, Number.NaN]) {
      expect(() => session.prepare({ fetches: [mean(x)], feeds: [x], batch })).toThrow(ArgumentError);
    }
    expect(() => session.prepare({ fetches: [mean(x)], feeds: [x] })).toThrow("batch is needed, since x is [null, 2]");
    expect(session.prepare({ fetches: [loss] }).callCount).toBe(1);
  });
});

test("names stay unique and are found fast, however many nodes share one", () => {
  const graph = new Graph();
  graph.variable("v_2", 0, { shape: [] });
  const names = Array.from({ length: 5 }, () => graph.variable("v", 0, { shape: [] }).name);
  expect(names).toEqual(["v", "v_1", "v_3", "v_4", "v_5"]);
  const many = Array.from({ length: 20_000 }, () => graph.variable("many", 0, { shape: [] }).name);
  expect(new Set(many).size).toBe(20_000);
});

test("a shape in which null stands twice is refused where it is written", () => {
  const graph = new Graph();
  for (const shape of [
    [null, null],
    [null, 3, null],
  ]) {
    expectRefusal(
      () => graph.placeholder("x", shape),
      ShapeError,
      `placeholder "x": null is the batch and stands once in a shape; received [${shape.map(String).join(", ")}]; ` +
        "give the other extents as numbers.",
    );
  }
  expect(graph.nodes()).toEqual([]);
  // Both extents are the batch where an op makes them so.
  const x = graph.placeholder("x", [null, 2]);
  expect(matmul(x, x, { transposeB: true }).shape).toEqual([null, null]);
});
