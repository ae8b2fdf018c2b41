// Pictures read through matrices: rotations, translations, zooms, shears and flips. Each is read from a padded copy, so that a
// result may lie where its input lies and no place that is read is outside.

import { lane } from "../lane";

const CONSTANT: i32 = 0;
const NEAREST: i32 = 1;
const REFLECT: i32 = 2;
const WRAP: i32 = 3;

// A padded copy has a column and a row before the picture and two after it: bilinear reading at the last place that a
// coordinate can have, `extent`, takes the next but one too, with weight 0.
const BEFORE: i32 = 1;
const PADDING: i32 = 3;

/**
 * y = each picture read at the places that its matrix gives, while training[0] is not 0; otherwise y = x. Between pixels
 * the four around are weighed, or the nearest is taken. y may be x. The workspace holds a picture of
 * (height + 3) (width + 3) channels floats, and 4 more.
 */
export function affineSample(
  x: usize,
  matrices: usize,
  training: usize,
  y: usize,
  n: i32,
  height: i32,
  width: i32,
  channels: i32,
  bilinear: i32,
  mode: i32,
  fill: f32,
  workspace: usize,
): void {
  const step = (height * width * channels) << 2;
  if (f32.load(training) === 0) {
    if (x !== y) memory.copy(y, x, n * step);
    return;
  }
  for (; n > 0; n--) {
    padPicture(x, workspace, height, width, channels, mode, fill);
    samplePicture(workspace, matrices, y, height, width, channels, bilinear, mode);
    x += step;
    y += step;
    matrices += 24;
  }
}

/** Which pixel of the picture a pixel of its padded copy is, along one axis; -1 for none. */
function sourceOf(at: i32, extent: i32, mode: i32): i32 {
  const i = at - BEFORE;
  if (mode === WRAP) return (i + extent) % extent;
  if (mode === CONSTANT) return i < 0 || i >= extent ? -1 : i;
  return min(max(i, 0), extent - 1);
}

function padPicture(x: usize, to: usize, height: i32, width: i32, channels: i32, mode: i32, fill: f32): void {
  const pixel = channels << 2;
  for (let row = 0; row < height + PADDING; row++) {
    const from = sourceOf(row, height, mode);
    const line = x + from * width * pixel;
    padPixel(line, to, from < 0 ? -1 : sourceOf(0, width, mode), channels, fill);
    to += pixel;
    if (from < 0) {
      for (let i = 0; i < width; i++) padPixel(line, to + i * pixel, -1, channels, fill);
    } else memory.copy(to, line, width * pixel);
    to += width * pixel;
    for (let i = 1; i < PADDING; i++) {
      padPixel(line, to, from < 0 ? -1 : sourceOf(width + i, width, mode), channels, fill);
      to += pixel;
    }
  }
  // Read by registers that are wider than a pixel.
  memory.fill(to, 0, 16);
}

function padPixel(line: usize, to: usize, from: i32, channels: i32, fill: f32): void {
  for (let i = 0; i < channels; i++)
    f32.store(to + (i << 2), from < 0 ? fill : f32.load(line + ((from * channels + i) << 2)));
}

/** A coordinate brought to a place that the padded copy has, whatever it was: NaN becomes one too. */
function within<V>(s: V, extent: f32, mode: i32): V {
  let low: f32 = 0;
  let high = extent;
  if (mode === CONSTANT) low = -1;
  else if (mode === NEAREST) high = extent - 1;
  else if (mode === REFLECT) {
    // Half a pixel before the first the picture is its own mirror: a triangle of period 2 extent.
    const whole = lane.splat<V>(2 * extent);
    const t = lane.add<V>(s, lane.splat<V>(0.5));
    const cycles = lane.floor<V>(lane.mul<V>(t, lane.splat<V>(0.5 / extent)));
    const rest = lane.sub<V>(t, lane.mul<V>(whole, cycles));
    const folded = lane.sub<V>(lane.splat<V>(extent), lane.abs<V>(lane.sub<V>(rest, lane.splat<V>(extent))));
    s = lane.sub<V>(folded, lane.splat<V>(0.5));
    low = -0.5;
    high = extent - 0.5;
  } else {
    const cycles = lane.floor<V>(lane.mul<V>(s, lane.splat<V>(1 / extent)));
    s = lane.sub<V>(s, lane.mul<V>(lane.splat<V>(extent), cycles));
  }
  return lane.lower<V>(lane.splat<V>(high), lane.raise<V>(lane.splat<V>(low), s));
}

function samplePicture(
  padded: usize,
  matrix: usize,
  y: usize,
  height: i32,
  width: i32,
  channels: i32,
  bilinear: i32,
  mode: i32,
): void {
  for (let row = 0; row < height; row++) {
    let column = 0;
    if (ASC_FEATURE_SIMD) {
      if (channels === 1) {
        for (; column + 4 <= width; column += 4) {
          samplePixels<v128>(padded, matrix, y, row, column, height, width, bilinear, mode);
          y += 16;
        }
      }
    }
    for (; column < width; column++) {
      samplePixel(padded, matrix, y, row, column, height, width, channels, bilinear, mode);
      y += channels << 2;
    }
  }
}

/** Four grey pixels side by side. Vectors only. */
function samplePixels<V>(
  padded: usize,
  matrix: usize,
  y: usize,
  row: i32,
  column: i32,
  height: i32,
  width: i32,
  bilinear: i32,
  mode: i32,
): void {
  const columns = lane.add<V>(lane.splat<V>(<f32>column), lane.bitsToFloat<V>(lane.countUp<V>()));
  const r = <f32>row;
  const s = within<V>(
    lane.add<V>(
      lane.mul<V>(lane.loadSplat<V>(matrix, 0), columns),
      lane.splat<V>(f32.load(matrix, 4) * r + f32.load(matrix, 8)),
    ),
    <f32>width,
    mode,
  );
  const t = within<V>(
    lane.add<V>(
      lane.mul<V>(lane.loadSplat<V>(matrix, 3), columns),
      lane.splat<V>(f32.load(matrix, 16) * r + f32.load(matrix, 20)),
    ),
    <f32>height,
    mode,
  );
  const half = lane.splat<V>(0.5);
  const left = lane.floor<V>(bilinear ? s : lane.add<V>(s, half));
  const top = lane.floor<V>(bilinear ? t : lane.add<V>(t, half));
  const line = width + PADDING;
  // Exact: the shape rule holds a padded copy to 2^24 pixels.
  const at = lane.toIntegers<V>(lane.add<V>(lane.mul<V>(top, lane.splat<V>(<f32>line)), left));
  const from = padded + ((BEFORE * line + BEFORE) << 2);
  const low = lane.pairsLow<V>(from, at);
  const high = lane.pairsHigh<V>(from, at);
  const first = lane.evens<V>(low, high);
  if (!bilinear) {
    lane.store<V>(y, first);
    return;
  }
  const below = from + (line << 2);
  const lowBelow = lane.pairsLow<V>(below, at);
  const highBelow = lane.pairsHigh<V>(below, at);
  const dx = lane.sub<V>(s, left);
  const dy = lane.sub<V>(t, top);
  const upper = between<V>(first, lane.odds<V>(low, high), dx);
  const lower = between<V>(lane.evens<V>(lowBelow, highBelow), lane.odds<V>(lowBelow, highBelow), dx);
  lane.store<V>(y, between<V>(upper, lower, dy));
}

/** a + (b - a) t, never fused: coordinates of all builds agree, and so do their pictures. */
function between<V>(a: V, b: V, t: V): V {
  return lane.add<V>(a, lane.mul<V>(lane.sub<V>(b, a), t));
}

function samplePixel(
  padded: usize,
  matrix: usize,
  y: usize,
  row: i32,
  column: i32,
  height: i32,
  width: i32,
  channels: i32,
  bilinear: i32,
  mode: i32,
): void {
  const s = within<f32>(placeOf(matrix, column, row), <f32>width, mode);
  const t = within<f32>(placeOf(matrix + 12, column, row), <f32>height, mode);
  const left = floor<f32>(bilinear ? s : s + 0.5);
  const top = floor<f32>(bilinear ? t : t + 0.5);
  const line = ((width + PADDING) * channels) << 2;
  const from = padded + (<i32>top + BEFORE) * line + (((<i32>left + BEFORE) * channels) << 2);
  if (!bilinear) memory.copy(y, from, channels << 2);
  else if (ASC_FEATURE_SIMD) weighPixels<v128>(from, from + line, y, channels, s - left, t - top);
  else weighPixels<f32>(from, from + line, y, channels, s - left, t - top);
}

/** Where a pixel of the result is read, along the axis that this half of the matrix is for. */
function placeOf(half: usize, column: i32, row: i32): f32 {
  return f32.load(half) * <f32>column + (f32.load(half, 4) * <f32>row + f32.load(half, 8));
}

function weighPixels<V>(from: usize, below: usize, y: usize, channels: i32, dx: f32, dy: f32): void {
  const width = <i32>sizeof<V>();
  const next = channels << 2;
  const across = lane.splat<V>(dx);
  const down = lane.splat<V>(dy);
  for (let left = channels; left > 0; left -= lane.count<V>()) {
    const upper = between<V>(lane.load<V>(from), lane.load<V>(from + next), across);
    const lower = between<V>(lane.load<V>(below), lane.load<V>(below + next), across);
    lane.storeUpTo<V>(y, between<V>(upper, lower, down), left);
    from += width;
    below += width;
    y += width;
  }
}

/** The gradient of affineSample by x: dy is added, by the same weights, to the pixels that were read. dx may be dy. */
export function affineSampleGradient(
  dy: usize,
  matrices: usize,
  training: usize,
  dx: usize,
  n: i32,
  height: i32,
  width: i32,
  channels: i32,
  bilinear: i32,
  mode: i32,
  workspace: usize,
): void {
  const step = (height * width * channels) << 2;
  if (f32.load(training) === 0) {
    if (dx !== dy) memory.copy(dx, dy, n * step);
    return;
  }
  const words = (height + PADDING) * (width + PADDING) * channels;
  for (; n > 0; n--) {
    memory.fill(workspace, 0, words << 2);
    let from = dy;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        spreadPixel(workspace, matrices, from, row, column, height, width, channels, bilinear, mode);
        from += channels << 2;
      }
    }
    gatherPadded(workspace, dx, height, width, channels, mode);
    dy += step;
    dx += step;
    matrices += 24;
  }
}

function spreadPixel(
  padded: usize,
  matrix: usize,
  dy: usize,
  row: i32,
  column: i32,
  height: i32,
  width: i32,
  channels: i32,
  bilinear: i32,
  mode: i32,
): void {
  const s = within<f32>(placeOf(matrix, column, row), <f32>width, mode);
  const t = within<f32>(placeOf(matrix + 12, column, row), <f32>height, mode);
  const left = floor<f32>(bilinear ? s : s + 0.5);
  const top = floor<f32>(bilinear ? t : t + 0.5);
  const line = ((width + PADDING) * channels) << 2;
  const at = padded + (<i32>top + BEFORE) * line + (((<i32>left + BEFORE) * channels) << 2);
  if (!bilinear) {
    addScaled(at, dy, channels, 1);
    return;
  }
  const across = s - left;
  const down = t - top;
  addScaled(at, dy, channels, (1 - across) * (1 - down));
  addScaled(at + (channels << 2), dy, channels, across * (1 - down));
  addScaled(at + line, dy, channels, (1 - across) * down);
  addScaled(at + line + (channels << 2), dy, channels, across * down);
}

/** Nothing is added for a weight of 0: a pixel that was not read gets no NaN. */
function addScaled(y: usize, x: usize, n: i32, scale: f32): void {
  if (scale === 0) return;
  for (let i = 0; i < n; i++) f32.store(y + (i << 2), f32.load(y + (i << 2)) + scale * f32.load(x + (i << 2)));
}

/** What went to the padding belongs to the pixels that it repeats; of constant padding, to none. */
function gatherPadded(padded: usize, dx: usize, height: i32, width: i32, channels: i32, mode: i32): void {
  memory.fill(dx, 0, (height * width * channels) << 2);
  for (let row = 0; row < height + PADDING; row++) {
    const toRow = sourceOf(row, height, mode);
    for (let column = 0; column < width + PADDING; column++) {
      const toColumn = sourceOf(column, width, mode);
      if (toRow >= 0 && toColumn >= 0) {
        addScaled(dx + (((toRow * width + toColumn) * channels) << 2), padded, channels, 1);
      }
      padded += channels << 2;
    }
  }
}
