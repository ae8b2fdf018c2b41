// Layers of convolutional nets: shapes and numbers of weights as in Keras, refusals in the name of the layer, whole channels that
// drop out, and nets that learn. Their values are compared with TensorFlow.js in test/models/tfjs.

import { beforeAll, describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../../src/errors.js";
import { Graph } from "../../../src/graph/graph.js";
import * as layers from "../../../src/nn/layers/index.js";
import { adam } from "../../../src/nn/optimizers/adam.js";
import type { Node } from "../../../src/ops/op.js";
import { Session } from "../../../src/runtime/session.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import { functional } from "../../../src/training/model/functional.js";
import { sequential } from "../../../src/training/model/sequential.js";
import { init } from "../../../src/wasm/engine.js";
import { expectRefusal } from "../../support/expect-refusal.js";
import { randomFloats } from "../../support/random-values.js";

beforeAll(async () => {
  await init();
});

/** The shape of the result and the number of weights. */
function measure(layer: layers.Layer, ...shape: number[]) {
  const graph = new Graph();
  const y = layer.apply(graph.placeholder("x", [null, ...shape]));
  const count = graph.variables().reduce((sum, node) => sum + (node.shape as number[]).reduce((a, b) => a * b, 1), 0);
  return [y.shape.slice(1), count];
}

describe("shapes and weights, as Keras has them", () => {
  const { conv1d, conv2d, conv2dTranspose, depthwiseConv2d, separableConv2d } = layers;
  test.each<[string, layers.Layer, number[], number[], number]>([
    ["Conv2D", conv2d({ filters: 32, kernelSize: 5 }), [28, 28, 1], [24, 24, 32], 832],
    [
      "Conv2D same, strides",
      conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: "same" }),
      [7, 8, 3],
      [4, 4, 8],
      224,
    ],
    ["Conv2D groups", conv2d({ filters: 6, kernelSize: 3, groups: 3 }), [5, 5, 9], [3, 3, 6], 168],
    [
      "Conv2D dilated",
      conv2d({ filters: 2, kernelSize: 3, dilationRate: 2, useBias: false }),
      [7, 7, 1],
      [3, 3, 2],
      18,
    ],
    [
      "Conv2D explicit",
      conv2d({
        filters: 1,
        kernelSize: 3,
        padding: [
          [2, 0],
          [1, 1],
        ],
      }),
      [5, 5, 1],
      [5, 5, 1],
      10,
    ],
    ["Conv1D", conv1d({ filters: 4, kernelSize: 3 }), [10, 2], [8, 4], 28],
    ["Conv1D causal", conv1d({ filters: 4, kernelSize: 3, padding: "causal", dilationRate: 3 }), [10, 2], [10, 4], 28],
    ["Conv2DTranspose", conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2 }), [5, 6, 2], [11, 13, 4], 76],
    [
      "Conv2DTranspose same",
      conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: "same" }),
      [5, 6, 2],
      [10, 12, 4],
      76,
    ],
    ["Conv2DTranspose short", conv2dTranspose({ filters: 1, kernelSize: 2, strides: 3 }), [5, 6, 2], [15, 18, 1], 9],
    [
      "Conv2DTranspose outputPadding",
      conv2dTranspose({ filters: 1, kernelSize: 3, strides: 2, padding: "same", outputPadding: 0 }),
      [5, 6, 2],
      [9, 11, 1],
      19,
    ],
    ["DepthwiseConv2D", depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }), [5, 5, 4], [3, 3, 8], 80],
    ["SeparableConv2D", separableConv2d({ filters: 8, kernelSize: 3, padding: "same" }), [5, 5, 4], [5, 5, 8], 76],
    ["MaxPooling2D", layers.maxPooling2d(), [5, 6, 3], [2, 3, 3], 0],
    ["MaxPooling2D same", layers.maxPooling2d({ padding: "same" }), [5, 6, 3], [3, 3, 3], 0],
    ["AveragePooling1D", layers.averagePooling1d({ poolSize: 3, strides: 1 }), [7, 2], [5, 2], 0],
    ["GlobalAveragePooling2D", layers.globalAveragePooling2d(), [5, 6, 3], [3], 0],
    ["GlobalMaxPooling2D", layers.globalMaxPooling2d({ keepDims: true }), [5, 6, 3], [1, 1, 3], 0],
    ["UpSampling2D", layers.upSampling2d({ size: [2, 3] }), [5, 6, 3], [10, 18, 3], 0],
    ["ZeroPadding2D", layers.zeroPadding2d({ padding: [1, 2] }), [5, 6, 3], [7, 10, 3], 0],
    [
      "Cropping2D",
      layers.cropping2d({
        cropping: [
          [1, 0],
          [2, 3],
        ],
      }),
      [5, 6, 3],
      [4, 1, 3],
      0,
    ],
  ])("%s", (_, layer, input, output, weights) => {
    expect(measure(layer, ...input)).toEqual([output, weights]);
  });

  test("a layer used twice has one set of weights", () => {
    const graph = new Graph();
    const layer = conv2d({ filters: 2, kernelSize: 3, padding: "same" });
    layer.apply(layer.apply(graph.placeholder("x", [null, 4, 4, 2])));
    expect(graph.variables()).toHaveLength(2);
  });
});

describe("refusals in the name of the layer", () => {
  const at =
    (layer: layers.Layer, ...shape: (number | null)[]) =>
    () =>
      layer.apply(new Graph().placeholder("x", [null, ...shape]));
  const conv = (options: object) => layers.conv2d({ filters: 4, kernelSize: 3, ...options });

  test.each<[string, () => unknown]>([
    [
      "Conv2D: the output would be empty; height (5 - 7) / 2 + 1 = 0; a smaller window or more padding fits.",
      at(conv({ kernelSize: 7, strides: 2 }), 5, 9, 1),
    ],
    ["Conv2D: groups must divide the channels; 3 / 2 = 1.5.", at(conv({ groups: 2 }), 5, 5, 3)],
    [
      "Conv2D: the input must be [batch, height, width, channels]; received shape [null, 28, 28].",
      at(conv({}), 28, 28),
    ],
    [
      'placeholder "x": null is the batch and stands once in a shape; received [null, null, 28, 1]; give the other extents as numbers.',
      at(conv({}), null, 28, 1),
    ],
    [
      "Conv1D: the input must be [batch, length, channels]; received shape [null, 28].",
      at(layers.conv1d({ filters: 1, kernelSize: 3 }), 28),
    ],
    [
      "DepthwiseConv2D: the output would be empty; width (2 - 3) / 1 + 1 = 0; a smaller window or more padding fits.",
      at(layers.depthwiseConv2d({ kernelSize: 3 }), 4, 2, 1),
    ],
    [
      "MaxPooling2D: the output would be empty; height (1 - 2) / 2 + 1 = 0; a smaller window or more padding fits.",
      at(layers.maxPooling2d(), 1, 4, 1),
    ],
    [
      "Cropping2D: the output would be empty; width 3 - 1 - 2 = 0; cut off less.",
      at(layers.cropping2d({ cropping: [0, [1, 2]] }), 4, 3, 1),
    ],
  ])("%s", (message, call) => {
    expectRefusal(call, ShapeError, message);
  });

  test.each<[string, () => unknown]>([
    ["Conv2D: filters must be a positive integer; received 0.", () => conv({ filters: 0 })],
    ["Conv2D: groups must divide filters; received 4 filters, 3 groups.", () => conv({ groups: 3 })],
    [
      "Conv2D: kernelSize must be an integer or a list of 2 integers >= 1; received [3].",
      () => conv({ kernelSize: [3] }),
    ],
    [
      'Conv2D: padding must be "valid", "same", a non-negative integer or [[top, bottom], [left, right]]; received "casual".',
      () => conv({ padding: "casual" }),
    ],
    [
      "Conv2DTranspose: outputPadding must be below the strides; received [1, 1] and [1, 2].",
      () => layers.conv2dTranspose({ filters: 1, kernelSize: 3, strides: [1, 2], outputPadding: 1 }),
    ],
    [
      "DepthwiseConv2D: depthMultiplier must be a positive integer; received 1.5.",
      () => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 1.5 }),
    ],
    ["SpatialDropout2D: rate must be a number in [0, 1); received 1.", () => layers.spatialDropout2d({ rate: 1 })],
  ])("%s", (message, call) => {
    expectRefusal(call, ArgumentError, message);
  });

  test("words of PyTorch are told what they mean here", () => {
    expect(() => conv({ kernel_size: 3 })).toThrow('did you mean "kernelSize"?');
    expect(() => conv({ dilation: 3 })).toThrow('did you mean "dilationRate"?');
  });
});

test("spatial dropout drops channels whole, in training only", () => {
  const graph = new Graph({ seed: 3 });
  const x = graph.placeholder("x", [null, 3, 3, 64]);
  const y = layers.spatialDropout2d({ rate: 0.25 }).apply(x);
  const session = new Session(graph);
  const ones = new Float32Array(2 * 9 * 64).fill(1);
  expect(session.run(y, [[x, ones]]).data).toEqual(ones);
  const { data } = session.run(y, [[x, ones]], { training: true });
  const kept = Array.from({ length: 128 }, (_, i) => data[Math.floor(i / 64) * 9 * 64 + (i % 64)] as number);
  expect([...data]).toEqual(Array.from(data, (_, i) => kept[Math.floor(i / 576) * 64 + (i % 64)]));
  expect([...new Set(kept)].sort()).toEqual([0, Math.fround(1 / 0.75)].sort());
  const share = kept.filter((value) => value === 0).length / 128;
  expect(share).toBeGreaterThan(0.1);
  expect(share).toBeLessThan(0.4);
});

describe("nets learn", () => {
  /** Pictures 8 x 8 with a bright bar, upright or lying: what a convolution tells apart wherever the bar is. */
  const count = 64;
  const pictures = randomFloats(count * 64, 1, 0, 0.3);
  const labels = Array.from({ length: count }, (_, n) => {
    const [at, upright] = [(n * 5) % 8, n % 2];
    for (let i = 0; i < 8; i++) pictures[n * 64 + (upright ? i * 8 + at : at * 8 + i)]! += 1;
    return upright;
  });
  const x = { data: pictures, shape: [count, 8, 8, 1] };

  test("convolution, normalization, pooling", async () => {
    const model = sequential(
      [
        layers.conv2d({ filters: 8, kernelSize: 3, useBias: false }),
        layers.batchNormalization({ momentum: 0.8 }),
        layers.activation("relu"),
        layers.maxPooling2d(),
        layers.separableConv2d({ filters: 8, kernelSize: 2, activation: "relu" }),
        layers.globalAveragePooling2d(),
        layers.dense({ units: 2 }),
      ],
      { inputShape: [8, 8, 1], seed: 1 },
    ).compile({
      optimizer: adam({ learningRate: 0.02 }),
      loss: "sparseCategoricalCrossentropy",
      metrics: ["accuracy"],
    });
    await model.fit(tensorOf(x), labels, { epochs: 25, batchSize: 16 });
    const { accuracy } = (await model.evaluate(tensorOf(x), labels)) as unknown as { accuracy: number };
    expect(accuracy).toBeGreaterThan(0.95);
  });

  test("residual and inception blocks through functional, and back to the size of the input", async () => {
    const graph = new Graph({ seed: 2 });
    const input = graph.placeholder("input", [null, 8, 8, 1]);
    const convolve = (from: Node, kernelSize: number, strides = 1) =>
      layers.conv2d({ filters: 4, kernelSize, strides, padding: "same", activation: "relu" }).apply(from);
    const first = convolve(input, 3, 2);
    const residual = layers.add().apply([first, convolve(convolve(first, 3), 3)]);
    const pooled = layers.averagePooling2d({ poolSize: 3, strides: 1, padding: "same" }).apply(residual);
    const inception = layers.concatenate().apply([convolve(residual, 1), convolve(residual, 3), convolve(pooled, 1)]);
    expect(inception.shape).toEqual([null, 4, 4, 12]);
    const output = layers.conv2dTranspose({ filters: 1, kernelSize: 3, strides: 2, padding: "same" }).apply(inception);
    const model = functional({ inputs: input, outputs: output }).compile({
      optimizer: "adam",
      loss: "meanSquaredError",
    });
    const before = await model.evaluate(tensorOf(x), tensorOf(x));
    await model.fit(tensorOf(x), tensorOf(x), { epochs: 40, batchSize: 16 });
    const after = await model.evaluate(tensorOf(x), tensorOf(x));
    expect((after as { loss: number }).loss).toBeLessThan(0.3 * (before as { loss: number }).loss);
  });
});

function tensorOf({ data, shape }: { readonly data: Float32Array; readonly shape: readonly number[] }): Tensor {
  return new Tensor(data, shape);
}
