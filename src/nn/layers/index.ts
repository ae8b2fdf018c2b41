// All layers.

export { activation, lambda } from "./activation.js";
export {
  type EluOptions,
  elu,
  type HardSigmoidOptions,
  hardSigmoid,
  type LeakyReluOptions,
  leakyRelu,
  type ReluOptions,
  relu,
  type SoftmaxOptions,
  softmax,
  type ThresholdedReluOptions,
  thresholdedRelu,
} from "./activationLayers.js";
export { type Activation, type ActivationName, activationNames } from "./activations.js";
export {
  type Factor,
  type FlipMode,
  type RandomBrightnessOptions,
  type RandomContrastOptions,
  type RandomCropOptions,
  type RandomCutoutOptions,
  type RandomFlipOptions,
  type RandomGaussianNoiseOptions,
  type RandomLayerOptions,
  type RandomRotationOptions,
  type RandomShearOptions,
  type RandomTranslationOptions,
  type RandomValueOptions,
  type RandomWarpOptions,
  type RandomZoomOptions,
  randomBrightness,
  randomContrast,
  randomCrop,
  randomCutout,
  randomFlip,
  randomGaussianNoise,
  randomRotation,
  randomShear,
  randomTranslation,
  randomZoom,
} from "./augmentation.js";
export { type BatchNormalizationOptions, batchNormalization } from "./batchNormalization.js";
export {
  type ConvolutionLayerOptions,
  conv1d,
  conv2d,
  conv2dTranspose,
  type KernelOptions,
  type TransposedConvolutionOptions,
  type WindowedOptions,
} from "./convolution.js";
export { type DenseOptions, dense } from "./dense.js";
export {
  type DepthwiseConvolutionOptions,
  depthwiseConv2d,
  type SeparableConvolutionOptions,
  separableConv2d,
} from "./depthwise.js";
export { type DotOptions, dot } from "./dot.js";
export { type DropoutOptions, dropout } from "./dropout.js";
export { alphaDropout, gaussianDropout, type NoiseRateOptions } from "./dropouts.js";
export { type EmbeddingOptions, embedding } from "./embedding.js";
export { flatten, type ReshapeOptions, reshape } from "./flatten.js";
export { type GaussianNoiseOptions, gaussianNoise } from "./gaussianNoise.js";
export {
  type ActivityRegularizationOptions,
  activityRegularization,
  type CategoryEncodingOptions,
  categoryEncoding,
  type DiscretizationLayer,
  type DiscretizationOptions,
  discretization,
  type NormalizationLayer,
  type NormalizationOptions,
  normalization,
  type RescalingOptions,
  rescaling,
} from "./inputs.js";
export {
  type Constraint,
  defineLayer,
  type Layer,
  type LayerDefinition,
  type LayerOptions,
  type Regularizer,
  type Weights,
} from "./layer.js";
export { type LayerNormalizationOptions, layerNormalization } from "./layerNormalization.js";
export {
  add,
  average,
  type ConcatenateOptions,
  concatenate,
  maximum,
  minimum,
  multiply,
  subtract,
} from "./merging.js";
export {
  type CroppingOptions,
  cropping2d,
  type Sides,
  type SpatialDropoutOptions,
  spatialDropout1d,
  spatialDropout2d,
  type UpSamplingOptions,
  upSampling2d,
  type ZeroPaddingOptions,
  zeroPadding2d,
} from "./pictures.js";
export {
  averagePooling1d,
  averagePooling2d,
  globalAveragePooling2d,
  globalMaxPooling2d,
  maxPooling1d,
  maxPooling2d,
  type PoolingOptions,
} from "./pooling.js";
export { type PreluOptions, prelu } from "./prelu.js";
export {
  type GlobalPoolingOptions,
  globalAveragePooling1d,
  globalMaxPooling1d,
  type MaskingOptions,
  masking,
  type PermuteOptions,
  permute,
  type RepeatVectorOptions,
  repeatVector,
  timeDistributed,
} from "./sequences.js";
