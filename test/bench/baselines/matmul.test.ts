import { expect, test } from "vitest";
import { matmul } from "../../../bench/baselines/matmul.js";

const b = Float32Array.of(7, 8, 9, 10, 11, 12);

test("y = A b", () => {
  const y = new Float32Array(4).fill(99);
  matmul(Float32Array.of(1, 2, 3, 4, 5, 6), b, y, [2, 3, 2]);
  expect([...y]).toEqual([58, 64, 139, 154]);
});

test("the same from the transpose of A", () => {
  const y = new Float32Array(4);
  matmul(Float32Array.of(1, 4, 2, 5, 3, 6), b, y, [2, 3, 2], "a");
  expect([...y]).toEqual([58, 64, 139, 154]);
});

test("the same from the transpose of B", () => {
  const y = new Float32Array(4);
  matmul(Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(7, 9, 11, 8, 10, 12), y, [2, 3, 2], "b");
  expect([...y]).toEqual([58, 64, 139, 154]);
});

test("any extents, so with and without what is left of four", () => {
  const value = (i: number) => ((i * 7) % 11) - 5;
  for (const [m, k, n] of [
    [1, 1, 1],
    [3, 4, 5],
    [2, 5, 4],
    [5, 11, 9],
  ] as const) {
    const a = Float32Array.from({ length: m * k }, (_, i) => value(i));
    const b = Float32Array.from({ length: k * n }, (_, i) => value(i + 3));
    const element = (i: number, j: number) =>
      Array.from({ length: k }, (_, p) => (a[i * k + p] as number) * (b[p * n + j] as number)).reduce((x, y) => x + y);
    const expected = Array.from({ length: m * n }, (_, at) => element(Math.floor(at / n), at % n));
    const transpose = (x: Float32Array, rows: number, columns: number) =>
      Float32Array.from({ length: x.length }, (_, at) => x[(at % rows) * columns + Math.floor(at / rows)] as number);
    const y = new Float32Array(m * n);
    matmul(a, b, y, [m, k, n]);
    expect([...y]).toEqual(expected);
    matmul(transpose(a, m, k), b, y.fill(9), [m, k, n], "a");
    expect([...y]).toEqual(expected);
    matmul(a, transpose(b, k, n), y.fill(9), [m, k, n], "b");
    expect([...y]).toEqual(expected);
  }
});
