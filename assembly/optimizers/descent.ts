// Steps along the gradient: plain, with momentum, and by the sign alone (Lion).
// Rates and step counters are read from memory, so that a plan stays valid while they change.

import { lane } from "../lane";
import { decayed, part, sweep } from "./sweep";

/** w += minusRate * g */
@unmanaged
class Descent {
  @inline isLight(): bool {
    return true;
  }
  @inline step<V>(
    w: usize,
    g: usize,
    _r: usize,
    _s: usize,
    _t: usize,
    n: i32,
    decays: bool,
    minusShrink: V,
    l2: V,
    _flags: i32,
    minusRate: V,
    _k1: V,
    _k2: V,
    _k3: V,
    _k4: V,
    _k5: V,
  ): void {
    let weight = part.load<V>(w, n);
    let gradient = part.load<V>(g, n);
    if (decays) {
      gradient = decayed.gradient<V>(gradient, weight, l2);
      weight = decayed.weight<V>(weight, minusShrink);
    }
    part.store<V>(w, lane.fma<V>(minusRate, gradient, weight), n);
  }
}

/** w -= rate[0] * g */
export function sgdUpdate(w: usize, g: usize, n: i32, rate: usize, decay: f64, coupled: i32): void {
  const now = f32.load(rate);
  sweep<Descent>(w, g, 0, 0, 0, n, now, decay, coupled, 0, -now, 0, 0);
}

/** v = momentum * v + a * g;  w += b * v + c * g */
@unmanaged
class Momentum {
  @inline isLight(): bool {
    return true;
  }
  @inline step<V>(
    w: usize,
    g: usize,
    v: usize,
    _s: usize,
    _t: usize,
    n: i32,
    decays: bool,
    minusShrink: V,
    l2: V,
    _flags: i32,
    momentum: V,
    a: V,
    b: V,
    c: V,
    _k4: V,
    _k5: V,
  ): void {
    let weight = part.load<V>(w, n);
    let gradient = part.load<V>(g, n);
    if (decays) {
      gradient = decayed.gradient<V>(gradient, weight, l2);
      weight = decayed.weight<V>(weight, minusShrink);
    }
    const velocity = lane.fma<V>(momentum, part.load<V>(v, n), lane.mul<V>(a, gradient));
    part.store<V>(v, velocity, n);
    const moved = lane.fma<V>(b, velocity, weight);
    part.store<V>(w, lane.fma<V>(c, gradient, moved), n);
  }
}

/**
 * TensorFlow:  v = momentum * v - rate * g;  w += v,           Nesterov: w += momentum * v - rate * g
 * PyTorch:     v = momentum * v + g;         w -= rate * v,    Nesterov: w -= rate * (g + momentum * v)
 * With a constant rate the two differ by rounding only. TensorFlow's velocity has the rates in it that were in force
 * when each gradient came; PyTorch's has none, so that a new rate applies to all of the velocity at once.
 */
export function momentumUpdate(
  w: usize,
  g: usize,
  v: usize,
  n: i32,
  rate: usize,
  momentum: f32,
  nesterov: i32,
  pytorch: i32,
  decay: f64,
  coupled: i32,
): void {
  const now = f32.load(rate);
  const a = pytorch !== 0 ? <f32>1 : -now;
  const unit = pytorch !== 0 ? -now : <f32>1;
  const b = nesterov !== 0 ? unit * momentum : unit;
  const c = nesterov !== 0 ? -now : <f32>0;
  sweep<Momentum>(w, g, v, 0, 0, n, now, decay, coupled, 0, momentum, a, b, c);
}

/** w += minusRate * sign(m + (g - m) * take1);  m += (g - m) * take2 */
@unmanaged
class Lion {
  @inline isLight(): bool {
    return false;
  }
  @inline step<V>(
    w: usize,
    g: usize,
    m: usize,
    _s: usize,
    _t: usize,
    n: i32,
    decays: bool,
    minusShrink: V,
    l2: V,
    _flags: i32,
    minusRate: V,
    take1: V,
    take2: V,
    _k3: V,
    _k4: V,
    _k5: V,
  ): void {
    let weight = part.load<V>(w, n);
    let gradient = part.load<V>(g, n);
    if (decays) {
      gradient = decayed.gradient<V>(gradient, weight, l2);
      weight = decayed.weight<V>(weight, minusShrink);
    }
    const mean = part.load<V>(m, n);
    const news = lane.sub<V>(gradient, mean);
    const direction = lane.fma<V>(take1, news, mean);
    part.store<V>(m, lane.fma<V>(take2, news, mean), n);
    const zero = lane.splat<V>(0);
    const down = lane.whereGreater<V>(direction, zero, minusRate, zero);
    const move = lane.whereGreater<V>(zero, direction, lane.sub<V>(zero, minusRate), down);
    const moved = lane.add<V>(weight, move);
    part.store<V>(w, lane.whereNaN<V>(direction, direction, moved), n);
  }
}

/** Chen et al. 2023, Symbolic Discovery of Optimization Algorithms, Algorithm 2. The sign of 0 is 0, of NaN it is NaN. */
export function lionUpdate(
  w: usize,
  g: usize,
  m: usize,
  n: i32,
  rate: usize,
  beta1: f64,
  beta2: f64,
  decay: f64,
  coupled: i32,
): void {
  const now = f32.load(rate);
  sweep<Lion>(w, g, m, 0, 0, n, now, decay, coupled, 0, -now, <f32>(1 - beta1), <f32>(1 - beta2));
}
