// The matrix product in straightforward plain JavaScript: loops in the order that reads memory straight ahead.

/** y[m, n] = A[m, k] * b[k, n]; where `transposed`, a holds A's transpose, [k, m]. */
export function matmul(
  a: Float32Array,
  b: Float32Array,
  y: Float32Array,
  [m, k, n]: readonly [m: number, k: number, n: number],
  transposed = false,
): void {
  y.fill(0);
  for (let i = 0; i < m; i++) {
    const row = i * n;
    for (let p = 0; p < k; p++) {
      const factor = transposed ? a[p * m + i]! : a[i * k + p]!;
      const from = p * n;
      for (let j = 0; j < n; j++) y[row + j]! += factor * b[from + j]!;
    }
  }
}
