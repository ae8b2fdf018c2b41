// The entry point `lanewise/io`: formats for models and data.

export { type ArrayDType, arrayToTensor, type NumericArray, type TextArray } from "./arrays.js";
export {
  downloadFile,
  listInBrowser,
  loadFromBrowser,
  removeFromBrowser,
  saveInBrowser,
} from "./browser-storage.js";
export {
  type CheckpointFolder,
  type CheckpointFolderOptions,
  checkpointFolder,
  type FoundCheckpoint,
} from "./checkpoint-folder.js";
export {
  type Checkpoint,
  checkpointFromBytes,
  checkpointToBytes,
  type HasState,
  loadCheckpoint,
  saveCheckpoint,
  type TrainingState,
} from "./checkpoints.js";
export type { ReadOptions } from "./files.js";
export { decodeIdx, encodeIdx } from "./idx.js";
export { decodeNpy, encodeNpy } from "./npy.js";
export {
  type DecodeOptions,
  decodeSafetensors,
  decodeSafetensorsArrays,
  encodeSafetensors,
  type NamedTensors,
  type Safetensors,
} from "./safetensors.js";
export {
  type HasVariables,
  type RestoreSessionOptions,
  restoreSession,
  type SaveSessionOptions,
  saveSession,
  sessionFromBytes,
  sessionToBytes,
} from "./sessions.js";
export { fromStateDict, type StateDictOptions, toStateDict } from "./state-dict.js";
export { type HasWeights, loadWeights, saveWeights, weightsFromBytes, weightsToBytes } from "./weights.js";
