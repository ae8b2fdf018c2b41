// Functions over arrays in straightforward plain JavaScript: one loop each, `Math` where it has the function.

type Span = (x: Float32Array, y: Float32Array) => void;

/** Abramowitz & Stegun 1964, 7.1.26: within 1.5e-7. JavaScript has no erf. */
function erf(x: number): number {
  const a = Math.abs(x);
  const t = 1 / (1 + 0.3275911 * a);
  const p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const y = 1 - p * Math.exp(-a * a);
  return x < 0 ? -y : y;
}

/** Each of them a function of its own, so that the engine compiles a loop for each and inlines what is called in it. */
export const plainSpans = {
  relu: (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = x[i]! > 0 ? x[i]! : 0;
  },
  sigmoid: (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = 1 / (1 + Math.exp(-x[i]!));
  },
  tanh: (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = Math.tanh(x[i]!);
  },
  exp: (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = Math.exp(x[i]!);
  },
  log: (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = Math.log(x[i]!);
  },
  elu: (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = x[i]! > 0 ? x[i]! : Math.expm1(x[i]!);
  },
  softplus: (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = Math.max(x[i]!, 0) + Math.log1p(Math.exp(-Math.abs(x[i]!)));
  },
  gelu: (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = 0.5 * x[i]! * (1 + erf(x[i]! * Math.SQRT1_2));
  },
  silu: (x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = x[i]! / (1 + Math.exp(-x[i]!));
  },
} satisfies Record<string, Span>;

/** Every row to its softmax, less its largest element first. */
export function softmaxRows(x: Float32Array, y: Float32Array, columns: number): void {
  for (let from = 0; from < x.length; from += columns) {
    const end = from + columns;
    let max = -Infinity;
    for (let i = from; i < end; i++) if (x[i]! > max) max = x[i]!;
    let total = 0;
    for (let i = from; i < end; i++) {
      const e = Math.exp(x[i]! - max);
      y[i] = e;
      total += e;
    }
    const scale = 1 / total;
    for (let i = from; i < end; i++) y[i]! *= scale;
  }
}

/** y[column] = sum of x[row, column] */
export function columnSums(x: Float32Array, y: Float32Array): void {
  const columns = y.length;
  y.fill(0);
  for (let from = 0; from < x.length; from += columns) {
    for (let j = 0; j < columns; j++) y[j]! += x[from + j]!;
  }
}

/** y[row, column] = x[row, column] + b[column] */
export function addRow(x: Float32Array, b: Float32Array, y: Float32Array): void {
  const columns = b.length;
  for (let from = 0; from < x.length; from += columns) {
    for (let j = 0; j < columns; j++) y[from + j] = x[from + j]! + b[j]!;
  }
}

/** Each column to mean 0 and variance 1 (epsilon 0.001), as batch normalisation does while training. */
export function normalizeColumns(x: Float32Array, y: Float32Array, columns: number): void {
  const rows = x.length / columns;
  const mean = new Float64Array(columns);
  const scale = new Float64Array(columns);
  for (let from = 0; from < x.length; from += columns) {
    for (let j = 0; j < columns; j++) mean[j]! += x[from + j]!;
  }
  for (let j = 0; j < columns; j++) mean[j]! /= rows;
  for (let from = 0; from < x.length; from += columns) {
    for (let j = 0; j < columns; j++) scale[j]! += (x[from + j]! - mean[j]!) ** 2;
  }
  for (let j = 0; j < columns; j++) scale[j] = 1 / Math.sqrt(scale[j]! / rows + 1e-3);
  for (let from = 0; from < x.length; from += columns) {
    for (let j = 0; j < columns; j++) y[from + j] = (x[from + j]! - mean[j]!) * scale[j]!;
  }
}
