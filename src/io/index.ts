// The entry point `lanewise/io`: formats for models and data.

export {
  type DecodeOptions,
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensors,
  type Safetensors,
} from "./safetensors.js";
export { type HasWeights, loadWeights, saveWeights, weightsFromBytes, weightsToBytes } from "./weights.js";
