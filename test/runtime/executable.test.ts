// What runs give, and in how many kernel calls: on random graphs, whatever is fetched, fed or updated, the values are
// those of a run that fetches every node, where nothing is fused and no memory is reused.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { dense } from "../../src/nn/layers/index.js";
import { sgd } from "../../src/nn/optimizers/sgd.js";
import { relu } from "../../src/ops/activations.js";
import { add, biasAdd } from "../../src/ops/arithmetic.js";
import { matmul } from "../../src/ops/matmul.js";
import type { Node } from "../../src/ops/op.js";
import { mean } from "../../src/ops/reductions.js";
import { Session } from "../../src/runtime/session.js";
import { Tensor } from "../../src/tensor/tensor.js";
import { choose, type RandomGraph, randomGraph, recipes } from "../graph/random-graphs.js";
import { builds, engineOf, isExact } from "../support/builds.js";
import { expectSameBits } from "../support/compare-floats.js";
import { engine as simd } from "../support/exact-engine.js";
import { randomFloats } from "../support/random-values.js";

const exactBuilds = builds.filter(isExact);

/** The value of every node, from a run that fetches them all. */
function referenceOf(
  { graph, placeholders: [x, fixed] }: RandomGraph,
  nodes: readonly Node[],
  batch: number,
  engine = simd,
) {
  const feeds = new Map<Node, Tensor>([
    [x, new Tensor(randomFloats(batch * 3, 1), [batch, 3])],
    [fixed, new Tensor(randomFloats(12, 2), [4, 3])],
  ]);
  const values = new Session(graph, { engine }).run(nodes, feeds);
  return new Map(nodes.map((node, i) => [node, values[i] as Tensor]));
}

const numbers = fc.array(fc.nat(), { maxLength: 5 });
const batches = fc.integer({ min: 0, max: 9 });

describe("random graphs", () => {
  test("give the same values whatever is fetched and fed, in scalar and simd the same bits", () => {
    fc.assert(
      fc.property(recipes, numbers, numbers, batches, (recipe, fetchNumbers, feedNumbers, batch) => {
        const random = randomGraph(recipe);
        const reference = referenceOf(random, random.nodes, batch);
        const fetches = choose(random.nodes, [...fetchNumbers, random.nodes.length - 1]);
        const feeds = new Set([...random.placeholders, ...choose(random.nodes, feedNumbers)]);
        const fed = [...feeds].map((node) => [node, reference.get(node) as Tensor] as const);
        for (const build of exactBuilds) {
          const session = new Session(random.graph, { engine: engineOf(build) });
          // Twice: a run may leave nothing behind.
          for (const time of ["first", "second"]) {
            const values = session.run(fetches, fed);
            fetches.forEach((node, i) => {
              const expected = reference.get(node) as Tensor;
              const subject = `${node.name}, ${build}, ${time} run`;
              expect(values[i]?.shape).toEqual(expected.shape);
              expectSameBits(subject, (values[i] as Tensor).data, expected.data);
            });
          }
        }
      }),
      { seed: 31, numRuns: 200 },
    );
  });

  test("updates change variables by what the gradients were, and fetched values are those before", () => {
    fc.assert(
      fc.property(recipes, numbers, batches, (recipe, fetchNumbers, batch) => {
        // softmaxGradient and reluGradient have no gradient for their first input.
        const random = randomGraph(recipe.filter(([op]) => ![5, 6].includes(op % 13)));
        const { graph, variables, made } = random;
        const last = made[made.length - 1];
        if (last === undefined) return;
        const loss = mean(last);
        const rate = 0.125;
        const trained = variables.filter((variable) => dependsOn(loss, variable));
        if (trained.length === 0) return;
        const pairs = gradients(loss, trained).map((gradient, i) => ({ gradient, variable: trained[i] as Node }));
        const nodes = graph.nodes().slice();
        const update = sgd({ learningRate: rate }).applyGradients(pairs);
        const reference = referenceOf(random, nodes, batch);

        const session = new Session(graph, { engine: simd });
        const fetches = choose(nodes, fetchNumbers);
        const feeds = random.placeholders.map((node) => [node, reference.get(node) as Tensor] as const);
        const fetched = session.run([...fetches, update], feeds);
        fetches.forEach((node, i) => {
          expectSameBits(node.name, (fetched[i] as Tensor).data, (reference.get(node) as Tensor).data);
        });
        for (const variable of variables) {
          const before = reference.get(variable) as Tensor;
          const gradient = pairs.find((pair) => pair.variable === variable)?.gradient;
          const change = gradient ? (reference.get(gradient) as Tensor).data : new Float32Array(before.size);
          const after = Float32Array.from(before.data, (value, i) => value - Math.fround(rate * (change[i] as number)));
          expectSameBits(`${variable.name} after the update`, session.get(variable).data, after);
        }
      }),
      { seed: 32, numRuns: 300 },
    );
  });
});

function dependsOn(node: Node, target: Node): boolean {
  return node === target || node.inputs.some((input) => dependsOn(input, target));
}

describe("kernel calls", () => {
  const graph = new Graph();
  const x = graph.placeholder("x", [null, 4]);
  const y = matmul(x, graph.variable("w", 0, { shape: [4, 3] }));
  const biased = biasAdd(y, graph.variable("b", 0, { shape: [3] }));
  const activated = relu(biased);
  const session = new Session(graph, { engine: simd });
  const callsOf = (...fetches: Node[]) => session.prepare({ fetches, feeds: [x], batch: 5 }).callCount;

  test("product, bias and activation are one", () => {
    expect(callsOf(activated)).toBe(1);
  });

  test("and as many as are fetched or used twice otherwise", () => {
    expect(callsOf(activated, biased)).toBe(2);
    expect(callsOf(activated, biased, y)).toBe(3);
    expect(callsOf(add(activated, biased))).toBe(3);
  });

  test("none for what is fed, or lies in memory already", () => {
    expect(callsOf(x)).toBe(0);
    expect(callsOf(graph.node("w"))).toBe(0);
  });

  test("an update is one, however many variables it has; frozen ones cost nothing", () => {
    const net = new Graph();
    let h = net.placeholder("x", [null, 4]);
    for (let i = 0; i < 5; i++) h = dense({ units: 4, activation: "relu" }).apply(h);
    const loss = mean(h);
    const all = sgd().minimize(loss);
    const last = sgd().minimize(loss, net.trainable(/^dense_4/));
    const running = new Session(net, { engine: simd });
    const calls = (fetches: Node[]) => running.prepare({ fetches, feeds: ["x"], batch: 2 }).callCount;
    const pairs = sgd().computeGradients(loss);
    // All gradients, then the update and its counter.
    expect(calls([all]) - calls(pairs.map(({ gradient }) => gradient))).toBe(2);
    expect(calls([last])).toBeLessThan(calls([all]) / 2);
    // In whatever order the variables are given.
    expect(calls([sgd().applyGradients(pairs.reverse())])).toBe(calls([all]));
  });
});

describe("an executable", () => {
  const graph = new Graph();
  const x = graph.placeholder("x", [null, 2]);
  const sum = mean(relu(x));
  const session = new Session(graph, { engine: simd });
  const executable = session.prepare({ fetches: [sum], feeds: [x], batch: 2 });

  test("runs over what is written into its inputs", () => {
    executable.input(x).set([1, -2, 3, 4]);
    executable.run();
    expect(executable.scalar(sum)).toBe(2);
    expect(executable.output(sum)).toMatchObject({ shape: [], data: Float32Array.of(2) });
    expect(executable.input(x)).toHaveLength(4);
    expect(executable.arenaBytes).toBeGreaterThanOrEqual(16);
  });

  test("gives copies", () => {
    executable.input(x).set([1, 1, 1, 1]);
    executable.run();
    const value = executable.output(sum);
    executable.input(x).set([5, 5, 5, 5]);
    executable.run();
    expect(value.item()).toBe(1);
  });

  test("goes on after the graph has grown and memory has moved", () => {
    executable.input(x).set([1, 1, 1, 1]);
    graph.variable("late", 1, { shape: [100_000] });
    expect(session.get("late").data[99_999]).toBe(1);
    executable.input(x).set([2, 2, 2, 2]);
    executable.run();
    expect(executable.scalar(sum)).toBe(2);
    expect(session.get("late").data.every((value) => value === 1)).toBe(true);
  });

  test("without feeds does so as well", () => {
    const growing = new Graph();
    const v = growing.variable("v", [1, 2, 3]);
    const update = sgd({ learningRate: 3 }).minimize(mean(v));
    const running = new Session(growing, { engine: simd });
    const step = running.prepare({ fetches: [update] });
    step.run();
    growing.variable("late", 7, { shape: [100_000] });
    expect(running.get("late").data[0]).toBe(7);
    step.run();
    expect(running.get(v).toArray()).toEqual([-1, 0, 1]);
    expect(running.get("late").data.every((value) => value === 7)).toBe(true);
  });

  test("knows only what was fetched or fed", () => {
    const foreign = new Graph().placeholder("z", [1]);
    for (const node of [foreign, relu(x, { name: "new" })]) {
      expect(() => executable.output(node)).toThrow(
        new ArgumentError(`Executable: "${node.name}" is neither fetched nor fed.`),
      );
      expect(() => executable.input(node)).toThrow(ArgumentError);
    }
  });
});

describe("descent within the product", () => {
  const units = 70;

  function net() {
    const graph = new Graph({ seed: 3 });
    const x = graph.placeholder("x", [null, 67]);
    const hidden = dense({ units, activation: "relu", name: "hidden" }).apply(x);
    const y = dense({ units: 3, name: "output" }).apply(hidden);
    const pairs = sgd({ learningRate: 0.1 }).computeGradients(mean(y));
    return { graph, x, pairs, update: sgd({ learningRate: 0.1 }).applyGradients(pairs) };
  }

  for (const build of builds) {
    test(`gives the bits of a gradient and an update, ${build}`, () => {
      for (const batch of [1, 5, 33, 128, 129]) {
        const feed = new Tensor(randomFloats(batch * 67, batch), [batch, 67]);
        const weights = [false, true].map((seen) => {
          const { graph, x, pairs, update } = net();
          const session = new Session(graph, { engine: engineOf(build) });
          // Fetching a gradient makes the run compute it as a value.
          const fetches = seen ? [update, ...pairs.map(({ gradient }) => gradient)] : [update];
          for (let i = 0; i < 3; i++) session.run(fetches, new Map([[x, feed]]));
          return (session.run(graph.node("hidden/kernel")) as Tensor).data as Float32Array;
        });
        expectSameBits(`batch ${batch}`, weights[0] as Float32Array, weights[1] as Float32Array);
      }
    });
  }

  test("saves the memory of the gradient, up to the depth that a product keeps in registers", () => {
    const { graph, x, pairs, update } = net();
    const session = new Session(graph, { engine: simd });
    const all = [update, ...pairs.map(({ gradient }) => gradient)];
    const bytes = (fetches: Node[], batch: number) => session.prepare({ fetches, feeds: [x], batch }).arenaBytes;
    expect(bytes(all, 50) - bytes([update], 50)).toBeGreaterThan(67 * units * 4 - 64);
    expect(bytes([update], 129) - bytes([update], 128)).toBeGreaterThan(67 * units * 4 - 64);
  });

  test("reads a gradient and a rate that are variables as they were, like the run that is not fused", () => {
    const values = [false, true].map((seen) => {
      const graph = new Graph();
      const shape = [64, 64];
      const variable = (name: string, value: number, of: number[] = shape) =>
        graph.variable(name, value, { shape: of });
      const [v, w, rate, last] = [variable("v", 1), variable("w", 2), variable("r", 1, []), variable("l", 3, [2])];
      const gradient = matmul(graph.placeholder("a", [64, 1]), graph.placeholder("b", [1, 64]));
      const update = sgd({ learningRate: rate as Node }).applyGradients([
        { variable: v as Node, gradient: w as Node },
        { variable: w as Node, gradient },
        { variable: rate as Node, gradient: graph.constant("half", 0.5) },
        { variable: last as Node, gradient: graph.constant("ones", [1, 1]) },
      ]);
      const session = new Session(graph, { engine: simd });
      const ones = new Float32Array(64).fill(1);
      session.run(seen ? [update, gradient] : [update], { a: ones, b: ones });
      return [v, w, rate, last].map((node) => session.get(node as Node).data[0]);
    });
    expect(values).toEqual([
      [-1, 1, 0.5, 2],
      [-1, 1, 0.5, 2],
    ]);
  });
});
