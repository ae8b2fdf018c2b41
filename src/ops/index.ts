// Every op, by explicit import: what the tests over all ops and docs/ops.md go through. Gradients that stand beside their
// op need no line of their own, nor do activations.

import * as activations from "./activations.js";
import { alongAxis, alongAxisGradient } from "./alongAxis.js";
import {
  add,
  affine,
  biasAdd,
  divide,
  greater,
  greaterEqual,
  maximum,
  minimum,
  multiply,
  pow,
  powByBase,
  powByExponent,
  subtract,
} from "./arithmetic.js";
import {
  affineMatrices,
  affineSample,
  affineSampleGradient,
  cropWindows,
  cropWindowsGradient,
  cutoutMask,
} from "./augmentation.js";
import { batchNormalize, batchNormalizeGradient, channelMoments, normalizationSums } from "./batchNormalization.js";
import { clip, clipGradient, normOf, rescaledSquares, scaleToNorm, sumOfSquares } from "./clipping.js";
import { conv2d, conv2dInputGradient, conv2dKernelGradient } from "./convolution.js";
import {
  binaryLoss,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  sparseSoftmaxCrossEntropy,
  sparseSoftmaxCrossEntropyGradient,
} from "./crossEntropy.js";
import { maskedDropout } from "./dropout.js";
import { exampleKeys, exampleNormals, exampleUniforms } from "./examples.js";
import { max, min } from "./extremes.js";
import { gather, oneHot, scatterAdd, toFloat } from "./indexing.js";
import { concatenation, padConstant, reshape, slice, stopGradient, transpose } from "./layout.js";
import { matmul, productOverRows } from "./matmul.js";
import { steppedNoise } from "./noise.js";
import { choose, inverseRoot, unlessFrozen } from "./normalization.js";
import type { OpRecord } from "./op.js";
import { averagePool2d, averagePool2dGradient, maxPool2d, maxPool2dGradient } from "./pooling.js";
import { prelu, preluGradient, preluSlopeGradient } from "./prelu.js";
import { randomNormal, randomUniform, truncatedNormal } from "./random.js";
import { argmax, equal, inTopK, largest, scatterAlong, takeAlong, topKIndices } from "./ranking.js";
import { broadcastTo, mean, spread, sum } from "./reductions.js";
import { logSoftmax, logSoftmaxGradient, softmax, softmaxGradient } from "./softmax.js";
import { abs, erf, exp, log, neg, sqrt, square } from "./unary.js";
import { weigh } from "./weighting.js";

export const ops: readonly OpRecord[] = [
  clip,
  clipGradient,
  sumOfSquares,
  rescaledSquares,
  normOf,
  scaleToNorm,
  matmul,
  productOverRows,
  add,
  subtract,
  multiply,
  divide,
  minimum,
  maximum,
  pow,
  powByBase,
  powByExponent,
  greater,
  greaterEqual,
  affine,
  biasAdd,
  ...Object.values(activations),
  prelu,
  preluGradient,
  preluSlopeGradient,
  channelMoments,
  batchNormalize,
  normalizationSums,
  batchNormalizeGradient,
  softmax,
  softmaxGradient,
  logSoftmax,
  logSoftmaxGradient,
  exp,
  log,
  sqrt,
  square,
  abs,
  erf,
  neg,
  sparseSoftmaxCrossEntropy,
  sparseSoftmaxCrossEntropyGradient,
  binaryLoss,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  sum,
  mean,
  max,
  min,
  broadcastTo,
  spread,
  reshape,
  transpose,
  conv2d,
  conv2dInputGradient,
  conv2dKernelGradient,
  slice,
  padConstant,
  stopGradient,
  maxPool2d,
  maxPool2dGradient,
  averagePool2d,
  averagePool2dGradient,
  alongAxis,
  alongAxisGradient,
  gather,
  scatterAdd,
  oneHot,
  toFloat,
  inverseRoot,
  choose,
  unlessFrozen,
  maskedDropout,
  weigh,
  steppedNoise,
  argmax,
  equal,
  inTopK,
  topKIndices,
  largest,
  takeAlong,
  scatterAlong,
  randomUniform,
  randomNormal,
  truncatedNormal,
  exampleKeys,
  exampleUniforms,
  exampleNormals,
  affineMatrices,
  affineSample,
  affineSampleGradient,
  cropWindows,
  cropWindowsGradient,
  cutoutMask,
]
  .flatMap((op) => ("gradient" in op ? [op.record, op.gradient.record] : [op.record]))
  .concat(concatenation(3));
