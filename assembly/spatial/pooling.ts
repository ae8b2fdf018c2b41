// Pooling of pictures [n, h, w, c], channels last: the largest or the mean of what each window covers, and the gradients.
// Taps that fall into padding take no part.

import { lane } from "../lane";
import { areTiles, slide, tiles } from "./windows";

/** y = the largest of each window. NaN where one is NaN. The geometry is that of `slide`. */
export function maxPool(
  x: usize,
  y: usize,
  n: i32,
  h: i32,
  w: i32,
  c: i32,
  oh: i32,
  ow: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  dh: i32,
  dw: i32,
  top: i32,
  left: i32,
): void {
  if (areTiles(h, w, oh, ow, kh, kw, sh, sw, dh, dw, top, left)) tiles<Largest>(x, 0, y, 0, n, h, w, c, oh, ow);
  else slide<Largest>(x, 0, y, 0, n, h, w, c, oh, ow, kh, kw, sh, sw, dh, dw, top, left, -1, -1);
}

/** dx = each dy at the first largest of its window, the first NaN where there is one; 0 elsewhere. */
export function maxPoolGradient(
  x: usize,
  y: usize,
  dy: usize,
  dx: usize,
  n: i32,
  h: i32,
  w: i32,
  c: i32,
  oh: i32,
  ow: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  dh: i32,
  dw: i32,
  top: i32,
  left: i32,
): void {
  const tiled = areTiles(h, w, oh, ow, kh, kw, sh, sw, dh, dw, top, left);
  if (!tiled || 2 * oh < h || 2 * ow < w) memory.fill(dx, 0, (n * h * w * c) << 2);
  if (tiled) tiles<LargestGradient>(x, dx, y, dy, n, h, w, c, oh, ow);
  else slide<LargestGradient>(x, dx, y, dy, n, h, w, c, oh, ow, kh, kw, sh, sw, dh, dw, top, left, -1, -1);
}

/** y = the mean of each window: of its taps inside the input, or, unless `bottom` is negative, inside the padded one. */
export function averagePool(
  x: usize,
  y: usize,
  n: i32,
  h: i32,
  w: i32,
  c: i32,
  oh: i32,
  ow: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  dh: i32,
  dw: i32,
  top: i32,
  left: i32,
  bottom: i32,
  right: i32,
): void {
  if (areTiles(h, w, oh, ow, kh, kw, sh, sw, dh, dw, top, left)) tiles<Mean>(x, 0, y, 0, n, h, w, c, oh, ow);
  else slide<Mean>(x, 0, y, 0, n, h, w, c, oh, ow, kh, kw, sh, sw, dh, dw, top, left, bottom, right);
}

/** dx = the sum of dy / divisor over the windows that cover each element. */
export function averagePoolGradient(
  dy: usize,
  dx: usize,
  n: i32,
  h: i32,
  w: i32,
  c: i32,
  oh: i32,
  ow: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  dh: i32,
  dw: i32,
  top: i32,
  left: i32,
  bottom: i32,
  right: i32,
): void {
  const tiled = areTiles(h, w, oh, ow, kh, kw, sh, sw, dh, dw, top, left);
  if (!tiled || 2 * oh < h || 2 * ow < w) memory.fill(dx, 0, (n * h * w * c) << 2);
  if (tiled) tiles<MeanGradient>(0, dx, 0, dy, n, h, w, c, oh, ow);
  else slide<MeanGradient>(0, dx, 0, dy, n, h, w, c, oh, ow, kh, kw, sh, sw, dh, dw, top, left, bottom, right);
}

/** The first largest so far and the next; a NaN stays. */
function larger<V>(best: V, x: V): V {
  return lane.orBits<V>(lane.raise<V>(best, x), lane.maskNaN<V>(x));
}

/** All bits where x is the largest or NaN, unless one before it in the window was. */
function isFirst<V>(x: V, largest: V, taken: V): V {
  return lane.andNotBits<V>(lane.orBits<V>(lane.maskEqual<V>(x, largest), lane.maskNaN<V>(x)), taken);
}

@unmanaged
class Largest {
  @inline tile<V>(p: usize, _q: usize, y: usize, _z: usize, row: i32, pixel: i32): void {
    const lower = p + row;
    let result = lane.load<V>(p);
    result = this.next<V>(result, lane.load<V>(p + pixel));
    result = this.next<V>(result, lane.load<V>(lower));
    result = this.next<V>(result, lane.load<V>(lower + pixel));
    lane.store<V>(y, this.finish<V>(result, 4));
  }
  @inline none<V>(): V {
    return lane.splat<V>(-Infinity);
  }
  @inline next<V>(best: V, x: V): V {
    return larger<V>(best, x);
  }
  @inline finish<V>(best: V, _divisor: f32): V {
    return best;
  }
  @inline window(
    x: usize,
    _b: usize,
    y: usize,
    _z: usize,
    c: i32,
    rows: i32,
    columns: i32,
    rowStep: i32,
    step: i32,
    divisor: f32,
  ): void {
    reduce<Largest>(x, y, c, rows, columns, rowStep, step, divisor);
  }
}

@unmanaged
class Mean {
  @inline tile<V>(p: usize, _q: usize, y: usize, _z: usize, row: i32, pixel: i32): void {
    const lower = p + row;
    let result = lane.load<V>(p);
    result = this.next<V>(result, lane.load<V>(p + pixel));
    result = this.next<V>(result, lane.load<V>(lower));
    result = this.next<V>(result, lane.load<V>(lower + pixel));
    lane.store<V>(y, this.finish<V>(result, 4));
  }
  @inline none<V>(): V {
    return lane.splat<V>(0);
  }
  @inline next<V>(sum: V, x: V): V {
    return lane.add<V>(sum, x);
  }
  @inline finish<V>(sum: V, divisor: f32): V {
    return lane.div<V>(sum, lane.splat<V>(divisor));
  }
  @inline window(
    x: usize,
    _b: usize,
    y: usize,
    _z: usize,
    c: i32,
    rows: i32,
    columns: i32,
    rowStep: i32,
    step: i32,
    divisor: f32,
  ): void {
    reduce<Mean>(x, y, c, rows, columns, rowStep, step, divisor);
  }
}

/** One window in all channels, in four registers at a time where that many are left: each waits for its own results. */
function reduce<F>(x: usize, y: usize, c: i32, rows: i32, columns: i32, rowStep: i32, step: i32, divisor: f32): void {
  if (ASC_FEATURE_SIMD) {
    for (; c >= 16; c -= 16) {
      let r0 = changetype<F>(0).none<v128>();
      let r1 = r0;
      let r2 = r0;
      let r3 = r0;
      let p = x;
      for (let i = rows; i > 0; i--) {
        let q = p;
        for (let j = columns; j > 0; j--) {
          r0 = changetype<F>(0).next<v128>(r0, lane.load<v128>(q));
          r1 = changetype<F>(0).next<v128>(r1, lane.load<v128>(q, 16));
          r2 = changetype<F>(0).next<v128>(r2, lane.load<v128>(q, 32));
          r3 = changetype<F>(0).next<v128>(r3, lane.load<v128>(q, 48));
          q += step;
        }
        p += rowStep;
      }
      lane.store<v128>(y, changetype<F>(0).finish<v128>(r0, divisor));
      lane.store<v128>(y, changetype<F>(0).finish<v128>(r1, divisor), 16);
      lane.store<v128>(y, changetype<F>(0).finish<v128>(r2, divisor), 32);
      lane.store<v128>(y, changetype<F>(0).finish<v128>(r3, divisor), 48);
      x += 64;
      y += 64;
    }
    for (; c >= 4; c -= 4) {
      reduceOne<v128, F>(x, y, rows, columns, rowStep, step, divisor);
      x += 16;
      y += 16;
    }
  }
  for (; c > 0; c--) {
    reduceOne<f32, F>(x, y, rows, columns, rowStep, step, divisor);
    x += 4;
    y += 4;
  }
}

function reduceOne<V, F>(x: usize, y: usize, rows: i32, columns: i32, rowStep: i32, step: i32, divisor: f32): void {
  let result = changetype<F>(0).none<V>();
  for (; rows > 0; rows--) {
    let p = x;
    for (let j = columns; j > 0; j--) {
      result = changetype<F>(0).next<V>(result, lane.load<V>(p));
      p += step;
    }
    x += rowStep;
  }
  lane.store<V>(y, changetype<F>(0).finish<V>(result, divisor));
}

@unmanaged
class LargestGradient {
  @inline tile<V>(p: usize, q: usize, y: usize, dy: usize, row: i32, pixel: i32): void {
    const largest = lane.load<V>(y);
    const upstream = lane.load<V>(dy);
    const a = isFirst<V>(lane.load<V>(p), largest, lane.splat<V>(0));
    lane.store<V>(q, lane.andBits<V>(upstream, a));
    const b = isFirst<V>(lane.load<V>(p + pixel), largest, a);
    lane.store<V>(q + pixel, lane.andBits<V>(upstream, b));
    const upper = lane.orBits<V>(a, b);
    p += row;
    q += row;
    const d = isFirst<V>(lane.load<V>(p), largest, upper);
    lane.store<V>(q, lane.andBits<V>(upstream, d));
    const e = isFirst<V>(lane.load<V>(p + pixel), largest, lane.orBits<V>(upper, d));
    lane.store<V>(q + pixel, lane.andBits<V>(upstream, e));
  }
  @inline window(
    x: usize,
    dx: usize,
    y: usize,
    dy: usize,
    c: i32,
    rows: i32,
    columns: i32,
    rowStep: i32,
    step: i32,
    _divisor: f32,
  ): void {
    if (ASC_FEATURE_SIMD) {
      for (; c >= 4; c -= 4) {
        giveToLargest<v128>(x, dx, y, dy, rows, columns, rowStep, step);
        x += 16;
        dx += 16;
        y += 16;
        dy += 16;
      }
    }
    for (; c > 0; c--) {
      giveToLargest<f32>(x, dx, y, dy, rows, columns, rowStep, step);
      x += 4;
      dx += 4;
      y += 4;
      dy += 4;
    }
  }
}

function giveToLargest<V>(
  x: usize,
  dx: usize,
  y: usize,
  dy: usize,
  rows: i32,
  columns: i32,
  rowStep: i32,
  step: i32,
): void {
  const largest = lane.load<V>(y);
  const upstream = lane.load<V>(dy);
  let taken = lane.splat<V>(0);
  for (; rows > 0; rows--) {
    let p = x;
    let q = dx;
    for (let j = columns; j > 0; j--) {
      const first = isFirst<V>(lane.load<V>(p), largest, taken);
      lane.store<V>(q, lane.add<V>(lane.load<V>(q), lane.andBits<V>(upstream, first)));
      taken = lane.orBits<V>(taken, first);
      p += step;
      q += step;
    }
    x += rowStep;
    dx += rowStep;
  }
}

@unmanaged
class MeanGradient {
  @inline tile<V>(_p: usize, q: usize, _y: usize, dy: usize, row: i32, pixel: i32): void {
    const share = lane.mul<V>(lane.load<V>(dy), lane.splat<V>(0.25));
    lane.store<V>(q, share);
    lane.store<V>(q + pixel, share);
    q += row;
    lane.store<V>(q, share);
    lane.store<V>(q + pixel, share);
  }
  /** Tap by tap, all channels of each: they lie side by side. */
  @inline window(
    _a: usize,
    dx: usize,
    _y: usize,
    dy: usize,
    c: i32,
    rows: i32,
    columns: i32,
    rowStep: i32,
    step: i32,
    divisor: f32,
  ): void {
    for (; rows > 0; rows--) {
      let q = dx;
      for (let j = columns; j > 0; j--) {
        addShare(q, dy, c, divisor);
        q += step;
      }
      dx += rowStep;
    }
  }
}

function addShare(dx: usize, dy: usize, c: i32, divisor: f32): void {
  if (ASC_FEATURE_SIMD) {
    for (; c >= 4; c -= 4) {
      addShareOf<v128>(dx, dy, divisor);
      dx += 16;
      dy += 16;
    }
  }
  for (; c > 0; c--) {
    addShareOf<f32>(dx, dy, divisor);
    dx += 4;
    dy += 4;
  }
}

function addShareOf<V>(dx: usize, dy: usize, divisor: f32): void {
  const share = lane.div<V>(lane.load<V>(dy), lane.splat<V>(divisor));
  lane.store<V>(dx, lane.add<V>(lane.load<V>(dx), share));
}
