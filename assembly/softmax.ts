// Softmax over the last axis, and the cross-entropy that is fused with it. Each row is shifted by its largest element,
// so that no exponential overflows; the sum of exponentials has the canonical order of reduce.ts.

import { lane } from "./lane";
import { math } from "./math";
import { largest, sum } from "./reduce";

/** y[rows, n] = exp(x - max) / sum(exp(x - max)) in each row. y may be x. */
export function softmax(x: usize, y: usize, rows: i32, n: i32): void {
  if (ASC_FEATURE_SIMD) softmaxOn<v128>(x, y, rows, n);
  else softmaxOn<f32>(x, y, rows, n);
}

function softmaxOn<V>(x: usize, y: usize, rows: i32, n: i32): void {
  const step = n << 2;
  for (; rows > 0; rows--) {
    const total = exponentials<V>(x, largest<V>(x, n), y, n);
    scale<V>(y, <f32>1 / total, n);
    x += step;
    y += step;
  }
}

/** dx = y * (dy - sum(y * dy)) in each row, the sum in order. */
export function softmaxGradient(y: usize, dy: usize, dx: usize, rows: i32, n: i32): void {
  if (ASC_FEATURE_SIMD) softmaxGradientOn<v128>(y, dy, dx, rows, n);
  else softmaxGradientOn<f32>(y, dy, dx, rows, n);
}

function softmaxGradientOn<V>(y: usize, dy: usize, dx: usize, rows: i32, n: i32): void {
  const count = lane.count<V>();
  const step = n << 2;
  for (; rows > 0; rows--) {
    let dot: f32 = 0;
    for (let j = 0; j < n; j++) dot += f32.load(y + (j << 2)) * f32.load(dy + (j << 2));
    const shift = lane.splat<V>(dot);
    let j = 0;
    for (; j + count <= n; j += count) {
      const at = j << 2;
      lane.store<V>(dx + at, lane.mul<V>(lane.load<V>(y + at), lane.sub<V>(lane.load<V>(dy + at), shift)));
    }
    if (j < n) {
      const at = j << 2;
      const part = lane.sub<V>(lane.loadPart<V>(dy + at, n - j, 0), shift);
      lane.storePart<V>(dx + at, lane.mul<V>(lane.loadPart<V>(y + at, n - j, 0), part), n - j);
    }
    y += step;
    dy += step;
    dx += step;
  }
}

/** y[rows, n] = (x - max) - log(sum(exp(x - max))) in each row. y may be x. */
export function logSoftmax(x: usize, y: usize, rows: i32, n: i32): void {
  if (ASC_FEATURE_SIMD) logSoftmaxOn<v128>(x, y, rows, n);
  else logSoftmaxOn<f32>(x, y, rows, n);
}

function logSoftmaxOn<V>(x: usize, y: usize, rows: i32, n: i32): void {
  const count = lane.count<V>();
  const step = n << 2;
  for (; rows > 0; rows--) {
    const max = largest<V>(x, n);
    const shift = lane.splat<V>(max);
    const log = lane.splat<V>(logarithm(exponentials<V>(x, max, 0, n)));
    for (let j = 0; j < n; j += count) {
      const at = j << 2;
      const full = !isVector<V>() || n - j >= count;
      const value = full ? lane.load<V>(x + at) : lane.loadPart<V>(x + at, n - j, 0);
      const result = lane.sub<V>(lane.sub<V>(value, shift), log);
      if (full) lane.store<V>(y + at, result);
      else lane.storePart<V>(y + at, result, n - j);
    }
    x += step;
    y += step;
  }
}

/** dx = dy - exp(y) * sum(dy) in each row, the sum canonical. */
export function logSoftmaxGradient(y: usize, dy: usize, dx: usize, rows: i32, n: i32): void {
  if (ASC_FEATURE_SIMD) logSoftmaxGradientOn<v128>(y, dy, dx, rows, n);
  else logSoftmaxGradientOn<f32>(y, dy, dx, rows, n);
}

function logSoftmaxGradientOn<V>(y: usize, dy: usize, dx: usize, rows: i32, n: i32): void {
  const count = lane.count<V>();
  const step = n << 2;
  for (; rows > 0; rows--) {
    const total = lane.splat<V>(sum<V>(dy, n));
    for (let j = 0; j < n; j += count) {
      const at = j << 2;
      const full = !isVector<V>() || n - j >= count;
      const value = full ? lane.load<V>(y + at) : lane.loadPart<V>(y + at, n - j, 0);
      const upstream = full ? lane.load<V>(dy + at) : lane.loadPart<V>(dy + at, n - j, 0);
      const result = lane.sub<V>(upstream, lane.mul<V>(math.exp<V>(value), total));
      if (full) lane.store<V>(dx + at, result);
      else lane.storePart<V>(dx + at, result, n - j);
    }
    y += step;
    dy += step;
    dx += step;
  }
}

/** loss[row] = log(sum(exp(x - max))) - (x[label] - max); NaN where the label is not in [0, n). */
export function sparseSoftmaxCrossEntropy(x: usize, labels: usize, loss: usize, rows: i32, n: i32): void {
  if (ASC_FEATURE_SIMD) crossEntropyOn<v128>(x, labels, loss, rows, n);
  else crossEntropyOn<f32>(x, labels, loss, rows, n);
}

function crossEntropyOn<V>(x: usize, labels: usize, loss: usize, rows: i32, n: i32): void {
  for (; rows > 0; rows--) {
    const label = load<u32>(labels);
    let value: f32 = NaN;
    if (label < <u32>n) {
      const max = largest<V>(x, n);
      value = logarithm(exponentials<V>(x, max, 0, n)) - (f32.load(x + (label << 2)) - max);
    }
    f32.store(loss, value);
    x += n << 2;
    labels += 4;
    loss += 4;
  }
}

/** dx = (softmax(x) - one-hot(label)) * dy[row]: softmax, loss and their gradients in one pass over the row. */
export function sparseSoftmaxCrossEntropyGradient(
  x: usize,
  labels: usize,
  dy: usize,
  dx: usize,
  rows: i32,
  n: i32,
): void {
  if (ASC_FEATURE_SIMD) crossEntropyGradientOn<v128>(x, labels, dy, dx, rows, n);
  else crossEntropyGradientOn<f32>(x, labels, dy, dx, rows, n);
}

function crossEntropyGradientOn<V>(x: usize, labels: usize, dy: usize, dx: usize, rows: i32, n: i32): void {
  for (; rows > 0; rows--) {
    const upstream = f32.load(dy);
    const label = load<u32>(labels);
    const total = exponentials<V>(x, largest<V>(x, n), dx, n);
    scale<V>(dx, label < <u32>n ? upstream / total : NaN, n);
    if (label < <u32>n) {
      const at = dx + (label << 2);
      f32.store(at, f32.load(at) - upstream);
    }
    x += n << 2;
    dx += n << 2;
    labels += 4;
    dy += 4;
  }
}

/** Writes 2^24 exp(x - max) to y unless y is 0, and returns the canonical sum of these. */
export function exponentials<V>(x: usize, max: f32, y: usize, n: i32): f32 {
  const width = <i32>sizeof<V>();
  const zero = lane.splat<V>(0);
  const shift = lane.splat<V>(max);
  let p0 = zero;
  let p1 = zero;
  let p2 = zero;
  let p3 = zero;
  let p4 = zero;
  let p5 = zero;
  let p6 = zero;
  let p7 = zero;
  // Element i belongs to partial sum i mod 8.
  if (isVector<V>()) {
    for (; n >= 16; n -= 16) {
      const a = math.expBelow0<V>(lane.sub<V>(lane.load<V>(x), shift));
      const b = math.expBelow0<V>(lane.sub<V>(lane.load<V>(x, width), shift));
      const c = math.expBelow0<V>(lane.sub<V>(lane.load<V>(x, 2 * width), shift));
      const d = math.expBelow0<V>(lane.sub<V>(lane.load<V>(x, 3 * width), shift));
      p0 = lane.add<V>(lane.add<V>(p0, a), c);
      p1 = lane.add<V>(lane.add<V>(p1, b), d);
      x += 64;
      if (y !== 0) {
        lane.store<V>(y, a);
        lane.store<V>(y, b, width);
        lane.store<V>(y, c, 2 * width);
        lane.store<V>(y, d, 3 * width);
        y += 64;
      }
    }
    for (let odd = false; n > 0; odd = !odd) {
      const full = n >= 4;
      const a = math.expBelow0<V>(lane.sub<V>(full ? lane.load<V>(x) : lane.loadPart<V>(x, n, -Infinity), shift));
      if (odd) p1 = lane.add<V>(p1, a);
      else p0 = lane.add<V>(p0, a);
      if (y !== 0) {
        if (full) lane.store<V>(y, a);
        else lane.storePart<V>(y, a, n);
        y += 16;
      }
      x += 16;
      n -= 4;
    }
  } else {
    for (; n > 0; n -= 8) {
      p0 = lane.add<V>(p0, term<V>(x, shift, y));
      if (n > 1) p1 = lane.add<V>(p1, term<V>(x + 4, shift, y + 4));
      if (n > 2) p2 = lane.add<V>(p2, term<V>(x + 8, shift, y + 8));
      if (n > 3) p3 = lane.add<V>(p3, term<V>(x + 12, shift, y + 12));
      if (n > 4) p4 = lane.add<V>(p4, term<V>(x + 16, shift, y + 16));
      if (n > 5) p5 = lane.add<V>(p5, term<V>(x + 20, shift, y + 20));
      if (n > 6) p6 = lane.add<V>(p6, term<V>(x + 24, shift, y + 24));
      if (n > 7) p7 = lane.add<V>(p7, term<V>(x + 28, shift, y + 28));
      x += 32;
      if (y !== 0) y += 32;
    }
  }
  return lane.total8<V>(p0, p1, p2, p3, p4, p5, p6, p7);
}

/** The logarithm of a sum that `exponentials` returned, without its 2^24. */
export function logarithm(total: f32): f32 {
  return math.logOf(math.unscale<f32>(total));
}

/** 2^24 exp(x - shift) of one element, written unless y is among the first addresses, where nothing lies. */
function term<V>(x: usize, shift: V, y: usize): V {
  const e = math.expBelow0<V>(lane.sub<V>(lane.load<V>(x), shift));
  if (y > 32) lane.store<V>(y, e);
  return e;
}

function scale<V>(y: usize, factor: f32, n: i32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  const f = lane.splat<V>(factor);
  for (; n >= 4 * count; n -= 4 * count) {
    const a = lane.load<V>(y);
    const b = lane.load<V>(y, width);
    const c = lane.load<V>(y, 2 * width);
    const d = lane.load<V>(y, 3 * width);
    lane.store<V>(y, lane.mul<V>(a, f));
    lane.store<V>(y, lane.mul<V>(b, f), width);
    lane.store<V>(y, lane.mul<V>(c, f), 2 * width);
    lane.store<V>(y, lane.mul<V>(d, f), 3 * width);
    y += 4 * width;
  }
  for (; n >= count; n -= count) {
    lane.store<V>(y, lane.mul<V>(lane.load<V>(y), f));
    y += width;
  }
  if (n > 0) lane.storePart<V>(y, lane.mul<V>(lane.loadPart<V>(y, n, 0), f), n);
}
