// Time and memory of a run, op by op.

import { expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { Graph } from "../../src/graph/graph.js";
import { profile } from "../../src/inspect/profile.js";
import { accumulateGradients } from "../../src/nn/optimizers/accumulation.js";
import { adam } from "../../src/nn/optimizers/adam.js";
import { line, rows, sessionOf } from "../graph/line.js";

test("tells the calls of each node, their time and share, in the order in which they run", () => {
  const { session, loss, update } = line();
  const { nodes, ops, milliseconds, runs } = profile(session, [loss, update], { x: rows }, { runs: 3 });
  expect(runs).toBe(3);
  expect(nodes.map(({ name, op, kernels }) => [name, op, kernels.join(" ")])).toEqual([
    ["matmul", "matmul", "gemm"],
    ["loss", "mean", "sums"],
    ["gradients/spread", "spread", "spread"],
    ["gradients/reluGradient", "reluGradient", "reluGradient"],
    ["gradients/sum", "sum", "sums"],
    ["gradients/matmul", "matmul", "gemm"],
    ["sgd/sgdUpdate", "sgdUpdate", "sgdUpdate increment"],
  ]);
  expect(nodes[0]?.shape).toEqual([2, 1]);
  expect(nodes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  expect(nodes.reduce((sum, each) => sum + each.milliseconds, 0)).toBeCloseTo(milliseconds, 9);
  expect(ops.find(({ op }) => op === "matmul")?.calls).toBe(2);
  expect(ops.map((op) => op.milliseconds)).toEqual(ops.map((op) => op.milliseconds).sort((a, b) => b - a));
  expect(milliseconds).toBeGreaterThan(0);
});

test("leaves every variable as it was, slots and counts included", () => {
  const { graph, session, loss } = line();
  const update = accumulateGradients(adam(), 2).minimize(loss);
  session.run(update, { x: rows });
  const before = session.hash(graph.variables());
  const { nodes } = profile(session, update, { x: rows });
  expect(nodes.some(({ kernels }) => kernels.includes("everyNth"))).toBe(true);
  expect(session.hash(graph.variables())).toBe(before);
});

test("shows where values lie: those alive together do not overlap", () => {
  const { session, loss, update } = line();
  const { memory } = profile(session, [loss, update], { x: rows }, { runs: 1 });
  expect(memory.totalBytes).toBe(session.memoryBytes);
  const { values } = memory;
  expect(values.map(({ name }) => name)).toEqual(expect.arrayContaining(["x", "y", "loss", "gradients/spread"]));
  expect(values.find(({ name }) => name === "x")).toMatchObject({ bytes: 16, life: [-1, expect.any(Number)] });
  for (const a of values) {
    expect(a.offset + a.bytes).toBeLessThanOrEqual(memory.arenaBytes);
    for (const b of values) {
      if (a === b || a.offset >= b.offset + b.bytes || b.offset >= a.offset + a.bytes) continue;
      // One takes the place of the other, or is the other: then they share one life.
      const shared = a.life[0] === b.life[0] && a.life[1] === b.life[1];
      expect(shared || a.life[1] < b.life[0] || b.life[1] < a.life[0]).toBe(true);
    }
  }
});

test("prints as two tables", () => {
  const { session, loss } = line();
  const text = String(profile(session, loss, { x: rows }, { runs: 2 }));
  expect(text).toMatch(
    /^Node +Op +Shape +Kernels +µs +%\n-+\nmatmul +matmul +\[2, 1\] +gemm +[\d.]+ +[\d.]+\nloss +mean/,
  );
  expect(text).toMatch(/\n2 kernel calls, [\d.]+ µs a run \(mean of 2\)\n\nValue +Offset +Bytes +Steps\n/);
  expect(text).toMatch(/arena [\d,]+ bytes, all of the session 65,536 bytes$/);
});

test("refusals", () => {
  const { session, loss } = line();
  expect(() => profile(session, loss, { x: rows }, { runs: 0 })).toThrow(
    new ArgumentError("profile: runs must be a positive integer; received 0."),
  );
  expect(() => profile(session, loss)).toThrow(
    new ArgumentError("Session.run: x must be fed, since loss depends on it."),
  );
  const graph = new Graph();
  const broken = graph.variable("broken", [Number.NaN]);
  const update = adam().applyGradients([{ variable: broken, gradient: graph.constant("g", [1]) }]);
  expect(() => profile(sessionOf(graph), update)).toThrow(
    new ArgumentError("profile: broken must be finite; received NaN at index 0."),
  );
});
