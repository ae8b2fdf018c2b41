// Numbers as operands of arithmetic: one of two may be a number, which is a constant of the other's graph.

import { expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import {
  add,
  type BinaryFunction,
  divide,
  greater,
  greaterEqual,
  less,
  lessEqual,
  maximum,
  minimum,
  multiply,
  pow,
  subtract,
} from "../../src/ops/arithmetic.js";
import { sum } from "../../src/ops/reductions.js";
import { Session } from "../../src/runtime/session.js";
import { builds, engineOf } from "../support/builds.js";
import { expectRefusal } from "../support/expect-refusal.js";

const rows: readonly (readonly [string, BinaryFunction, (a: number, b: number) => number])[] = [
  ["add", add, (a, b) => a + b],
  ["subtract", subtract, (a, b) => a - b],
  ["multiply", multiply, (a, b) => a * b],
  ["divide", divide, (a, b) => a / b],
  ["minimum", minimum, (a, b) => Math.min(a, b)],
  ["maximum", maximum, (a, b) => Math.max(a, b)],
  ["pow", pow, (a, b) => a ** b],
  ["greater", greater, (a, b) => Number(a > b)],
  ["greaterEqual", greaterEqual, (a, b) => Number(a >= b)],
  ["less", less, (a, b) => Number(a < b)],
  ["lessEqual", lessEqual, (a, b) => Number(a <= b)],
];

test.each(rows)("%s of a tensor and a number, either way round", (_, op, f) => {
  const values = [
    [1, 2, 4],
    [8, 3, 0.5],
  ];
  for (const build of builds) {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 3]);
    const session = new Session(graph, { engine: engineOf(build) });
    for (const number of [2, 0.5, -1]) {
      const [right, left] = [op(x, number), op(number, x)];
      expect(right.shape).toEqual([null, 3]);
      const results = session.run([right, left], { x: values });
      const expected = [(v: number) => f(v, number), (v: number) => f(number, v)];
      results.forEach(({ data }, i) => {
        const wanted = Float32Array.from(values.flat(), (v) => (expected[i] as (v: number) => number)(v));
        for (let j = 0; j < wanted.length; j++) {
          const bound = Number.isNaN(wanted[j]) ? undefined : Math.abs(wanted[j] as number) * 1e-5;
          if (bound === undefined) expect(data[j]).toBeNaN();
          else
            expect(Math.abs((data[j] as number) - (wanted[j] as number)), `${number}, ${i}`).toBeLessThanOrEqual(bound);
        }
      });
    }
  }
});

test("gradients go to the node", () => {
  const graph = new Graph();
  const x = graph.variable("x", [1, 2, -3]);
  const y = sum(add(multiply(0.5, pow(x, 2)), divide(maximum(x, 0), 4)));
  const session = new Session(graph, { engine: engineOf("simd") });
  expect([...session.run(gradients(y, x)).data]).toEqual([1.25, 2.25, -3]);
});

test("a number may be infinite, and is a scalar constant in the graph", () => {
  const graph = new Graph();
  const x = graph.placeholder("x", [2]);
  const y = maximum(x, -Infinity, { name: "mine" });
  expect(y.name).toBe("mine");
  expect(y.inputs[1]).toMatchObject({ name: "-Infinity", shape: [], dtype: "float32" });
  const session = new Session(graph, { engine: engineOf("simd") });
  expect([...session.run(y, { x: [1, -2] }).data]).toEqual([1, -2]);
});

test("refused: two numbers, NaN, numbers beyond float32, integers without toFloat", () => {
  const graph = new Graph();
  const x = graph.placeholder("x", [2]);
  const integers = graph.placeholder("labels", [2], "int32");
  const before = graph.nodes().length;
  const untyped = (op: unknown) => op as (...args: unknown[]) => unknown;
  const message = "add: a or b must be a node of a graph; received the numbers 1 and 2.";
  expectRefusal(() => untyped(add)(1, 2), ArgumentError, message);
  expectRefusal(
    () => multiply(x, 1e39),
    ArgumentError,
    "multiply: b must be a number within the range of float32; received 1e+39.",
  );
  expectRefusal(
    () => less(Number.NaN, x),
    ArgumentError,
    "less: a must be a number within the range of float32; received NaN.",
  );
  expectRefusal(
    () => untyped(add)(x, "2"),
    ArgumentError,
    'add: b must be a node of a graph; received "2"; the layer is layers.add(...).',
  );
  expect(graph.nodes().length).toBe(before);
  expectRefusal(
    () => add(integers, 2),
    ArgumentError,
    "add: a must be float32; labels is int32; toFloat makes floats of it.",
  );
});
