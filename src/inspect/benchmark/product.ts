// The matrix product in plain JavaScript as a good programmer writes it: loops in the order that reads memory straight
// ahead, four products to each load and store of a sum, which is twice as fast as one. `benchmark` and the benches of the
// project measure kernels against it.

/** y[m, n] += A[m, k] * B[k, n]; where `transposed`, a holds A's transpose, [k, m]. */
export function addProduct(
  a: Float32Array,
  b: Float32Array,
  y: Float32Array,
  [m, k, n]: readonly [m: number, k: number, n: number],
  transposed = false,
): void {
  const rowStep = transposed ? 1 : k;
  const kStep = transposed ? m : 1;
  for (let i = 0; i < m; i++) {
    const row = i * n;
    let at = i * rowStep;
    let p = 0;
    for (; p + 4 <= k; p += 4) {
      const a0 = a[at]!;
      const a1 = a[at + kStep]!;
      const a2 = a[at + 2 * kStep]!;
      const a3 = a[at + 3 * kStep]!;
      at += 4 * kStep;
      const b0 = p * n;
      const b1 = b0 + n;
      const b2 = b1 + n;
      const b3 = b2 + n;
      for (let j = 0; j < n; j++) y[row + j]! += a0 * b[b0 + j]! + a1 * b[b1 + j]! + a2 * b[b2 + j]! + a3 * b[b3 + j]!;
    }
    for (; p < k; p++, at += kStep) {
      const factor = a[at]!;
      const from = p * n;
      for (let j = 0; j < n; j++) y[row + j]! += factor * b[from + j]!;
    }
  }
}
