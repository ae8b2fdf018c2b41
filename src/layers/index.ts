// All layers.

export { activation, lambda, type PreluOptions, prelu } from "./activation.js";
export type { Activation, ActivationName } from "./activations.js";
export { type BatchNormalizationOptions, batchNormalization } from "./batchNormalization.js";
export { type DenseOptions, dense } from "./dense.js";
export { type DropoutOptions, dropout } from "./dropout.js";
export { type EmbeddingOptions, embedding } from "./embedding.js";
export { flatten, type ReshapeOptions, reshape } from "./flatten.js";
export { type GaussianNoiseOptions, gaussianNoise } from "./gaussianNoise.js";
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
export { add, type ConcatenateOptions, concatenate } from "./merging.js";
