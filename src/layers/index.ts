// All layers.

export type { Activation, ActivationName } from "./activation.js";
export { type BatchNormalizationOptions, batchNormalization } from "./batchNormalization.js";
export { type DenseOptions, dense } from "./dense.js";
export { type DropoutOptions, dropout } from "./dropout.js";
export { flatten } from "./flatten.js";
export type { Layer } from "./layer.js";
export { type LayerNormalizationOptions, layerNormalization } from "./layerNormalization.js";
