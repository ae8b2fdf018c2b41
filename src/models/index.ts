// The entry point `lanewise/models`: whole models, architecture and weights, in files of Lanewise and of TensorFlow.js.

export type { AnyModel } from "./architecture.js";
export { type LoadModelOptions, loadModel, modelFromBytes, modelToBytes, saveModel } from "./files.js";
export {
  decodeLayersModel,
  encodeLayersModel,
  type LayersModelFiles,
  loadLayersModel,
  saveLayersModel,
} from "./layersModel.js";
export type { Shards } from "./weights-manifest.js";
