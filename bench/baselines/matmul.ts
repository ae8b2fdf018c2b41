// The matrix product in plain JavaScript with either operand transposed.

import { addProduct } from "../../src/inspect/benchmark/product.js";

type Extents = readonly [m: number, k: number, n: number];

/** y[m, n] = A[m, k] * B[k, n]; `transposed` is the operand whose transpose is given, a as [k, m] or b as [n, k]. */
export function matmul(
  a: Float32Array,
  b: Float32Array,
  y: Float32Array,
  extents: Extents,
  transposed?: "a" | "b",
): void {
  if (transposed === "b") matmulTransposedB(a, b, y, extents);
  else {
    y.fill(0);
    addProduct(a, b, y, extents, transposed === "a");
  }
}

/** Rows of both operands lie in memory as they are multiplied: four sums at a time. */
function matmulTransposedB(a: Float32Array, b: Float32Array, y: Float32Array, [m, k, n]: Extents): void {
  for (let i = 0; i < m; i++) {
    const row = i * k;
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      const b0 = j * k;
      const b1 = b0 + k;
      const b2 = b1 + k;
      const b3 = b2 + k;
      for (let p = 0; p < k; p++) {
        const factor = a[row + p]!;
        s0 += factor * b[b0 + p]!;
        s1 += factor * b[b1 + p]!;
        s2 += factor * b[b2 + p]!;
        s3 += factor * b[b3 + p]!;
      }
      y[i * n + j] = s0;
      y[i * n + j + 1] = s1;
      y[i * n + j + 2] = s2;
      y[i * n + j + 3] = s3;
    }
    for (; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a[row + p]! * b[j * k + p]!;
      y[i * n + j] = sum;
    }
  }
}
