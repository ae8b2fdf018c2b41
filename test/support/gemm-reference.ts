// Plain references for C = A * B + bias, ReLU: in float64 with a bound for the error of float32, and in float32 with
// the k products added in order, each operation rounded once. Operands are row-major: A[m, k], B[k, n].

export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly bias: Float32Array | null;
  readonly relu: boolean;
}

/** The same operations in the same order as the kernels, unfused: bits must agree. */
export function inOrder({ m, n, k, a, b, bias, relu }: Product): Float32Array {
  const c = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const x = a[i * k + p] as number;
      for (let j = 0; j < n; j++) {
        c[i * n + j] = Math.fround((c[i * n + j] as number) + Math.fround(x * (b[p * n + j] as number)));
      }
    }
  }
  return finish(c, n, bias, relu);
}

/** The product in float64, and how far any float32 sum of it, fused or not, may be off: u (k + 2) sum |a| |b|. */
export function inFloat64({ m, n, k, a, b, bias, relu }: Product): { c: Float64Array; bound: Float64Array } {
  const c = new Float64Array(m * n);
  const bound = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const x = a[i * k + p] as number;
      for (let j = 0; j < n; j++) {
        const product = x * (b[p * n + j] as number);
        c[i * n + j] = (c[i * n + j] as number) + product;
        bound[i * n + j] = (bound[i * n + j] as number) + Math.abs(product);
      }
    }
  }
  // Higham 2002, Accuracy and Stability, section 3.1: gamma(k + 1), the bias being one more term; a little above it.
  const unit = 2 ** -24 * (k + 2);
  for (let i = 0; i < bound.length; i++) {
    const added = bias === null ? 0 : Math.abs(bias[i % n] as number);
    bound[i] = unit * ((bound[i] as number) + added);
  }
  return { c: finish(c, n, bias, relu), bound };
}

function finish<C extends Float32Array | Float64Array>(c: C, n: number, bias: Float32Array | null, relu: boolean): C {
  for (let i = 0; i < c.length; i++) {
    if (bias !== null) c[i] = (c[i] as number) + (bias[i % n] as number);
    // Keeps NaN and -0, as the kernel does.
    if (relu && (c[i] as number) < 0) c[i] = 0;
  }
  return c;
}

/** The transpose of a rows x columns matrix. */
export function transposed(x: Float32Array, rows: number, columns: number): Float32Array {
  const y = new Float32Array(x.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) y[j * rows + i] = x[i * columns + j] as number;
  return y;
}
