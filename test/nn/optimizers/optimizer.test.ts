// What all optimizers share: minimize, the two phases, a learning rate that changes, state, refusals.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../../src/errors.js";
import { Graph } from "../../../src/graph/graph.js";
import { adam } from "../../../src/nn/optimizers/adam.js";
import { getOptimizer, optimizerNames } from "../../../src/nn/optimizers/index.js";
import { Optimizer } from "../../../src/nn/optimizers/optimizer.js";
import { sgd } from "../../../src/nn/optimizers/sgd.js";
import { relu } from "../../../src/ops/activations.js";
import { add } from "../../../src/ops/arithmetic.js";
import type { Node } from "../../../src/ops/op.js";
import { mean } from "../../../src/ops/reductions.js";
import { Session } from "../../../src/runtime/session.js";
import { engine } from "../../support/exact-engine.js";
import { expectRefusal } from "../../support/expect-refusal.js";

/** loss = mean(relu(a + b)) + mean(relu(a)): the gradient of a is 2 / n, of b it is 1 / n, where both are positive. */
function problem() {
  const graph = new Graph();
  const a = graph.variable("a", [1, 2, 3, 4]);
  const b = graph.variable("b", [4, 3, 2, 1]);
  const unused = graph.variable("unused", [7]);
  const frozen = graph.variable("frozen", [1, 1, 1, 1], { trainable: false });
  const loss = add(mean(relu(add(add(a, b), frozen))), mean(relu(a)));
  const session = new Session(graph, { engine });
  const valuesOf = (...nodes: Node[]) => nodes.map((node) => [...session.get(node).data]);
  return { graph, a, b, unused, frozen, loss, session, valuesOf };
}

test("minimize changes every trainable variable the loss depends on, and no other", () => {
  const { a, b, unused, frozen, loss, session, valuesOf } = problem();
  const update = sgd({ learningRate: 1 }).minimize(loss);
  expect(session.run(update).item()).toBe(1);
  expect(valuesOf(a, b, unused, frozen)).toEqual([[0.5, 1.5, 2.5, 3.5], [3.75, 2.75, 1.75, 0.75], [7], [1, 1, 1, 1]]);
});

test("the loss fetched with an update is that before it", () => {
  const { loss, session } = problem();
  const update = sgd({ learningRate: 1 }).minimize(loss);
  const [before] = session.run([loss, update]);
  expect(before!.item()).toBe(8.5);
  // a + b + 1 falls from 6 to 5.25 everywhere, the mean of a from 2.5 to 2.
  expect(session.run(loss).item()).toBe(7.25);
});

test("minimize with a list changes only what is listed", () => {
  const { a, b, loss, session, valuesOf } = problem();
  session.run(sgd({ learningRate: 1 }).minimize(loss, [b]));
  expect(valuesOf(a, b)).toEqual([
    [1, 2, 3, 4],
    [3.75, 2.75, 1.75, 0.75],
  ]);
});

test("gradients may be looked at and replaced between the phases", () => {
  const { graph, a, b, loss, session, valuesOf } = problem();
  const optimizer = sgd({ learningRate: 1 });
  const pairs = optimizer.computeGradients(loss);
  expect(pairs.map(({ variable }) => variable)).toEqual([a, b]);
  expect(pairs.map(({ gradient }) => [...session.run(gradient).data])).toEqual([
    [0.5, 0.5, 0.5, 0.5],
    [0.25, 0.25, 0.25, 0.25],
  ]);
  const ones = graph.constant("ones", [1, 1, 1, 1]);
  // In another order than the variables were made.
  session.run(optimizer.applyGradients([{ gradient: ones, variable: b }, pairs[0]!]));
  expect(valuesOf(a, b)).toEqual([
    [0.5, 1.5, 2.5, 3.5],
    [3, 2, 1, 0],
  ]);
});

test("one gradient node may serve two variables", () => {
  const { graph, a, b, session, valuesOf } = problem();
  const shared = add(graph.constant("x", [1, 1, 1, 1]), graph.constant("y", [1, 2, 3, 4]));
  const pairs = [a, b].map((variable) => ({ gradient: shared, variable }));
  session.run(sgd({ learningRate: 1 }).applyGradients(pairs));
  expect(valuesOf(a, b)).toEqual([
    [-1, -1, -1, -1],
    [2, 0, -2, -4],
  ]);
});

test("a learning rate is a variable that may be set, or any scalar node, which may be fed", () => {
  const { graph, a, loss, session, valuesOf } = problem();
  const update = sgd({ learningRate: 1 }).minimize(loss, [a]);
  session.set({ "sgd/learningRate": 4 });
  session.run(update);
  expect(valuesOf(a)).toEqual([[-1, 0, 1, 2]]);

  const fed = graph.placeholder("rate", []);
  const other = sgd({ learningRate: fed }).minimize(loss, [a]);
  session.set([[a, [1, 2, 3, 4]]]);
  session.run(other, { rate: 2 });
  expect(valuesOf(a)).toEqual([[0, 1, 2, 3]]);
});

test("every optimizer counts its steps from 0", () => {
  const { a, loss, session } = problem();
  const [first, second] = [adam().minimize(loss, [a]), adam().minimize(loss, [a])];
  session.run(first);
  session.run(first);
  session.run(second);
  expect(session.get("adam/step").item()).toBe(2);
  expect(session.get("adam_1/step").item()).toBe(1);
});

test("slots are kept apart for variables of any size", () => {
  const graph = new Graph();
  const sizes = [1, 3, 5, 64];
  const variables = sizes.map((n, i) => graph.variable(`w${i}`, new Float32Array(n).fill(1)));
  const gradients = sizes.map((n, i) => graph.constant(`g${i}`, new Float32Array(n).fill(i + 1)));
  const pairs = variables.map((variable, i) => ({ variable, gradient: gradients[i] as Node }));
  const update = adam().applyGradients(pairs);
  const session = new Session(graph, { engine });
  session.run(update);
  sizes.forEach((n, i) => {
    const expected = Math.fround(Math.fround(i + 1) * Math.fround(0.1));
    const m = session.get(`adam/w${i}/m`).data;
    expect(m).toHaveLength(n);
    for (const value of m) expect(value).toBeCloseTo(expected, 6);
  });
});

describe("refused", () => {
  test("a loss without trainable variables", () => {
    const graph = new Graph();
    const loss = mean(graph.placeholder("x", [3]));
    const message = "sgd: mean depends on no trainable variable; there is nothing to train.";
    expectRefusal(() => sgd().minimize(loss), ArgumentError, message);
  });

  test("no gradients, two for one variable, gradients of something else, of another shape", () => {
    const { graph, a, b } = problem();
    const optimizer = adam();
    const gradient = graph.constant("gradient", [1, 1, 1, 1]);
    const pair = { gradient, variable: a };
    expectRefusal(
      () => optimizer.applyGradients([]),
      ArgumentError,
      "adam: applyGradients needs at least one gradient.",
    );
    expectRefusal(() => optimizer.applyGradients([pair, pair]), ArgumentError, "adam: a has two gradients.");
    expectRefusal(
      () => optimizer.applyGradients([{ gradient, variable: gradient }]),
      ArgumentError,
      'adam: only variables can be updated; received "gradient".',
    );
    const short = graph.constant("short", [1]);
    expectRefusal(
      () => optimizer.applyGradients([{ gradient: short, variable: b }]),
      ShapeError,
      "adam: a gradient must have the shape of its variable; b is [4], short is [1].",
    );
  });

  test("a loss that is no scalar", () => {
    const { a } = problem();
    const message = "gradients: relu_2 must be a scalar; its shape is [4]. Take its mean first, or give upstream.";
    expectRefusal(() => sgd().minimize(relu(a)), ShapeError, message);
  });
});

test("optimizers are found by name", () => {
  expect(optimizerNames).toContain("sgd");
  for (const name of optimizerNames) {
    const optimizer = getOptimizer(name, { learningRate: 0.5 });
    expect(optimizer).toBeInstanceOf(Optimizer);
    expect(optimizer.name).toBe(name);
    expect(optimizer.learningRate).toBe(0.5);
  }
  for (const [name, expected] of [
    ["SGD", "sgd"],
    ["Adam", "adam"],
    ["RMSprop", "rmsprop"],
    ["AdamW", "adamw"],
  ]) {
    expect(getOptimizer(name as "sgd").name).toBe(expected);
  }
  expect(() => getOptimizer(sgd as never)).toThrow("received a function; call it: sgd().");
  const own = sgd();
  expect(getOptimizer(own)).toBe(own);
  for (const name of ["sdg", "toString"]) {
    const call = () => getOptimizer(name as "sgd");
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(/^compile: optimizer must be an optimizer or one of "sgd", .*; received "/);
  }
});
