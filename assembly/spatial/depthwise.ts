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

/**
 * The same with kernels of 3 x 3 and stride 1, without tables and without a border: `zeros` is a row of `width` pixels that are
 * 0 and stands for those above and below. The nine weights of some channels stay in registers while the window moves along
 * a row: a column of the input is loaded once, for the three pixels that have it on their right, in their middle and on
 * their left. Hence the order of a sum: column by column. `turned` reads the weights from the last to the first, as the
 * gradient of the input needs them. `channels` is a multiple of four.
 */
export function depthwise3x3(
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  top: i32,
  left: i32,
  x: usize,
  zeros: usize,
  w: usize,
  turned: i32,
  y: usize,
  bias: usize,
): void {
  const row = (width * channels) << 2;
  const outRow = (outWidth * channels) << 2;
  for (; batch > 0; batch--) {
    for (let i = 0; i < outHeight; i++) {
      const r = i - top;
      const r0 = r >= 0 && r < height ? x + r * row : zeros;
      const r1 = r >= -1 && r < height - 1 ? x + (r + 1) * row : zeros;
      const r2 = r >= -2 && r < height - 2 ? x + (r + 2) * row : zeros;
      if (ASC_FEATURE_SIMD) rowOf3x3<v128>(r0, r1, r2, width, channels, outWidth, left, w, turned, y, bias);
      else rowOf3x3<f32>(r0, r1, r2, width, channels, outWidth, left, w, turned, y, bias);
      y += outRow;
    }
    x += height * row;
  }
}

/** One row of pixels from three of the input. */
function rowOf3x3<V>(
  r0: usize,
  r1: usize,
  r2: usize,
  width: i32,
  channels: i32,
  outWidth: i32,
  left: i32,
  w: usize,
  turned: i32,
  y: usize,
  bias: usize,
): void {
  const pixel = channels << 2;
  const step = turned ? -pixel : pixel;
  // Columns, counted from the first that a window has: outWidth + 2 of them, those from `begin` to `end` end a pixel and lie
  // within the input.
  const columns = outWidth + 2;
  const begin = max(2, left);
  const end = min(columns, left + width);
  for (let at = 0; at < pixel; at += <i32>sizeof<V>()) {
    const weight = w + at + (turned ? 8 * pixel : 0);
    const w00 = lane.load<V>(weight);
    const w01 = lane.load<V>(weight + step);
    const w02 = lane.load<V>(weight + 2 * step);
    const w10 = lane.load<V>(weight + 3 * step);
    const w11 = lane.load<V>(weight + 4 * step);
    const w12 = lane.load<V>(weight + 5 * step);
    const w20 = lane.load<V>(weight + 6 * step);
    const w21 = lane.load<V>(weight + 7 * step);
    const w22 = lane.load<V>(weight + 8 * step);
    // Sums of the pixels that have seen two columns, and one.
    let older = lane.splat<V>(0);
    let newer = lane.splat<V>(0);
    let to = y + at;
    for (let n = 0; n < columns; n++) {
      if (n === begin && begin < end) {
        let offset = (n - left) * pixel + at;
        for (const last = (end - left) * pixel + at; offset !== last; offset += pixel) {
          const v0 = lane.load<V>(r0 + offset);
          let sum = lane.fma<V>(v0, w02, older);
          older = lane.fma<V>(v0, w01, newer);
          newer = lane.mul<V>(v0, w00);
          const v1 = lane.load<V>(r1 + offset);
          sum = lane.fma<V>(v1, w12, sum);
          older = lane.fma<V>(v1, w11, older);
          newer = lane.fma<V>(v1, w10, newer);
          const v2 = lane.load<V>(r2 + offset);
          sum = lane.fma<V>(v2, w22, sum);
          older = lane.fma<V>(v2, w21, older);
          newer = lane.fma<V>(v2, w20, newer);
          if (bias !== 0) sum = lane.add<V>(sum, lane.load<V>(bias + at));
          lane.store<V>(to, sum);
          to += pixel;
        }
        n = end;
        if (n >= columns) break;
      }
      const column = n - left;
      const inside = column >= 0 && column < width;
      const offset = column * pixel + at;
      const v0 = inside ? lane.load<V>(r0 + offset) : lane.splat<V>(0);
      const v1 = inside ? lane.load<V>(r1 + offset) : lane.splat<V>(0);
      const v2 = inside ? lane.load<V>(r2 + offset) : lane.splat<V>(0);
      if (n >= 2) {
        let sum = lane.fma<V>(v2, w22, lane.fma<V>(v1, w12, lane.fma<V>(v0, w02, older)));
        if (bias !== 0) sum = lane.add<V>(sum, lane.load<V>(bias + at));
        lane.store<V>(to, sum);
        to += pixel;
      }
      older = lane.fma<V>(v2, w21, lane.fma<V>(v1, w11, lane.fma<V>(v0, w01, newer)));
      newer = lane.fma<V>(v2, w20, lane.fma<V>(v1, w10, lane.mul<V>(v0, w00)));
    }
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
