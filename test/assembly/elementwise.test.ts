// Arithmetic element by element: exact in every build.

import { describe, expect, test } from "vitest";
import { builds } from "../support/builds.js";
import { expectSameBits } from "../support/compare-floats.js";
import { specialFloats } from "../support/float-bits.js";
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

  test("add", () => {
    everywhere("add", (subject, n, shift) => {
      const [x, y] = [randomFloats(n, 1), randomFloats(n, 2)];
      const sum = x.map((value, i) => value + (y[i] as number));
      const [a, b] = [memory.input("x", x, shift), memory.input("y", y, shift)];
      const z = memory.output("z", n, shift);
      kernels.add(a.ptr, b.ptr, z.ptr, n);
      expectSameBits(subject, memory.floats(z), sum);
      for (const inPlace of ["x", "y"]) {
        const held = memory.output(inPlace, inPlace === "x" ? x : y, shift);
        if (inPlace === "x") kernels.add(held.ptr, b.ptr, held.ptr, n);
        else kernels.add(a.ptr, held.ptr, held.ptr, n);
        expectSameBits(`${subject}, in place of ${inPlace}`, memory.floats(held), sum);
      }
    });
  });

  test("add of all pairs of special values", () => {
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
    kernels.add(x.ptr, y.ptr, z.ptr, pairs.length);
    expectSameBits(
      `add ${build}`,
      memory.floats(z),
      pairs.map(([a, b]) => Math.fround(a + b)),
    );
  });

  test("biasAdd", () => {
    everywhere("biasAdd", (subject, columns, shift) => {
      for (const rows of [0, 1, 3]) {
        const [x, bias] = [randomFloats(rows * columns, 3), randomFloats(columns, 4)];
        const sum = x.map((value, i) => value + (bias[i % columns] as number));
        const [a, b] = [memory.input("x", x, shift), memory.input("bias", bias, shift)];
        const y = memory.output("y", rows * columns, shift);
        kernels.biasAdd(a.ptr, b.ptr, y.ptr, rows, columns);
        expectSameBits(`${subject}, rows ${rows}`, memory.floats(y), sum);
        const held = memory.output("x", x, shift);
        kernels.biasAdd(held.ptr, b.ptr, held.ptr, rows, columns);
        expectSameBits(`${subject}, rows ${rows}, in place`, memory.floats(held), sum);
      }
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

  test("broadcastRows", () => {
    everywhere("broadcastRows", (subject, columns, shift) => {
      const values = randomFloats(columns, 6);
      for (const rows of [0, 1, 3]) {
        const x = memory.input("x", values, shift);
        const y = memory.output("y", rows * columns, shift);
        kernels.broadcastRows(x.ptr, y.ptr, rows, columns);
        const expected = Array.from({ length: rows }, () => [...values]).flat();
        expectSameBits(`${subject}, rows ${rows}`, memory.floats(y), expected);
      }
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
