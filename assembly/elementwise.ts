// Arithmetic element by element, with broadcasting, and what fills or fingerprints flat memory.

import { lane } from "./lane";
import { math } from "./math";

// Operations by number; src/ops/arithmetic.ts names the same.
const ADD: i32 = 0;
const SUBTRACT: i32 = 1;
const MULTIPLY: i32 = 2;
const DIVIDE: i32 = 3;
const MINIMUM: i32 = 4;
const MAXIMUM: i32 = 5;
const GREATER: i32 = 6;
const GREATER_EQUAL: i32 = 7;
const FIRST: i32 = 8;
const POWER: i32 = 9;
const POWER_BY_BASE: i32 = 10;

/** Vectors that a turn of the loop takes; single lanes go one by one. */
const UNROLL: i32 = 4;

@unmanaged
export class Sum {
  @inline forward<V>(x: V, y: V): V {
    return lane.add<V>(x, y);
  }
}

@unmanaged
class Difference {
  @inline forward<V>(x: V, y: V): V {
    return lane.sub<V>(x, y);
  }
}

@unmanaged
class Product {
  @inline forward<V>(x: V, y: V): V {
    return lane.mul<V>(x, y);
  }
}

@unmanaged
class Quotient {
  @inline forward<V>(x: V, y: V): V {
    return lane.div<V>(x, y);
  }
}

@unmanaged
export class Minimum {
  @inline forward<V>(x: V, y: V): V {
    return lane.minimum<V>(x, y);
  }
}

@unmanaged
export class Maximum {
  @inline forward<V>(x: V, y: V): V {
    return lane.maximum<V>(x, y);
  }
}

@unmanaged
class Greater {
  @inline forward<V>(x: V, y: V): V {
    return lane.whereGreater<V>(x, y, lane.splat<V>(1), lane.splat<V>(0));
  }
}

@unmanaged
class GreaterEqual {
  @inline forward<V>(x: V, y: V): V {
    return lane.whereAtLeast<V>(x, y, lane.splat<V>(1), lane.splat<V>(0));
  }
}

@unmanaged
class First {
  @inline forward<V>(x: V, _y: V): V {
    return x;
  }
}

@unmanaged
class Power {
  @inline forward<V>(x: V, y: V): V {
    return power(x as f32, y as f32) as V;
  }
}

/** The derivative of x^y by x: y x^(y - 1), 0 for y = 0. */
@unmanaged
class PowerByBase {
  @inline forward<V>(x: V, y: V): V {
    const exponent = y as f32;
    return (exponent === 0 ? 0 : exponent * power(x as f32, exponent - 1)) as V;
  }
}

/** The derivative of x^y by y: x^y ln x, 0 for x = 0 and y >= 0. */
@unmanaged
class PowerByExponent {
  @inline forward<V>(x: V, y: V): V {
    const base = x as f32;
    return (base === 0 && (y as f32) >= 0 ? 0 : power(base, y as f32) * math.logOf(base)) as V;
  }
}

/** z[i] = operation(x[i], y[i]); z may be x or y. */
export function combine(operation: i32, x: usize, y: usize, z: usize, n: i32): void {
  row(operation, x, 1, y, 1, z, n);
}

/**
 * z[n0, n1, n2] = operation(x, y), z contiguous, the operands read with the given strides in elements; x2 and y2 are
 * 1, or 0 for an operand that stands still along the last axis. z may be an operand that is as large.
 * `scratch` holds 2 * UNROLL vectors.
 */
export function broadcast(
  operation: i32,
  x: usize,
  y: usize,
  z: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  x0: i32,
  x1: i32,
  x2: i32,
  y0: i32,
  y1: i32,
  y2: i32,
  scratch: usize,
): void {
  for (; n0 > 0; n0--) {
    let xRow = x;
    let yRow = y;
    for (let i = n1; i > 0; i--) {
      row(operation, x2 ? xRow : still(xRow, scratch), x2, y2 ? yRow : still(yRow, scratch + (UNROLL << 4)), y2, z, n2);
      xRow += x1 << 2;
      yRow += y1 << 2;
      z += n2 << 2;
    }
    x += x0 << 2;
    y += y0 << 2;
  }
}

/** Where UNROLL registers full of the float at p can be read; one lane at p itself. */
function still(p: usize, scratch: usize): usize {
  if (ASC_FEATURE_SIMD) {
    const value = lane.loadSplat<v128>(p, 0);
    for (let i = 0; i < UNROLL; i++) lane.store<v128>(scratch + (i << 4), value);
    return scratch;
  }
  return p;
}

function row(operation: i32, x: usize, xMoves: i32, y: usize, yMoves: i32, z: usize, n: i32): void {
  if (operation === ADD) rowOf<Sum>(x, xMoves, y, yMoves, z, n);
  else if (operation === SUBTRACT) rowOf<Difference>(x, xMoves, y, yMoves, z, n);
  else if (operation === MULTIPLY) rowOf<Product>(x, xMoves, y, yMoves, z, n);
  else if (operation === DIVIDE) rowOf<Quotient>(x, xMoves, y, yMoves, z, n);
  else if (operation === MINIMUM) rowOf<Minimum>(x, xMoves, y, yMoves, z, n);
  else if (operation === MAXIMUM) rowOf<Maximum>(x, xMoves, y, yMoves, z, n);
  else if (operation === GREATER) rowOf<Greater>(x, xMoves, y, yMoves, z, n);
  else if (operation === GREATER_EQUAL) rowOf<GreaterEqual>(x, xMoves, y, yMoves, z, n);
  else if (operation === FIRST) rowOf<First>(x, xMoves, y, yMoves, z, n);
  else if (operation === POWER) rowOn<f32, Power>(x, xMoves, y, yMoves, z, n);
  else if (operation === POWER_BY_BASE) rowOn<f32, PowerByBase>(x, xMoves, y, yMoves, z, n);
  else rowOn<f32, PowerByExponent>(x, xMoves, y, yMoves, z, n);
}

export function rowOf<F>(x: usize, xMoves: i32, y: usize, yMoves: i32, z: usize, n: i32): void {
  if (ASC_FEATURE_SIMD) rowOn<v128, F>(x, xMoves, y, yMoves, z, n);
  else rowOn<f32, F>(x, xMoves, y, yMoves, z, n);
}

/** An operand moves on, or is the same few registers read again and again. */
function rowOn<V, F>(x: usize, xMoves: i32, y: usize, yMoves: i32, z: usize, n: i32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  const xStep = xMoves * width;
  const yStep = yMoves * width;
  for (; isVector<V>() && n >= count * UNROLL; n -= count * UNROLL) {
    lane.store<V>(z, changetype<F>(0).forward<V>(lane.load<V>(x), lane.load<V>(y)));
    lane.store<V>(z + width, changetype<F>(0).forward<V>(lane.load<V>(x + width), lane.load<V>(y + width)));
    lane.store<V>(z + 2 * width, changetype<F>(0).forward<V>(lane.load<V>(x + 2 * width), lane.load<V>(y + 2 * width)));
    lane.store<V>(z + 3 * width, changetype<F>(0).forward<V>(lane.load<V>(x + 3 * width), lane.load<V>(y + 3 * width)));
    x += xStep * UNROLL;
    y += yStep * UNROLL;
    z += width * UNROLL;
  }
  for (; n >= count; n -= count) {
    lane.store<V>(z, changetype<F>(0).forward<V>(lane.load<V>(x), lane.load<V>(y)));
    x += xStep;
    y += yStep;
    z += width;
  }
  if (isVector<V>() && n > 0) rowOn<f32, F>(x, xMoves, y, yMoves, z, n);
}

/**
 * x^y in f64, rounded once: largest error seen 0.500 ULP (test/assembly/elementwise.test.ts). Whole exponents up to 1024 by
 * squaring, others as e^(y ln x); a negative base takes whole exponents only, else NaN, but -Infinity is one beyond all
 * signs: Infinity, or 0 for y below 0, as in C.
 */
function power(x: f32, y: f32): f32 {
  const whole = trunc<f32>(y) === y;
  if (whole && abs<f32>(y) <= 1024) {
    let product: f64 = 1;
    let factor: f64 = x;
    for (let n = <i32>abs<f32>(y); n > 0; n >>= 1) {
      if (n & 1) product *= factor;
      factor *= factor;
    }
    return <f32>(y < 0 ? 1 / product : product);
  }
  const base = whole || x === -Infinity ? abs<f32>(x) : x;
  const positive: f32 = base === 1 ? 1 : <f32>exponential(<f64>y * logarithm(base));
  // Odd exponents keep the sign of the base.
  return whole && x < 0 && trunc<f32>(y * 0.5) !== y * 0.5 ? -positive : positive;
}

/** ln x = e ln 2 + 2 atanh(s), s = (m - 1) / (m + 1), x = 2^e m with m in [sqrt(1/2), sqrt(2)); relative error below 1e-13. */
function logarithm(x: f64): f64 {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  const bits = reinterpret<i64>(x);
  let e = <i32>(bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > Math.SQRT2) {
    m *= 0.5;
    e++;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let series: f64 = 0;
  for (let n: f64 = 19; n > 0; n -= 2) series = series * z + 1 / n;
  return <f64>e * Math.LN2 + 2 * s * series;
}

/** e^t, beyond the range of f32 Infinity or 0; relative error below 1e-13. */
function exponential(t: f64): f64 {
  if (!(t < 90)) return t >= 90 ? Infinity : t;
  if (t < -110) return 0;
  const k = nearest<f64>(t * Math.LOG2E);
  const r = t - k * Math.LN2;
  let series: f64 = 1;
  for (let n: f64 = 13; n > 0; n--) series = 1 + (series * r) / n;
  return series * reinterpret<f64>((<i64>k + 1023) << 52);
}

/** y[i] = scale * x[i] + shift; y may be x. */
export function affine(x: usize, y: usize, n: i32, scale: f32, shift: f32): void {
  if (ASC_FEATURE_SIMD) affineOn<v128>(x, y, n, scale, shift);
  else affineOn<f32>(x, y, n, scale, shift);
}

function affineOn<V>(x: usize, y: usize, n: i32, scale: f32, shift: f32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  for (; n >= count; n -= count) {
    lane.store<V>(y, lane.fma<V>(lane.load<V>(x), lane.splat<V>(scale), lane.splat<V>(shift)));
    x += width;
    y += width;
  }
  if (isVector<V>() && n > 0) affineOn<f32>(x, y, n, scale, shift);
}

/** y[i] = value, n floats. */
export function fill(y: usize, value: f32, n: i32): void {
  let i = 0;
  if (ASC_FEATURE_SIMD) {
    for (; i + 4 <= n; i += 4) lane.store<v128>(y + (i << 2), lane.splat<v128>(value));
  }
  for (; i < n; i++) f32.store(y + (i << 2), value);
}

/** y[i] = x[0] / divisor for all n elements: the gradient of a mean, and of a sum with divisor 1. */
export function spread(x: usize, divisor: f32, y: usize, n: i32): void {
  fill(y, f32.load(x) / divisor, n);
}

/** y = x, n floats; the two do not overlap. */
export function copy(x: usize, y: usize, n: i32): void {
  memory.copy(y, x, n << 2);
}

/**
 * FNV-1a over n 32-bit words, going on from `state`: the proof of equal weights. Every NaN counts as the same,
 * since WebAssembly leaves its payload open. Start with 0xcbf29ce484222325.
 */
export function hashFloats(x: usize, n: i32, state: u64): u64 {
  for (; n > 0; n--) {
    let bits = i32.load(x);
    if ((bits & 0x7fffffff) > 0x7f800000) bits = 0x7fc00000;
    state = (state ^ <u64>(<u32>bits)) * 0x100000001b3;
    x += 4;
  }
  return state;
}
