// The entry point `lanewise/models`: whole models, architecture and weights, in files of Lanewise and of TensorFlow.js.

export type { AnyModel } from "./lanewise/architecture.js";
export {
  type BuildOptions,
  type LoadModelOptions,
  loadModel,
  modelFromBytes,
  modelToBytes,
  type SaveModelOptions,
  saveModel,
} from "./lanewise/files.js";
export {
  decodeLayersModel,
  encodeLayersModel,
  type LayersModelFiles,
  loadLayersModel,
  saveLayersModel,
} from "./tfjs/layersModel.js";
export type { Shards } from "./tfjs/weights-manifest.js";
