// Arithmetic element by element: exact in every build.

import { describe, expect, test } from "vitest";
import { builds, isExact } from "../support/builds.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { specialFloats, ulpError } from "../support/float-bits.js";
import { randomFloats } from "../support/random-values.js";
import { ScratchMemory } from "../support/scratch-memory.js";
import { byteShifts, spanLengths } from "../support/span-lengths.js";

describe.each(builds)("%s", (build) => {
  const memory = new ScratchMemory(build);
  const { kernels } = memory;

  /** Runs `body` for every length and address, and checks the guards and inputs behind it. */
  function everywhere(kernel: string, body: (subject: string, n: number, shift: number) => void): void {
    for (const n of spanLengths) {
      for (const shift of byteShifts) {
        const subject = `${kernel} ${build}, n ${n}, shift ${shift}`;
        memory.clear();
        body(subject, n, shift);
        memory.verify(subject);
      }
    }
  }

  const operations: Record<string, [code: number, f: (x: number, y: number) => number]> = {
    add: [0, (x, y) => x + y],
    subtract: [1, (x, y) => x - y],
    multiply: [2, (x, y) => x * y],
    divide: [3, (x, y) => x / y],
    minimum: [4, Math.min],
    maximum: [5, Math.max],
    greater: [6, (x, y) => Number(x > y)],
    greaterEqual: [7, (x, y) => Number(x >= y)],
    first: [8, (x) => x],
  };

  test.each(Object.entries(operations))("combine: %s", (name, [code, f]) => {
    everywhere(name, (subject, n, shift) => {
      const [x, y] = [randomFloats(n, 1), randomFloats(n, 2)];
      const expected = x.map((value, i) => f(value, y[i] as number));
      const [a, b] = [memory.input("x", x, shift), memory.input("y", y, shift)];
      const z = memory.output("z", n, shift);
      kernels.combine(code, a.ptr, b.ptr, z.ptr, n);
      expectSameBits(subject, memory.floats(z), expected);
      for (const inPlace of ["x", "y"]) {
        const held = memory.output(inPlace, inPlace === "x" ? x : y, shift);
        if (inPlace === "x") kernels.combine(code, held.ptr, b.ptr, held.ptr, n);
        else kernels.combine(code, a.ptr, held.ptr, held.ptr, n);
        expectSameBits(`${subject}, in place of ${inPlace}`, memory.floats(held), expected);
      }
    });
  });

  test.each(Object.entries(operations))("combine: %s of all pairs of special values", (name, [code, f]) => {
    const pairs = specialFloats.flatMap((x) => specialFloats.map((y) => [x, y] as const));
    memory.clear();
    const x = memory.input(
      "x",
      pairs.map(([value]) => value),
    );
    const y = memory.input(
      "y",
      pairs.map(([, value]) => value),
    );
    const z = memory.output("z", pairs.length);
    kernels.combine(code, x.ptr, y.ptr, z.ptr, pairs.length);
    const expected = pairs.map(([a, b]) => Math.fround(f(a, b)));
    expectSameBits(`${name} ${build}`, memory.floats(z), expected);
  });

  test.each(Object.entries(operations))("broadcast: %s with operands that stand still", (name, [code, f]) => {
    everywhere(name, (subject, n, shift) => {
      for (const [x2, y2] of [
        [0, 1],
        [1, 0],
        [1, 1],
        [0, 0],
      ] as const) {
        // x is [3, 1, n or 1], y is [1, 2, n or 1].
        const [x, y] = [randomFloats(3 * (x2 ? n : 1), 3), randomFloats(2 * (y2 ? n : 1), 4)];
        const expected = Float32Array.from({ length: 6 * n }, (_, i) => {
          const [i0, i1, i2] = [Math.floor(i / (2 * n)), Math.floor(i / n) % 2, i % n];
          return f(x[x2 ? i0 * n + i2 : i0] as number, y[y2 ? i1 * n + i2 : i1] as number);
        });
        const [a, b] = [memory.input("x", x, shift), memory.input("y", y, shift)];
        const z = memory.output("z", 6 * n, shift);
        const scratch = memory.workspace(128, shift);
        const [x0, y1] = [x2 ? n : 1, y2 ? n : 1];
        kernels.broadcast(code, a.ptr, b.ptr, z.ptr, 3, 2, n, x0, 0, x2, 0, y1, y2, scratch.ptr);
        expectSameBits(`${subject}, x moves ${x2}, y moves ${y2}`, memory.floats(z), expected);
      }
    });
  });

  test("pow is the exact power rounded once, for whole exponents and others", () => {
    const pow = (x: number[], y: number[]) => {
      memory.clear();
      const [a, b] = [memory.input("x", x), memory.input("y", y)];
      const z = memory.output("z", x.length);
      kernels.combine(9, a.ptr, b.ptr, z.ptr, x.length);
      return memory.floats(z);
    };
    const bases = [...randomFloats(500, 8, -3, 3)];
    for (const exponent of [0, 1, 2, 3, -1, -2, 7, 20, -31, 100]) {
      const received = pow(bases, new Array(bases.length).fill(exponent));
      bases.forEach((x, i) => {
        expect(ulpError(received[i] as number, x ** exponent), `${x} ** ${exponent}`).toBeLessThanOrEqual(0.51);
      });
    }
    const bound = 0.51;
    const pairs = [
      [randomFloats(5000, 9, 0, 10), randomFloats(5000, 10, -20, 20)],
      [randomFloats(5000, 11, 0.9, 1.1), randomFloats(5000, 12, -900, 900)],
      [randomFloats(2000, 13, 0, 1e-30), randomFloats(2000, 14, -1, 1.4)],
      [randomFloats(2000, 15, 1e30, 3e38), randomFloats(2000, 16, -1.1, 1)],
      [randomFloats(2000, 17, 0.99999, 1.00001), randomFloats(2000, 18, -1e6, 1e6).map(Math.trunc)],
      [randomFloats(2000, 19, -1.01, -0.99), randomFloats(2000, 20, -5000, 5000).map(Math.trunc)],
    ] as const;
    for (const [x, y] of pairs) {
      const received = pow([...x], [...y]);
      x.forEach((base, i) => {
        const exponent = y[i] as number;
        expect(ulpError(received[i] as number, base ** exponent), `${base} ** ${exponent}`).toBeLessThanOrEqual(bound);
      });
    }
    const special = [
      [0, 0.5, 0],
      [0, -0.5, Infinity],
      [0, 0, 1],
      [-2, 0.5, Number.NaN],
      [-2, 3, -8],
      [Number.NaN, 0, 1],
      [1, Infinity, 1],
      [-1, 2 ** 31, 1],
      [-1, 1025, -1],
      [-2, 1025, -Infinity],
      [-2, 1026, Infinity],
      [-2, -1025, -0],
      [Infinity, 0.5, Infinity],
      [Infinity, -0.5, 0],
      [2 ** -149, 0.5, Math.fround(2 ** -74.5)],
      [Number.NaN, 0.5, Number.NaN],
      [2, Infinity, Infinity],
      [2, -Infinity, 0],
      [0.5, 3e9, 0],
      [-3, Number.NaN, Number.NaN],
      [-Infinity, 0.5, Infinity],
      [-Infinity, 1 / 3, Infinity],
      [-Infinity, -0.5, 0],
      [-Infinity, 3, -Infinity],
      [-3, 0.5, Number.NaN],
    ] as const;
    expectSameBits(
      `pow ${build}`,
      pow(
        special.map(([base]) => base),
        special.map(([, exponent]) => exponent),
      ),
      special.map(([, , expected]) => expected),
    );
  });

  test("affine", () => {
    everywhere("affine", (subject, n, shift) => {
      const x = randomFloats(n, 11);
      const a = memory.input("x", x, shift);
      const y = memory.output("y", n, shift);
      kernels.affine(a.ptr, y.ptr, n, -3, 0.1);
      const expected = x.map((value) => Math.fround(value * -3) + Math.fround(0.1));
      if (isExact(build)) expectSameBits(subject, memory.floats(y), expected);
      else expectClose(subject, memory.floats(y), expected, 1e-6);
    });
  });

  test("fill", () => {
    everywhere("fill", (subject, n, shift) => {
      const y = memory.output("y", n, shift);
      kernels.fill(y.ptr, 2.5, n);
      expectSameBits(subject, memory.floats(y), new Float32Array(n).fill(2.5));
    });
  });

  test("spread", () => {
    everywhere("spread", (subject, n, shift) => {
      for (const [value, divisor] of [
        [1, 3],
        [-0, 1],
        [Number.NaN, 2],
        [Infinity, 7],
        [5, 0],
      ] as const) {
        const x = memory.input("x", [value], shift);
        const y = memory.output("y", n, shift);
        kernels.spread(x.ptr, divisor, y.ptr, n);
        expectSameBits(subject, memory.floats(y), new Float32Array(n).fill(value / divisor));
      }
    });
  });

  test("copy", () => {
    everywhere("copy", (subject, n, shift) => {
      const values = specialFloats.concat([...randomFloats(33, 5)]).slice(0, n);
      const x = memory.input("x", values, shift);
      const y = memory.output("y", n, shift);
      kernels.copy(x.ptr, y.ptr, n);
      expectSameBits(subject, memory.floats(y), Float32Array.from(values));
    });
  });

  test("hashFloats is FNV-1a over words, goes on from a state, and takes every NaN for the same", () => {
    const start = 0xcbf29ce484222325n;
    const fnv = (words: Uint32Array, state: bigint) =>
      words.reduce((hash, word) => BigInt.asUintN(64, (hash ^ BigInt(word)) * 0x100000001b3n), state);
    everywhere("hashFloats", (subject, n, shift) => {
      const values = randomFloats(n, 7);
      const x = memory.input("x", values, shift);
      const hash = BigInt.asUintN(64, kernels.hashFloats(x.ptr, n, start));
      expect(hash, subject).toBe(fnv(new Uint32Array(values.buffer), start));
      const half = n >> 1;
      const rest = kernels.hashFloats(x.ptr + half * 4, n - half, kernels.hashFloats(x.ptr, half, start));
      expect(BigInt.asUintN(64, rest), `${subject}, in two parts`).toBe(hash);
    });
    const nans = Int32Array.of(0x7fc00000, 0x7f800001, 0x7fffffff, -0x400000, -1, 0x7fc12345);
    const hashes = [...nans].map((bits) => {
      memory.clear();
      return kernels.hashFloats(memory.input("x", Int32Array.of(bits)).ptr, 1, start);
    });
    expect(new Set(hashes).size).toBe(1);
    const others = Int32Array.of(0x7f800000, -0x800000, 0, -0x80000000, 1);
    const distinct = [...others].map((bits) => {
      memory.clear();
      return kernels.hashFloats(memory.input("x", Int32Array.of(bits)).ptr, 1, start);
    });
    expect(new Set([...distinct, hashes[0]]).size).toBe(others.length + 1);
  });
});
