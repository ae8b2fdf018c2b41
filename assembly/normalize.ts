// What normalisation needs beside arithmetic and reductions. Channels are the columns of a matrix.

import { Elements, ProductsWithDistances, SquaredDistances, sumDown } from "./columns";
import { lane } from "./lane";

/** Mean and biased variance of each column of x, sums and then squares added from the first row on. */
export function columnMoments(x: usize, mean: usize, variance: usize, rows: i32, columns: i32): void {
  const step = columns << 2;
  sumDown<Elements>(x, step, 0, 0, mean, rows, columns, <f32>rows);
  sumDown<SquaredDistances>(x, step, 0, mean, variance, rows, columns, <f32>rows);
}

abstract class register {
  /** One register of one row; the result lies `behind` bytes behind x. */
  @inline static normalize<V>(x: usize, mean: V, scale: V, shift: V, behind: usize): void {
    lane.store<V>(x + behind, lane.fma<V>(lane.sub<V>(lane.load<V>(x), mean), scale, shift));
  }

  /** One register of one row; x and the result lie `other` and `behind` bytes behind dy. */
  @inline static gradient<V>(dy: usize, other: usize, mean: V, scale: V, a: V, b: V, behind: usize): void {
    const rest = lane.fma<V>(lane.sub<V>(lane.load<V>(dy + other), mean), a, b);
    lane.store<V>(dy + behind, lane.fma<V>(lane.load<V>(dy), scale, rest));
  }
}

/** y = (x - mean) scale + shift, the last three by column. y may be x. */
export function normalizeColumns(
  x: usize,
  mean: usize,
  scale: usize,
  shift: usize,
  y: usize,
  rows: i32,
  columns: i32,
): void {
  const step = columns << 2;
  for (; rows >= 2; rows -= 2) {
    if (ASC_FEATURE_SIMD) normalizeTwo<v128>(x, step, mean, scale, shift, y - x, columns);
    else normalizeTwo<f32>(x, step, mean, scale, shift, y - x, columns);
    x += 2 * step;
    y += 2 * step;
  }
  if (rows > 0) {
    if (ASC_FEATURE_SIMD) normalizeRow<v128>(x, mean, scale, shift, y - x, columns);
    else normalizeRow<f32>(x, mean, scale, shift, y - x, columns);
  }
}

/** Two rows, so that what belongs to a column is read once for both. */
function normalizeTwo<V>(x: usize, step: i32, mean: usize, scale: usize, shift: usize, behind: usize, n: i32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  let x1 = x + step;
  for (; n >= 2 * count; n -= 2 * count) {
    const m = lane.load<V>(mean);
    const f = lane.load<V>(scale);
    const s = lane.load<V>(shift);
    register.normalize<V>(x, m, f, s, behind);
    register.normalize<V>(x1, m, f, s, behind);
    const m1 = lane.load<V>(mean, width);
    const f1 = lane.load<V>(scale, width);
    const s1 = lane.load<V>(shift, width);
    register.normalize<V>(x + width, m1, f1, s1, behind);
    register.normalize<V>(x1 + width, m1, f1, s1, behind);
    x += 2 * width;
    x1 += 2 * width;
    mean += 2 * width;
    scale += 2 * width;
    shift += 2 * width;
  }
  // The last columns.
  for (let i = 0; i < 2; i++) normalizeRow<V>(x + i * step, mean, scale, shift, behind, n);
}

function normalizeRow<V>(x: usize, mean: usize, scale: usize, shift: usize, behind: usize, n: i32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  for (; n >= count; n -= count) {
    register.normalize<V>(x, lane.load<V>(mean), lane.load<V>(scale), lane.load<V>(shift), behind);
    x += width;
    mean += width;
    scale += width;
    shift += width;
  }
  if (isVector<V>() && n > 0) normalizeRow<f32>(x, mean, scale, shift, behind, n);
}

/**
 * The sums of dy and of dy (x - mean) down each column, and factors[2, columns]: what a gradient that passes through mean and
 * variance adds to dy scale is a (x - mean) + b, with a = -scale root^2 sum(dy (x - mean)) / rows, b = -scale sum(dy) / rows,
 * root being 1 / sqrt(variance + epsilon). Where training[0] is 0, mean and variance are constants, and a = b = 0.
 */
export function normalizationSums(
  dy: usize,
  x: usize,
  mean: usize,
  root: usize,
  scale: usize,
  training: usize,
  sum: usize,
  products: usize,
  factors: usize,
  rows: i32,
  columns: i32,
): void {
  const step = columns << 2;
  sumDown<Elements>(dy, step, 0, 0, sum, rows, columns, 1);
  sumDown<ProductsWithDistances>(dy, step, x - dy, mean, products, rows, columns, 1);
  const share: f32 = f32.load(training) !== 0 ? -1 / <f32>rows : 0;
  for (let at = 0; at < step; at += 4) {
    const r = f32.load(root + at);
    const s = f32.load(scale + at) * share;
    f32.store(factors + at, s * r * r * f32.load(products + at));
    f32.store(factors + step + at, s * f32.load(sum + at));
  }
}

/** dx = dy scale + ((x - mean) a + b), the last four by column; a and b are the `factors` of `normalizationSums`. dx may be dy or x. */
export function normalizeColumnsGradient(
  dy: usize,
  x: usize,
  mean: usize,
  scale: usize,
  a: usize,
  dx: usize,
  rows: i32,
  columns: i32,
): void {
  const step = columns << 2;
  const b = a + step;
  for (; rows >= 2; rows -= 2) {
    if (ASC_FEATURE_SIMD) gradientTwo<v128>(dy, step, x - dy, mean, scale, a, b, dx - dy, columns);
    else gradientTwo<f32>(dy, step, x - dy, mean, scale, a, b, dx - dy, columns);
    dy += 2 * step;
    x += 2 * step;
    dx += 2 * step;
  }
  if (rows > 0) {
    if (ASC_FEATURE_SIMD) gradientRow<v128>(dy, x - dy, mean, scale, a, b, dx - dy, columns);
    else gradientRow<f32>(dy, x - dy, mean, scale, a, b, dx - dy, columns);
  }
}

/** Two rows, so that what belongs to a column is read once for both. */
function gradientTwo<V>(
  dy: usize,
  step: i32,
  other: usize,
  mean: usize,
  scale: usize,
  a: usize,
  b: usize,
  behind: usize,
  n: i32,
): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  let dy1 = dy + step;
  for (; n >= 2 * count; n -= 2 * count) {
    const m = lane.load<V>(mean);
    const f = lane.load<V>(scale);
    const p = lane.load<V>(a);
    const q = lane.load<V>(b);
    register.gradient<V>(dy, other, m, f, p, q, behind);
    register.gradient<V>(dy1, other, m, f, p, q, behind);
    const m1 = lane.load<V>(mean, width);
    const f1 = lane.load<V>(scale, width);
    const p1 = lane.load<V>(a, width);
    const q1 = lane.load<V>(b, width);
    register.gradient<V>(dy + width, other, m1, f1, p1, q1, behind);
    register.gradient<V>(dy1 + width, other, m1, f1, p1, q1, behind);
    dy += 2 * width;
    dy1 += 2 * width;
    mean += 2 * width;
    scale += 2 * width;
    a += 2 * width;
    b += 2 * width;
  }
  // The last columns.
  for (let i = 0; i < 2; i++) gradientRow<V>(dy + i * step, other, mean, scale, a, b, behind, n);
}

function gradientRow<V>(
  dy: usize,
  other: usize,
  mean: usize,
  scale: usize,
  a: usize,
  b: usize,
  behind: usize,
  n: i32,
): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  for (; n >= count; n -= count) {
    const factor = lane.load<V>(scale);
    register.gradient<V>(dy, other, lane.load<V>(mean), factor, lane.load<V>(a), lane.load<V>(b), behind);
    dy += width;
    mean += width;
    scale += width;
    a += width;
    b += width;
  }
  if (isVector<V>() && n > 0) gradientRow<f32>(dy, other, mean, scale, a, b, behind, n);
}

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
