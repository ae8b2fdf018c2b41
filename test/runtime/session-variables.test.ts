// What sessions keep from run to run: the values of variables, and their hash.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { Graph } from "../../src/graph/graph.js";
import { glorotUniform } from "../../src/nn/initializers/index.js";
import { adam } from "../../src/nn/optimizers/adam.js";
import { relu } from "../../src/ops/activations.js";
import { add, biasAdd } from "../../src/ops/arithmetic.js";
import { matmul } from "../../src/ops/matmul.js";
import { randomUniform } from "../../src/ops/random.js";
import { mean } from "../../src/ops/reductions.js";
import { type Feeds, Session } from "../../src/runtime/session.js";
import { line, rows, sessionOf } from "../graph/line.js";
import { builds, engineOf } from "../support/builds.js";

describe("variables", () => {
  test("of several sessions of one graph are independent", () => {
    const { graph, session, update } = line();
    const other = sessionOf(graph);
    session.run(update, { x: rows });
    expect(other.get("w").toArray()).toEqual([[1], [2]]);
    other.set({ w: [[7], [7]] });
    expect(session.get("w").toArray()).not.toEqual([[7], [7]]);
  });

  test("keep their values while the graph grows, and new ones get theirs", () => {
    const { graph, session, update, x } = line();
    session.run(update, { x: [[1, 1]] });
    const before = session.get("w").toArray();
    const late = graph.variable("late", glorotUniform(), { shape: [2, 1] });
    const more = graph.constant("more", [10]);
    const y2 = biasAdd(matmul(x, late), more);
    expect(session.run(y2, { x: [[0, 0]] }).toArray()).toEqual([[10]]);
    expect(session.get("w").toArray()).toEqual(before);
    expect(session.get("late").data.every((value) => value !== 0)).toBe(true);
    // The same as in a session that saw the whole graph at once.
    expect(session.get("late").toArray()).toEqual(sessionOf(graph).get("late").toArray());
    expect(session.get("w").toArray()).toEqual(before);
    session.run(update, { x: [[1, 1]] });
    expect(session.get("w").toArray()).not.toEqual(before);
  });

  test("a grown graph trains old and new variables", () => {
    const { graph, session, y, update, w } = line();
    session.run(update, { x: [[1, 1]] });
    const scale = graph.variable("scale", [[2]]);
    const second = adam({ learningRate: 1 }).minimize(mean(matmul(y, scale)));
    const before = session.get(w).toArray();
    session.run(second, { x: [[4, 4]] });
    expect(session.get(w).toArray()).not.toEqual(before);
    expect(session.get(scale).item()).toBeCloseTo(1, 5);
  });

  test("keep their values while memory grows", () => {
    const { graph, session, update } = line();
    session.run(update, { x: [[1, 1]] });
    const before = session.get("w").toArray();
    const bytes = session.memoryBytes;
    const wide = Float32Array.from({ length: 200_000 }, (_, i) => i);
    expect(session.run("x", { x: wide }).data).toEqual(wide);
    const grown = session.memoryBytes;
    expect(grown).toBeGreaterThan(bytes + 700_000);
    expect(session.get("w").toArray()).toEqual(before);
    const big = graph.variable("big", 3, { shape: [500_000] });
    expect(session.get(big).data.every((value) => value === 3)).toBe(true);
    expect(session.get("w").toArray()).toEqual(before);
    expect(session.run("loss", { x: [[0, 0]] }).item()).toBe(0);
  });

  test("start from each kind of initial value", () => {
    const graph = new Graph({ seed: 3 });
    const shared = randomUniform(graph, { shape: [2], low: 5, high: 6 });
    const constant = graph.constant("constant", [1, -2]);
    const nodes = [
      graph.variable("number", 7, { shape: [2] }),
      graph.variable("zeros", 0, { shape: [2] }),
      graph.variable("integers", 3, { shape: [2], dtype: "int32" }),
      graph.variable("values", [1.5, 2.5]),
      graph.variable("from constant", constant),
      graph.variable("computed", relu(constant)),
      graph.variable("random", shared),
      graph.variable("random too", shared),
      graph.variable("from random", add(shared, shared)),
    ];
    const session = sessionOf(graph);
    const values = nodes.map((node) => session.get(node).toArray()) as number[][];
    expect(values.slice(0, 6)).toEqual([
      [7, 7],
      [0, 0],
      [3, 3],
      [1.5, 2.5],
      [1, -2],
      [1, 0],
    ]);
    const random = values[6] as number[];
    expect(random.every((value) => value >= 5 && value < 6)).toBe(true);
    expect(values[7]).toEqual(random);
    expect(values[8]).toEqual(random.map((value) => Math.fround(2 * value)));
  });

  test("may start from another variable's initial value, however they are grouped", () => {
    const graph = new Graph();
    const a = graph.variable("a", [4, -4], { trainable: false });
    const copy = graph.variable("copy", a);
    const changed = graph.variable("changed", relu(copy));
    const next = graph.variable("next", add(changed, a));
    const session = sessionOf(graph);
    expect([copy, changed, next].map((node) => session.get(node).toArray())).toEqual([
      [4, -4],
      [4, 0],
      [8, -4],
    ]);
    const random = graph.variable("random", glorotUniform(), { shape: [2, 2] });
    const same = graph.variable("same", random);
    const sum = graph.variable("sum", add(random, same));
    const [first, second, third] = [random, same, sum].map((node) => session.get(node).data);
    expect(first?.every((value) => value !== 0)).toBe(true);
    expect(second).toEqual(first);
    expect(third).toEqual(first?.map((value) => 2 * value));
    // Of one that has been changed since, what it is when the new one is made.
    session.set({ a: [1, 1] });
    const late = graph.variable("late", a);
    expect(session.get(late).toArray()).toEqual([1, 1]);
  });

  test("an initial value that needs a feed is refused, each time", () => {
    const graph = new Graph();
    const v = graph.variable("v", graph.placeholder("p", [2]));
    const other = graph.variable("other", [1, 2]);
    const session = sessionOf(graph);
    for (let time = 0; time < 2; time++) {
      for (const node of [v, other]) {
        expect(() => session.get(node)).toThrow(/^Session.run: p must be fed, since p.* depends on it\.$/);
      }
    }
  });

  test("are set by name or node, all or none", () => {
    const { session, w, b } = line();
    session.set([
      [w, [[5], [6]]],
      ["b", Float32Array.of(7)],
    ]);
    session.set({ "sgd/step": 12 });
    expect([session.get(w).toArray(), session.get(b).toArray()]).toEqual([[[5], [6]], [7]]);
    expect(session.get("sgd/step").item()).toBe(12);
    const hash = session.hash([w, b]);
    for (const [values, error] of [
      [{ w: [[1], [1]], b: [1, 2] }, ShapeError],
      [{ w: [[1], [1]], x: rows }, ArgumentError],
      [{ w: [[1], [1]], nowhere: 1 }, ArgumentError],
      [{ w: [[1], [1]], "sgd/step": 1.5 }, ArgumentError],
    ] as const) {
      expect(() => session.set(values as unknown as Feeds)).toThrow(error);
      expect(session.hash([w, b])).toBe(hash);
    }
  });
});

describe("hash", () => {
  // FNV-1a over words, as assembly/elementwise.ts says.
  const fnv = (words: Iterable<number>) => {
    let state = 0xcbf29ce484222325n;
    for (const word of words) state = BigInt.asUintN(64, (state ^ BigInt(word >>> 0)) * 0x100000001b3n);
    return state.toString(16).padStart(16, "0");
  };
  const bitsOf = (values: Float32Array) => new Uint32Array(values.buffer.slice(0));

  test("is FNV-1a over the words of the variables in the order given, in every build", () => {
    const graph = new Graph();
    const v = graph.variable("v", [1, -0, 0, Infinity, -2.5e-40]);
    const n = graph.variable("n", Int32Array.of(1, 7));
    const bits = [...bitsOf(Float32Array.of(1, -0, 0, Infinity, -2.5e-40))];
    for (const build of builds) {
      const session = new Session(graph, { engine: engineOf(build) });
      expect(session.hash([v])).toBe(fnv(bits));
      expect(session.hash([v, "n"])).toBe(fnv([...bits, 1, 7]));
      expect(session.hash([n, v])).toBe(fnv([1, 7, ...bits]));
      expect(session.hash([])).toBe("cbf29ce484222325");
    }
  });

  test("takes every NaN for the same, and tells -0 from 0", () => {
    const hashes = [0x7fc00000, 0xffc00001, 0x7f800001].map((bits) => {
      const graph = new Graph();
      graph.variable("v", new Float32Array(Uint32Array.of(bits).buffer));
      return sessionOf(graph).hash(["v"]);
    });
    expect(new Set(hashes)).toEqual(new Set([fnv([0x7fc00000])]));
    const graph = new Graph();
    graph.variable("v", [0]);
    const session = sessionOf(graph);
    const zero = session.hash(["v"]);
    session.set({ v: [-0] });
    expect(session.hash(["v"])).not.toBe(zero);
  });

  test("changes with a single bit", () => {
    const { session, w, b } = line();
    const before = session.hash([w, b]);
    session.set({ w: [[1], [2.0000002]] });
    expect(session.hash([w, b])).not.toBe(before);
    session.set({ w: [[1], [2]] });
    expect(session.hash([w, b])).toBe(before);
  });
});
