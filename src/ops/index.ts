// Every op, by explicit import: what the tests over all ops and docs/ops.md go through.

import { relu, reluGradient, softmax, softmaxGradient } from "./activations.js";
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
import { choose, inverseRoot } from "./normalization.js";
import type { OpRecord } from "./op.js";
import { randomNormal, randomUniform, truncatedNormal } from "./random.js";
import { argmax, equal, inTopK } from "./ranking.js";
import { broadcastTo, max, mean, min, spread, sum } from "./reductions.js";

export const ops: readonly OpRecord[] = [
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
  reluGradient,
  softmax,
  softmaxGradient,
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
  maskedDropout,
  argmax,
  equal,
  inTopK,
  randomUniform,
  randomNormal,
  truncatedNormal,
]
  .map((op) => op.record)
  .concat(concatenation(3));
