// Results of layers in numbers that anyone can check, and what is refused.

import { beforeAll, describe, expect, test } from "vitest";
import { ArgumentError, ShapeError, StateError } from "../../../src/errors.js";
import {
  constraints,
  dense,
  functional,
  Graph,
  init,
  layers,
  type Node,
  Session,
  sequential,
  tensor,
} from "../../../src/index.js";

beforeAll(() => init());

/** The result of a layer for one example of that shape. */
function of(layer: layers.Layer, x: readonly unknown[]): unknown {
  const shape = tensor([x] as never).shape.slice(1);
  return sequential([layer], { inputShape: shape, seed: 1 })
    .predict([x] as never)
    .toArray();
}

/** The result of a layer that joins several values. */
function joined(layer: layers.Layer<readonly Node[]>, ...xs: readonly (readonly unknown[])[]): unknown {
  const graph = new Graph();
  const inputs = xs.map((x, i) => graph.placeholder(`x${i}`, [null, ...tensor([x] as never).shape.slice(1)]));
  const model = functional({ inputs, outputs: layer.apply(inputs) });
  return model.predict(xs.map((x) => tensor([x] as never))).toArray();
}

describe("batchNormalization without parts", () => {
  const rows = [[1, 2, 3]];
  test.each([[{ center: false }], [{ scale: false }], [{ center: false, scale: false }], [{}]])("%j", (options) => {
    const model = sequential([layers.batchNormalization(options)], { inputShape: [3], seed: 1 });
    const y = model.predict(rows).data;
    rows[0]?.forEach((x, i) => {
      expect(y[i]).toBeCloseTo(x / Math.sqrt(1.001), 6);
    });
  });

  test("trains", async () => {
    const model = sequential([layers.batchNormalization({ center: false, scale: false }), dense({ units: 1 })], {
      inputShape: [2],
    });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const { loss } = await model.fit(
      [
        [1, 2],
        [3, 4],
        [5, 9],
      ],
      [1, 2, 3],
      { epochs: 3 },
    );
    expect(loss?.at(-1)).toBeLessThan(loss?.[0] as number);
  });
});

describe("in numbers", () => {
  test("layerNormalization without parts", () => {
    const [y] = of(layers.layerNormalization({ center: false, scale: false, epsilon: 0 }), [1, 3]) as number[][];
    expect(y).toEqual([-1, 1]);
  });

  test("activations as layers", () => {
    expect(of(layers.leakyRelu({ alpha: 0.5 }), [-2, 2])).toEqual([[-1, 2]]);
    expect(of(layers.leakyRelu({ negativeSlope: 0.25 }), [-2, 2])).toEqual([[-0.5, 2]]);
    expect(of(layers.relu({ maxValue: 3, negativeSlope: 0.5, threshold: 1 }), [-1, 0.5, 1, 2, 5])).toEqual([
      [-1, -0.25, 1, 2, 3],
    ]);
    expect(of(layers.relu({ threshold: 1 }), [3e38, 0.5, -3e38])).toEqual([[Math.fround(3e38), 0, 0]]);
    expect(of(layers.thresholdedRelu({ theta: 1 }), [1, 1.5, -7])).toEqual([[0, 1.5, 0]]);
    expect(
      of(layers.softmax({ axis: 1 }), [
        [0, 5],
        [0, 5],
      ]),
    ).toEqual([
      [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
    ]);
    expect(of(layers.hardSigmoid({ slope: 0.25 }), [1, 9, -9])).toEqual([[0.75, 1, 0]]);
    expect(of(layers.activation("mish"), [0])).toEqual([[0]]);
    expect(
      of(layers.prelu({ sharedAxes: [1], alphaInitializer: "ones" }), [
        [-1, 2],
        [3, -4],
      ]),
    ).toEqual([
      [
        [-1, 2],
        [3, -4],
      ],
    ]);
  });

  test("several become one", () => {
    const [a, b] = [
      [1, -2],
      [3, 4],
    ];
    expect(joined(layers.multiply(), a, b)).toEqual([[3, -8]]);
    expect(joined(layers.average(), a, b)).toEqual([[2, 1]]);
    expect(joined(layers.maximum(), a, b)).toEqual([[3, 4]]);
    expect(joined(layers.minimum(), a, b)).toEqual([[1, -2]]);
    expect(joined(layers.subtract(), a, b)).toEqual([[-2, -6]]);
    expect(joined(layers.dot({ axes: 1 }), a, b)).toEqual([[-5]]);
    expect(joined(layers.dot({ axes: 1, normalize: true }), [3, 4], [6, 8])).toEqual([[expect.closeTo(1, 6)]]);
    expect(
      joined(
        layers.dot({ axes: [2, 1] }),
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ),
    ).toEqual([
      [
        [19, 22],
        [43, 50],
      ],
    ]);
    expect(
      joined(
        layers.dot({ axes: [2, 1] }),
        [
          [1, 2],
          [3, 4],
        ],
        [5, 6],
      ),
    ).toEqual([[17, 39]]);
  });

  test("sequences", () => {
    expect(of(layers.repeatVector({ n: 2 }), [1, 2])).toEqual([
      [
        [1, 2],
        [1, 2],
      ],
    ]);
    expect(
      of(layers.permute({ dims: [2, 1] }), [
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqual([
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ]);
    expect(
      of(layers.globalAveragePooling1d(), [
        [1, 2],
        [3, 6],
      ]),
    ).toEqual([[2, 4]]);
    expect(
      of(layers.globalAveragePooling1d({ keepDims: true }), [
        [1, 2],
        [3, 6],
      ]),
    ).toEqual([[[2, 4]]]);
    expect(
      of(layers.globalMaxPooling1d(), [
        [1, 9],
        [3, 6],
      ]),
    ).toEqual([[3, 9]]);
    expect(
      of(layers.masking({ maskValue: 2 }), [
        [2, 2],
        [2, 1],
      ]),
    ).toEqual([
      [
        [0, 0],
        [2, 1],
      ],
    ]);
    const ones = dense({ units: 1, useBias: false, kernelInitializer: "ones" });
    expect(
      of(layers.timeDistributed(ones), [
        [1, 2],
        [3, 4],
      ]),
    ).toEqual([[[3], [7]]]);
    expect(
      of(layers.timeDistributed(layers.flatten()), [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ]),
    ).toEqual([
      [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ],
    ]);
    expect(
      of(dense({ units: 1, useBias: false, kernelInitializer: "ones" }), [
        [1, 2],
        [3, 4],
      ]),
    ).toEqual([[[3], [7]]]);
  });

  test("masked steps do not count, through layers that work on each step", () => {
    const model = sequential(
      [
        layers.masking(),
        dense({ units: 1, kernelInitializer: "ones", biasInitializer: "ones" }),
        layers.globalAveragePooling1d(),
      ],
      { inputShape: [3, 2] },
    );
    expect(
      model.predict([
        [
          [1, 2],
          [0, 0],
          [3, 4],
        ],
      ]).data[0],
    ).toBe(6);
    expect(
      model.predict([
        [
          [0, 0],
          [0, 0],
          [0, 0],
        ],
      ]).data[0],
    ).toBe(0);
  });

  test("inputs prepared", () => {
    expect(of(layers.rescaling({ scale: 0.5, offset: 1 }), [2, 4])).toEqual([[2, 3]]);
    const norm = layers.normalization().adapt([
      [1, 5, 0],
      [3, 5, 4],
    ]);
    expect(of(norm, [3, 7, 2])).toEqual([[1, expect.any(Number), 0]]);
    expect(of(layers.normalization({ mean: [1, 2], variance: 4 }), [3, 2])).toEqual([[1, 0]]);
    const codes = (mode: "multiHot" | "count") =>
      sequential([layers.categoryEncoding({ numTokens: 4, outputMode: mode })], { inputShape: [3] })
        .predict(tensor(Int32Array.of(1, 1, 3), { shape: [1, 3] }))
        .toArray();
    expect(codes("multiHot")).toEqual([[0, 1, 0, 1]]);
    expect(codes("count")).toEqual([[0, 2, 0, 1]]);
    expect(of(layers.discretization({ binBoundaries: [0, 1] }), [-5, 0, 0.5, 1, 9])).toEqual([[0, 1, 1, 2, 2]]);
    const adapted = layers.discretization({ numBins: 4 }).adapt([[0, 1, 2, 3, 4]]);
    expect(of(adapted, [0.5, 1.5, 2.5, 3.5])).toEqual([[0, 1, 2, 3]]);
  });

  test("dropouts keep mean and variance, and do nothing outside training", () => {
    for (const layer of [layers.gaussianDropout({ rate: 0.2 }), layers.alphaDropout({ rate: 0.2 })]) {
      const graph = new Graph({ seed: 3 });
      const x = graph.placeholder("x", [null, 20000]);
      const y = layer.apply(x);
      // Of mean 0 and variance 1.
      const values = Float32Array.from({ length: 20000 }, (_, i) => (i % 2 === 0 ? 1 : -1));
      const session = new Session(graph);
      const feed = tensor(values, { shape: [1, 20000] });
      expect(session.run(y, { x: feed }).data).toEqual(values);
      const noisy = Array.from(session.run(y, { x: feed }, { training: true }).data);
      const mean = noisy.reduce((a, b) => a + b, 0) / 20000;
      const variance = noisy.reduce((a, b) => a + (b - mean) ** 2, 0) / 20000;
      expect(Math.abs(mean)).toBeLessThan(0.04);
      expect(Math.abs(variance - (layer.kind === "AlphaDropout" ? 1 : 1.25))).toBeLessThan(0.05);
    }
  });

  test("minMaxNorm brings columns within its bounds", () => {
    const graph = new Graph();
    const w = graph.variable("w", [
      [3, 0.3, 0],
      [4, 0.4, 0],
    ]);
    const within = constraints.minMaxNorm({ min: 1, max: 2.5 })(w);
    const halfway = constraints.minMaxNorm({ min: 1, max: 2.5, rate: 0.5 })(w);
    const [a, b] = new Session(graph).run([within, halfway]);
    const norms = (y: typeof a) => [0, 1, 2].map((i) => Math.hypot(y?.data[i] as number, y?.data[i + 3] as number));
    expect(norms(a)).toEqual([2.5, 1, 0].map((norm) => expect.closeTo(norm, 5)));
    expect(norms(b)).toEqual([3.75, 0.75, 0].map((norm) => expect.closeTo(norm, 5)));
  });
});

test.each<[() => unknown, new (...args: never[]) => Error, string]>([
  [() => layers.leakyRelu({ alpha: 1, negativeSlope: 1 }), ArgumentError, "two names of one number"],
  [() => layers.leakyRelu({ slope: 1 } as never), ArgumentError, 'received "slope"'],
  [() => layers.relu({ maxValue: -1 }), ArgumentError, "ReLU: maxValue must be"],
  [() => (layers.elu as unknown as (a: object, b: number) => void)({}, 1), ArgumentError, "elu: takes one argument"],
  [
    () => dense({ units: 1, activation: layers.prelu() }),
    ArgumentError,
    "an activation must have no weights; PReLU has",
  ],
  [() => layers.dot({ axes: 0 }), ArgumentError, "Dot: axes must be"],
  [() => joined(layers.dot({ axes: 1 }), [1, 2], [1, 2, 3]), ShapeError, "extents along the axes must be equal"],
  [() => joined(layers.subtract(), [1], [1], [1]), ArgumentError, "it takes two nodes; received 3"],
  [() => layers.permute({ dims: [0, 1] }), ArgumentError, "counted from 1"],
  [() => layers.timeDistributed(layers.add() as never), ArgumentError, "a layer that takes one value"],
  [() => of(layers.normalization(), [1]), StateError, "call adapt(data) first"],
  [() => layers.normalization({ mean: 1 }), ArgumentError, "must be given together"],
  [() => layers.normalization().adapt([[Number.NaN]]), ArgumentError, "data must be finite"],
  [() => layers.discretization({}), ArgumentError, "either binBoundaries or numBins"],
  [() => layers.discretization({ binBoundaries: [1, 1] }), ArgumentError, "rising finite numbers"],
  [
    () => layers.categoryEncoding({ numTokens: 3, outputMode: "onehot" as never }),
    ArgumentError,
    'did you mean "oneHot"?',
  ],
  [() => of(layers.categoryEncoding({ numTokens: 3 }), [[1]]), ShapeError, "must have shape [null, count]"],
  [() => constraints.minMaxNorm({ min: 2, max: 1 }), ArgumentError, "minMaxNorm: max must be"],
])("refuses %s", (make, type, message) => {
  expect(make).toThrow(type);
  expect(make).toThrow(message);
});
