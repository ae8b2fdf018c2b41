// What normalisation needs beside arithmetic and reductions.

import { lane } from "./lane";

/** y[i] = 1 / sqrt(x[i] + epsilon); y may be x. */
export function inverseRoot(x: usize, y: usize, n: i32, epsilon: f32): void {
  if (ASC_FEATURE_SIMD) inverseRootOn<v128>(x, y, n, epsilon);
  else inverseRootOn<f32>(x, y, n, epsilon);
}

function inverseRootOn<V>(x: usize, y: usize, n: i32, epsilon: f32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  for (; n >= count; n -= count) {
    const root = lane.sqrt<V>(lane.add<V>(lane.load<V>(x), lane.splat<V>(epsilon)));
    lane.store<V>(y, lane.div<V>(lane.splat<V>(1), root));
    x += width;
    y += width;
  }
  if (isVector<V>() && n > 0) inverseRootOn<f32>(x, y, n, epsilon);
}

/** y = a where condition[0] is not 0, else b; n floats. y may be a or b. */
export function choose(condition: usize, a: usize, b: usize, y: usize, n: i32): void {
  memory.copy(y, f32.load(condition) !== 0 ? a : b, n << 2);
}

/** w += rate * (value - w) */
export function movingAverage(w: usize, value: usize, n: i32, rate: f32): void {
  if (ASC_FEATURE_SIMD) movingAverageOn<v128>(w, value, n, rate);
  else movingAverageOn<f32>(w, value, n, rate);
}

function movingAverageOn<V>(w: usize, value: usize, n: i32, rate: f32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  for (; n >= count; n -= count) {
    const old = lane.load<V>(w);
    lane.store<V>(w, lane.fma<V>(lane.sub<V>(lane.load<V>(value), old), lane.splat<V>(rate), old));
    w += width;
    value += width;
  }
  if (isVector<V>() && n > 0) movingAverageOn<f32>(w, value, n, rate);
}
