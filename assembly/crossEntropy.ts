// Cross-entropy of a softmax with a whole distribution as target, and of yes-or-no questions. Shift and order of the sum are
// those of softmax.ts.

import { lane } from "./lane";
import { largest } from "./reduce";
import { exponentials, logarithm } from "./softmax";

/**
 * loss[row] = sum over j of t[j] * (log(sum(exp(x - max))) - (x[j] - max)), added in order; a class whose t is 0 adds
 * nothing, also where its logit is -Infinity.
 */
export function softmaxCrossEntropy(x: usize, t: usize, loss: usize, rows: i32, n: i32): void {
  for (; rows > 0; rows--) {
    const max = ASC_FEATURE_SIMD ? largest<v128>(x, n) : largest<f32>(x, n);
    const total = ASC_FEATURE_SIMD ? exponentials<v128>(x, max, 0, n) : exponentials<f32>(x, max, 0, n);
    const log = logarithm(total);
    let sum: f32 = 0;
    for (const end = x + (n << 2); x < end; x += 4) {
      const target = f32.load(t);
      if (target !== 0) sum += target * (log - (f32.load(x) - max));
      t += 4;
    }
    f32.store(loss, sum);
    loss += 4;
  }
}

/** dx = (softmax(x) * sum(t) - t) * dy[row], the sum in order. */
export function softmaxCrossEntropyGradient(x: usize, t: usize, dy: usize, dx: usize, rows: i32, n: i32): void {
  if (ASC_FEATURE_SIMD) gradientOn<v128>(x, t, dy, dx, rows, n);
  else gradientOn<f32>(x, t, dy, dx, rows, n);
}

function gradientOn<V>(x: usize, t: usize, dy: usize, dx: usize, rows: i32, n: i32): void {
  for (; rows > 0; rows--) {
    const upstream = f32.load(dy);
    const total = exponentials<V>(x, largest<V>(x, n), dx, n);
    let sum: f32 = 0;
    for (let j = 0; j < n; j++) sum += f32.load(t + (j << 2));
    combineOn<V>(dx, t, n, (sum * upstream) / total, upstream);
    x += n << 2;
    t += n << 2;
    dx += n << 2;
    dy += 4;
  }
}

/** y = y * a - t * b */
function combineOn<V>(y: usize, t: usize, n: i32, a: f32, b: f32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  for (; n >= count; n -= count) {
    const scaled = lane.mul<V>(lane.load<V>(y), lane.splat<V>(a));
    lane.store<V>(y, lane.sub<V>(scaled, lane.mul<V>(lane.load<V>(t), lane.splat<V>(b))));
    y += width;
    t += width;
  }
  if (isVector<V>() && n > 0) combineOn<f32>(y, t, n, a, b);
}

/**
 * y = s - z t. For z = Infinity 0 where t is 1 - shift, for z = -Infinity 0 where t is -shift, else Infinity: a certain
 * answer costs nothing where it is right. y may be s.
 */
export function binaryLoss(z: usize, t: usize, s: usize, y: usize, n: i32, shift: f32): void {
  if (ASC_FEATURE_SIMD) binaryLossOn<v128>(z, t, s, y, n, shift);
  else binaryLossOn<f32>(z, t, s, y, n, shift);
}

function binaryLossOn<V>(z: usize, t: usize, s: usize, y: usize, n: i32, shift: f32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  const zero = lane.splat<V>(0);
  const infinity = lane.splat<V>(f32.POSITIVE_INFINITY);
  for (; n >= count; n -= count) {
    const logit = lane.load<V>(z);
    const label = lane.load<V>(t);
    const loss = lane.sub<V>(lane.load<V>(s), lane.mul<V>(logit, label));
    const sure = lane.whereGreater<V>(logit, zero, lane.splat<V>(1 - shift), lane.splat<V>(-shift));
    const right = lane.whereAtLeast<V>(label, sure, lane.whereAtLeast<V>(sure, label, zero, infinity), infinity);
    lane.store<V>(y, lane.whereAtLeast<V>(lane.abs<V>(logit), infinity, right, loss));
    z += width;
    t += width;
    s += width;
    y += width;
  }
  if (isVector<V>() && n > 0) binaryLossOn<f32>(z, t, s, y, n, shift);
}
