// Sums down the columns of a matrix, each from the first row on: the canonical order, whatever is added; many rows are added
// in f64. What is added travels as a type F.

import { ELEMENTS, MANY, PRODUCTS_WITH_DISTANCES, SQUARED_DISTANCES, sumDownDoubles } from "./doubles";
import { lane } from "./lane";

/** x */
@unmanaged
export class Elements {
  @inline kind(): i32 {
    return ELEMENTS;
  }
  @inline mean<V>(_mean: usize): V {
    return lane.splat<V>(0);
  }
  @inline term<V>(x: usize, _other: usize, _mean: V): V {
    return lane.load<V>(x);
  }
}

/** (x - mean)^2 */
@unmanaged
export class SquaredDistances {
  @inline kind(): i32 {
    return SQUARED_DISTANCES;
  }
  @inline mean<V>(mean: usize): V {
    return lane.load<V>(mean);
  }
  @inline term<V>(x: usize, _other: usize, mean: V): V {
    const distance = lane.sub<V>(lane.load<V>(x), mean);
    return lane.mul<V>(distance, distance);
  }
}

/** x (other - mean), the element of `other` lying that many bytes behind x */
@unmanaged
export class ProductsWithDistances {
  @inline kind(): i32 {
    return PRODUCTS_WITH_DISTANCES;
  }
  @inline mean<V>(mean: usize): V {
    return lane.load<V>(mean);
  }
  @inline term<V>(x: usize, other: usize, mean: V): V {
    return lane.mul<V>(lane.load<V>(x), lane.sub<V>(lane.load<V>(x + other), mean));
  }
}

/**
 * y[columns] = the sum of F.term over the rows of x, which lie `step` bytes apart, over `divisor`; `other` and
 * `mean[columns]` as F wants them.
 */
export function sumDown<F>(
  x: usize,
  step: i32,
  other: usize,
  mean: usize,
  y: usize,
  rows: i32,
  columns: i32,
  divisor: f32,
): void {
  if (rows > MANY) {
    sumDownDoubles(changetype<F>(0).kind(), x, step, other, mean, y, rows, columns, divisor);
    return;
  }
  if (ASC_FEATURE_SIMD) sumDownOn<v128, F>(x, step, other, mean, y, rows, columns);
  else sumDownOn<f32, F>(x, step, other, mean, y, rows, columns);
  if (divisor !== 1) divideAll(y, divisor, columns);
}

function sumDownOn<V, F>(x: usize, step: i32, other: usize, mean: usize, y: usize, rows: i32, columns: i32): void {
  memory.fill(y, 0, columns << 2);
  for (; rows >= 4; rows -= 4) {
    addFour<V, F>(x, step, other, mean, y, columns);
    x += 4 * step;
  }
  for (; rows > 0; rows--) {
    addOne<V, F>(x, other, mean, y, columns);
    x += step;
  }
}

// Four rows: y is read and written once for all, and rows whose lengths are a power of two still find room side by side
// in the eight ways of a first-level cache.
function addFour<V, F>(x: usize, step: i32, other: usize, mean: usize, y: usize, columns: i32): void {
  const rule = changetype<F>(0);
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  let x1 = x + step;
  let x2 = x1 + step;
  let x3 = x2 + step;
  for (; columns >= 2 * count; columns -= 2 * count) {
    const m = rule.mean<V>(mean);
    const n = rule.mean<V>(mean + width);
    let s = lane.load<V>(y);
    let t = lane.load<V>(y, width);
    s = lane.add<V>(s, rule.term<V>(x, other, m));
    t = lane.add<V>(t, rule.term<V>(x + width, other, n));
    s = lane.add<V>(s, rule.term<V>(x1, other, m));
    t = lane.add<V>(t, rule.term<V>(x1 + width, other, n));
    s = lane.add<V>(s, rule.term<V>(x2, other, m));
    t = lane.add<V>(t, rule.term<V>(x2 + width, other, n));
    s = lane.add<V>(s, rule.term<V>(x3, other, m));
    t = lane.add<V>(t, rule.term<V>(x3 + width, other, n));
    lane.store<V>(y, s);
    lane.store<V>(y, t, width);
    x += 2 * width;
    x1 += 2 * width;
    x2 += 2 * width;
    x3 += 2 * width;
    mean += 2 * width;
    y += 2 * width;
  }
  // The last columns.
  for (let i = 0; i < 4; i++) addOne<V, F>(x + i * step, other, mean, y, columns);
}

function addOne<V, F>(x: usize, other: usize, mean: usize, y: usize, columns: i32): void {
  const rule = changetype<F>(0);
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  for (; columns >= count; columns -= count) {
    lane.store<V>(y, lane.add<V>(lane.load<V>(y), rule.term<V>(x, other, rule.mean<V>(mean))));
    x += width;
    mean += width;
    y += width;
  }
  if (isVector<V>() && columns > 0) addOne<f32, F>(x, other, mean, y, columns);
}

/** y[i] /= divisor for n floats: sums become means. */
function divideAll(y: usize, divisor: f32, n: i32): void {
  for (const end = y + (n << 2); y < end; y += 4) f32.store(y, f32.load(y) / divisor);
}
