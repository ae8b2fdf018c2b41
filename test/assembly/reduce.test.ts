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
    kernels.mean(x.ptr, y.ptr, values.length);
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

  test("columnSums adds each column from the first row down", () => {
    for (const columns of [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 19, 20, 31, 32, 33, 47]) {
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
          kernels.columnSums(dy.ptr, db.ptr, rows, columns);
          memory.verify(subject);
          expectSameBits(subject, memory.floats(db), expected);
        }
      }
    }
  });

  test("columnSums of special values", () => {
    memory.clear();
    const columns = specialFloats.length;
    const values = specialFloats.flatMap((row) => specialFloats.map((column) => (column === 1 ? row : column)));
    const expected = new Float32Array(columns);
    values.forEach((x, i) => {
      expected[i % columns] = (expected[i % columns] as number) + x;
    });
    const dy = memory.input("dy", values);
    const db = memory.output("db", columns);
    kernels.columnSums(dy.ptr, db.ptr, columns, columns);
    expectSameBits(`columnSums ${build}`, memory.floats(db), expected);
  });
});
