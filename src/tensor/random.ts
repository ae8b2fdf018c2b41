// Seeded random numbers outside linear memory: shuffling, splitting, sampling. The generator is the one the kernels
// use (assembly/random.ts), so one seed means the same thing everywhere. Used by data, datasets and search.

import { ArgumentError, checkArity, checkInteger, describe } from "../errors.js";

/** High 32 bits of the 64-bit product of two unsigned 32-bit integers. No partial sum reaches 2^32, so 32 bits hold each. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const carry = ((middle & 0xffff) + Math.imul(aLow, bHigh)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/** a mod n for integers in [0, 2^32], n > 0: the quotient of two such numbers is rounded to the right side. */
function remainder(a: number, n: number): number {
  return a - n * Math.floor(a / n);
}

/**
 * Philox4x32 with ten rounds: four random words of a 128-bit counter under a 64-bit key, written to `out`.
 * Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3 (2011).
 */
export function philox(out: Uint32Array, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void {
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low0 = Math.imul(0xd2511f53, c0);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** The two key words of a seed, an integer in [0, 2^53). */
export function seedKey(seed: number): [number, number] {
  checkInteger("seed", seed, 0);
  return [seed >>> 0, Math.floor(seed / 0x100000000) >>> 0];
}

/** A stream number from a name: FNV-1a over its UTF-16 code units. */
export function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** One sequence of random numbers; sequences of one seed with different streams are independent. */
export class RandomStream {
  readonly #seedLow: number;
  readonly #seedHigh: number;
  readonly #stream: number;
  readonly #words = new Uint32Array(4);
  #block = 0;
  #used = 4;

  /** `seed` is an integer in [0, 2^53); `stream` is an unsigned 32-bit integer or a name. */
  constructor(seed: number, stream: number | string) {
    checkArity("RandomStream", arguments.length, 2);
    const [low, high] = seedKey(seed);
    this.#seedLow = low;
    this.#seedHigh = high;
    if (typeof stream !== "string" && !(typeof stream === "number" && stream >>> 0 === stream)) {
      throw new ArgumentError(
        `RandomStream: stream must be a name or an integer in [0, 2^32); received ${describe(stream)}.`,
      );
    }
    this.#stream = typeof stream === "number" ? stream : streamOf(stream);
  }

  /** The next word, uniform in [0, 2^32). */
  uint32(): number {
    checkArity("RandomStream.uint32", arguments.length, 0);
    return this.#word();
  }

  #word(): number {
    if (this.#used === 4) {
      const high = Math.floor(this.#block / 0x100000000);
      philox(this.#words, this.#block >>> 0, high, this.#stream, 0, this.#seedLow, this.#seedHigh);
      this.#block++;
      this.#used = 0;
    }
    return this.#words[this.#used++] as number;
  }

  /** Uniform in [0, 1), a multiple of 2^-32. */
  uniform(): number {
    checkArity("RandomStream.uniform", arguments.length, 0);
    return this.uint32() / 0x100000000;
  }

  /** An integer uniform in [0, n), n in [1, 2^32], without bias (values of the last, short cycle are drawn again). */
  below(n: number): number {
    checkArity("RandomStream.below", arguments.length, 1);
    if (!Number.isInteger(n) || n < 1 || n > 0x100000000) {
      throw new ArgumentError(`RandomStream.below: n must be an integer in [1, 2^32]; received ${describe(n)}.`);
    }
    return this.#below(n);
  }

  #below(n: number): number {
    for (;;) {
      const word = this.#word();
      // The last cycle has fewer than n values: what lies before it needs no second division.
      const isWithin = word <= 0x100000000 - n || word < 0x100000000 - remainder(0x100000000, n);
      if (isWithin) return remainder(word, n);
    }
  }

  /** A random order of 0 .. n-1 (Fisher-Yates). */
  permutation(n: number): Uint32Array {
    checkArity("RandomStream.permutation", arguments.length, 1);
    checkInteger("RandomStream.permutation: n", n, 0);
    const order = new Uint32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = this.#below(i + 1);
      const swapped = order[i] as number;
      order[i] = order[j] as number;
      order[j] = swapped;
    }
    return order;
  }
}
