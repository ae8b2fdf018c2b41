// All layers.

export type { Activation, ActivationName } from "./activation.js";
export { type DenseOptions, dense } from "./dense.js";
export type { Layer } from "./layer.js";
