// Adam and its kin: steps scaled by running means of the gradient and of its square.
// `step` points at the number of updates made before this one, an i32: t = step[0] + 1.

import { lane } from "../lane";
import { decayed, part, sweep } from "./sweep";

/**
 * m += (g - m) * take1;  v += (g^2 - v) * take2;  largest = max(largest, v) takes the place of v in AMSGrad
 * w += minusStep * m / (sqrt(v) * correction + epsilon)
 */
@unmanaged
class Adam {
  @inline isLight(): bool {
    return false;
  }
  @inline step<V>(
    w: usize,
    g: usize,
    m: usize,
    v: usize,
    largest: usize,
    n: i32,
    decays: bool,
    minusShrink: V,
    l2: V,
    amsgrad: i32,
    take1: V,
    take2: V,
    minusStep: V,
    correction: V,
    epsilon: V,
    _k5: V,
  ): void {
    let weight = part.load<V>(w, n);
    let gradient = part.load<V>(g, n);
    if (decays) {
      gradient = decayed.gradient<V>(gradient, weight, l2);
      weight = decayed.weight<V>(weight, minusShrink);
    }
    let mean = part.load<V>(m, n);
    let square = part.load<V>(v, n);
    mean = lane.fma<V>(take1, lane.sub<V>(gradient, mean), mean);
    square = lane.fma<V>(take2, lane.sub<V>(lane.mul<V>(gradient, gradient), square), square);
    part.store<V>(m, mean, n);
    part.store<V>(v, square, n);
    if (amsgrad !== 0) {
      // In this order, a NaN that v has caught stays.
      square = lane.raise<V>(square, part.load<V>(largest, n));
      part.store<V>(largest, square, n);
    }
    const root = lane.fma<V>(lane.sqrt<V>(square), correction, epsilon);
    const move = lane.div<V>(lane.mul<V>(minusStep, mean), root);
    part.store<V>(w, lane.add<V>(weight, move), n);
  }
}

/**
 * Kingma & Ba 2015; AMSGrad (Reddi, Kale & Kumar 2018) where `largest` is not 0.
 * PyTorch, Algorithm 1:            w -= rate / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + epsilon)
 * TensorFlow, end of section 2:    w -= rate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)
 * The second is the first with epsilon / sqrt(1 - beta2^t).
 */
export function adamUpdate(
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  largest: usize,
  n: i32,
  rate: usize,
  step: usize,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  pytorch: i32,
  decay: f64,
  coupled: i32,
): void {
  const t = i32.load(step) + 1;
  const now = f32.load(rate);
  const minusStep = <f32>(-(<f64>now) / (1 - power(beta1, t)));
  const correction = 1 / sqrt<f64>(1 - power(beta2, t));
  const added = <f32>(pytorch !== 0 ? epsilon : epsilon * correction);
  const amsgrad = i32(largest !== 0);
  const take1 = <f32>(1 - beta1);
  const take2 = <f32>(1 - beta2);
  sweep<Adam>(w, g, m, v, largest, n, now, decay, coupled, amsgrad, take1, take2, minusStep, <f32>correction, added);
}

/** As Adam, but  w += (ofMean * m + ofGradient * g) / (sqrt(v) * correction + epsilon) */
@unmanaged
class Nadam {
  @inline isLight(): bool {
    return false;
  }
  @inline step<V>(
    w: usize,
    g: usize,
    m: usize,
    v: usize,
    _t: usize,
    n: i32,
    decays: bool,
    minusShrink: V,
    l2: V,
    _flags: i32,
    take1: V,
    take2: V,
    ofMean: V,
    ofGradient: V,
    correction: V,
    epsilon: V,
  ): void {
    let weight = part.load<V>(w, n);
    let gradient = part.load<V>(g, n);
    if (decays) {
      gradient = decayed.gradient<V>(gradient, weight, l2);
      weight = decayed.weight<V>(weight, minusShrink);
    }
    let mean = part.load<V>(m, n);
    let square = part.load<V>(v, n);
    mean = lane.fma<V>(take1, lane.sub<V>(gradient, mean), mean);
    square = lane.fma<V>(take2, lane.sub<V>(lane.mul<V>(gradient, gradient), square), square);
    part.store<V>(m, mean, n);
    part.store<V>(v, square, n);
    const root = lane.fma<V>(lane.sqrt<V>(square), correction, epsilon);
    const sum = lane.fma<V>(ofMean, mean, lane.mul<V>(ofGradient, gradient));
    part.store<V>(w, lane.add<V>(weight, lane.div<V>(sum, root)), n);
  }
}

/**
 * Dozat 2016, Incorporating Nesterov Momentum into Adam, with its momentum schedule
 * u(t) = beta1 * (1 - 0.5 * fade^t), U(t) = u(1) * ... * u(t):
 *   w -= rate * (u(t+1) * m / (1 - U(t+1)) + (1 - u(t)) * g / (1 - U(t))) / (sqrt(v / (1 - beta2^t)) + epsilon)
 */
export function nadamUpdate(
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
  fade: f64,
  decay: f64,
  coupled: i32,
): void {
  const t = i32.load(step) + 1;
  const now = f32.load(rate);
  const faded = power(fade, t);
  const u = beta1 * (1 - 0.5 * faded);
  const next = beta1 * (1 - 0.5 * faded * fade);
  const product = momentumProduct(beta1, fade, t);
  const ofMean = <f32>((-(<f64>now) * next) / (1 - product * next));
  const ofGradient = <f32>((-(<f64>now) * (1 - u)) / (1 - product));
  const correction = <f32>(1 / sqrt<f64>(1 - power(beta2, t)));
  const take1 = <f32>(1 - beta1);
  const take2 = <f32>(1 - beta2);
  sweep<Nadam>(w, g, m, v, 0, n, now, decay, coupled, 0, take1, take2, ofMean, ofGradient, correction, epsilon);
}

/** U(t), anew each time: no state to keep. Ends where what is left to multiply no longer changes 1 - U. */
function momentumProduct(beta1: f64, fade: f64, t: i32): f64 {
  let product: f64 = 1;
  let faded: f64 = 1;
  for (; t > 0 && product > 1e-18; t--) {
    faded *= fade;
    product *= beta1 * (1 - 0.5 * faded);
  }
  return product;
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
