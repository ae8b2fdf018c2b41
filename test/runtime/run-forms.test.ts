// The forms of a run: one fetch, lists, objects; numbers; training mode; what may not be fed when variables change.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { Graph } from "../../src/graph/graph.js";
import { batchNormalization } from "../../src/nn/layers/batchNormalization.js";
import { sgd } from "../../src/nn/optimizers/sgd.js";
import { dropout } from "../../src/ops/dropout.js";
import type { Node } from "../../src/ops/op.js";
import { mean } from "../../src/ops/reductions.js";
import { Session } from "../../src/runtime/session.js";
import { line, rows } from "../graph/line.js";
import { engine } from "../support/exact-engine.js";

describe("fetches", () => {
  test("come back in the form they were asked for", () => {
    const { session, y, loss } = line();
    const feeds = { x: rows };
    expect(session.run(loss, feeds).item()).toBe(2.5);
    expect(session.run("loss", feeds).item()).toBe(2.5);
    const [first, second] = session.run([loss, y], feeds);
    expect([first.item(), second.toArray()]).toEqual([2.5, [[3.5], [1.5]]]);
    const { cost, outputs } = session.run({ cost: loss, outputs: "y" }, feeds);
    expect([cost.item(), outputs.toArray()]).toEqual([2.5, [[3.5], [1.5]]]);
    expect(session.run([], {})).toEqual([]);
    expect(session.run({}, {})).toEqual({});
  });

  test("of an object are checked like others", () => {
    const { session } = line();
    expect(() => session.run({ loss: 3 as never }, { x: rows })).toThrow(
      new ArgumentError("Session.run: a fetch must be a node or its name; received 3."),
    );
    expect(() => session.run(null as never)).toThrow(
      new ArgumentError("Session.run: a fetch must be a node or its name; received null."),
    );
  });

  test("eval gives the number of a scalar, and of nothing else", () => {
    const { session, loss, y } = line();
    expect(session.eval(loss, { x: rows })).toBe(2.5);
    expect(() => session.eval(y, { x: rows })).toThrow(
      new ShapeError("Session.eval: y must be a scalar; its shape is [null, 1]; run() gives a Tensor."),
    );
  });
});

test("graphs and sessions stand side by side, each session with values of its own", () => {
  const [one, other] = [line(), line()];
  const second = new Session(one.graph, { engine });
  one.session.run(one.update, { x: rows });
  other.session.run([other.update], { x: rows });
  other.session.run([other.update], { x: rows });
  const counts = [one.session, second, other.session].map((session) => session.eval("sgd/step"));
  expect(counts).toEqual([1, 0, 2]);
  expect(second.get("w").toArray()).toEqual([[1], [2]]);
  expect(() => one.session.run(other.loss, { x: rows })).toThrow(
    new ArgumentError("Session.run: fetch loss is a node of another graph."),
  );
});

describe("training mode", () => {
  test("is 1 for the run, and makes the updates of the graph", () => {
    const graph = new Graph({ seed: 3 });
    const x = graph.placeholder("x", [null, 2]);
    const y = batchNormalization({ momentum: 0, name: "normal" }).apply(x);
    const loss = mean(dropout(y, { rate: 0.5 }));
    const update = sgd({ learningRate: 0 }).minimize(loss);
    const session = new Session(graph, { engine });
    const feeds = { x: [1, 2, 3, 6].map((value) => [value, -value]) };
    const known = () => [...session.get("normal/movingMean").data];

    session.run(update, feeds);
    expect(known()).toEqual([0, 0]);
    expect(session.eval("trainingStep")).toBe(0);
    session.run([loss, update], feeds, { training: true });
    expect(known()).toEqual([3, -3]);
    expect(session.eval("trainingStep")).toBe(1);

    const [, byHand] = session.run([update, loss], { ...feeds, training: 1 });
    const inMode = session.eval(loss, feeds, { training: true });
    expect(inMode).toBe(byHand.item());
    expect(inMode).not.toBe(session.eval(loss, feeds));
    expect(session.eval("trainingStep")).toBe(2);
  });

  test("makes the updates that what is fed allows: not those of another net, nor below a fed layer", () => {
    const graph = new Graph({ seed: 3 });
    const normal = (name: string, x: Node) => batchNormalization({ momentum: 0, name }).apply(x);
    const [x, other] = [graph.placeholder("x", [null, 1]), graph.placeholder("other", [null, 1])];
    const lower = normal("lower", x);
    const upper = mean(normal("upper", lower));
    normal("beside", other);
    const session = new Session(graph, { engine });
    const means = () => ["lower", "upper", "beside"].map((name) => session.get(`${name}/movingMean`).item());
    session.run(upper, new Map([[lower, [[2], [4]]]]), { training: true });
    expect(means()).toEqual([0, 3, 0]);
    session.run(upper, { x: [[5], [7]] }, { training: true });
    expect(means()).toEqual([6, 0, 0]);
  });

  test("changes nothing in a graph without it", () => {
    const { session, loss } = line();
    expect(session.eval(loss, { x: rows }, { training: true })).toBe(2.5);
    expect(() => session.run(loss, { x: rows }, { training: 1 } as never)).toThrow(
      new ArgumentError("Session.run: training must be true or false; received 1."),
    );
    expect(() => session.run(loss, { x: rows }, { mode: "training" } as never)).toThrow(
      new ArgumentError('Session.run: options must be an object with training; received "mode".'),
    );
  });
});

describe("numbers that are not finite", () => {
  const broken = [
    [1, 1],
    [3, Number.NaN],
  ];

  test("are taken where nothing is changed: NaN in, NaN out", () => {
    const { session, loss, y } = line();
    expect(session.eval(loss, { x: broken })).toBeNaN();
    expect(session.run(y, { x: [[Infinity, 1]] }).toArray()).toEqual([[Infinity]]);
  });

  test("are refused in a run that updates variables, and nothing has changed", () => {
    const { graph, session, loss, update } = line();
    const rate = graph.placeholder("rate", []);
    const other = sgd({ learningRate: rate, name: "fed" }).minimize(loss);
    const before = session.hash(graph.trainable());
    expect(() => session.run([loss, update], { x: broken })).toThrow(
      new ArgumentError("Session.run: the value fed to x must be finite; received NaN at index 3."),
    );
    for (const value of [Number.NaN, Infinity]) {
      expect(() => session.run(other, { x: rows, rate: value })).toThrow(
        new ArgumentError(`Session.run: the value fed to rate must be finite; received ${value} at index 0.`),
      );
    }
    expect(session.hash(graph.trainable())).toBe(before);
    expect(session.eval("sgd/step")).toBe(0);
    session.run(other, { x: rows, rate: 0.5 });
    expect(session.hash(graph.trainable())).not.toBe(before);
  });

  test("are refused as values of variables, and no other variable is set", () => {
    const { graph, session } = line();
    const before = session.hash(graph.trainable());
    expect(() => session.set({ b: [7], w: [[1], [Infinity]] })).toThrow(
      new ArgumentError("Session.set: the value of w must be finite; received Infinity at index 1."),
    );
    expect(() => session.set({ "sgd/learningRate": Number.NaN })).toThrow(
      new ArgumentError("Session.set: the value of sgd/learningRate must be finite; received NaN at index 0."),
    );
    expect(session.hash(graph.trainable())).toBe(before);
  });

  test("a value of another shape or type is refused by the name of its variable", () => {
    const { graph, session } = line();
    const before = session.hash(graph.trainable());
    expect(() => session.set({ b: [7], w: [1] })).toThrow(
      /^Session\.set: the value of w must have shape .*; received \[1\]\.$/,
    );
    expect(() => session.set({ b: [7], w: "1" as never })).toThrow(
      new ArgumentError('Session.set: the value of w: values must be numbers; received "1" at index 0.'),
    );
    expect(() => session.set(7 as never)).toThrow(
      new ArgumentError("Session.set: values must be pairs, a Map or an object; received 7."),
    );
    expect(session.hash(graph.trainable())).toBe(before);
  });
});
