// Repeatable test data: one (seed, length) gives the same values everywhere.

import { RandomStream } from "../../src/tensor/random.js";

/** Floats uniform in [low, high). */
export function randomFloats(length: number, seed: number, low = -1, high = 1): Float32Array {
  const random = new RandomStream(seed, "test data");
  return Float32Array.from({ length }, () => low + (high - low) * random.uniform());
}

/** Floats with magnitudes in [low, high) and random signs: none near 0, where activations have kinks. */
export function randomFloatsOffZero(length: number, seed: number, low = 0.25, high = 1.5): Float32Array {
  const random = new RandomStream(seed, "test data");
  return Float32Array.from(
    { length },
    () => (low + (high - low) * random.uniform()) * (random.below(2) === 0 ? 1 : -1),
  );
}

/** Integers uniform in [0, below). */
export function randomIntegers(length: number, seed: number, below: number): Int32Array {
  const random = new RandomStream(seed, "test data");
  return Int32Array.from({ length }, () => random.below(below));
}

/** Multiples of `apart` around 0, none twice, in random order. */
export function floatsApart(n: number, seed: number, apart: number): Float32Array {
  const order = [...randomFloats(n, seed).entries()].sort(([, a], [, b]) => a - b);
  const values = new Float32Array(n);
  order.forEach(([at], rank) => {
    values[at] = (rank - n / 2 + 0.25) * apart;
  });
  return values;
}
