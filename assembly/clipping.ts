// Clipping of gradients: by value, and by the norm of one tensor or of many.

import { sumDoubles } from "./doubles";
import { lane } from "./lane";
import { part } from "./optimizers/sweep";

/** y = x held within [low, high]; NaN stays. y may be x. */
export function clip(x: usize, y: usize, n: i32, low: f32, high: f32): void {
  if (ASC_FEATURE_SIMD) clipOn<v128>(x, y, n, low, high);
  else clipOn<f32>(x, y, n, low, high);
}

function clipOn<V>(x: usize, y: usize, n: i32, low: f32, high: f32): void {
  const count = lane.count<V>();
  const width = <usize>sizeof<V>();
  const floor = lane.splat<V>(low);
  const ceiling = lane.splat<V>(high);
  for (; n >= 2 * count; n -= 2 * count) {
    lane.store<V>(y, held.within<V>(lane.load<V>(x), floor, ceiling));
    lane.store<V>(y + width, held.within<V>(lane.load<V>(x + width), floor, ceiling));
    x += width + width;
    y += width + width;
  }
  for (; n > 0; n -= count) {
    part.store<V>(y, held.within<V>(part.load<V>(x, n), floor, ceiling), n);
    x += width;
    y += width;
  }
}

abstract class held {
  @inline static within<V>(x: V, floor: V, ceiling: V): V {
    return lane.lower<V>(lane.raise<V>(x, floor), ceiling);
  }
}

/** dx = dy where x lies in [low, high], else 0; dx may be dy. */
export function clipGradient(x: usize, dy: usize, dx: usize, n: i32, low: f32, high: f32): void {
  if (ASC_FEATURE_SIMD) clipGradientOn<v128>(x, dy, dx, n, low, high);
  else clipGradientOn<f32>(x, dy, dx, n, low, high);
}

function clipGradientOn<V>(x: usize, dy: usize, dx: usize, n: i32, low: f32, high: f32): void {
  const count = lane.count<V>();
  const width = <usize>sizeof<V>();
  const zero = lane.splat<V>(0);
  const floor = lane.splat<V>(low);
  const ceiling = lane.splat<V>(high);
  for (; n > 0; n -= count) {
    const at = part.load<V>(x, n);
    const below = lane.whereGreater<V>(floor, at, zero, part.load<V>(dy, n));
    part.store<V>(dx, lane.whereGreater<V>(at, ceiling, zero, below), n);
    x += width;
    dy += width;
    dx += width;
  }
}

/** Squares up to which their sum is made in f32: those of ordinary layers. */
const MANY_SQUARES: i32 = 1048576;

/**
 * y[0] = the sum of the squares of n floats, in the canonical order of sums: partial sum j takes the elements
 * j, j + 8, j + 16, ..., then lane.total8 adds the eight. More than MANY_SQUARES are added in f64.
 */
export function sumOfSquares(x: usize, y: usize, n: i32): void {
  if (n > MANY_SQUARES) {
    f32.store(y, <f32>sumDoubles(x, n, true));
    return;
  }
  f32.store(y, ASC_FEATURE_SIMD ? squares<v128>(x, n) : squares<f32>(x, n));
}

function squares<V>(x: usize, n: i32): f32 {
  const width = <usize>sizeof<V>();
  const zero = lane.splat<V>(0);
  let p0 = zero;
  let p1 = zero;
  let p2 = zero;
  let p3 = zero;
  let p4 = zero;
  let p5 = zero;
  let p6 = zero;
  let p7 = zero;
  for (; n >= 8; n -= 8) {
    p0 = withSquare.of<V>(p0, lane.load<V>(x));
    p1 = withSquare.of<V>(p1, lane.load<V>(x + width));
    if (!isVector<V>()) {
      p2 = withSquare.of<V>(p2, lane.load<V>(x + 8));
      p3 = withSquare.of<V>(p3, lane.load<V>(x + 12));
      p4 = withSquare.of<V>(p4, lane.load<V>(x + 16));
      p5 = withSquare.of<V>(p5, lane.load<V>(x + 20));
      p6 = withSquare.of<V>(p6, lane.load<V>(x + 24));
      p7 = withSquare.of<V>(p7, lane.load<V>(x + 28));
    }
    x += 32;
  }
  // The square of 0, added to a sum that began at +0, leaves it as it is.
  if (isVector<V>()) {
    if (n > 0) p0 = withSquare.of<V>(p0, part.load<V>(x, n));
    if (n > 4) p1 = withSquare.of<V>(p1, part.load<V>(x + 16, n - 4));
  } else {
    if (n > 0) p0 = withSquare.of<V>(p0, lane.load<V>(x));
    if (n > 1) p1 = withSquare.of<V>(p1, lane.load<V>(x + 4));
    if (n > 2) p2 = withSquare.of<V>(p2, lane.load<V>(x + 8));
    if (n > 3) p3 = withSquare.of<V>(p3, lane.load<V>(x + 12));
    if (n > 4) p4 = withSquare.of<V>(p4, lane.load<V>(x + 16));
    if (n > 5) p5 = withSquare.of<V>(p5, lane.load<V>(x + 20));
    if (n > 6) p6 = withSquare.of<V>(p6, lane.load<V>(x + 24));
  }
  return lane.total8<V>(p0, p1, p2, p3, p4, p5, p6, p7);
}

abstract class withSquare {
  @inline static of<V>(sum: V, x: V): V {
    return lane.fma<V>(x, x, sum);
  }
}

/** 2^-80 and 2^80: the squares of all floats are finite as floats, 2^-160 of them being kept. */
const DOWN: f32 = 8.271806125530277e-25;
const UP: f32 = 1.2089258196146292e24;

/** y[0] = 2^-160 times the sum of the squares of n floats where total[0], that sum, left the range of f32; else 0. */
export function rescaledSquares(x: usize, total: usize, y: usize, n: i32): void {
  let sum: f64 = 0;
  if (f32.load(total) === Infinity) sum = sumDoubles(x, n, true) * <f64>DOWN * <f64>DOWN;
  f32.store(y, <f32>sum);
}

/** y[0] = the square root of total[0], or where that is Infinity of 2^160 rest[0]; finite while rest is. */
export function normOf(total: usize, rest: usize, y: usize): void {
  const sum = f32.load(total);
  const scaled = f32.load(rest);
  let norm = sqrt<f32>(sum);
  if (sum === Infinity && scaled < Infinity) norm = min<f32>(sqrt<f32>(scaled) * UP, f32.MAX_VALUE);
  f32.store(y, norm);
}

/** y = x * limit / max(limit, norm[0]): x itself, bit for bit, where the norm is within the limit. y may be x. */
export function scaleToNorm(x: usize, norm: usize, y: usize, n: i32, limit: f32): void {
  let length = f32.load(norm);
  let factor: f32 = 1;
  let before: f32 = 1;
  if (!(length <= limit)) {
    // A quotient that could be subnormal is made in two steps.
    if (length > UP && length < Infinity) {
      length *= DOWN;
      before = DOWN;
    }
    factor = limit / length;
  }
  if (before !== 1) {
    if (ASC_FEATURE_SIMD) scaleOn<v128>(x, y, n, before);
    else scaleOn<f32>(x, y, n, before);
    x = y;
  }
  if (ASC_FEATURE_SIMD) scaleOn<v128>(x, y, n, factor);
  else scaleOn<f32>(x, y, n, factor);
}

function scaleOn<V>(x: usize, y: usize, n: i32, factor: f32): void {
  const count = lane.count<V>();
  const width = <usize>sizeof<V>();
  const f = lane.splat<V>(factor);
  for (; n >= 2 * count; n -= 2 * count) {
    lane.store<V>(y, lane.mul<V>(lane.load<V>(x), f));
    lane.store<V>(y + width, lane.mul<V>(lane.load<V>(x + width), f));
    x += width + width;
    y += width + width;
  }
  for (; n > 0; n -= count) {
    part.store<V>(y, lane.mul<V>(part.load<V>(x, n), f), n);
    x += width;
    y += width;
  }
}
