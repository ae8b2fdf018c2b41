// The iris net, 4-16-3 with ReLU and Adam, written by hand in plain JavaScript for just this net: sizes are constants,
// one function makes a whole step, nothing is allocated. What a library's dispatch has to compete with.

export const IRIS_NET = [4, 16, 3] as const;

const INPUTS = 4;
const HIDDEN = 16;
const CLASSES = 3;
// All parameters in one array:  | W1 [4, 16] | b1 [16] | W2 [16, 3] | b2 [3] |
const B1 = INPUTS * HIDDEN;
const W2 = B1 + HIDDEN;
const B2 = W2 + HIDDEN * CLASSES;
const PARAMETERS = B2 + CLASSES;

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export class IrisNet {
  readonly parameters = new Float32Array(PARAMETERS);
  readonly #gradient = new Float32Array(PARAMETERS);
  readonly #m = new Float32Array(PARAMETERS);
  readonly #v = new Float32Array(PARAMETERS);
  readonly #hidden = new Float32Array(HIDDEN);
  readonly #rate: number;
  #power1 = 1;
  #power2 = 1;

  constructor(weights: readonly { readonly kernel: Float32Array; readonly bias: Float32Array }[], rate: number) {
    this.parameters.set(weights.flatMap(({ kernel, bias }) => [...kernel, ...bias]));
    this.#rate = rate;
  }

  /**
   * One step on the examples rows[from .. from + count). Returns the mean loss before it where `wantsLoss`, else 0.
   */
  step(
    x: Float32Array,
    labels: Int32Array,
    rows: Uint32Array,
    from: number,
    count: number,
    wantsLoss: boolean,
  ): number {
    const w = this.parameters;
    const g = this.#gradient;
    const h = this.#hidden;
    let loss = 0;
    for (let i = 0; i < PARAMETERS; i++) g[i] = 0;
    const share = 1 / count;
    for (let r = from; r < from + count; r++) {
      const row = rows[r]! * INPUTS;
      const x0 = x[row]!;
      const x1 = x[row + 1]!;
      const x2 = x[row + 2]!;
      const x3 = x[row + 3]!;
      let z0 = w[B2]!;
      let z1 = w[B2 + 1]!;
      let z2 = w[B2 + 2]!;
      for (let j = 0; j < HIDDEN; j++) {
        let sum = x0 * w[j]! + x1 * w[HIDDEN + j]! + x2 * w[2 * HIDDEN + j]! + x3 * w[3 * HIDDEN + j]! + w[B1 + j]!;
        if (sum < 0) sum = 0;
        h[j] = sum;
        z0 += sum * w[W2 + 3 * j]!;
        z1 += sum * w[W2 + 3 * j + 1]!;
        z2 += sum * w[W2 + 3 * j + 2]!;
      }
      const label = labels[rows[r]!]!;
      const max = Math.max(z0, z1, z2);
      const e0 = Math.exp(z0 - max);
      const e1 = Math.exp(z1 - max);
      const e2 = Math.exp(z2 - max);
      const total = e0 + e1 + e2;
      if (wantsLoss) loss += Math.log(total) + max - (label === 0 ? z0 : label === 1 ? z1 : z2);
      const scale = share / total;
      const d0 = e0 * scale - (label === 0 ? share : 0);
      const d1 = e1 * scale - (label === 1 ? share : 0);
      const d2 = e2 * scale - (label === 2 ? share : 0);
      g[B2]! += d0;
      g[B2 + 1]! += d1;
      g[B2 + 2]! += d2;
      for (let j = 0; j < HIDDEN; j++) {
        const hj = h[j]!;
        const at = W2 + 3 * j;
        if (hj > 0) {
          const d = d0 * w[at]! + d1 * w[at + 1]! + d2 * w[at + 2]!;
          g[at]! += hj * d0;
          g[at + 1]! += hj * d1;
          g[at + 2]! += hj * d2;
          g[j]! += x0 * d;
          g[HIDDEN + j]! += x1 * d;
          g[2 * HIDDEN + j]! += x2 * d;
          g[3 * HIDDEN + j]! += x3 * d;
          g[B1 + j]! += d;
        }
      }
    }
    this.#power1 *= BETA1;
    this.#power2 *= BETA2;
    const stepSize = this.#rate / (1 - this.#power1);
    const correction = 1 / Math.sqrt(1 - this.#power2);
    const m = this.#m;
    const v = this.#v;
    for (let i = 0; i < PARAMETERS; i++) {
      const gi = g[i]!;
      const mi = BETA1 * m[i]! + (1 - BETA1) * gi;
      const vi = BETA2 * v[i]! + (1 - BETA2) * gi * gi;
      m[i] = mi;
      v[i] = vi;
      w[i]! -= (stepSize * mi) / (Math.sqrt(vi) * correction + EPSILON);
    }
    return loss * share;
  }

  /** Epochs of mini-batches in the orders that `shuffle` gives. Returns the mean loss of each epoch. */
  fit(
    x: Float32Array,
    labels: Int32Array,
    batch: number,
    epochs: number,
    shuffle: (rows: Uint32Array, epoch: number) => void,
  ): number[] {
    const rows = Uint32Array.from(labels.keys());
    const losses: number[] = [];
    for (let epoch = 0; epoch < epochs; epoch++) {
      shuffle(rows, epoch);
      let sum = 0;
      for (let from = 0; from < rows.length; from += batch) {
        const count = Math.min(batch, rows.length - from);
        sum += this.step(x, labels, rows, from, count, true) * count;
      }
      losses.push(sum / rows.length);
    }
    return losses;
  }
}

/** Fisher and Yates, with the generator every JavaScript host has. */
export function shuffleRows(rows: Uint32Array): void {
  for (let i = rows.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    const row = rows[i]!;
    rows[i] = rows[j]!;
    rows[j] = row;
  }
}
