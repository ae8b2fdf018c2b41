// Everything TypeScript may call.

export * from "./activations";
export { clip, clipGradient, normOf, rescaledSquares, scaleToNorm, sumOfSquares } from "./clipping";
export { binaryLoss, softmaxCrossEntropy, softmaxCrossEntropyGradient } from "./crossEntropy";
export { affine, broadcast, combine, copy, fill, hashFloats, spread } from "./elementwise";
export { gemmBatch } from "./gemm/batch";
export { epilogue } from "./gemm/epilogue";
export { gemm, gemmDescend, gemmRows, gemmRowsWorkspace, gemmWorkspace } from "./gemm/gemm";
export { gemvPack, gemvPacked, gemvPackedWords } from "./gemm/gemvPacked";
export { buildNumber, gemmDescendDepth, tileColumns, tileRows } from "./gemm/tile";
export { copyBlock, gather, oneHot, permute, scatterAdd, toFloat, transpose } from "./layout";
export {
  choose,
  columnMoments,
  inverseRoot,
  movingAverage,
  normalizationSums,
  normalizeColumns,
  normalizeColumnsGradient,
} from "./normalize";
export { adamUpdate, increment, nadamUpdate } from "./optimizers/adam";
export { adadeltaUpdate, adagradUpdate, rmspropUpdate } from "./optimizers/adaptive";
export { lionUpdate, momentumUpdate, sgdUpdate } from "./optimizers/descent";
export { prelu, preluGradient, preluSlopeGradient } from "./prelu";
export { dropout, gaussianNoise, randomNormal, randomUniform, truncatedNormal } from "./random";
export { argmax, equal, inTopK, scatterAlong, takeAlong, topKIndices } from "./ranking";
export { maxima, minima, sums } from "./reduce";
export {
  logSoftmax,
  logSoftmaxGradient,
  softmax,
  softmaxGradient,
  sparseSoftmaxCrossEntropy,
  sparseSoftmaxCrossEntropyGradient,
} from "./softmax";
export {
  abs,
  absGradient,
  erf,
  erfGradient,
  exp,
  expGradient,
  log,
  logGradient,
  neg,
  sqrt,
  sqrtGradient,
  square,
  squareGradient,
} from "./unary";
