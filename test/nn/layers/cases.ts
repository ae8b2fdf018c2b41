// A case of every layer, for contract.test.ts. It is longer than 400 lines because every layer has one.

import * as layers from "../../../src/nn/layers/index.js";
import { square } from "../../../src/ops/unary.js";

export interface Case {
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

export const cases: readonly Case[] = [
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
    kind: "Conv1D",
    make: (options) =>
      layers.conv1d({ filters: 3, kernelSize: 3, padding: "causal", dilationRate: 2, activation: "tanh", ...options }),
    inputs: [[2, 6, 2]],
    variables: ["kernel", "bias"],
    refuses: [2, 6],
  },
  {
    kind: "Conv2D",
    make: (options) =>
      layers.conv2d({ filters: 4, kernelSize: [3, 2], strides: [1, 2], groups: 2, padding: "same", ...options }),
    inputs: [[2, 4, 5, 2]],
    variables: ["kernel", "bias"],
    refuses: [2, 4, 5, 3],
  },
  {
    kind: "Conv2D",
    make: (options) => layers.conv2d({ filters: 3, kernelSize: 2, useBias: false, activation: "sigmoid", ...options }),
    inputs: [[2, 3, 4, 2]],
    variables: ["kernel"],
    refuses: [2, 1, 4, 2],
  },
  {
    kind: "Conv2DTranspose",
    make: (options) => layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: "same", ...options }),
    inputs: [[2, 2, 3, 2]],
    variables: ["kernel", "bias"],
    refuses: [2, 2, 3],
  },
  {
    kind: "DepthwiseConv2D",
    make: (options) => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: "same", ...options }),
    inputs: [[2, 3, 4, 3]],
    variables: ["depthwiseKernel", "bias"],
    refuses: [2, 3, 4],
  },
  {
    kind: "SeparableConv2D",
    make: (options) => layers.separableConv2d({ filters: 4, kernelSize: 2, activation: "tanh", ...options }),
    inputs: [[2, 3, 4, 3]],
    variables: ["depthwiseKernel", "pointwiseKernel", "bias"],
    refuses: [2, 1, 4, 3],
  },
  {
    kind: "MaxPooling1D",
    make: (options) => layers.maxPooling1d({ poolSize: 3, strides: 2, padding: "same", ...options }),
    inputs: [[2, 6, 3]],
    variables: [],
    refuses: [2, 6],
  },
  {
    kind: "MaxPooling2D",
    make: (options) => layers.maxPooling2d(options),
    inputs: [[2, 4, 5, 3]],
    variables: [],
    refuses: [2, 1, 5, 3],
  },
  {
    kind: "AveragePooling1D",
    make: (options) => layers.averagePooling1d({ padding: 1, ...options }),
    inputs: [[2, 6, 3]],
    variables: [],
    refuses: [2, 6],
  },
  {
    kind: "AveragePooling2D",
    make: (options) => layers.averagePooling2d({ poolSize: [2, 3], strides: [1, 2], padding: "same", ...options }),
    inputs: [[2, 4, 5, 3]],
    variables: [],
    refuses: [2, 4, 5],
  },
  {
    kind: "GlobalMaxPooling2D",
    make: (options) => layers.globalMaxPooling2d({ keepDims: true, ...options }),
    inputs: [[2, 3, 2, 3]],
    variables: [],
    refuses: [2, 3, 4],
  },
  {
    kind: "GlobalAveragePooling2D",
    make: (options) => layers.globalAveragePooling2d(options),
    inputs: [[2, 3, 4, 5]],
    variables: [],
    refuses: [2, 3, 4],
  },
  {
    kind: "UpSampling2D",
    make: (options) => layers.upSampling2d({ size: [2, 3], ...options }),
    inputs: [[2, 3, 2, 4]],
    variables: [],
    refuses: [2, 3, 2],
  },
  {
    kind: "UpSampling2D",
    make: (options) => layers.upSampling2d({ interpolation: "bilinear", ...options }),
    inputs: [[2, 3, 2, 5]],
    variables: [],
  },
  {
    kind: "ZeroPadding2D",
    make: (options) =>
      layers.zeroPadding2d({
        padding: [
          [1, 0],
          [0, 2],
        ],
        ...options,
      }),
    inputs: [[2, 3, 2, 4]],
    variables: [],
    refuses: [2, 3, 2],
  },
  {
    kind: "Cropping2D",
    make: (options) => layers.cropping2d({ cropping: [1, [0, 2]], ...options }),
    inputs: [[2, 4, 5, 3]],
    variables: [],
    refuses: [2, 2, 5, 3],
  },
  {
    kind: "SpatialDropout1D",
    make: (options) => layers.spatialDropout1d({ rate: 0.4, ...options }),
    inputs: [[3, 4, 5]],
    variables: [],
    refuses: [3, 4],
  },
  {
    kind: "SpatialDropout2D",
    make: (options) => layers.spatialDropout2d({ rate: 0.4, ...options }),
    inputs: [[3, 2, 2, 5]],
    variables: [],
    refuses: [3, 4, 5],
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
  {
    kind: "RandomRotation",
    make: (options) => layers.randomRotation({ factor: 0.2, ...options }),
    inputs: [[3, 4, 5, 1]],
    variables: [],
    refuses: [4],
  },
  {
    kind: "RandomTranslation",
    make: (options) =>
      layers.randomTranslation({ heightFactor: 0.4, widthFactor: [0, 0.3], fillMode: "constant", ...options }),
    inputs: [[2, 4, 4, 3]],
    variables: [],
    refuses: [4, 4, 3],
  },
  {
    kind: "RandomZoom",
    make: (options) => layers.randomZoom({ heightFactor: [-0.5, 0.5], fillMode: "wrap", ...options }),
    inputs: [[2, 4, 6, 1]],
    variables: [],
  },
  {
    kind: "RandomShear",
    make: (options) => layers.randomShear({ xFactor: 0.5, yFactor: 0.2, fillMode: "nearest", ...options }),
    inputs: [[2, 4, 4, 2]],
    variables: [],
  },
  { kind: "RandomFlip", make: (options) => layers.randomFlip(options), inputs: [[4, 3, 4, 2]], variables: [] },
  {
    kind: "RandomCrop",
    make: (options) => layers.randomCrop({ height: 2, width: 3, ...options }),
    inputs: [[3, 5, 4, 2]],
    variables: [],
    refuses: [2, 1, 4, 2],
  },
  {
    kind: "RandomBrightness",
    make: (options) => layers.randomBrightness({ factor: 0.3, valueRange: [-9, 9], ...options }),
    inputs: [[3, 4, 2, 1]],
    variables: [],
  },
  {
    kind: "RandomContrast",
    make: (options) => layers.randomContrast({ factor: 0.5, valueRange: [-9, 9], ...options }),
    inputs: [[3, 4, 2, 2]],
    variables: [],
  },
  {
    kind: "RandomGaussianNoise",
    make: (options) => layers.randomGaussianNoise({ stddev: 0.5, ...options }),
    inputs: [[3, 3, 3, 1]],
    variables: [],
  },
  {
    kind: "RandomCutout",
    make: (options) => layers.randomCutout({ fillValue: 0.5, ...options }),
    inputs: [[3, 4, 5, 2]],
    variables: [],
  },
];
