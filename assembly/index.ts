// Everything TypeScript may call.

export { relu, reluGradient } from "./activations";
export { softmaxCrossEntropy, softmaxCrossEntropyGradient } from "./crossEntropy";
export { affine, broadcast, combine, copy, fill, hashFloats, spread } from "./elementwise";
export { gemm, gemmWorkspace } from "./gemm/gemm";
export { tileColumns, tileRows } from "./gemm/tile";
export { copyBlock, gather, oneHot, permute, scatterAdd, toFloat, transpose } from "./layout";
export { choose, inverseRoot, movingAverage } from "./normalize";
export { adamUpdate, increment, sgdUpdate } from "./optimizers";
export { dropout, randomNormal, randomUniform, truncatedNormal } from "./random";
export { argmax, equal, inTopK } from "./ranking";
export { maxima, minima, sums } from "./reduce";
export {
  softmax,
  softmaxGradient,
  sparseSoftmaxCrossEntropy,
  sparseSoftmaxCrossEntropyGradient,
} from "./softmax";
