// Every op, by explicit import: what the tests over all ops and docs/ops.md go through. Gradients that stand beside their
// op need no line of their own.

import {
  elu,
  gelu,
  geluTanh,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  logSoftmax,
  logSoftmaxGradient,
  prelu,
  preluGradient,
  preluSlopeGradient,
  relu,
  selu,
  sigmoid,
  silu,
  softmax,
  softmaxGradient,
  softplus,
  softsign,
  step,
  tanh,
} from "./activations.js";
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
  subtract,
} from "./arithmetic.js";
import { clip, clipGradient, scaleToNorm, sumOfSquares } from "./clipping.js";
import {
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  sparseSoftmaxCrossEntropy,
  sparseSoftmaxCrossEntropyGradient,
} from "./crossEntropy.js";
import { maskedDropout } from "./dropout.js";
import { gather, oneHot, scatterAdd, toFloat } from "./indexing.js";
import { concatenation, pad, reshape, slice, stopGradient, transpose } from "./layout.js";
import { matmul } from "./matmul.js";
import { steppedNoise } from "./noise.js";
import { choose, inverseRoot, unlessFrozen } from "./normalization.js";
import type { OpRecord } from "./op.js";
import { randomNormal, randomUniform, truncatedNormal } from "./random.js";
import { argmax, equal, inTopK } from "./ranking.js";
import { broadcastTo, max, mean, min, spread, sum } from "./reductions.js";
import { abs, erf, exp, log, neg, sqrt, square } from "./unary.js";
import { weigh } from "./weighting.js";

export const ops: readonly OpRecord[] = [
  clip,
  clipGradient,
  sumOfSquares,
  scaleToNorm,
  matmul,
  add,
  subtract,
  multiply,
  divide,
  minimum,
  maximum,
  pow,
  greater,
  greaterEqual,
  affine,
  biasAdd,
  relu,
  sigmoid,
  tanh,
  leakyRelu,
  elu,
  selu,
  softplus,
  softsign,
  gelu,
  geluTanh,
  silu,
  hardSigmoid,
  hardSwish,
  step,
  prelu,
  preluGradient,
  preluSlopeGradient,
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
  slice,
  pad,
  stopGradient,
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
  randomUniform,
  randomNormal,
  truncatedNormal,
]
  .flatMap((op) => ("gradient" in op ? [op.record, op.gradient.record] : [op.record]))
  .concat(concatenation(3));
