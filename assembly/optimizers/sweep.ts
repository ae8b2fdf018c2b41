// One pass of an optimizer over a flat span of parameters: one call serves every variable of a contiguous block.
// A rule travels as a type F whose method `step` changes one register of weights, and of slots lying beside them.

import { lane } from "../lane";

/** A register, or its first n lanes where n is short of one; the compiler removes the choice where n is known. */
export abstract class part {
  @inline static load<V>(p: usize, n: i32): V {
    return n >= lane.count<V>() ? lane.load<V>(p) : lane.loadPart<V>(p, n, 0);
  }

  @inline static store<V>(p: usize, x: V, n: i32): void {
    if (n >= lane.count<V>()) lane.store<V>(p, x);
    else lane.storePart<V>(p, x, n);
  }
}

/**
 * Weight decay, the same for every rule. Decoupled (Keras; Loshchilov & Hutter 2019): w -= rate * decay * w before the
 * step. Coupled (L2, as PyTorch has it outside AdamW): g += decay * w. Both read the weight as it was.
 */
export abstract class decayed {
  @inline static gradient<V>(g: V, w: V, l2: V): V {
    return lane.fma<V>(l2, w, g);
  }

  @inline static weight<V>(w: V, minusShrink: V): V {
    return lane.fma<V>(minusShrink, w, w);
  }
}

/**
 * F.step over n parameters w with gradients g and slots r, s, t at the same offsets; slots that a rule does not use may
 * point anywhere. `decay` is the weight decay, `coupled` its kind. `flags` and k0 .. k5 are the rule's own.
 */
export function sweep<F>(
  w: usize,
  g: usize,
  r: usize,
  s: usize,
  t: usize,
  n: i32,
  rate: f32,
  decay: f64,
  coupled: i32,
  flags: i32,
  k0: f32,
  k1: f32,
  k2: f32,
  k3: f32 = 0,
  k4: f32 = 0,
  k5: f32 = 0,
): void {
  const minusShrink = coupled !== 0 ? <f32>0 : <f32>(-(<f64>rate) * decay);
  const l2 = coupled !== 0 ? <f32>decay : <f32>0;
  const decays = decay !== 0;
  if (ASC_FEATURE_SIMD) sweepOn<v128, F>(w, g, r, s, t, n, decays, minusShrink, l2, flags, k0, k1, k2, k3, k4, k5);
  else sweepOn<f32, F>(w, g, r, s, t, n, decays, minusShrink, l2, flags, k0, k1, k2, k3, k4, k5);
}

function sweepOn<V, F>(
  w: usize,
  g: usize,
  r: usize,
  s: usize,
  t: usize,
  n: i32,
  decays: bool,
  minusShrink: f32,
  l2: f32,
  flags: i32,
  k0: f32,
  k1: f32,
  k2: f32,
  k3: f32,
  k4: f32,
  k5: f32,
): void {
  const rule = changetype<F>(0);
  const count = lane.count<V>();
  const width = <usize>sizeof<V>();
  const d = lane.splat<V>(minusShrink);
  const l = lane.splat<V>(l2);
  const a = lane.splat<V>(k0);
  const b = lane.splat<V>(k1);
  const c = lane.splat<V>(k2);
  const e = lane.splat<V>(k3);
  const f = lane.splat<V>(k4);
  const h = lane.splat<V>(k5);
  // Light rules are bound by the loop and not by memory unless it takes four registers at a time.
  if (rule.isLight()) {
    const w1 = width;
    const w2 = w1 + width;
    const w3 = w2 + width;
    const w4 = w3 + width;
    for (; n >= 4 * count; n -= 4 * count) {
      rule.step<V>(w, g, r, s, t, count, decays, d, l, flags, a, b, c, e, f, h);
      rule.step<V>(w + w1, g + w1, r + w1, s + w1, t + w1, count, decays, d, l, flags, a, b, c, e, f, h);
      rule.step<V>(w + w2, g + w2, r + w2, s + w2, t + w2, count, decays, d, l, flags, a, b, c, e, f, h);
      rule.step<V>(w + w3, g + w3, r + w3, s + w3, t + w3, count, decays, d, l, flags, a, b, c, e, f, h);
      w += w4;
      g += w4;
      r += w4;
      s += w4;
      t += w4;
    }
  }
  for (; n >= count; n -= count) {
    rule.step<V>(w, g, r, s, t, count, decays, d, l, flags, a, b, c, e, f, h);
    w += width;
    g += width;
    r += width;
    s += width;
    t += width;
  }
  if (count > 1 && n > 0) rule.step<V>(w, g, r, s, t, n, decays, d, l, flags, a, b, c, e, f, h);
}
