// Constants and initial values: one number fills a shape, without a copy outside of the session's memory; what no session
// could hold is refused when it is made.

import { expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { Graph } from "../../src/graph/graph.js";
import { constant, ones } from "../../src/nn/initializers/index.js";
import { dense, embedding } from "../../src/nn/layers/index.js";
import { oneHot } from "../../src/ops/indexing.js";
import { Session } from "../../src/runtime/session.js";
import { tensor } from "../../src/tensor/tensor.js";
import { sequential } from "../../src/training/model/sequential.js";
import { engineOf } from "../support/builds.js";
import { expectRefusal } from "../support/expect-refusal.js";

const engine = engineOf("simd");

test("a number fills the shape of a constant", () => {
  const graph = new Graph();
  const floats = graph.constant("floats", 0.5, { shape: [2, 3] });
  const integers = graph.constant("integers", 7, { shape: [4], dtype: "int32" });
  const scalar = graph.constant("scalar", 2);
  const none = graph.constant("none", 1, { shape: [0] });
  const variable = graph.variable("variable", constant(3), { shape: [2] });
  const session = new Session(graph, { engine });
  const results = session.run([floats, integers, scalar, none, variable]);
  expect(results.map(({ shape }) => shape)).toEqual([[2, 3], [4], [], [0], [2]]);
  expect(results.map(({ data }) => [...data])).toEqual([Array(6).fill(0.5), [7, 7, 7, 7], [2], [], [3, 3]]);
  expect(results[1]?.dtype).toBe("int32");
});

test("labels that are one number are checked as others are", () => {
  const graph = new Graph();
  const session = new Session(graph, { engine });
  const labels = graph.constant("labels", 2, { shape: [3], dtype: "int32" });
  expect([...session.run(oneHot(labels, { depth: 3 })).data]).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1]);
});

test("initial values that repeat a number take no memory outside of the session", () => {
  const graph = new Graph();
  const values = 2 ** 26;
  const before = process.memoryUsage().arrayBuffers;
  graph.variable("ones", ones(), { shape: [values] });
  graph.constant("zeros", 0, { shape: [values] });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(values);
});

test.each([2 ** 31, 2 ** 30, 1e15, Number.MAX_SAFE_INTEGER])("%d units are refused at once", (units) => {
  const start = performance.now();
  const rule =
    /^variable "kernel": a session holds at most 1073741824 values, 4 GB; received the shape \[4, \d+\] of \d+\.$/;
  expect(() => sequential([dense({ units })], { inputShape: [4] })).toThrow(ArgumentError);
  expect(() => sequential([dense({ units })], { inputShape: [4] })).toThrow(rule);
  expect(() => sequential([embedding({ inputDim: units, outputDim: 4 })], { inputShape: [4] })).toThrow(ArgumentError);
  expect(() => new Graph().constant("c", 0, { shape: [units, 4] })).toThrow(ArgumentError);
  expect(() => new Graph().variable("v", ones(), { shape: [units, 4] })).toThrow(ArgumentError);
  expect(performance.now() - start).toBeLessThan(1000);
});

test("lists that contain themselves, or are nested too deep", () => {
  const endless: unknown[] = [];
  endless.push(endless);
  const values = endless as number[][];
  const graph = new Graph();
  const x = graph.placeholder("x", [null, 1]);
  const w = graph.variable("w", [1]);
  const session = new Session(graph, { engine });
  const rule = "lists must be nested at most 32 deep; received a deeper one.";
  expectRefusal(() => tensor(values), ShapeError, `tensor: ${rule}`);
  expectRefusal(() => session.run(x, { x: values }), ShapeError, `Session.run: the value fed to x: ${rule}`);
  expectRefusal(() => session.set({ [w.name]: values }), ShapeError, `Session.set: the value of w: ${rule}`);
  expectRefusal(() => graph.constant("c", values), ShapeError, `tensor: ${rule}`);
  const further = [[1], [2]] as unknown[];
  further.push(further);
  expect(() => tensor(further as number[][])).toThrow(ShapeError);
  // 2^32 values in a list of 33 arrays.
  let shared: unknown = [0, 0];
  for (let i = 0; i < 31; i++) shared = [shared, shared];
  expect(() => tensor(shared as number[][])).toThrow("tensor: there must be at most 1073741824 values");
  const axes = new Array(33).fill(1);
  expectRefusal(
    () => graph.placeholder("deep", axes),
    ShapeError,
    'placeholder "deep": a shape must have at most 32 axes; received 33.',
  );
});

test("numbers beyond float32 are refused, infinities are not", () => {
  const message = "tensor: values must lie within the range of float32; received 1e+39 at index 1.";
  expectRefusal(() => tensor([1, 1e39]), ArgumentError, message);
  expectRefusal(() => tensor(Float64Array.of(1, 1e39)), ArgumentError, message);
  expectRefusal(
    () => new Graph().constant("c", -1e39, { shape: [2] }),
    ArgumentError,
    'constant "c": the value must lie within the range of float32; received -1e+39.',
  );
  expect([...tensor([3.4e38, Infinity, -Infinity, Number.NaN]).data]).toEqual([
    Math.fround(3.4e38),
    Infinity,
    -Infinity,
    Number.NaN,
  ]);
});
