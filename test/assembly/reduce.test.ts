// Reductions: the canonical order, bit for bit in every build, and close to float64.

import { describe, expect, test } from "vitest";
import { builds } from "../support/builds.js";
import { canonicalSum } from "../support/canonical-sum.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { specialFloats } from "../support/float-bits.js";
import { randomFloats } from "../support/random-values.js";
import { ScratchMemory } from "../support/scratch-memory.js";
import { byteShifts } from "../support/span-lengths.js";

describe.each(builds)("%s", (build) => {
  const memory = new ScratchMemory(build);
  const { kernels } = memory;

  function mean(values: Float32Array, shift = 0): number {
    memory.clear();
    const x = memory.input("x", values, shift);
    const y = memory.output("y", 1, shift);
    kernels.sums(x.ptr, y.ptr, 1, values.length, 1, values.length);
    memory.verify(`mean ${build}, n ${values.length}`);
    return memory.floats(y)[0] as number;
  }

  test("mean divides the canonical sum", () => {
    for (const n of [...Array(41).keys(), 63, 64, 65, 1000, 1001]) {
      for (const shift of byteShifts) {
        // Magnitudes far apart, so that another order would give other bits.
        const scale = randomFloats(n, n, -8, 8);
        const values = randomFloats(n, n + 1000).map((x, i) => x * 2 ** (scale[i] as number));
        const expected = Math.fround(canonicalSum(values) / n);
        expectSameBits(`mean ${build}, n ${n}, shift ${shift}`, [mean(values, shift)], [expected]);
      }
    }
  });

  test("mean is close to that in float64", () => {
    const values = randomFloats(100_003, 1, 0, 1);
    const exact = values.reduce((sum, x) => sum + x, 0) / values.length;
    // Each partial sum has an eighth of the terms, all positive: (n / 8 + 4) roundings at most.
    expectClose(`mean ${build}`, [mean(values)], [exact], exact * 2 ** -24 * (values.length / 8 + 5));
  });

  test("mean of nothing, of zeros, and with infinities and NaN", () => {
    expect(mean(new Float32Array(0))).toBeNaN();
    expectSameBits(`mean ${build}`, [mean(Float32Array.of(-0, -0, -0))], [0]);
    for (let n = 1; n <= 17; n++) {
      for (let at = 0; at < n; at++) {
        for (const special of specialFloats) {
          const values = new Float32Array(n).fill(1);
          values[at] = special;
          const expected = Math.fround(canonicalSum(values) / n);
          expectSameBits(`mean ${build}, n ${n}, ${special} at ${at}`, [mean(values)], [expected]);
        }
      }
    }
  });

  test("sums adds each of several columns from the first row down", () => {
    for (const columns of [0, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 19, 20, 31, 32, 33, 47]) {
      for (const rows of [0, 1, 2, 9]) {
        for (const shift of byteShifts) {
          const subject = `columnSums ${build}, ${rows} x ${columns}, shift ${shift}`;
          memory.clear();
          const values = randomFloats(rows * columns, rows * 100 + columns);
          const expected = new Float32Array(columns);
          values.forEach((x, i) => {
            expected[i % columns] = (expected[i % columns] as number) + x;
          });
          const dy = memory.input("dy", values, shift);
          const db = memory.output("db", columns, shift);
          kernels.sums(dy.ptr, db.ptr, 1, rows, columns, 1);
          memory.verify(subject);
          expectSameBits(subject, memory.floats(db), expected);
        }
      }
    }
  });

  test("sums of columns with special values", () => {
    memory.clear();
    const columns = specialFloats.length;
    const values = specialFloats.flatMap((row) => specialFloats.map((column) => (column === 1 ? row : column)));
    const expected = new Float32Array(columns);
    values.forEach((x, i) => {
      expected[i % columns] = (expected[i % columns] as number) + x;
    });
    const dy = memory.input("dy", values);
    const db = memory.output("db", columns);
    kernels.sums(dy.ptr, db.ptr, 1, columns, columns, 1);
    expectSameBits(`columnSums ${build}`, memory.floats(db), expected);
  });

  test("sums of the middle of three axes, divided", () => {
    for (const [outer, n, inner] of [
      [3, 5, 1],
      [2, 9, 7],
      [4, 1, 6],
      [1, 4, 33],
      [5, 0, 3],
      [5, 0, 1],
    ] as const) {
      const values = randomFloats(outer * n * inner, n + inner);
      const expected = Float32Array.from({ length: outer * inner }, (_, at) => {
        const [o, i] = [Math.floor(at / inner), at % inner];
        const column = Float32Array.from({ length: n }, (_, r) => values[(o * n + r) * inner + i] as number);
        const total = inner === 1 ? canonicalSum(column) : column.reduce((sum, x) => Math.fround(sum + x), 0);
        return total / 3;
      });
      memory.clear();
      const x = memory.input("x", values);
      const y = memory.output("y", outer * inner);
      kernels.sums(x.ptr, y.ptr, outer, n, inner, 3);
      memory.verify("sums");
      expectSameBits(`sums ${build} [${outer}, ${n}, ${inner}]`, memory.floats(y), expected);
    }
  });

  test("maxima and minima, special values included", () => {
    for (const inner of [1, 2, 7, 33]) {
      for (const n of [0, 1, 2, 3, 4, 5, 8, 9, 31]) {
        for (const special of [undefined, ...specialFloats]) {
          const values = randomFloats(2 * n * inner, n + inner);
          if (special !== undefined) for (let i = 1; i < values.length; i += 5) values[i] = special;
          const of = (extreme: (...all: number[]) => number) =>
            Array.from({ length: 2 * inner }, (_, at) => {
              const [o, i] = [Math.floor(at / inner), at % inner];
              return extreme(...Array.from({ length: n }, (_, r) => values[(o * n + r) * inner + i] as number));
            });
          memory.clear();
          const x = memory.input("x", values);
          const [most, least] = [memory.output("most", 2 * inner), memory.output("least", 2 * inner)];
          kernels.maxima(x.ptr, most.ptr, 2, n, inner);
          kernels.minima(x.ptr, least.ptr, 2, n, inner);
          memory.verify("extremes");
          expectSameBits(`maxima ${build} [2, ${n}, ${inner}] with ${special}`, memory.floats(most), of(Math.max));
          expectSameBits(`minima ${build} [2, ${n}, ${inner}] with ${special}`, memory.floats(least), of(Math.min));
        }
      }
    }
  });
});
