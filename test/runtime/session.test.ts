import { describe, expect, test } from "vitest";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { adam } from "../../src/nn/optimizers/adam.js";
import { sgd } from "../../src/nn/optimizers/sgd.js";
import { relu } from "../../src/ops/activations.js";
import { add } from "../../src/ops/arithmetic.js";
import type { Node } from "../../src/ops/op.js";
import { argmax } from "../../src/ops/ranking.js";
import { mean } from "../../src/ops/reductions.js";
import type { Feeds } from "../../src/runtime/session.js";
import { tensor } from "../../src/tensor/tensor.js";
import { line, rows, sessionOf } from "../graph/line.js";

describe("fetches", () => {
  test("one gives a tensor, a list gives a list in its order, names do as well", () => {
    const { session, y, loss } = line();
    expect(session.run(y, { x: rows }).toArray()).toEqual([[3.5], [1.5]]);
    expect(session.run("y", { x: rows }).toArray()).toEqual([[3.5], [1.5]]);
    const both = session.run([loss, "y"], { x: rows });
    expect(both.map((value) => value.toArray())).toEqual([2.5, [[3.5], [1.5]]]);
    expect(session.run([y], { x: rows })).toHaveLength(1);
    expect(session.run([], { x: rows })).toEqual([]);
  });

  test("the same node twice is two values", () => {
    const { session, loss } = line();
    const [first, second] = session.run([loss, loss], { x: rows });
    expect([first?.item(), second?.item()]).toEqual([2.5, 2.5]);
    expect(first?.data).not.toBe(second?.data);
  });

  test("any node: placeholders, variables, constants, what lies in between", () => {
    const { graph, session, product } = line();
    const c = graph.constant("c", [[7, 8]]);
    const values = session.run(["x", "w", c, product], { x: rows });
    expect(values.map((value) => value.toArray())).toEqual([rows, [[1], [2]], [[7, 8]], [[3], [1]]]);
  });

  test("values are copies: later runs leave them alone", () => {
    const { session, y, update } = line();
    const before = session.get("w");
    const first = session.run(y, { x: rows });
    session.run([update, y], { x: [[9, 9]] });
    expect(first.toArray()).toEqual([[3.5], [1.5]]);
    expect(before.toArray()).toEqual([[1], [2]]);
    before.data.fill(100);
    expect(session.get("b").item()).toBe(-0.5);
    expect(session.get("w").data).not.toContain(100);
  });

  test("integers come back as integers", () => {
    const graph = new Graph();
    const winner = argmax(graph.placeholder("x", [null, 3]));
    const value = sessionOf(graph).run(winner, { x: [[1, 5, 2]] });
    expect(value.dtype).toBe("int32");
    expect(value.toArray()).toEqual([1]);
  });

  test("a batch of none", () => {
    const { session, y, loss } = line();
    const [none, meanOfNone] = session.run([y, loss], { x: new Float32Array(0) });
    expect(none?.shape).toEqual([0, 1]);
    expect(meanOfNone?.item()).toBeNaN();
  });
});

describe("feeds", () => {
  test("are pairs, a Map, or an object with names", () => {
    const { session, loss, x } = line();
    const forms: Feeds[] = [
      [[x, rows]],
      [["x", tensor(rows)]],
      new Map([[x, rows]]),
      new Map([["x", rows]]),
      { x: rows },
      { x: Float32Array.of(1, 1, 3, -1) },
      { x: Float64Array.of(1, 1, 3, -1) },
    ];
    for (const feeds of forms) expect(session.run(loss, feeds).item()).toBe(2.5);
  });

  test("may be any node: a variable, a hidden value, a gradient, the fetch itself", () => {
    const { graph, session, product, y, loss, update } = line();
    expect(session.run(y, { x: rows, w: [[0], [1]] }).toArray()).toEqual([[1.5], [0]]);
    expect(session.run(y, [[product, [[-1], [1], [2]]]]).toArray()).toEqual([[0], [1.5], [2.5]]);
    expect(session.run(y, [[y, [[42]]]]).toArray()).toEqual([[42]]);
    expect(session.run(loss, [[y, [[1], [2]]]]).item()).toBe(1.5);
    expect(session.get("w").toArray()).toEqual([[1], [2]]);

    const [dw, db] = update.inputs as [Node, Node];
    session.run(update, [
      [dw, [[0.25], [0.5]]],
      [db, [4]],
    ]);
    expect([session.get("w").toArray(), session.get("b").toArray()]).toEqual([[[0.75], [1.5]], [-3.5]]);
    expect(graph.node("w")).toBeDefined();
  });

  test("a scalar such as the learning rate, for one run", () => {
    const { session, update } = line();
    session.run(update, { x: [[1, 1]], "sgd/learningRate": 0.25 });
    expect(session.get("w").toArray()).toEqual([[0.75], [1.75]]);
    expect(session.get("sgd/learningRate").item()).toBe(1);
    session.run(update, { x: [[1, 1]] });
    expect(session.get("w").toArray()).toEqual([[-0.25], [0.75]]);
  });

  test("an update with a fed variable changes the stored value by the gradient at the fed one", () => {
    const { session, update } = line();
    session.run(update, { x: [[1, 1]], w: [[-5], [-5]] });
    expect(session.get("w").toArray()).toEqual([[1], [2]]);
    session.run(update, { x: [[1, 1]], w: [[5], [5]] });
    expect(session.get("w").toArray()).toEqual([[0], [1]]);
  });

  test("what is fed and not needed does no harm", () => {
    const { session, b, loss, x } = line();
    expect(session.run(b, { x: rows }).toArray()).toEqual([0.5]);
    expect(session.run(loss, { x: rows, y: [[1], [1]] }).item()).toBe(1);
    expect(session.run(x, { x: rows }).toArray()).toEqual(rows);
  });

  test("are not changed by a run, nor kept", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [4]);
    const y = relu(x);
    const session = sessionOf(graph);
    const fed = Float32Array.of(-1, 1, -2, 2);
    const value = tensor(fed);
    expect(session.run(y, { x: value }).toArray()).toEqual([0, 1, 0, 2]);
    expect([...fed]).toEqual([-1, 1, -2, 2]);
    fed.fill(3);
    expect(session.run([x, y], { x: [-1, 0, 0, 1] }).map((t) => t.toArray())).toEqual([
      [-1, 0, 0, 1],
      [0, 0, 0, 1],
    ]);
  });
});

describe("updates", () => {
  test("are made last: all fetched values are those before", () => {
    const { session, w, b, y, loss, update } = line();
    const [beforeW, , lossValue, beforeB, beforeY] = session.run([w, update, loss, b, y], { x: [[1, 1]] });
    expect(lossValue?.item()).toBe(3.5);
    expect(beforeY?.toArray()).toEqual([[3.5]]);
    expect(beforeW?.toArray()).toEqual([[1], [2]]);
    expect(beforeB?.toArray()).toEqual([0.5]);
    expect(session.get(w).toArray()).toEqual([[0], [1]]);
  });

  test("give the number of updates made, this one included", () => {
    const { session, update } = line();
    expect(session.get("sgd/step")).toMatchObject({ dtype: "int32", data: Int32Array.of(0) });
    expect(session.run(update, { x: rows })).toMatchObject({ shape: [], dtype: "int32", data: Int32Array.of(1) });
    const [before, count] = session.run(["sgd/step", update], { x: rows });
    expect([before?.item(), count?.item()]).toEqual([1, 2]);
    expect(session.get("sgd/step").item()).toBe(2);
    expect(session.run("sgd/sgdUpdate", { x: rows }).item()).toBe(3);
  });

  test("two in one run use the gradients of one moment", () => {
    const graph = new Graph();
    const v = graph.variable("v", [8]);
    const loss = mean(v);
    const [dv] = gradients(loss, [v]) as [Node];
    const one = sgd({ learningRate: 1 }).applyGradients([{ gradient: dv, variable: v }]);
    const two = sgd({ learningRate: 2 }).applyGradients([{ gradient: dv, variable: v }]);
    const session = sessionOf(graph);
    session.run([one, two]);
    expect(session.get(v).toArray()).toEqual([5]);
  });

  test("one gradient may serve two variables", () => {
    const graph = new Graph();
    const [v, u] = [graph.variable("v", [1, 2]), graph.variable("u", [5, 6])];
    const session = sessionOf(graph);
    session.run(sgd({ learningRate: 1 }).minimize(mean(add(v, u))));
    expect([session.get(v).toArray(), session.get(u).toArray()]).toEqual([
      [0.5, 1.5],
      [4.5, 5.5],
    ]);
  });

  test("reads variables as they were before the first of them changes, wherever they lie", () => {
    const graph = new Graph();
    const ones = graph.constant("ones", [1, 1]);
    const variable = (name: string, value: number) => graph.variable(name, value, { shape: [2] });
    const [a, between, b] = [variable("a", 1), variable("between", 7), variable("b", 3)] as const;
    const swap = sgd({ learningRate: 1 }).applyGradients([
      { variable: a, gradient: b },
      { variable: b, gradient: a },
    ]);
    const session = sessionOf(graph);
    session.run(swap);
    expect([a, between, b].map((node) => session.get(node).data[0])).toEqual([1 - 3, 7, 3 - 1]);

    // Two updates: one changes the rate and the gradient of the other.
    const rate = graph.variable("rate", 1, { shape: [] });
    const w = variable("w", 3);
    const half = graph.constant("half", 0.5);
    const slower = sgd({ learningRate: 1 }).applyGradients([
      { variable: rate, gradient: half },
      { variable: a, gradient: ones },
    ]);
    const other = sgd({ learningRate: rate }).applyGradients([{ variable: w, gradient: a }]);
    session.run([slower, other]);
    expect(session.get(w).toArray()).toEqual([3 - 1 * -2, 5]);
    expect([session.get(rate).item(), session.get(a).data[0]]).toEqual([0.5, -3]);
  });

  test("variables that lie apart are all updated, those between them not", () => {
    const graph = new Graph();
    const [a, b, c] = ["a", "b", "c"].map((name) => graph.variable(name, 4, { shape: [3] })) as [Node, Node, Node];
    const loss = mean(add(a, add(b, c)));
    const update = adam({ learningRate: 1 }).minimize(loss, [c, a]);
    const session = sessionOf(graph);
    session.run(update);
    expect(session.get(b).toArray()).toEqual([4, 4, 4]);
    for (const node of [a, c]) for (const value of session.get(node).data) expect(value).toBeCloseTo(3, 4);
  });

  test("the learning rate may be a node, computed in the same run", () => {
    const graph = new Graph();
    const v = graph.variable("v", [1, 1]);
    const rate = mean(graph.placeholder("rates", [null]));
    const session = sessionOf(graph);
    session.run(sgd({ learningRate: rate }).minimize(mean(v)), { rates: [0.5, 1.5, 4] });
    expect(session.get(v).toArray()).toEqual([0, 0]);
  });
});

describe("plans", () => {
  test("are made once for the same fetches, feeds and batch", () => {
    const { session, loss, y, x } = line();
    const request = { fetches: [loss], feeds: [x], batch: 4 };
    const executable = session.prepare(request);
    expect(session.prepare({ ...request, fetches: ["loss"], feeds: ["x"] })).toBe(executable);
    expect(session.prepare({ ...request, batch: 5 })).not.toBe(executable);
    expect(session.prepare({ ...request, fetches: [loss, y] })).not.toBe(executable);
    expect(session.prepare({ ...request, feeds: [x, y] })).not.toBe(executable);
  });

  test("are shared between run and prepare", () => {
    const { session, loss, x } = line();
    const executable = session.prepare({ fetches: [loss], feeds: [x], batch: 2 });
    session.run(loss, { x: rows });
    expect(executable.scalar(loss)).toBe(2.5);
  });

  test("are of one session", () => {
    const { graph, session, loss, x } = line();
    const request = { fetches: [loss], feeds: [x], batch: 2 };
    expect(sessionOf(graph).prepare(request)).not.toBe(session.prepare(request));
  });

  test("are bounded: old ones go, and what goes is made again", () => {
    const { session, loss, x } = line();
    const prepare = (batch: number) => session.prepare({ fetches: [loss], feeds: [x], batch });
    const first = prepare(1);
    const kept = Array.from({ length: 200 }, (_, i) => prepare(i + 1));
    expect(prepare(1)).not.toBe(first);
    // The latest are still there.
    for (const batch of [200, 199, 180]) expect(prepare(batch)).toBe(kept[batch - 1]);
    // An evicted plan still works for whoever holds it.
    first.input(x).set([2, 2]);
    first.run();
    expect(first.scalar(loss)).toBe(6.5);
  });

  test("with different batches do not disturb each other", () => {
    const { session, y } = line();
    for (const batch of [1, 7, 2, 7, 1, 300, 1]) {
      const x = Float32Array.from({ length: batch * 2 }, (_, i) => i);
      const expected = Array.from({ length: batch }, (_, i) => [2 * i + 2 * (2 * i + 1) + 0.5]);
      expect(session.run(y, { x }).toArray()).toEqual(expected);
    }
  });
});
