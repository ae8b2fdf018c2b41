// What holds for every layer: gradients are those of central differences, in training and out of it, builds agree, a second
// use shares the variables, and nothing happens to a graph that a refused input is of.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { Session } from "../../src/graph/session.js";
import * as layers from "../../src/layers/index.js";
import { layersOf } from "../../src/layers/layer.js";
import { multiply } from "../../src/ops/arithmetic.js";
import type { Node } from "../../src/ops/op.js";
import { sum } from "../../src/ops/reductions.js";
import { square } from "../../src/ops/unary.js";
import { Tensor } from "../../src/tensor/tensor.js";
import type { BuildName } from "../../src/wasm/host.js";
import { builds, engineOf, isExact } from "../support/builds.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { randomFloatsOffZero, randomIntegers } from "../support/random-values.js";

interface Case {
  readonly kind: string;
  readonly make: (options: layers.LayerOptions) => layers.Layer<never>;
  /** Shapes of the inputs; one is not a list for the layer. */
  readonly inputs: readonly (readonly number[])[];
  readonly variables: readonly string[];
  /** For indices: below which number they lie. */
  readonly below?: number;
  /** True where no gradient passes, though the values are floats. */
  readonly flat?: boolean;
  readonly refuses?: readonly number[];
}

const cases: readonly Case[] = [
  {
    kind: "Dense",
    make: (options) => layers.dense({ units: 3, activation: "tanh", ...options }),
    inputs: [[4, 5]],
    variables: ["kernel", "bias"],
    refuses: [4],
  },
  { kind: "Activation", make: (options) => layers.activation("sigmoid", options), inputs: [[4, 5]], variables: [] },
  {
    kind: "PReLU",
    make: (options) =>
      layers.prelu({
        alphaInitializer: (graph, shape) => graph.constant("slope", new Float32Array(5).fill(0.3), { shape }),
        ...options,
      }),
    inputs: [[4, 5]],
    variables: ["alpha"],
    refuses: [4],
  },
  {
    kind: "PReLU",
    make: (options) => layers.prelu({ sharedAxes: [1], alphaInitializer: "ones", ...options }),
    inputs: [[4, 3, 2]],
    variables: ["alpha"],
  },
  { kind: "ReLU", make: (options) => layers.relu(options), inputs: [[4, 5]], variables: [] },
  {
    kind: "ReLU",
    make: (options) => layers.relu({ maxValue: 0.85, negativeSlope: 0.1, threshold: 0.2, ...options }),
    inputs: [[4, 5]],
    variables: [],
  },
  { kind: "LeakyReLU", make: (options) => layers.leakyRelu(options), inputs: [[4, 5]], variables: [] },
  { kind: "ELU", make: (options) => layers.elu({ alpha: 0.7, ...options }), inputs: [[4, 5]], variables: [] },
  {
    kind: "ThresholdedReLU",
    make: (options) => layers.thresholdedRelu({ theta: 0.2, ...options }),
    inputs: [[4, 5]],
    variables: [],
  },
  { kind: "Softmax", make: (options) => layers.softmax(options), inputs: [[4, 2, 5]], variables: [] },
  { kind: "Softmax", make: (options) => layers.softmax({ axis: 1, ...options }), inputs: [[4, 2, 5]], variables: [] },
  {
    kind: "HardSigmoid",
    make: (options) => layers.hardSigmoid({ slope: 0.2, ...options }),
    inputs: [[4, 5]],
    variables: [],
  },
  { kind: "Lambda", make: (options) => layers.lambda((x) => square(x), options), inputs: [[4, 5]], variables: [] },
  {
    kind: "BatchNormalization",
    make: (options) => layers.batchNormalization(options),
    inputs: [[6, 3]],
    variables: ["gamma", "beta", "movingMean", "movingVariance"],
    refuses: [],
  },
  {
    kind: "BatchNormalization",
    make: (options) => layers.batchNormalization({ center: false, ...options }),
    inputs: [[6, 3]],
    variables: ["gamma", "movingMean", "movingVariance"],
  },
  {
    kind: "BatchNormalization",
    make: (options) => layers.batchNormalization({ center: false, scale: false, axis: 1, ...options }),
    inputs: [[6, 3, 2]],
    variables: ["movingMean", "movingVariance"],
  },
  {
    kind: "LayerNormalization",
    make: (options) => layers.layerNormalization(options),
    inputs: [[4, 5]],
    variables: ["gamma", "beta"],
    refuses: [],
  },
  {
    kind: "LayerNormalization",
    make: (options) => layers.layerNormalization({ center: false, scale: false, ...options }),
    inputs: [[4, 2, 5]],
    variables: [],
  },
  { kind: "Dropout", make: (options) => layers.dropout({ rate: 0.4, ...options }), inputs: [[4, 5]], variables: [] },
  {
    kind: "GaussianNoise",
    make: (options) => layers.gaussianNoise({ stddev: 0.5, ...options }),
    inputs: [[4, 5]],
    variables: [],
  },
  { kind: "Flatten", make: (options) => layers.flatten(options), inputs: [[3, 2, 4]], variables: [] },
  {
    kind: "Reshape",
    make: (options) => layers.reshape({ shape: [4, -1], ...options }),
    inputs: [[3, 8]],
    variables: [],
    refuses: [3, 7],
  },
  {
    kind: "Concatenate",
    make: (options) => layers.concatenate(options) as layers.Layer<never>,
    inputs: [
      [3, 2],
      [3, 4],
      [3, 1],
    ],
    variables: [],
  },
  {
    kind: "Add",
    make: (options) => layers.add(options) as layers.Layer<never>,
    inputs: [
      [3, 4],
      [3, 4],
    ],
    variables: [],
  },
  ...Object.entries({
    Subtract: layers.subtract,
    Multiply: layers.multiply,
    Average: layers.average,
    Maximum: layers.maximum,
    Minimum: layers.minimum,
  }).map(([kind, make]) => ({
    kind,
    make: (options: layers.LayerOptions) => make(options) as layers.Layer<never>,
    inputs: Array(kind === "Subtract" ? 2 : 3).fill([3, 4]),
    variables: [],
  })),
  {
    kind: "Dot",
    make: (options) => layers.dot({ axes: -1, normalize: true, ...options }) as layers.Layer<never>,
    inputs: [
      [3, 4],
      [3, 4],
    ],
    variables: [],
  },
  {
    kind: "Dot",
    make: (options) => layers.dot({ axes: [1, 2], ...options }) as layers.Layer<never>,
    inputs: [
      [2, 4, 3],
      [2, 2, 4],
    ],
    variables: [],
  },
  {
    kind: "Dense",
    make: (options) => layers.dense({ units: 3, activation: layers.leakyRelu(), ...options }),
    inputs: [[2, 3, 4]],
    variables: ["kernel", "bias"],
  },
  {
    kind: "GaussianDropout",
    make: (options) => layers.gaussianDropout({ rate: 0.3, ...options }),
    inputs: [[4, 5]],
    variables: [],
  },
  {
    kind: "AlphaDropout",
    make: (options) => layers.alphaDropout({ rate: 0.3, ...options }),
    inputs: [[4, 5]],
    variables: [],
  },
  {
    kind: "RepeatVector",
    make: (options) => layers.repeatVector({ n: 3, ...options }),
    inputs: [[4, 5]],
    variables: [],
    refuses: [4, 5, 2],
  },
  {
    kind: "Permute",
    make: (options) => layers.permute({ dims: [2, 1], ...options }),
    inputs: [[4, 5, 2]],
    variables: [],
    refuses: [4, 5],
  },
  {
    kind: "GlobalAveragePooling1D",
    make: (options) => layers.globalAveragePooling1d(options),
    inputs: [[4, 5, 2]],
    variables: [],
    refuses: [4, 5],
  },
  {
    kind: "GlobalMaxPooling1D",
    make: (options) => layers.globalMaxPooling1d({ keepDims: true, ...options }),
    inputs: [[4, 5, 2]],
    variables: [],
    refuses: [4, 5],
  },
  {
    kind: "Masking",
    make: (options) => layers.masking(options),
    inputs: [[4, 5, 2]],
    variables: [],
    refuses: [4, 5],
  },
  {
    kind: "TimeDistributed",
    make: (options) => layers.timeDistributed(layers.dense({ units: 3 }), options),
    inputs: [[4, 5, 2]],
    variables: ["kernel", "bias"],
    refuses: [4, 5],
  },
  {
    kind: "TimeDistributed",
    make: (options) => layers.timeDistributed(layers.prelu({ alphaInitializer: "ones" }), options),
    inputs: [[4, 3, 2]],
    variables: ["alpha"],
    refuses: [4, 5],
  },
  {
    kind: "Rescaling",
    make: (options) => layers.rescaling({ scale: 0.5, offset: -1, ...options }),
    inputs: [[4, 5]],
    variables: [],
  },
  {
    kind: "ActivityRegularization",
    make: (options) => layers.activityRegularization({ l2: 0.5, ...options }),
    inputs: [[4, 5]],
    variables: [],
  },
  {
    kind: "Normalization",
    make: (options) => layers.normalization({ mean: [1, 2], variance: 4, ...options }),
    inputs: [[4, 2]],
    variables: ["mean", "variance"],
    refuses: [4, 3],
  },
  {
    kind: "CategoryEncoding",
    make: (options) => layers.categoryEncoding({ numTokens: 5, ...options }),
    inputs: [[4, 2]],
    variables: [],
    below: 5,
  },
  {
    kind: "Discretization",
    make: (options) => layers.discretization({ binBoundaries: [-0.5, 0.5], outputMode: "count", ...options }),
    inputs: [[4, 2]],
    variables: [],
    flat: true,
  },
  {
    kind: "Embedding",
    make: (options) => layers.embedding({ inputDim: 7, outputDim: 3, ...options }),
    inputs: [[4, 2]],
    variables: ["embeddings"],
    below: 7,
  },
];

test("every layer has its case", () => {
  const notLayers = ["defineLayer"];
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
