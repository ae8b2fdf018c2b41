import { beforeAll, describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../../src/errors.js";
import { Graph } from "../../../src/graph/graph.js";
import { activationNames } from "../../../src/nn/layers/activations.js";
import { type DenseOptions, dense } from "../../../src/nn/layers/index.js";
import { add } from "../../../src/ops/arithmetic.js";
import { Session } from "../../../src/runtime/session.js";
import type { Tensor } from "../../../src/tensor/tensor.js";
import { init } from "../../../src/wasm/engine.js";

beforeAll(async () => {
  await init();
});

/** A layer behind a placeholder of two features. */
function layerOn(options: DenseOptions, seed = 0) {
  const graph = new Graph({ seed });
  const x = graph.placeholder("x", [null, 2]);
  const y = dense(options).apply(x);
  return { graph, x, y, variables: graph.variables(), session: new Session(graph) };
}

const kernel = [
  [1, -2, 3],
  [0.5, 1, -1],
];
const bias = [10, 0.5, -100];
/** Two examples; x · kernel + bias worked out by hand. */
const examples = [
  [2, 4],
  [-1, 0],
];
const affine = [
  [14, 0.5, -98],
  [9, 2.5, -103],
];

function outputOf(options: Omit<DenseOptions, "units">): Tensor {
  const { session, y, variables } = layerOn({ units: 3, ...options });
  session.set(
    variables.length === 2
      ? [
          [variables[0]!, kernel],
          [variables[1]!, bias],
        ]
      : [[variables[0]!, kernel]],
  );
  return session.run(y, { x: examples });
}

describe("forward", () => {
  test("is x · kernel + bias", () => {
    expect(outputOf({}).toArray()).toEqual(affine);
    expect(outputOf({ activation: "linear" }).toArray()).toEqual(affine);
    expect(outputOf({ activation: null }).toArray()).toEqual(affine);
  });

  test("without a bias", () => {
    expect(outputOf({ useBias: false }).toArray()).toEqual([
      [4, 0, 2],
      [-1, 2, -3],
    ]);
  });

  test("relu", () => {
    expect(outputOf({ activation: "relu" }).toArray()).toEqual([
      [14, 0.5, 0],
      [9, 2.5, 0],
    ]);
  });

  test("softmax gives rows of probabilities", () => {
    const rows = outputOf({ activation: "softmax" }).toArray() as number[][];
    const exact = affine.map((row) => {
      const exps = row.map((value) => Math.exp(value - Math.max(...row)));
      return exps.map((value) => value / exps.reduce((a, b) => a + b));
    });
    rows.forEach((row, i) => {
      row.forEach((value, j) => {
        expect(value).toBeCloseTo(exact[i]![j]!, 6);
      });
    });
  });

  test("a function of nodes", () => {
    expect(outputOf({ activation: (node) => add(node, node) }).toArray()).toEqual(
      affine.map((row) => row.map((value) => 2 * value)),
    );
  });

  test("any number of examples, none included", () => {
    const { session, y } = layerOn({ units: 3 });
    for (const count of [0, 1, 2, 7]) {
      expect(session.run(y, { x: new Float32Array(count * 2) }).shape).toEqual([count, 3]);
    }
  });
});

describe("variables", () => {
  test("are the kernel and the bias, trainable, named in the scope", () => {
    const { graph, variables, y } = layerOn({ units: 3 });
    expect(variables.map(({ name, shape }) => [name, shape])).toEqual([
      ["dense/kernel", [2, 3]],
      ["dense/bias", [3]],
    ]);
    expect(graph.trainable()).toEqual(variables);
    expect(y.shape).toEqual([null, 3]);
    expect(layerOn({ units: 3, useBias: false }).variables.map(({ name }) => name)).toEqual(["dense/kernel"]);
  });

  test("start from Glorot's uniform and zeros", () => {
    const { session } = layerOn({ units: 400 });
    const limit = Math.sqrt(6 / (2 + 400));
    const initial = session.get("dense/kernel").data;
    expect(Math.max(...initial)).toBeLessThan(limit);
    expect(Math.max(...initial)).toBeGreaterThan(0.9 * limit);
    expect(Math.min(...initial)).toBeGreaterThanOrEqual(-limit);
    expect(Math.min(...initial)).toBeLessThan(-0.9 * limit);
    expect(session.get("dense/bias").data.every((value) => value === 0)).toBe(true);
  });

  test("start from other initializers, by name or function", () => {
    const { session } = layerOn({
      units: 3,
      kernelInitializer: "ones",
      biasInitializer: (graph, shape) => graph.constant("start", [1, 2, 3], { shape }),
    });
    expect(session.get("dense/kernel").toArray()).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(session.get("dense/bias").toArray()).toEqual([1, 2, 3]);
  });

  test("depend on the seed and on the name, not on what else there is", () => {
    const initial = (seed: number, scope: string, before: number) => {
      const graph = new Graph({ seed });
      for (let i = 0; i < before; i++) graph.variable(`other${i}`, 0, { shape: [5] });
      dense({ units: 3, name: scope }).apply(graph.placeholder("x", [null, 2]));
      return new Session(graph).get(`${scope}/kernel`).toArray();
    };
    expect(initial(1, "a", 3)).toEqual(initial(1, "a", 0));
    expect(initial(2, "a", 0)).not.toEqual(initial(1, "a", 0));
    expect(initial(1, "b", 0)).not.toEqual(initial(1, "a", 0));
  });
});

const names = activationNames()
  .map((name) => `"${name}"`)
  .join(", ");

describe("refusals", () => {
  test.each([
    [{ units: 0 }, "Dense: units must be a positive integer; received 0."],
    [{ units: 2.5 }, "Dense: units must be a positive integer; received 2.5."],
    [{ units: "10" }, 'Dense: units must be a positive integer; received "10".'],
    [{}, "Dense: units must be a positive integer; received undefined."],
    [
      { units: 1, activation: "rleu" },
      `Dense: activation must be null, a function, a layer without weights or one of ${names}; received "rleu"; did you mean "relu"?`,
    ],
    [
      { units: 1, activation: "toString" },
      `Dense: activation must be null, a function, a layer without weights or one of ${names}; received "toString".`,
    ],
    [
      { units: 1, activation: 5 },
      `Dense: activation must be null, a function, a layer without weights or one of ${names}; received 5.`,
    ],
    [
      { units: 1, kernelInitializer: "xavier" },
      'Dense: kernelInitializer must be a function or one of "glorotUniform", "glorotNormal", "heUniform", ' +
        '"heNormal", "lecunUniform", "lecunNormal", "truncatedNormal", "randomNormal", "randomUniform", "zeros", "ones"; received "xavier".',
    ],
    [
      { units: 1, biasInitializer: null },
      'Dense: biasInitializer must be a function or one of "glorotUniform", "glorotNormal", "heUniform", ' +
        '"heNormal", "lecunUniform", "lecunNormal", "truncatedNormal", "randomNormal", "randomUniform", "zeros", "ones"; received null.',
    ],
  ])("of the options %j", (options, message) => {
    expect(() => dense(options as DenseOptions)).toThrow(new ArgumentError(message));
  });

  test.each([
    [[null], "[null]"],
    [[2, null, 3], "[2, null, 3]"],
    [[2, null], "[2, null]"],
    [[], "[]"],
  ])("of an input of shape %j", (shape, text) => {
    const graph = new Graph();
    const x = graph.placeholder("x", shape);
    expect(() => dense({ units: 1 }).apply(x)).toThrow(
      new ShapeError(`Dense: the input must have shape [null, inputs], or more axes between; received ${text}.`),
    );
    expect(graph.nodes()).toEqual([x]);
  });
});
