// Layers by their kind: what makes them from their options. Those of functions of one's own, such as Lambda, are not here.

import type { Description, Makers } from "../description.js";
import type { Activation } from "./activations.js";
import * as layers from "./index.js";
import type { Layer } from "./layer.js";

type Options = Description["options"];

/** Each checks its options, which a file may have made up. */
export const layerKinds: Makers = {
  Activation: ({ activation: apply, ...options }: Options) => layers.activation(apply as Activation, options),
  ActivityRegularization: layers.activityRegularization,
  Add: layers.add,
  AlphaDropout: layers.alphaDropout,
  Average: layers.average,
  BatchNormalization: layers.batchNormalization,
  CategoryEncoding: layers.categoryEncoding,
  Concatenate: layers.concatenate,
  Dense: layers.dense,
  Discretization: layers.discretization,
  Dot: layers.dot,
  Dropout: layers.dropout,
  ELU: layers.elu,
  Embedding: layers.embedding,
  Flatten: layers.flatten,
  GaussianDropout: layers.gaussianDropout,
  GaussianNoise: layers.gaussianNoise,
  GlobalAveragePooling1D: layers.globalAveragePooling1d,
  GlobalMaxPooling1D: layers.globalMaxPooling1d,
  HardSigmoid: layers.hardSigmoid,
  LayerNormalization: layers.layerNormalization,
  LeakyReLU: layers.leakyRelu,
  Masking: layers.masking,
  Maximum: layers.maximum,
  Minimum: layers.minimum,
  Multiply: layers.multiply,
  AveragePooling1D: layers.averagePooling1d,
  AveragePooling2D: layers.averagePooling2d,
  Conv1D: layers.conv1d,
  Conv2D: layers.conv2d,
  Conv2DTranspose: layers.conv2dTranspose,
  DepthwiseConv2D: layers.depthwiseConv2d,
  MaxPooling1D: layers.maxPooling1d,
  MaxPooling2D: layers.maxPooling2d,
  SeparableConv2D: layers.separableConv2d,
  Cropping2D: layers.cropping2d,
  GlobalAveragePooling2D: layers.globalAveragePooling2d,
  GlobalMaxPooling2D: layers.globalMaxPooling2d,
  SpatialDropout1D: layers.spatialDropout1d,
  SpatialDropout2D: layers.spatialDropout2d,
  UpSampling2D: layers.upSampling2d,
  ZeroPadding2D: layers.zeroPadding2d,
  // What data it was adapted to is among the weights.
  Normalization: (options: Options) => layers.normalization({ mean: 0, variance: 1, ...options }),
  PReLU: layers.prelu,
  Permute: layers.permute,
  ReLU: layers.relu,
  RepeatVector: layers.repeatVector,
  Rescaling: layers.rescaling,
  Reshape: layers.reshape,
  Softmax: layers.softmax,
  Subtract: layers.subtract,
  ThresholdedReLU: layers.thresholdedRelu,
  TimeDistributed: ({ layer, ...options }: Options) => layers.timeDistributed(layer as Layer, options),
};
