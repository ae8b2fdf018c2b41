// Everything TypeScript may call.

export { relu, reluGradient } from "./activations";
export { add, biasAdd, broadcastRows, copy, hashFloats, spread } from "./elementwise";
export { gemm, gemmDescend, gemmWorkspace } from "./gemm/gemm";
export { buildNumber, gemmDescendDepth, tileColumns, tileRows } from "./gemm/tile";
export { adamUpdate, increment, sgdUpdate } from "./optimizers";
export { randomNormal, randomUniform, truncatedNormal } from "./random";
export { argmax, equal, inTopK } from "./ranking";
export { columnSums, mean } from "./reduce";
export {
  softmax,
  softmaxGradient,
  sparseSoftmaxCrossEntropy,
  sparseSoftmaxCrossEntropyGradient,
} from "./softmax";
