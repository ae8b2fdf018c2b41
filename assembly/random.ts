// Counter-based random numbers: element i is a function of (seed, stream, i) alone, whatever the order of execution.
// Philox4x32-10, word i % 4 of counter (i / 4, 0, stream, 0); src/tensor/random.ts is the same generator.
// One lane in every build, so the bits agree by themselves.

import { math } from "./math";

// Phi(2) - Phi(-2): the mass of the standard normal within two standard deviations.
const MASS_WITHIN_TWO: f32 = 0.9544997;
const TWO_TO_MINUS_24: f32 = 5.9604645e-8;
const TWO_TO_MINUS_32: f32 = 2.3283064e-10;

/** From 24 bits, uniform in [low, high). */
@unmanaged
class Uniform {
  @inline sample(word: u32): f32 {
    return <f32>(word >> 8) * TWO_TO_MINUS_24;
  }
}

/** Standard normal: the quantile of a uniform number. */
@unmanaged
class Normal {
  @inline sample(word: u32): f32 {
    const tail = (<f32>(word & 0x7fffffff) + 0.5) * TWO_TO_MINUS_32;
    return quantile(tail, word > 0x7fffffff);
  }
}

/** Standard normal within two standard deviations: the distribution that drawing again beyond them gives. */
@unmanaged
class TruncatedNormal {
  @inline sample(word: u32): f32 {
    const fromMiddle = <f32>0.5 - (<f32>(word & 0x7fffffff) + 0.5) * TWO_TO_MINUS_32;
    return quantile(<f32>0.5 - fromMiddle * MASS_WITHIN_TWO, word > 0x7fffffff);
  }
}

/** y[i] = low + (high - low) * u, u uniform in [0, 1). */
export function randomUniform(y: usize, n: i32, seedLow: u32, seedHigh: u32, stream: u32, low: f32, high: f32): void {
  fill<Uniform>(y, n, seedLow, seedHigh, stream, low, high - low);
}

/** y[i] = mean + stddev * z, z standard normal. */
export function randomNormal(y: usize, n: i32, seedLow: u32, seedHigh: u32, stream: u32, mean: f32, stddev: f32): void {
  fill<Normal>(y, n, seedLow, seedHigh, stream, mean, stddev);
}

/** y[i] = mean + stddev * z, z standard normal given |z| <= 2. */
export function truncatedNormal(
  y: usize,
  n: i32,
  seedLow: u32,
  seedHigh: u32,
  stream: u32,
  mean: f32,
  stddev: f32,
): void {
  fill<TruncatedNormal>(y, n, seedLow, seedHigh, stream, mean, stddev);
}

function fill<F>(y: usize, n: i32, seedLow: u32, seedHigh: u32, stream: u32, offset: f32, factor: f32): void {
  for (let block: u32 = 0; n > 0; block++) {
    let c0 = block;
    let c1: u32 = 0;
    let c2 = stream;
    let c3: u32 = 0;
    let k0 = seedLow;
    let k1 = seedHigh;
    for (let round = 0; round < 10; round++) {
      const product0 = <u64>c0 * 0xd2511f53;
      const product1 = <u64>c2 * 0xcd9e8d57;
      c0 = <u32>(product1 >> 32) ^ c1 ^ k0;
      c1 = <u32>product1;
      c2 = <u32>(product0 >> 32) ^ c3 ^ k1;
      c3 = <u32>product0;
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    f32.store(y, offset + factor * changetype<F>(0).sample(c0));
    if (n > 1) f32.store(y, offset + factor * changetype<F>(0).sample(c1), 4);
    if (n > 2) f32.store(y, offset + factor * changetype<F>(0).sample(c2), 8);
    if (n > 3) f32.store(y, offset + factor * changetype<F>(0).sample(c3), 12);
    y += 16;
    n -= 4;
  }
}

/**
 * The z >= 0 whose upper tail holds `tail`, 0 < tail <= 1/2, negated where `lower`. Relative error 1e-6, measured in
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
    let r = sqrt<f32>(-math.log<f32>(tail));
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
