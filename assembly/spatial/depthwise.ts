// Convolutions in which each channel has a kernel of its own: y[pixel, c] = sum over taps of x[patch + tap, c] * w[tap, c], in
// the order of the taps. Channels lie side by side, so lanes are channels. Patches and taps are the tables of patches.ts, a
// run being one tap.

import { lane } from "../lane";

/** Pixels whose products of a weight's gradient are added before they join the sum: as in gradients.ts. */
const PART: i32 = 128;

/** y[m, channels], then + bias[channels] where bias is not 0. */
export function depthwise(
  m: i32,
  channels: i32,
  x: usize,
  patches: usize,
  taps: usize,
  tapCount: i32,
  w: usize,
  y: usize,
  bias: usize,
): void {
  if (ASC_FEATURE_SIMD) forward<v128>(m, channels, x, patches, taps, tapCount, w, y, bias);
  else forward<f32>(m, channels, x, patches, taps, tapCount, w, y, bias);
}

function forward<V>(
  m: i32,
  channels: i32,
  x: usize,
  patches: usize,
  taps: usize,
  tapCount: i32,
  w: usize,
  y: usize,
  bias: usize,
): void {
  const lanes = lane.count<V>();
  const width = <i32>sizeof<V>();
  const row = channels << 2;
  for (let i = 0; i < m; i++) {
    const from = x + load<u32>(patches + (i << 2));
    let c = 0;
    // Two registers of channels in a turn, so that one does not wait for the other's addition.
    for (; c + 2 * lanes <= channels; c += 2 * lanes) {
      const at = c << 2;
      let s0 = lane.splat<V>(0);
      let s1 = lane.splat<V>(0);
      let weight = w + at;
      for (let t = 0; t < tapCount; t++) {
        const p = from + load<u32>(taps + (t << 2)) + at;
        s0 = lane.fma<V>(lane.load<V>(p), lane.load<V>(weight), s0);
        s1 = lane.fma<V>(lane.load<V>(p, width), lane.load<V>(weight, width), s1);
        weight += row;
      }
      if (bias !== 0) {
        s0 = lane.add<V>(s0, lane.load<V>(bias + at));
        s1 = lane.add<V>(s1, lane.load<V>(bias + at, width));
      }
      lane.store<V>(y + at, s0);
      lane.store<V>(y + at, s1, width);
    }
    for (; c < channels; c += lanes) {
      const at = c << 2;
      const some = channels - c;
      let s = lane.splat<V>(0);
      let weight = w + at;
      for (let t = 0; t < tapCount; t++) {
        const p = from + load<u32>(taps + (t << 2)) + at;
        s = lane.fma<V>(lane.loadUpTo<V>(p, some, 0), lane.loadUpTo<V>(weight, some, 0), s);
        weight += row;
      }
      if (bias !== 0) s = lane.add<V>(s, lane.loadUpTo<V>(bias + at, some, 0));
      lane.storeUpTo<V>(y + at, s, some);
    }
    y += row;
  }
}

/** Adds dy[pixel, c] * w[tap, c] to dx[patch + tap, c], pixel after pixel, tap after tap. */
export function depthwiseInputGradient(
  m: i32,
  channels: i32,
  dx: usize,
  patches: usize,
  taps: usize,
  tapCount: i32,
  w: usize,
  dy: usize,
): void {
  if (ASC_FEATURE_SIMD) inputGradient<v128>(m, channels, dx, patches, taps, tapCount, w, dy);
  else inputGradient<f32>(m, channels, dx, patches, taps, tapCount, w, dy);
}

function inputGradient<V>(
  m: i32,
  channels: i32,
  dx: usize,
  patches: usize,
  taps: usize,
  tapCount: i32,
  w: usize,
  dy: usize,
): void {
  const lanes = lane.count<V>();
  const row = channels << 2;
  for (let i = 0; i < m; i++) {
    const to = dx + load<u32>(patches + (i << 2));
    let weights = w;
    for (let t = 0; t < tapCount; t++) {
      const p = to + load<u32>(taps + (t << 2));
      let c = 0;
      for (; c + lanes <= channels; c += lanes) {
        const at = c << 2;
        lane.store<V>(p + at, lane.fma<V>(lane.load<V>(dy + at), lane.load<V>(weights + at), lane.load<V>(p + at)));
      }
      if (c < channels) {
        const at = c << 2;
        const some = channels - c;
        const sum = lane.fma<V>(
          lane.loadPart<V>(dy + at, some, 0),
          lane.loadPart<V>(weights + at, some, 0),
          lane.loadPart<V>(p + at, some, 0),
        );
        lane.storePart<V>(p + at, sum, some);
      }
      weights += row;
    }
    dy += row;
  }
}

/** dw[tap, c] = sum over pixels of x[patch + tap, c] * dy[pixel, c]: PART pixels at a time, then part after part. */
export function depthwiseKernelGradient(
  m: i32,
  channels: i32,
  x: usize,
  patches: usize,
  taps: usize,
  tapCount: i32,
  dy: usize,
  dw: usize,
): void {
  if (ASC_FEATURE_SIMD) kernelGradient<v128>(m, channels, x, patches, taps, tapCount, dy, dw);
  else kernelGradient<f32>(m, channels, x, patches, taps, tapCount, dy, dw);
}

function kernelGradient<V>(
  m: i32,
  channels: i32,
  x: usize,
  patches: usize,
  taps: usize,
  tapCount: i32,
  dy: usize,
  dw: usize,
): void {
  const lanes = lane.count<V>();
  const row = channels << 2;
  memory.fill(dw, 0, tapCount * row);
  for (let p0 = 0; p0 < m; p0 += PART) {
    const count = min(m - p0, PART);
    let to = dw;
    for (let t = 0; t < tapCount; t++) {
      const from = x + load<u32>(taps + (t << 2));
      for (let c = 0; c < channels; c += lanes) {
        const at = c << 2;
        const some = channels - c;
        let s = lane.splat<V>(0);
        let g = dy + at;
        let table = patches;
        for (const end = table + (count << 2); table !== end; table += 4) {
          const p = from + load<u32>(table) + at;
          if (some >= lanes) s = lane.fma<V>(lane.load<V>(p), lane.load<V>(g), s);
          else s = lane.fma<V>(lane.loadPart<V>(p, some, 0), lane.loadPart<V>(g, some, 0), s);
          g += row;
        }
        lane.storeUpTo<V>(to + at, lane.add<V>(lane.loadUpTo<V>(to + at, some, 0), s), some);
      }
      to += row;
    }
    patches += count << 2;
    dy += count * row;
  }
}
