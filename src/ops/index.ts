// Every op, by explicit import: what the tests over all ops and docs/ops.md go through.

import { relu, reluGradient, softmax, softmaxGradient } from "./activations.js";
import { add, biasAdd } from "./arithmetic.js";
import { sparseSoftmaxCrossEntropy, sparseSoftmaxCrossEntropyGradient } from "./crossEntropy.js";
import { matmul } from "./matmul.js";
import type { OpRecord } from "./op.js";
import { randomNormal, randomUniform, truncatedNormal } from "./random.js";
import { argmax, equal, inTopK } from "./ranking.js";
import { broadcastRows, columnSums, mean, spread } from "./reductions.js";

export const ops: readonly OpRecord[] = [
  matmul,
  add,
  biasAdd,
  relu,
  reluGradient,
  softmax,
  softmaxGradient,
  sparseSoftmaxCrossEntropy,
  sparseSoftmaxCrossEntropyGradient,
  mean,
  spread,
  columnSums,
  broadcastRows,
  argmax,
  equal,
  inTopK,
  randomUniform,
  randomNormal,
  truncatedNormal,
].map((op) => op.record);
