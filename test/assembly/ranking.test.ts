// Order of the scores in a row, against plain definitions.

import { describe, expect, test } from "vitest";
import { builds } from "../support/builds.js";
import { randomFloats, randomIntegers } from "../support/random-values.js";
import { ScratchMemory } from "../support/scratch-memory.js";
import { byteShifts, spanLengths } from "../support/span-lengths.js";

const nan = Number.NaN;

describe.each(builds)("%s", (build) => {
  const memory = new ScratchMemory(build);
  const { kernels } = memory;

  function argmax(x: ArrayLike<number>, rows: number, n: number, shift = 0): number[] {
    memory.clear();
    const from = memory.input("x", Float32Array.from(x), shift);
    const to = memory.output("y", rows, shift);
    kernels.argmax(from.ptr, to.ptr, rows, n, 1);
    memory.verify(`argmax ${build}, ${rows} x ${n}`);
    return [...memory.integers(to)];
  }

  function inTopK(x: ArrayLike<number>, labels: readonly number[], n: number, k: number, shift = 0): number[] {
    memory.clear();
    const from = memory.input("x", Float32Array.from(x), shift);
    const of = memory.input("labels", Int32Array.from(labels), shift);
    const to = memory.output("y", labels.length, shift);
    kernels.inTopK(from.ptr, of.ptr, to.ptr, labels.length, n, k);
    memory.verify(`inTopK ${build}, ${labels.length} x ${n}, k ${k}`);
    return [...memory.floats(to)];
  }

  test("argmax gives the first largest of each row", () => {
    for (const n of spanLengths.filter((length) => length > 0)) {
      for (const shift of byteShifts) {
        const x = randomFloats(5 * n, n);
        const rows = Array.from({ length: 5 }, (_, r) => [...x.subarray(r * n, (r + 1) * n)]);
        expect(argmax(x, 5, n, shift)).toEqual(rows.map((row) => row.indexOf(Math.max(...row))));
      }
    }
    expect(argmax([2, 2, 1, 1, 3, 3, -0, 0, -0], 3, 3)).toEqual([0, 1, 0]);
  });

  test("argmax passes over NaN, takes infinities, and is 0 where nothing wins", () => {
    expect(argmax([nan, 1, 2, 3, nan, 1, -Infinity, -Infinity, -1, 1, Infinity, Infinity], 4, 3)).toEqual([2, 0, 2, 1]);
    expect(argmax([nan, nan, -Infinity, -Infinity], 2, 2)).toEqual([0, 0]);
    expect(argmax([], 2, 0)).toEqual([0, 0]);
    expect(argmax([], 0, 3)).toEqual([]);
  });

  test("topKIndices orders a row, equals by index and NaN last", () => {
    const order = (row: readonly number[]) =>
      row
        .map((value, index) => ({
          value: Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value,
          index,
          late: Number.isNaN(value),
        }))
        .sort(
          (a, b) => Number(a.late) - Number(b.late) || (b.value === a.value ? a.index - b.index : b.value - a.value),
        )
        .map(({ index }) => index);
    for (const n of [1, 2, 5, 9, 33]) {
      // Few values, so that there are equals; some NaN and infinities.
      const values = [...randomIntegers(4 * n, n, 7)].map(
        (value) => [nan, -Infinity, -1, 0, 1, 2, Infinity][value] as number,
      );
      const rows = Array.from({ length: 4 }, (_, r) => values.slice(r * n, (r + 1) * n));
      for (const k of new Set([1, Math.ceil(n / 2), n])) {
        memory.clear();
        const from = memory.input("x", Float32Array.from(values));
        const to = memory.output("y", 4 * k);
        kernels.topKIndices(from.ptr, to.ptr, 4, n, k);
        memory.verify(`topKIndices ${build}, ${n}, ${k}`);
        expect([...memory.integers(to)]).toEqual(rows.flatMap((row) => order(row).slice(0, k)));
      }
    }
  });

  test("takeAlong and scatterAlong pass over what is out of range", () => {
    memory.clear();
    const x = memory.input("x", Float32Array.of(1, 2, 3, 4, 5, 6));
    const indices = memory.input("indices", Int32Array.of(2, 0, -1, 1, 1, 3));
    const taken = memory.output("taken", 6);
    kernels.takeAlong(x.ptr, indices.ptr, taken.ptr, 2, 3, 3);
    expect([...memory.floats(taken)]).toEqual([3, 1, nan, 5, 5, nan]);
    const added = memory.output("added", 6);
    kernels.scatterAlong(x.ptr, indices.ptr, added.ptr, 2, 3, 3);
    memory.verify(`takeAlong and scatterAlong ${build}`);
    expect([...memory.floats(added)]).toEqual([2, 0, 1, 0, 9, 0]);
  });

  test("inTopK counts the scores above the label's", () => {
    for (const n of [1, 3, 4, 5, 9]) {
      for (const shift of byteShifts) {
        const x = randomFloats(6 * n, n);
        const labels = [...randomIntegers(6, n, n)];
        for (let k = 1; k <= n + 1; k++) {
          const expected = labels.map((label, r) => {
            const row = [...x.subarray(r * n, (r + 1) * n)];
            return row.filter((score) => score > (row[label] as number)).length < k ? 1 : 0;
          });
          expect(inTopK(x, labels, n, k, shift), `${build}, n ${n}, k ${k}`).toEqual(expected);
        }
      }
    }
  });

  test("inTopK: ties are in; rows with NaN, labels left out and labels out of range are out", () => {
    expect(inTopK([1, 1, 1, 1], [3], 4, 1)).toEqual([1]);
    expect(inTopK([3, 3, 2, 1], [2], 4, 2)).toEqual([0]);
    expect(inTopK([1, nan, 2, 2, 1, nan], [0, 1], 3, 3)).toEqual([0, 0]);
    // -Infinity leaves a class out, and its label is never found.
    expect(inTopK([0, -Infinity, 1, 0, -Infinity, 1], [2, 0], 3, 1)).toEqual([1, 0]);
    expect(inTopK([0, -Infinity, 1, -Infinity, -Infinity, -Infinity], [1, 0], 3, 3)).toEqual([0, 0]);
    expect(inTopK([0, Infinity, 1, 0, Infinity, 1], [1, 2], 3, 1)).toEqual([1, 0]);
    expect(inTopK([1, 2, 3, 1, 2, 3, 1, 2, 3], [-1, 3, -0x80000000], 3, 3)).toEqual([0, 0, 0]);
    // Sums of finite scores may overflow; the scores are finite all the same.
    expect(inTopK([3e38, 3e38, 3e38], [0], 3, 1)).toEqual([1]);
  });

  test("equal compares integers", () => {
    for (const n of spanLengths) {
      for (const shift of byteShifts) {
        memory.clear();
        const a = randomIntegers(n, 1, 3);
        const b = randomIntegers(n, 2, 3);
        const [left, right] = [memory.input("a", a, shift), memory.input("b", b, shift)];
        const y = memory.output("y", n, shift);
        kernels.equal(left.ptr, right.ptr, y.ptr, n);
        memory.verify(`equal ${build}, n ${n}`);
        expect([...memory.floats(y)]).toEqual([...a].map((value, i) => (value === b[i] ? 1 : 0)));
      }
    }
    // The bits of NaN are equal as integers, +0 and -0 are not.
    memory.clear();
    const a = memory.input("a", Int32Array.of(0x7fc00000, 0, -0x80000000, 0x7fffffff));
    const b = memory.input("b", Int32Array.of(0x7fc00000, -0x80000000, -0x80000000, -1));
    const y = memory.output("y", 4);
    kernels.equal(a.ptr, b.ptr, y.ptr, 4);
    expect([...memory.floats(y)]).toEqual([1, 0, 1, 0]);
  });
});
