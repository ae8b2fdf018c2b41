// What happens to a finished block of C while it is still in the cache: add the bias, apply the activation.

import { selu, sigmoid, softsign, tanh } from "../activations";
import { lane } from "../lane";
import { Relu } from "../rectifier";

/** Activations an epilogue knows, all with gradients in terms of y; src/ops/activations.ts names the same numbers. */
const RELU: i32 = 1;
const SIGMOID: i32 = 2;
const TANH: i32 = 3;
const SELU: i32 = 4;
const SOFTSIGN: i32 = 5;

/** rows x columns of C from c on, rows cStep bytes apart; `bias` points at the first column's, or is 0 for none. */
export function epilogue(c: usize, cStep: i32, rows: i32, columns: i32, bias: usize, activation: i32): void {
  if (bias === 0 && activation === 0) return;
  for (; rows > 0; rows--) {
    if (bias !== 0 || activation === RELU) {
      if (ASC_FEATURE_SIMD) finishRow<v128>(c, columns, bias, activation);
      else finishRow<f32>(c, columns, bias, activation);
    }
    // The others are long: they make a second pass over a row that the cache still holds.
    if (activation === SIGMOID) sigmoid(c, c, columns);
    else if (activation === TANH) tanh(c, c, columns);
    else if (activation === SELU) selu(c, c, columns);
    else if (activation === SOFTSIGN) softsign(c, c, columns);
    c += cStep;
  }
}

function finishRow<V>(c: usize, columns: i32, bias: usize, activation: i32): void {
  const width = <i32>sizeof<V>();
  const count = lane.count<V>();
  for (; columns >= count; columns -= count) {
    let y = lane.load<V>(c);
    if (bias !== 0) {
      y = lane.add<V>(y, lane.load<V>(bias));
      bias += width;
    }
    lane.store<V>(c, activate<V>(y, activation));
    c += width;
  }
  if (columns > 0) {
    let y = lane.loadPart<V>(c, columns, 0);
    if (bias !== 0) y = lane.add<V>(y, lane.loadPart<V>(bias, columns, 0));
    lane.storePart<V>(c, activate<V>(y, activation), columns);
  }
}

function activate<V>(y: V, activation: i32): V {
  if (activation === RELU) return changetype<Relu>(0).forward<V>(y);
  return y;
}
