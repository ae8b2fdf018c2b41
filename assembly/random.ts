// Counter-based random numbers: element i is a function of (seed, stream, i) alone, whatever the order of execution.
// Philox4x32-10, word i % 4 of counter (i / 4, 0, stream, 0), for dropout and noise (i / 4, step + 1, stream, 0), for numbers
// of an example (i / 4, epoch, stream, example);
// src/tensor/random.ts is the same generator. A kernel begins at the counter `block`, so that a long sequence can be made
// in pieces.
// First the words are written, then each is turned into a number where it lies.

import { lane } from "./lane";
import { math } from "./math";

// Phi(2) - Phi(-2): the mass of the standard normal within two standard deviations.
const MASS_WITHIN_TWO: f32 = 0.9544997;
export const TWO_TO_MINUS_24: f32 = 5.9604645e-8;
const TWO_TO_MINUS_32: f32 = 2.3283064e-10;

/** y[i] = low + (high - low) * u, u of 24 bits, uniform in [0, 1). */
export function randomUniform(
  y: usize,
  n: i32,
  seedLow: u32,
  seedHigh: u32,
  stream: u32,
  block: u32,
  low: f32,
  high: f32,
): void {
  words(y, n, block, 0, seedLow, seedHigh, stream, 0);
  let i = 0;
  const step = (high - low) * TWO_TO_MINUS_24;
  if (ASC_FEATURE_SIMD) {
    for (; i + 4 <= n; i += 4) uniform<v128>(y + (i << 2), low, step, lane.load<v128>(y + (i << 2)));
  }
  for (; i < n; i++) uniform<f32>(y + (i << 2), low, step, f32.load(y + (i << 2)));
}

/** Stores low + step * (the upper 24 bits of the word as an integer). */
function uniform<V>(y: usize, low: f32, step: f32, word: V): void {
  const whole = lane.bitsToFloat<V>(lane.bitsAnd<V>(lane.bitsShiftRight<V>(word, 8), 0x00ffffff));
  lane.store<V>(y, lane.add<V>(lane.mul<V>(whole, lane.splat<V>(step)), lane.splat<V>(low)));
}

/** y[i] = mean + stddev * z, z standard normal: the quantile of a uniform number. */
export function randomNormal(
  y: usize,
  n: i32,
  seedLow: u32,
  seedHigh: u32,
  stream: u32,
  block: u32,
  mean: f32,
  stddev: f32,
): void {
  words(y, n, block, 0, seedLow, seedHigh, stream, 0);
  for (; n > 0; n--) {
    f32.store(y, mean + stddev * normal(load<u32>(y)));
    y += 4;
  }
}

/** A standard normal number from 32 random bits. */
export function normal(word: u32): f32 {
  return quantile((<f32>(word & 0x7fffffff) + 0.5) * TWO_TO_MINUS_32, word > 0x7fffffff);
}

/** y[i] = mean + stddev * z, z standard normal given |z| <= 2: the distribution that drawing again beyond 2 gives. */
export function truncatedNormal(
  y: usize,
  n: i32,
  seedLow: u32,
  seedHigh: u32,
  stream: u32,
  block: u32,
  mean: f32,
  stddev: f32,
): void {
  words(y, n, block, 0, seedLow, seedHigh, stream, 0);
  for (; n > 0; n--) {
    const word = load<u32>(y);
    const fromMiddle = <f32>0.5 - (<f32>(word & 0x7fffffff) + 0.5) * TWO_TO_MINUS_32;
    const z = quantile(<f32>0.5 - fromMiddle * MASS_WITHIN_TWO, word > 0x7fffffff);
    // The outermost words may round to just beyond 2.
    f32.store(y, mean + stddev * min<f32>(max<f32>(z, -2), 2));
    y += 4;
  }
}

/** Floats whose random words are made at a time; the workspace of `dropout` and `gaussianNoise` holds as many. */
const CHUNK: i32 = 64;

/**
 * y[i] = 0 where the uniform number of element i is below `rate`, else x[i] / (1 - rate), while training[0] is not 0;
 * otherwise y = x. The numbers are those of (seed, stream, step[0] + 1, i). y may be x.
 */
export function dropout(
  x: usize,
  y: usize,
  n: i32,
  training: usize,
  step: usize,
  seedLow: u32,
  seedHigh: u32,
  stream: u32,
  rate: f32,
  workspace: usize,
): void {
  if (f32.load(training) === 0) {
    if (x !== y) memory.copy(y, x, n << 2);
    return;
  }
  const scale = <f32>1 / (<f32>1 - rate);
  const high = i32.load(step) + 1;
  for (let from = 0; from < n; from += CHUNK) {
    const count = min(n - from, CHUNK);
    words(workspace, count, from >> 2, high, seedLow, seedHigh, stream, 0);
    const at = from << 2;
    let i = 0;
    if (ASC_FEATURE_SIMD) {
      for (; i + 4 <= count; i += 4)
        keep<v128>(x + at + (i << 2), y + at + (i << 2), workspace + (i << 2), rate, scale);
    }
    for (; i < count; i++) keep<f32>(x + at + (i << 2), y + at + (i << 2), workspace + (i << 2), rate, scale);
  }
}

/**
 * y[i] = x[i] + stddev * z[i], z standard normal, while training[0] is not 0; otherwise y = x. The numbers are those of
 * (seed, stream, step[0] + 1, i). y may be x.
 */
export function gaussianNoise(
  x: usize,
  y: usize,
  n: i32,
  training: usize,
  step: usize,
  seedLow: u32,
  seedHigh: u32,
  stream: u32,
  stddev: f32,
  workspace: usize,
): void {
  if (f32.load(training) === 0) {
    if (x !== y) memory.copy(y, x, n << 2);
    return;
  }
  const high = i32.load(step) + 1;
  for (let from = 0; from < n; from += CHUNK) {
    const count = min(n - from, CHUNK);
    words(workspace, count, from >> 2, high, seedLow, seedHigh, stream, 0);
    for (let i = 0; i < count; i++) {
      const at = (from + i) << 2;
      f32.store(y + at, f32.load(x + at) + stddev * normal(load<u32>(workspace + (i << 2))));
    }
  }
}

function keep<V>(x: usize, y: usize, word: usize, rate: f32, scale: f32): void {
  const whole = lane.bitsToFloat<V>(lane.bitsAnd<V>(lane.bitsShiftRight<V>(lane.load<V>(word), 8), 0x00ffffff));
  const kept = lane.mul<V>(lane.load<V>(x), lane.splat<V>(scale));
  const u = lane.mul<V>(whole, lane.splat<V>(TWO_TO_MINUS_24));
  lane.store<V>(y, lane.whereAtLeast<V>(u, lane.splat<V>(rate), kept, lane.splat<V>(0)));
}

/** The words of n elements, n a multiple of 4 or the last, from counter (block, high, stream, last) on. */
export function words(
  y: usize,
  n: i32,
  block: i32,
  high: i32,
  seedLow: u32,
  seedHigh: u32,
  stream: u32,
  last: i32,
): void {
  if (ASC_FEATURE_SIMD) {
    for (; n >= 16; n -= 16) {
      philox<v128>(y, block, high, seedLow, seedHigh, stream, last, 4);
      lane.transpose4(y, 16, y, 16);
      block += 4;
      y += 64;
    }
  }
  for (; n > 0; n -= 4) {
    philox<i32>(y, block, high, seedLow, seedHigh, stream, last, n);
    block++;
    y += 16;
  }
}

/** The first `count` words of the counters from `block` on, one a lane, the lanes of each word side by side. */
function philox<V>(
  y: usize,
  block: i32,
  high: i32,
  seedLow: i32,
  seedHigh: i32,
  stream: i32,
  last: i32,
  count: i32,
): void {
  const m0 = lane.splatInteger<V>(0xd2511f53);
  const m1 = lane.splatInteger<V>(0xcd9e8d57);
  let c0 = lane.addIntegers<V>(lane.splatInteger<V>(block), lane.countUp<V>());
  let c1 = lane.splatInteger<V>(high);
  let c2 = lane.splatInteger<V>(stream);
  let c3 = lane.splatInteger<V>(last);
  for (let round = 0; round < 10; round++) {
    const high0 = lane.mulHigh<V>(c0, m0);
    const high1 = lane.mulHigh<V>(c2, m1);
    const low0 = lane.mulLow<V>(c0, m0);
    const low1 = lane.mulLow<V>(c2, m1);
    c0 = lane.xor<V>(lane.xor<V>(high1, c1), lane.splatInteger<V>(seedLow));
    c1 = low1;
    c2 = lane.xor<V>(lane.xor<V>(high0, c3), lane.splatInteger<V>(seedHigh));
    c3 = low0;
    seedLow += 0x9e3779b9;
    seedHigh += 0xbb67ae85;
  }
  const width = <i32>sizeof<V>();
  lane.storeIntegers<V>(y, c0);
  if (count > 1) lane.storeIntegers<V>(y + width, c1);
  if (count > 2) lane.storeIntegers<V>(y + 2 * width, c2);
  if (count > 3) lane.storeIntegers<V>(y + 3 * width, c3);
}

/**
 * The z >= 0 whose upper tail holds `tail`, 0 < tail <= 1/2, negated where `lower`. Relative error 5e-7, measured in
 * test/assembly/random.test.ts.  see: Wichura 1988, Algorithm AS 241, PPND7
 */
function quantile(tail: f32, lower: bool): f32 {
  const q = <f32>0.5 - tail;
  let z: f32;
  if (q <= 0.425) {
    const r = <f32>0.180625 - q * q;
    const above = ((<f32>59.10937472 * r + <f32>159.29113202) * r + <f32>50.434271938) * r + <f32>3.3871327179;
    const below = ((<f32>67.1875636 * r + <f32>78.757757664) * r + <f32>17.895169469) * r + <f32>1;
    z = (q * above) / below;
  } else {
    let r = sqrt<f32>(-math.logOf(tail));
    if (r <= 5) {
      r -= 1.6;
      const above = ((<f32>0.17023821103 * r + <f32>1.3067284816) * r + <f32>2.75681539) * r + <f32>1.4234372777;
      z = above / ((<f32>0.12021132975 * r + <f32>0.7370016425) * r + <f32>1);
    } else {
      r -= 5;
      const above = ((<f32>0.017337203997 * r + <f32>0.42868294337) * r + <f32>3.081226386) * r + <f32>6.657905115;
      z = above / ((<f32>0.012258202635 * r + <f32>0.24197894225) * r + <f32>1);
    }
  }
  return lower ? -z : z;
}
