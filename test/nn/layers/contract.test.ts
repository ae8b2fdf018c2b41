// What holds for every layer: gradients are those of central differences, in training and out of it, builds agree, a second
// use shares the variables, and nothing happens to a graph that a refused input is of.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../../src/errors.js";
import { gradients } from "../../../src/graph/gradients.js";
import { Graph } from "../../../src/graph/graph.js";
import * as layers from "../../../src/nn/layers/index.js";
import { layersOf } from "../../../src/nn/layers/layer.js";
import { multiply } from "../../../src/ops/arithmetic.js";
import type { Node } from "../../../src/ops/op.js";
import { sum } from "../../../src/ops/reductions.js";
import { Session } from "../../../src/runtime/session.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import type { BuildName } from "../../../src/wasm/host.js";
import { builds, engineOf, isExact } from "../../support/builds.js";
import { expectClose, expectSameBits } from "../../support/compare-floats.js";
import { randomFloatsOffZero, randomIntegers } from "../../support/random-values.js";
import { type Case, cases } from "./cases.js";

test("every layer has its case", () => {
  const notLayers = ["defineLayer", "activationNames"];
  const makers = Object.keys(layers).filter((name) => !notLayers.includes(name));
  const kinds = new Set(cases.map(({ kind }) => kind.toLowerCase()));
  expect([...kinds].sort()).toEqual(makers.map((name) => name.toLowerCase()).sort());
});

/** The layer on placeholders, with a scalar that depends on all of its result. */
class Trial {
  readonly y: Node;
  readonly slopes: readonly Node[];
  readonly targets: readonly Node[];
  readonly graph = new Graph({ seed: 11 });
  readonly session: Session;
  readonly #objective: Node;
  readonly #values: Map<Node, Tensor>;

  constructor({ make, inputs, below, flat }: Case, build: BuildName) {
    const xs = inputs.map((shape, i) =>
      this.graph.placeholder(`x${i}`, [null, ...shape.slice(1)], below ? "int32" : "float32"),
    );
    this.y = make({ name: "it" }).apply((xs.length === 1 ? xs[0] : xs) as never);
    const size = inputs.reduce((all, shape) => all + shape.reduce((a, b) => a * b), 0);
    const weights = this.graph.placeholder("weights", this.y.shape);
    this.#objective = sum(multiply(this.y, weights));
    this.targets = [...(below || flat ? [] : xs), ...this.graph.trainable()];
    this.slopes = gradients(this.#objective, this.targets);
    this.session = new Session(this.graph, { engine: engineOf(build) });
    this.#values = new Map(
      xs.map((x, i) => {
        const shape = inputs[i] as number[];
        const count = shape.reduce((a, b) => a * b);
        return [x, new Tensor(below ? randomIntegers(count, i, below) : randomFloatsOffZero(count, i), shape)];
      }),
    );
    const y = this.session.run(this.y, [...this.#values]);
    this.#values.set(weights, new Tensor(randomFloatsOffZero(y.size, 50 + size), y.shape));
  }

  run<const F extends Node | readonly Node[]>(fetches: F, training: number) {
    const mode = this.graph.knowsTraining ? [[this.graph.training, training] as const] : [];
    return this.session.run(fetches, [...this.#values, ...mode]);
  }

  /** The derivative by each element of a target: results in float32, added up in float64. */
  differences(target: Node, training: number): Float64Array {
    const fed = this.#values.get(target);
    const at = Float32Array.from((fed ?? this.session.get(target)).data);
    const shape = fed?.shape ?? (target.shape as number[]);
    const weights = [...this.#values.values()].at(-1)?.data as Float32Array;
    const objective = () => {
      if (fed) this.#values.set(target, new Tensor(at, shape));
      else this.session.set([[target, new Tensor(at, shape)]]);
      const y = Array.from((this.run(this.y, training) as Tensor).data);
      return y.reduce((total, value, i) => total + value * (weights[i] as number), 0);
    };
    const step = 2 ** -7;
    return Float64Array.from(at, (value, i) => {
      at[i] = value + step;
      const [high, above] = [at[i] as number, objective()];
      at[i] = value - step;
      const [low, below] = [at[i] as number, objective()];
      at[i] = value;
      objective();
      return (above - below) / (high - low);
    });
  }
}

describe.each(cases)("$kind", (layer) => {
  test.each([0, 1])("gradients are those of central differences, training %i", (training) => {
    for (const build of builds) {
      const trial = new Trial(layer, build);
      const slopes = trial.run(trial.slopes, training) as Tensor[];
      trial.targets.forEach((target, i) => {
        const expected = trial.differences(target, training);
        const scale = Math.max(1, ...expected.map(Math.abs));
        expectClose(`${layer.kind} ${build}, ${target.name}`, slopes[i]!.data, expected, 1e-3 * scale);
      });
    }
  });

  test("builds agree", () => {
    const values = (build: BuildName) => {
      const trial = new Trial(layer, build);
      return [0, 1].flatMap((training) => trial.run([trial.y, ...trial.slopes], training) as Tensor[]);
    };
    const expected = values("scalar");
    for (const build of builds) {
      values(build).forEach(({ data }, i) => {
        const wanted = expected[i]!.data;
        if (isExact(build)) expectSameBits(`${layer.kind} ${build} ${i}`, data, wanted);
        else expectClose(`${layer.kind} ${build} ${i}`, data, wanted, 1e-4);
      });
    }
  });

  test("it stands in a scope of its name, its variables are found there, and a second use makes no more", () => {
    const trial = new Trial(layer, "scalar");
    const [described] = layersOf(trial.graph);
    expect([described?.kind, described?.name]).toEqual([layer.kind, "it"]);
    expect(described?.options).toMatchObject({ name: "it" });
    expect(described?.variables.map(({ name }) => name)).toEqual(layer.variables.map((name) => `it/${name}`));

    const graph = new Graph();
    const dtype = layer.below ? "int32" : "float32";
    const xs = layer.inputs.map((shape, i) => graph.placeholder(`x${i}`, [null, ...shape.slice(1)], dtype));
    const made = layer.make({});
    const x = (xs.length === 1 ? xs[0] : xs) as never;
    const [first, second] = [made.apply(x), made.apply(x)];
    expect(second).not.toBe(first);
    const [record, another] = layersOf(graph);
    expect(another).toBeUndefined();
    expect(record?.uses.map(({ output }) => output)).toEqual([first, second]);
    const variables = graph.variables().filter(({ dtype: type }) => type === "float32");
    expect(variables).toEqual(record?.variables);
  });

  test("frozen from the start where it is said to be", () => {
    const graph = new Graph();
    const dtype = layer.below ? "int32" : "float32";
    const xs = layer.inputs.map((shape, i) => graph.placeholder(`x${i}`, [null, ...shape.slice(1)], dtype));
    layer.make({ trainable: false }).apply((xs.length === 1 ? xs[0] : xs) as never);
    expect(graph.trainable()).toEqual([]);
    expect(() => layer.make({ trainable: 0 as never })).toThrow(ArgumentError);
    expect(() => layer.make({ name: 3 as never })).toThrow(ArgumentError);
    expect(() => layer.make({ lr: 3 } as never)).toThrow('received "lr"');
  });

  test.runIf(layer.refuses !== undefined)("refuses a shape, and the graph stays as it was", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", layer.refuses as number[]);
    expect(() => layer.make({ name: "it" }).apply(x as never)).toThrow(ShapeError);
    expect(graph.nodes()).toEqual([x]);
    expect(graph.isTaken("it")).toBe(false);
  });
});

test("what layers refuse beside shapes", () => {
  expect(() => layers.reshape({ shape: [1.5] })).toThrow("Reshape: shape must be a list of integers");
  expect(() => layers.reshape({} as never)).toThrow("Reshape: shape must be a list of integers");
  expect(() => layers.gaussianNoise({ stddev: -1 })).toThrow(
    "GaussianNoise: stddev must be a finite number at least 0",
  );
  expect(() => layers.embedding({ inputDim: 0, outputDim: 1 })).toThrow(
    "Embedding: inputDim must be a positive integer",
  );
  expect(() => layers.lambda("x" as never)).toThrow('Lambda: compute must be a function of a node; received "x".');
  expect(() => layers.lambda(() => 5 as never).apply(new Graph().placeholder("x", [null, 2]))).toThrow(
    "Lambda: the result must be a node of the same graph; received 5.",
  );
  const x = new Graph().placeholder("x", [null, 2]);
  expect(() => layers.add().apply(x as never)).toThrow("Add: it is applied to a list of nodes, as in apply([a, b]).");
  expect(() => layers.embedding({ inputDim: 3, outputDim: 2 }).apply(x)).toThrow(
    "Embedding: the input must be int32; x is float32.",
  );
  const y = (x.graph as Graph).placeholder("y", [null, 3]);
  expect(() => layers.add().apply([x, y])).toThrow(
    "Add: all inputs must have one shape; received [null, 2] and [null, 3].",
  );
});
