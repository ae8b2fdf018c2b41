// Reductions. Sums over a row of memory follow one canonical order in every build: partial sum j takes the elements
// j, j + 8, j + 16, ..., then lane.total8 adds the eight in a fixed tree. Sums over columns run down the rows. More than
// MANY terms are added in f64 (doubles.ts), in the same orders.

import { Elements, sumDown } from "./columns";
import { MANY, sumDoubles } from "./doubles";
import { fill, Maximum, Minimum, rowOf } from "./elementwise";
import { lane } from "./lane";

/** The canonical sum of n floats; 0 for none. */
export function sum<V>(x: usize, n: i32): f32 {
  const width = <i32>sizeof<V>();
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
    p0 = lane.add<V>(p0, lane.load<V>(x));
    p1 = lane.add<V>(p1, lane.load<V>(x + width));
    if (!isVector<V>()) {
      p2 = lane.add<V>(p2, lane.load<V>(x + 8));
      p3 = lane.add<V>(p3, lane.load<V>(x + 12));
      p4 = lane.add<V>(p4, lane.load<V>(x + 16));
      p5 = lane.add<V>(p5, lane.load<V>(x + 20));
      p6 = lane.add<V>(p6, lane.load<V>(x + 24));
      p7 = lane.add<V>(p7, lane.load<V>(x + 28));
    }
    x += 32;
  }
  // Adding 0 leaves a partial sum as it is: none is -0, as each began at +0.
  if (isVector<V>()) {
    if (n >= 4) {
      p0 = lane.add<V>(p0, lane.load<V>(x));
      if (n > 4) p1 = lane.add<V>(p1, lane.loadPart<V>(x + 16, n - 4, 0));
    } else if (n > 0) p0 = lane.add<V>(p0, lane.loadPart<V>(x, n, 0));
  } else {
    if (n > 0) p0 = lane.add<V>(p0, lane.load<V>(x));
    if (n > 1) p1 = lane.add<V>(p1, lane.load<V>(x + 4));
    if (n > 2) p2 = lane.add<V>(p2, lane.load<V>(x + 8));
    if (n > 3) p3 = lane.add<V>(p3, lane.load<V>(x + 12));
    if (n > 4) p4 = lane.add<V>(p4, lane.load<V>(x + 16));
    if (n > 5) p5 = lane.add<V>(p5, lane.load<V>(x + 20));
    if (n > 6) p6 = lane.add<V>(p6, lane.load<V>(x + 24));
  }
  return lane.total8<V>(p0, p1, p2, p3, p4, p5, p6, p7);
}

/** The largest of n floats, -Infinity for none; NaN may be lost. */
export function largest<V>(x: usize, n: i32): f32 {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  let best = lane.splat<V>(-Infinity);
  let other = best;
  for (; n >= 4 * count; n -= 4 * count) {
    best = lane.raise<V>(best, lane.load<V>(x));
    other = lane.raise<V>(other, lane.load<V>(x, width));
    best = lane.raise<V>(best, lane.load<V>(x, 2 * width));
    other = lane.raise<V>(other, lane.load<V>(x, 3 * width));
    x += 4 * width;
  }
  best = lane.raise<V>(best, other);
  for (; n >= count; n -= count) {
    best = lane.raise<V>(best, lane.load<V>(x));
    x += width;
  }
  if (n > 0) best = lane.raise<V>(best, lane.loadPart<V>(x, n, -Infinity));
  return lane.largest<V>(best);
}

/**
 * y[outer, inner] = sum over n of x[outer, n, inner], divided by `divisor`. Where inner is 1 each sum runs along a row of
 * memory in the canonical order; else each column is added from the first row down. 0 / divisor for n = 0.
 */
export function sums(x: usize, y: usize, outer: i32, n: i32, inner: i32, divisor: f32): void {
  if (inner === 1) {
    for (; outer > 0; outer--) {
      if (n > MANY) f32.store(y, <f32>(sumDoubles(x, n, false) / divisor));
      else f32.store(y, (ASC_FEATURE_SIMD ? sum<v128>(x, n) : sum<f32>(x, n)) / divisor);
      x += n << 2;
      y += 4;
    }
    return;
  }
  for (; outer > 0; outer--) {
    sumDown<Elements>(x, inner << 2, 0, 0, y, n, inner, divisor);
    x += (n * inner) << 2;
    y += inner << 2;
  }
}

/** y[outer, inner] = the largest over n of x[outer, n, inner], -Infinity for n = 0; NaN where one is NaN. */
export function maxima(x: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  extremes<Maximum>(x, y, outer, n, inner, -Infinity);
}

/** y[outer, inner] = the smallest over n of x[outer, n, inner], Infinity for n = 0; NaN where one is NaN. */
export function minima(x: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  extremes<Minimum>(x, y, outer, n, inner, Infinity);
}

/** Extremes do not depend on an order. */
function extremes<F>(x: usize, y: usize, outer: i32, n: i32, inner: i32, none: f32): void {
  for (; outer > 0; outer--) {
    if (inner === 1) {
      f32.store(y, ASC_FEATURE_SIMD ? extremeOn<v128, F>(x, n, none) : extremeOn<f32, F>(x, n, none));
      x += n << 2;
    } else {
      fill(y, none, inner);
      for (let i = n; i > 0; i--) {
        rowOf<F>(y, 1, x, 1, y, inner);
        x += inner << 2;
      }
    }
    y += inner << 2;
  }
}

function extremeOn<V, F>(x: usize, n: i32, none: f32): f32 {
  const count = lane.count<V>();
  let best = lane.splat<V>(none);
  for (; n >= count; n -= count) {
    best = changetype<F>(0).forward<V>(best, lane.load<V>(x));
    x += sizeof<V>();
  }
  if (!isVector<V>()) return lane.first<V>(best);
  else {
    best = changetype<F>(0).forward<V>(best, lane.upperHalf<V>(best));
    const both = changetype<F>(0).forward<f32>(lane.first<V>(best), lane.second<V>(best));
    return extremeOn<f32, F>(x, n, both);
  }
}
