// Everything TypeScript may call.

export {
  elu,
  eluGradient,
  gelu,
  geluGradient,
  geluTanh,
  geluTanhGradient,
  hardSigmoid,
  hardSigmoidGradient,
  hardSwish,
  hardSwishGradient,
  leakyRelu,
  leakyReluGradient,
  relu,
  reluGradient,
  selu,
  seluGradient,
  sigmoid,
  sigmoidGradient,
  silu,
  siluGradient,
  softplus,
  softplusGradient,
  softsign,
  softsignGradient,
  step,
  stepGradient,
  tanh,
  tanhGradient,
} from "./activations";
export { softmaxCrossEntropy, softmaxCrossEntropyGradient } from "./crossEntropy";
export { affine, broadcast, combine, copy, fill, hashFloats, spread } from "./elementwise";
export { gemm, gemmWorkspace } from "./gemm/gemm";
export { tileColumns, tileRows } from "./gemm/tile";
export { copyBlock, gather, oneHot, permute, scatterAdd, toFloat, transpose } from "./layout";
export { choose, inverseRoot, movingAverage } from "./normalize";
export { adamUpdate, increment, sgdUpdate } from "./optimizers";
export { prelu, preluGradient, preluSlopeGradient } from "./prelu";
export { dropout, randomNormal, randomUniform, truncatedNormal } from "./random";
export { argmax, equal, inTopK } from "./ranking";
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
