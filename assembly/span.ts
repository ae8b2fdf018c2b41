// Loops over flat memory, tail included: an operation travels as a type F whose methods take registers of any width.
// The tail runs the same operations on a partly filled register, so every element has the same bits in every build.

import { lane } from "./lane";

/** y[i] = F.forward(x[i]); y may be x. */
export function mapUnary<F>(x: usize, y: usize, n: i32): void {
  if (ASC_FEATURE_SIMD) mapUnaryOn<v128, F>(x, y, n);
  else mapUnaryOn<f32, F>(x, y, n);
}

// Where the operation is long, one copy of it serves full registers and the last one: the code stays half as big.
function mapUnaryOn<V, F>(x: usize, y: usize, n: i32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  for (; n > 0; n -= count) {
    const full = !isVector<V>() || n >= count;
    const result = changetype<F>(0).forward<V>(full ? lane.load<V>(x) : lane.loadPart<V>(x, n, 0));
    if (full) lane.store<V>(y, result);
    else lane.storePart<V>(y, result, n);
    x += width;
    y += width;
  }
}

/** The same, faster and three times as long: for the functions that nets spend their time in. */
export function mapPairs<F>(x: usize, y: usize, n: i32): void {
  if (ASC_FEATURE_SIMD) mapPairsOn<v128, F>(x, y, n);
  else mapPairsOn<f32, F>(x, y, n);
}

// Both registers of a turn are computed before the first is stored, and nothing branches between: V8 then loads the
// constants of F once for both, and where one waits for a result the other goes on.
function mapPairsOn<V, F>(x: usize, y: usize, n: i32): void {
  const width = <i32>sizeof<V>();
  const pair = 2 * lane.count<V>();
  const end = x + ((n & -pair) << 2);
  while (x !== end) {
    const a = changetype<F>(0).forward<V>(lane.load<V>(x));
    const b = changetype<F>(0).forward<V>(lane.load<V>(x, width));
    lane.store<V>(y, a);
    lane.store<V>(y, b, width);
    x += 2 * width;
    y += 2 * width;
  }
  mapUnaryOn<V, F>(x, y, n & (pair - 1));
}

/** y[i] = F.forward(x[i], parameter); y may be x. */
export function mapUnaryWith<F>(x: usize, parameter: f32, y: usize, n: i32): void {
  if (ASC_FEATURE_SIMD) mapUnaryWithOn<v128, F>(x, parameter, y, n);
  else mapUnaryWithOn<f32, F>(x, parameter, y, n);
}

function mapUnaryWithOn<V, F>(x: usize, parameter: f32, y: usize, n: i32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  const p = lane.splat<V>(parameter);
  for (; n > 0; n -= count) {
    const full = !isVector<V>() || n >= count;
    const result = changetype<F>(0).forward<V>(full ? lane.load<V>(x) : lane.loadPart<V>(x, n, 0), p);
    if (full) lane.store<V>(y, result);
    else lane.storePart<V>(y, result, n);
    x += width;
    y += width;
  }
}

/** The same, faster and three times as long, as `mapPairs`. */
export function mapPairsWith<F>(x: usize, parameter: f32, y: usize, n: i32): void {
  if (ASC_FEATURE_SIMD) mapPairsWithOn<v128, F>(x, parameter, y, n);
  else mapPairsWithOn<f32, F>(x, parameter, y, n);
}

function mapPairsWithOn<V, F>(x: usize, parameter: f32, y: usize, n: i32): void {
  const width = <i32>sizeof<V>();
  const pair = 2 * lane.count<V>();
  const p = lane.splat<V>(parameter);
  const end = x + ((n & -pair) << 2);
  while (x !== end) {
    const a = changetype<F>(0).forward<V>(lane.load<V>(x), p);
    const b = changetype<F>(0).forward<V>(lane.load<V>(x, width), p);
    lane.store<V>(y, a);
    lane.store<V>(y, b, width);
    x += 2 * width;
    y += 2 * width;
  }
  mapUnaryWithOn<V, F>(x, parameter, y, n & (pair - 1));
}

/** dx[i] = F.gradient(value[i], dy[i]), value being the activation's x or y as F wants it; dx may be value or dy. */
export function mapGradient<F>(value: usize, dy: usize, dx: usize, n: i32): void {
  if (ASC_FEATURE_SIMD) mapGradientOn<v128, F>(value, dy, dx, n);
  else mapGradientOn<f32, F>(value, dy, dx, n);
}

function mapGradientOn<V, F>(value: usize, dy: usize, dx: usize, n: i32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  for (; n > 0; n -= count) {
    const full = !isVector<V>() || n >= count;
    const v = full ? lane.load<V>(value) : lane.loadPart<V>(value, n, 0);
    const upstream = full ? lane.load<V>(dy) : lane.loadPart<V>(dy, n, 0);
    const result = changetype<F>(0).gradient<V>(v, upstream);
    if (full) lane.store<V>(dx, result);
    else lane.storePart<V>(dx, result, n);
    value += width;
    dy += width;
    dx += width;
  }
}

/** dx[i] = F.gradient(value[i], dy[i], parameter), value being the activation's x or y; dx may be value or dy. */
export function mapGradientWith<F>(value: usize, dy: usize, parameter: f32, dx: usize, n: i32): void {
  if (ASC_FEATURE_SIMD) mapGradientWithOn<v128, F>(value, dy, parameter, dx, n);
  else mapGradientWithOn<f32, F>(value, dy, parameter, dx, n);
}

function mapGradientWithOn<V, F>(value: usize, dy: usize, parameter: f32, dx: usize, n: i32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  const p = lane.splat<V>(parameter);
  for (; n > 0; n -= count) {
    const full = !isVector<V>() || n >= count;
    const v = full ? lane.load<V>(value) : lane.loadPart<V>(value, n, 0);
    const upstream = full ? lane.load<V>(dy) : lane.loadPart<V>(dy, n, 0);
    const result = changetype<F>(0).gradient<V>(v, upstream, p);
    if (full) lane.store<V>(dx, result);
    else lane.storePart<V>(dx, result, n);
    value += width;
    dy += width;
    dx += width;
  }
}
