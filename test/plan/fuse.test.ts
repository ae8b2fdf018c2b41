// Fusion: which nodes join the op before them, as the stages of its epilogue.

import { describe, expect, test } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import { sgd } from "../../src/nn/optimizers/sgd.js";
import { relu } from "../../src/ops/activations.js";
import { add, biasAdd } from "../../src/ops/arithmetic.js";
import { matmul } from "../../src/ops/matmul.js";
import type { Node } from "../../src/ops/op.js";
import { stepInputs } from "../../src/plan/fuse.js";
import { opsOf, plan } from "./plans.js";

describe("fusion", () => {
  function product() {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 4]);
    const y = matmul(x, graph.variable("w", 0, { shape: [4, 3] }));
    const b = graph.variable("b", 0, { shape: [3] });
    return { graph, x, y, b };
  }
  const ops = (fetches: Node[], x: Node) => opsOf(plan(fetches, [x], 2));

  test("a product, its bias and its activation are one step", () => {
    const { x, y, b } = product();
    const biased = biasAdd(y, b);
    expect(ops([relu(biased)], x)).toEqual(["matmul+bias+activation"]);
    expect(ops([biased], x)).toEqual(["matmul+bias"]);
    expect(ops([relu(y)], x)).toEqual(["matmul+activation"]);
    expect(ops([y], x)).toEqual(["matmul"]);
  });

  test("what is fetched in between stays", () => {
    const { x, y, b } = product();
    const biased = biasAdd(y, b);
    const activated = relu(biased);
    expect(ops([activated, biased], x)).toEqual(["matmul+bias", "relu"]);
    expect(ops([activated, y], x)).toEqual(["matmul", "biasAdd", "relu"]);
    expect(ops([activated, y, biased], x)).toEqual(["matmul", "biasAdd", "relu"]);
  });

  test("what is used twice stays", () => {
    const { x, y, b } = product();
    const biased = biasAdd(y, b);
    const activated = relu(biased);
    expect(ops([add(activated, biased)], x)).toEqual(["matmul+bias", "relu", "add"]);
    expect(ops([add(activated, y)], x)).toEqual(["matmul", "biasAdd", "relu", "add"]);
  });

  test("a second bias, or one behind the activation, is a step of its own", () => {
    const { x, y, b } = product();
    expect(ops([biasAdd(biasAdd(y, b), b)], x)).toEqual(["matmul+bias", "biasAdd"]);
    expect(ops([biasAdd(relu(y), b)], x)).toEqual(["matmul+activation", "biasAdd"]);
    expect(ops([relu(relu(y))], x)).toEqual(["matmul+activation", "relu"]);
  });

  test("a bias repeats over all axes but the last, whatever their number, on either side of a sum", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 5, 4]);
    const y = matmul(x, graph.variable("w", 0, { shape: [4, 3] }));
    const of = (name: string, shape: number[]) => graph.variable(name, 0, { shape });
    expect(ops([relu(biasAdd(y, of("b", [3])))], x)).toEqual(["matmul+bias+activation"]);
    expect(ops([relu(add(of("a", [1, 3]), y))], x)).toEqual(["matmul+bias+activation"]);
    expect(ops([add(y, of("c", [1, 1, 3]))], x)).toEqual(["matmul+bias"]);
    for (const shape of [[5, 3], [5, 1], [1], [], [1, 1, 1, 3]]) {
      expect(ops([add(y, of("d", shape))], x)).toEqual(["matmul", "add"]);
    }
  });

  test("a sum of two products of one row is fused with one of them", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [1, 4]);
    const [left, right] = ["l", "r"].map((name) => matmul(x, graph.variable(name, 0, { shape: [4, 3] })));
    const fused = plan([relu(add(left!, right!))], [x], null);
    expect(opsOf(fused)).toEqual(["matmul", "matmul+bias+activation"]);
    expect(stepInputs(fused.steps[1]!)).toContain(fused.steps[0]!.output);
  });

  test("a fed node in between cuts", () => {
    const { x, y, b } = product();
    const biased = biasAdd(y, b);
    expect(opsOf(plan([relu(biased)], [biased], 2))).toEqual(["relu"]);
    expect(opsOf(plan([relu(biased)], [x, b], 2))).toEqual(["matmul+bias+activation"]);
  });

  test("a step waits for a bias that is computed after the product", () => {
    const { graph, x, y } = product();
    const late = relu(graph.variable("late", 0, { shape: [3] }));
    const fused = plan([biasAdd(y, late)], [x], 2);
    expect(opsOf(fused)).toEqual(["relu", "matmul+bias"]);
    expect(stepInputs(fused.steps[1]!)).toContain(late);
  });

  test("a product that an update reads stays", () => {
    const graph = new Graph();
    const w = graph.variable("w", 0, { shape: [3, 3] });
    const gradient = matmul(graph.placeholder("x", [3, 3]), w);
    const update = sgd().applyGradients([{ gradient, variable: w }]);
    expect(opsOf(plan([relu(gradient), update], [graph.node("x")]))).toEqual(["matmul", "relu"]);
  });

  test("a product that several ops read is not fused into one of them", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [2, 3]);
    const v = graph.variable("v", 0, { shape: [3, 3] });
    const y = matmul(x, v);
    expect(opsOf(plan([add(y, relu(y))], [x]))).toEqual(["matmul", "relu", "add"]);
  });
});
