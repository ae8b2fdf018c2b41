// Augmentation of pictures x[n, height, width, channels]: numbers drawn for each example, and what they decide: the matrices
// of affine.ts, windows, rectangles. What is done to an example never depends on its neighbours.

import { normal, TWO_TO_MINUS_24, words } from "../random";

/** y[i] = (i, step[0]): the keys of examples that nobody has numbered, by their place in the batch and the step. */
export function exampleKeys(step: usize, y: usize, n: i32): void {
  const count = i32.load(step);
  for (let i = 0; i < n; i++) {
    i32.store(y + (i << 3), i);
    i32.store(y + (i << 3), count, 4);
  }
}

/** y[n, width] uniform in [0, 1): the numbers of each example are those of its key (example, epoch), seed and stream. */
export function exampleUniforms(
  keys: usize,
  y: usize,
  n: i32,
  width: i32,
  seedLow: u32,
  seedHigh: u32,
  stream: u32,
): void {
  for (; n > 0; n--) {
    words(y, width, 0, i32.load(keys, 4), seedLow, seedHigh, stream, i32.load(keys));
    for (let i = 0; i < width; i++) f32.store(y + (i << 2), <f32>(load<u32>(y + (i << 2)) >> 8) * TWO_TO_MINUS_24);
    keys += 8;
    y += width << 2;
  }
}

/** y[n, width] standard normal, keyed like exampleUniforms. */
export function exampleNormals(
  keys: usize,
  y: usize,
  n: i32,
  width: i32,
  seedLow: u32,
  seedHigh: u32,
  stream: u32,
): void {
  for (; n > 0; n--) {
    words(y, width, 0, i32.load(keys, 4), seedLow, seedHigh, stream, i32.load(keys));
    for (let i = 0; i < width; i++) f32.store(y + (i << 2), normal(load<u32>(y + (i << 2))));
    keys += 8;
    y += width << 2;
  }
}

const ROTATION: i32 = 0;
const TRANSLATION: i32 = 1;
const ZOOM: i32 = 2;
const ZOOM_OF_BOTH: i32 = 3;
const SHEAR: i32 = 4;
const FLIP: i32 = 5;

/**
 * y[i] = (a, b, c, d, e, f) of each example: the pixel (column, row) of a result is read at (a column + b row + c,
 * d column + e row + f). The two uniform numbers of an example go to [low, high) of the first and the second quantity:
 * turns, counterclockwise; shares of height and width; factors - 1; slopes; for FLIP, the low ends are the probabilities.
 */
export function affineMatrices(
  uniforms: usize,
  y: usize,
  n: i32,
  kind: i32,
  low0: f32,
  high0: f32,
  low1: f32,
  high1: f32,
  height: i32,
  width: i32,
): void {
  const right = <f64>(width - 1);
  const bottom = <f64>(height - 1);
  for (; n > 0; n--) {
    const u0 = <f64>f32.load(uniforms);
    const u1 = <f64>f32.load(uniforms, 4);
    const first = <f64>low0 + (<f64>high0 - <f64>low0) * u0;
    const second = <f64>low1 + (<f64>high1 - <f64>low1) * u1;
    let a: f64 = 1;
    let b: f64 = 0;
    let d: f64 = 0;
    let e: f64 = 1;
    if (kind === ROTATION) {
      a = sineOfTurns(first + 0.25);
      d = sineOfTurns(first);
      b = -d;
      e = a;
    } else if (kind === ZOOM || kind === ZOOM_OF_BOTH) {
      e = 1 + first;
      a = kind === ZOOM ? 1 + second : e;
    } else if (kind === SHEAR) {
      b = first;
      d = second;
    } else if (kind === FLIP) {
      if (u0 < <f64>low0) a = -1;
      if (u1 < <f64>low1) e = -1;
    }
    // The middle stays where it is, but for a translation.
    let c = (right - (a * right + b * bottom)) / 2;
    let f = (bottom - (d * right + e * bottom)) / 2;
    if (kind === TRANSLATION) {
      c = -second * <f64>width;
      f = -first * <f64>height;
    }
    f32.store(y, <f32>a);
    f32.store(y, <f32>b, 4);
    f32.store(y, <f32>c, 8);
    f32.store(y, <f32>d, 12);
    f32.store(y, <f32>e, 16);
    f32.store(y, <f32>f, 20);
    uniforms += 8;
    y += 24;
  }
}

/** sin(2 pi t): a quarter turn is taken off exactly, then Taylor's series to r^15 and r^16 on |r| <= pi / 4. */
function sineOfTurns(t: f64): f64 {
  const quarters = nearest<f64>(4 * t);
  const r = (t - quarters / 4) * (2 * Math.PI);
  const s = r * r;
  const quadrant = <i32>(quarters - 4 * floor<f64>(quarters / 4));
  let value: f64;
  if (quadrant & 1) {
    value = 1 / 20922789888000.0;
    value = value * s - 1 / 87178291200.0;
    value = value * s + 1 / 479001600.0;
    value = value * s - 1 / 3628800.0;
    value = value * s + 1 / 40320.0;
    value = value * s - 1 / 720.0;
    value = value * s + 1 / 24.0;
    value = value * s - 0.5;
    value = value * s + 1;
  } else {
    value = -1 / 1307674368000.0;
    value = value * s + 1 / 6227020800.0;
    value = value * s - 1 / 39916800.0;
    value = value * s + 1 / 362880.0;
    value = value * s - 1 / 5040.0;
    value = value * s + 1 / 120.0;
    value = value * s - 1 / 6.0;
    value = (value * s + 1) * r;
  }
  return quadrant & 2 ? -value : value;
}

/** The first of `most` + 1 places that a uniform number stands for; the middle one while training[0] is 0. */
function placeFor(u: f32, training: usize, most: i32): i32 {
  if (f32.load(training) === 0) return most >> 1;
  return max(min(<i32>(<f64>u * <f64>(most + 1)), most), 0);
}

/** y[n, rows, columns, channels]: of each picture a window, at a place given by two uniform numbers, or in the middle. */
export function cropWindows(
  x: usize,
  uniforms: usize,
  training: usize,
  y: usize,
  n: i32,
  height: i32,
  width: i32,
  channels: i32,
  rows: i32,
  columns: i32,
): void {
  for (; n > 0; n--) {
    const top = placeFor(f32.load(uniforms), training, height - rows);
    const left = placeFor(f32.load(uniforms, 4), training, width - columns);
    let from = x + (((top * width + left) * channels) << 2);
    for (let i = 0; i < rows; i++) {
      memory.copy(y, from, (columns * channels) << 2);
      from += (width * channels) << 2;
      y += (columns * channels) << 2;
    }
    x += (height * width * channels) << 2;
    uniforms += 8;
  }
}

/** dx[n, height, width, channels] = dy at the windows, 0 around them. */
export function cropWindowsGradient(
  dy: usize,
  uniforms: usize,
  training: usize,
  dx: usize,
  n: i32,
  height: i32,
  width: i32,
  channels: i32,
  rows: i32,
  columns: i32,
): void {
  memory.fill(dx, 0, (n * height * width * channels) << 2);
  for (; n > 0; n--) {
    const top = placeFor(f32.load(uniforms), training, height - rows);
    const left = placeFor(f32.load(uniforms, 4), training, width - columns);
    let to = dx + (((top * width + left) * channels) << 2);
    for (let i = 0; i < rows; i++) {
      memory.copy(to, dy, (columns * channels) << 2);
      to += (width * channels) << 2;
      dy += (columns * channels) << 2;
    }
    dx += (height * width * channels) << 2;
    uniforms += 8;
  }
}

/**
 * y[n, height, width] = 0 in a rectangle of each example, else 1. Four uniform numbers give its height and width, shares in
 * [low, high), rounded, and its centre, any pixel: it may reach beyond the picture.
 */
export function cutoutMask(
  uniforms: usize,
  y: usize,
  n: i32,
  height: i32,
  width: i32,
  lowRows: f32,
  highRows: f32,
  lowColumns: f32,
  highColumns: f32,
): void {
  for (; n > 0; n--) {
    const rows = shareOf(f32.load(uniforms), lowRows, highRows, height);
    const columns = shareOf(f32.load(uniforms, 4), lowColumns, highColumns, width);
    const top = min(<i32>(f32.load(uniforms, 8) * <f32>height), height - 1) - (rows >> 1);
    const left = min(<i32>(f32.load(uniforms, 12) * <f32>width), width - 1) - (columns >> 1);
    for (let i = 0; i < height; i++) {
      const inRows = i >= top && i < top + rows;
      for (let j = 0; j < width; j++) {
        f32.store(y, inRows && j >= left && j < left + columns ? 0 : 1);
        y += 4;
      }
    }
    uniforms += 16;
  }
}

function shareOf(u: f32, low: f32, high: f32, extent: i32): i32 {
  const share = <f64>low + (<f64>high - <f64>low) * <f64>u;
  return min(max(<i32>nearest<f64>(share * <f64>extent), 0), extent);
}
