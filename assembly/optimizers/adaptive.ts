// Steps scaled by the past gradients of each parameter: Adagrad, RMSProp, Adadelta.
// TensorFlow adds epsilon under the root, PyTorch behind it (Adadelta: both under it): `inside` and `outside`, of which
// one is 0, so that one kernel serves the two.

import { lane } from "../lane";
import { decayed, part, sweep } from "./sweep";

/** sum += g^2;  w += minusRate * g / (sqrt(sum + inside) + outside) */
@unmanaged
class Adagrad {
  @inline isLight(): bool {
    return false;
  }
  @inline step<V>(
    w: usize,
    g: usize,
    accumulator: usize,
    _s: usize,
    _t: usize,
    n: i32,
    decays: bool,
    minusShrink: V,
    l2: V,
    _flags: i32,
    minusRate: V,
    inside: V,
    outside: V,
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
    const sum = lane.fma<V>(gradient, gradient, part.load<V>(accumulator, n));
    part.store<V>(accumulator, sum, n);
    const root = lane.add<V>(lane.sqrt<V>(lane.add<V>(sum, inside)), outside);
    const move = lane.div<V>(lane.mul<V>(minusRate, gradient), root);
    part.store<V>(w, lane.add<V>(weight, move), n);
  }
}

/** Duchi, Hazan & Singer 2011, the diagonal form. */
export function adagradUpdate(
  w: usize,
  g: usize,
  accumulator: usize,
  n: i32,
  rate: usize,
  inside: f32,
  outside: f32,
  decay: f64,
  coupled: i32,
): void {
  const now = f32.load(rate);
  sweep<Adagrad>(w, g, accumulator, 0, 0, n, now, decay, coupled, 0, -now, inside, outside);
}

const CENTERED: i32 = 1;
const WITH_MOMENTUM: i32 = 2;

/**
 * square += (g^2 - square) * take;  x = g / (sqrt(square [- mean^2] + inside) + outside)
 * w += b * x, or with momentum  v = momentum * v + a * x;  w += b * v
 */
@unmanaged
class Rmsprop {
  @inline isLight(): bool {
    return false;
  }
  @inline step<V>(
    w: usize,
    g: usize,
    square: usize,
    mean: usize,
    v: usize,
    n: i32,
    decays: bool,
    minusShrink: V,
    l2: V,
    flags: i32,
    take: V,
    inside: V,
    outside: V,
    momentum: V,
    a: V,
    b: V,
  ): void {
    let weight = part.load<V>(w, n);
    let gradient = part.load<V>(g, n);
    if (decays) {
      gradient = decayed.gradient<V>(gradient, weight, l2);
      weight = decayed.weight<V>(weight, minusShrink);
    }
    const before = part.load<V>(square, n);
    let spread = lane.fma<V>(take, lane.sub<V>(lane.mul<V>(gradient, gradient), before), before);
    part.store<V>(square, spread, n);
    if ((flags & CENTERED) !== 0) {
      const last = part.load<V>(mean, n);
      const now = lane.fma<V>(take, lane.sub<V>(gradient, last), last);
      part.store<V>(mean, now, n);
      // A variance: rounding must not carry it below 0, where the root is NaN.
      spread = lane.raise<V>(lane.sub<V>(spread, lane.mul<V>(now, now)), lane.splat<V>(0));
    }
    let move = lane.div<V>(gradient, lane.add<V>(lane.sqrt<V>(lane.add<V>(spread, inside)), outside));
    if ((flags & WITH_MOMENTUM) !== 0) {
      move = lane.fma<V>(momentum, part.load<V>(v, n), lane.mul<V>(a, move));
      part.store<V>(v, move, n);
    }
    part.store<V>(w, lane.fma<V>(b, move, weight), n);
  }
}

/**
 * Tieleman & Hinton 2012; centred as in Graves 2013. `mean` and `v` are 0 where there is no such slot.
 * TensorFlow's velocity has the rate in it, PyTorch's has not, as with momentumUpdate.
 */
export function rmspropUpdate(
  w: usize,
  g: usize,
  square: usize,
  mean: usize,
  v: usize,
  n: i32,
  rate: usize,
  rho: f64,
  momentum: f32,
  pytorch: i32,
  epsilon: f32,
  decay: f64,
  coupled: i32,
): void {
  const now = f32.load(rate);
  const flags = (mean !== 0 ? CENTERED : 0) | (v !== 0 ? WITH_MOMENTUM : 0);
  const inside = pytorch !== 0 ? <f32>0 : epsilon;
  const outside = pytorch !== 0 ? epsilon : <f32>0;
  const rateInVelocity = pytorch === 0 && v !== 0;
  const a = rateInVelocity ? now : <f32>1;
  const b = rateInVelocity ? <f32>-1 : -now;
  sweep<Rmsprop>(w, g, square, mean, v, n, now, decay, coupled, flags, <f32>(1 - rho), inside, outside, momentum, a, b);
}

/**
 * square += (g^2 - square) * take;  x = sqrt(moves + epsilon) * g / sqrt(square + epsilon)
 * moves += (x^2 - moves) * take;  w += minusRate * x
 */
@unmanaged
class Adadelta {
  @inline isLight(): bool {
    return false;
  }
  @inline step<V>(
    w: usize,
    g: usize,
    square: usize,
    moves: usize,
    _t: usize,
    n: i32,
    decays: bool,
    minusShrink: V,
    l2: V,
    _flags: i32,
    minusRate: V,
    take: V,
    epsilon: V,
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
    const before = part.load<V>(square, n);
    const now = lane.fma<V>(take, lane.sub<V>(lane.mul<V>(gradient, gradient), before), before);
    part.store<V>(square, now, n);
    const past = part.load<V>(moves, n);
    const scale = lane.div<V>(lane.sqrt<V>(lane.add<V>(past, epsilon)), lane.sqrt<V>(lane.add<V>(now, epsilon)));
    const move = lane.mul<V>(scale, gradient);
    part.store<V>(moves, lane.fma<V>(take, lane.sub<V>(lane.mul<V>(move, move), past), past), n);
    part.store<V>(w, lane.fma<V>(minusRate, move, weight), n);
  }
}

/** Zeiler 2012, Algorithm 1, with a rate. */
export function adadeltaUpdate(
  w: usize,
  g: usize,
  square: usize,
  moves: usize,
  n: i32,
  rate: usize,
  rho: f64,
  epsilon: f32,
  decay: f64,
  coupled: i32,
): void {
  const now = f32.load(rate);
  sweep<Adadelta>(w, g, square, moves, 0, n, now, decay, coupled, 0, -now, <f32>(1 - rho), epsilon);
}
