// Rows taken along one axis of [outer, n, inner] by a table: resizing, padding that repeats what is there, flipping. A table has
// for each of m places the i32 row below and the f32 fraction on the way to the next row.

import { lane } from "../lane";

// Kinds of tables by number; src/ops/alongAxis.ts names the same.
const HALF_PIXEL: i32 = 0;
const ALIGN_CORNERS: i32 = 1;
const ASYMMETRIC: i32 = 2;
const REFLECT: i32 = 3;
const SYMMETRIC: i32 = 4;
const WRAP: i32 = 5;
const EDGE: i32 = 6;
// Any other: reversed.

/**
 * The table for m places over n rows, n > 0. To resize, `kind` says what coordinates mean, and `linear` whether to go between
 * rows or to take one: the nearest as TensorFlow and PyTorch choose it, exact in integers. To pad, place `before` is row 0.
 */
export function axisTable(table: usize, n: i32, m: i32, kind: i32, before: i32, linear: i32): void {
  for (let i = 0; i < m; i++) {
    let row = 0;
    let fraction: f32 = 0;
    if (kind > ASYMMETRIC) row = padded(i - before, n, kind);
    else if (linear) {
      const at = coordinate(i, n, m, kind);
      row = <i32>at;
      fraction = <f32>(at - <f64>row);
    } else row = nearest(i, n, m, kind);
    i32.store(table, row);
    f32.store(table, fraction, 4);
    table += 8;
  }
}

function coordinate(i: i32, n: i32, m: i32, kind: i32): f64 {
  const place = <f64>i;
  const from = <f64>n;
  const to = <f64>m;
  let at: f64;
  if (kind === ALIGN_CORNERS) at = m > 1 ? (place * (from - 1)) / (to - 1) : 0;
  else if (kind === HALF_PIXEL) at = ((place + 0.5) * from) / to - 0.5;
  else at = (place * from) / to;
  return min<f64>(max<f64>(at, 0), from - 1);
}

function nearest(i: i32, n: i32, m: i32, kind: i32): i32 {
  const at = <i64>i;
  const from = <i64>n;
  const to = <i64>m;
  if (kind === HALF_PIXEL) return <i32>(((2 * at + 1) * from) / (2 * to));
  if (kind === ASYMMETRIC) return <i32>((at * from) / to);
  return to > 1 ? <i32>((2 * at * (from - 1) + to - 1) / (2 * (to - 1))) : 0;
}

/** The row that is seen at `at`, which may lie outside. */
function padded(at: i32, n: i32, kind: i32): i32 {
  if (kind === EDGE) return max(0, min(n - 1, at));
  if (kind === WRAP) return modulo(at, n);
  if (kind === SYMMETRIC) {
    const place = modulo(at, 2 * n);
    return place < n ? place : 2 * n - 1 - place;
  }
  if (kind === REFLECT) {
    if (n === 1) return 0;
    const place = modulo(at, 2 * n - 2);
    return place < n ? place : 2 * n - 2 - place;
  }
  return n - 1 - at;
}

function modulo(a: i32, b: i32): i32 {
  const rest = a % b;
  return rest < 0 ? rest + b : rest;
}

/** y[outer, m, inner] = rows of x[outer, n, inner] by the table: a + (b - a) * fraction, b the row after a, or a itself. */
export function takeRows(x: usize, table: usize, y: usize, outer: i32, n: i32, m: i32, inner: i32, linear: i32): void {
  const step = inner << 2;
  for (; outer > 0; outer--) {
    for (let i = 0; i < m; i++) {
      const row = i32.load(table + (i << 3));
      const from = x + row * step;
      if (linear) between(from, row + 1 < n ? from + step : from, f32.load(table + (i << 3), 4), y, inner);
      else if (inner === 1) f32.store(y, f32.load(from));
      else memory.copy(y, from, step);
      y += step;
    }
    x += n * step;
  }
}

/** The gradient of takeRows: dx = 0, then each dy in order, added to the rows it came from. */
export function addRows(dy: usize, table: usize, dx: usize, outer: i32, n: i32, m: i32, inner: i32, linear: i32): void {
  const step = inner << 2;
  memory.fill(dx, 0, outer * n * step);
  for (; outer > 0; outer--) {
    for (let i = 0; i < m; i++) {
      const row = i32.load(table + (i << 3));
      const fraction = f32.load(table + (i << 3), 4);
      const to = dx + row * step;
      addScaled(dy, 1 - fraction, to, inner);
      if (linear && fraction !== 0) addScaled(dy, fraction, to + step, inner);
      dy += step;
    }
    dx += n * step;
  }
}

function between(a: usize, b: usize, fraction: f32, y: usize, n: i32): void {
  if (ASC_FEATURE_SIMD) {
    for (; n >= 8; n -= 8) {
      betweenLanes<v128>(a, b, fraction, y);
      betweenLanes<v128>(a + 16, b + 16, fraction, y + 16);
      a += 32;
      b += 32;
      y += 32;
    }
    if (n >= 4) {
      betweenLanes<v128>(a, b, fraction, y);
      n -= 4;
      a += 16;
      b += 16;
      y += 16;
    }
  }
  for (; n > 0; n--) {
    betweenLanes<f32>(a, b, fraction, y);
    a += 4;
    b += 4;
    y += 4;
  }
}

function betweenLanes<V>(a: usize, b: usize, fraction: f32, y: usize): void {
  const low = lane.load<V>(a);
  lane.store<V>(y, lane.fma<V>(lane.sub<V>(lane.load<V>(b), low), lane.splat<V>(fraction), low));
}

function addScaled(x: usize, factor: f32, y: usize, n: i32): void {
  if (ASC_FEATURE_SIMD) {
    for (; n >= 4; n -= 4) {
      addScaledLanes<v128>(x, factor, y);
      x += 16;
      y += 16;
    }
  }
  for (; n > 0; n--) {
    addScaledLanes<f32>(x, factor, y);
    x += 4;
    y += 4;
  }
}

function addScaledLanes<V>(x: usize, factor: f32, y: usize): void {
  lane.store<V>(y, lane.fma<V>(lane.load<V>(x), lane.splat<V>(factor), lane.load<V>(y)));
}
