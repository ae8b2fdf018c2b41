// Optimizer updates over flat spans of parameters: one call serves every variable of a contiguous block.
// Rates and step counters are read from memory, so that a plan stays valid while they change.

import { lane } from "./lane";

/** w -= rate[0] * g */
export function sgdUpdate(w: usize, g: usize, n: i32, rate: usize): void {
  if (ASC_FEATURE_SIMD) sgdOn<v128>(w, g, n, f32.load(rate));
  else sgdOn<f32>(w, g, n, f32.load(rate));
}

function sgdOn<V>(w: usize, g: usize, n: i32, rate: f32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  const minusRate = lane.splat<V>(-rate);
  for (; n >= count; n -= count) {
    lane.store<V>(w, lane.fma<V>(minusRate, lane.load<V>(g), lane.load<V>(w)));
    w += width;
    g += width;
  }
  if (n > 0) {
    lane.storePart<V>(w, lane.fma<V>(minusRate, lane.loadPart<V>(g, n, 0), lane.loadPart<V>(w, n, 0)), n);
  }
}

/**
 * Kingma & Ba 2015, Algorithm 1; epsilon is added after the bias correction, as written there.
 *   m = beta1 * m + (1 - beta1) * g;  v = beta2 * v + (1 - beta2) * g^2
 *   w -= rate / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + epsilon)
 * `step` points at the number of updates made before this one, an i32; t = step + 1.
 */
export function adamUpdate(
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  n: i32,
  rate: usize,
  step: usize,
  beta1: f64,
  beta2: f64,
  epsilon: f32,
): void {
  const t = i32.load(step) + 1;
  const stepSize = <f32>(<f64>f32.load(rate) / (1 - power(beta1, t)));
  const correction = <f32>(1 / sqrt<f64>(1 - power(beta2, t)));
  if (ASC_FEATURE_SIMD)
    adamOn<v128>(
      w,
      g,
      m,
      v,
      n,
      stepSize,
      correction,
      <f32>beta1,
      <f32>(1 - beta1),
      <f32>beta2,
      <f32>(1 - beta2),
      epsilon,
    );
  else
    adamOn<f32>(
      w,
      g,
      m,
      v,
      n,
      stepSize,
      correction,
      <f32>beta1,
      <f32>(1 - beta1),
      <f32>beta2,
      <f32>(1 - beta2),
      epsilon,
    );
}

function adamOn<V>(
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  n: i32,
  stepSize: f32,
  correction: f32,
  keep1: f32,
  take1: f32,
  keep2: f32,
  take2: f32,
  epsilon: f32,
): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  while (n > 0) {
    const full = n >= count;
    const gi = full ? lane.load<V>(g) : lane.loadPart<V>(g, n, 0);
    let mi = full ? lane.load<V>(m) : lane.loadPart<V>(m, n, 0);
    let vi = full ? lane.load<V>(v) : lane.loadPart<V>(v, n, 0);
    let wi = full ? lane.load<V>(w) : lane.loadPart<V>(w, n, 0);
    mi = lane.fma<V>(mi, lane.splat<V>(keep1), lane.mul<V>(gi, lane.splat<V>(take1)));
    vi = lane.fma<V>(vi, lane.splat<V>(keep2), lane.mul<V>(lane.mul<V>(gi, gi), lane.splat<V>(take2)));
    const root = lane.fma<V>(lane.sqrt<V>(vi), lane.splat<V>(correction), lane.splat<V>(epsilon));
    wi = lane.sub<V>(wi, lane.div<V>(lane.mul<V>(mi, lane.splat<V>(stepSize)), root));
    if (full) {
      lane.store<V>(m, mi);
      lane.store<V>(v, vi);
      lane.store<V>(w, wi);
    } else {
      lane.storePart<V>(m, mi, n);
      lane.storePart<V>(v, vi, n);
      lane.storePart<V>(w, wi, n);
    }
    w += width;
    g += width;
    m += width;
    v += width;
    n -= count;
  }
}

/** step[0] += 1, an i32. */
export function increment(step: usize): void {
  i32.store(step, i32.load(step) + 1);
}

/** x^n for n >= 0 by squaring. */
function power(x: f64, n: i32): f64 {
  let result: f64 = 1;
  for (; n > 0; n >>= 1) {
    if ((n & 1) !== 0) result *= x;
    x *= x;
  }
  return result;
}
