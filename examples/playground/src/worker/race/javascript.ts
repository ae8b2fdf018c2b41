// The race's measure: the same work in plain JavaScript as a good programmer writes it, with typed arrays, loops that read
// memory straight ahead, and four products to each load and store of a sum.

/** y[m, n] += a[m, k] * b[k, n] */
export function addProduct(
  a: Float32Array,
  b: Float32Array,
  y: Float32Array,
  [m, k, n]: readonly [number, number, number],
): void {
  for (let i = 0; i < m; i++) {
    const row = i * n;
    let p = 0;
    for (; p + 4 <= k; p += 4) {
      const at = i * k + p;
      const a0 = a[at]!;
      const a1 = a[at + 1]!;
      const a2 = a[at + 2]!;
      const a3 = a[at + 3]!;
      const b0 = p * n;
      const b1 = b0 + n;
      const b2 = b1 + n;
      const b3 = b2 + n;
      for (let j = 0; j < n; j++) y[row + j]! += a0 * b[b0 + j]! + a1 * b[b1 + j]! + a2 * b[b2 + j]! + a3 * b[b3 + j]!;
    }
    for (; p < k; p++) {
      const factor = a[i * k + p]!;
      for (let j = 0; j < n; j++) y[row + j]! += factor * b[p * n + j]!;
    }
  }
}

/** The rows of a [rows, columns] as columns. */
function transpose(a: Float32Array, into: Float32Array, rows: number, columns: number): Float32Array {
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) into[j * rows + i] = a[i * columns + j]!;
  return into;
}

export function sigmoid(x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = 1 / (1 + Math.exp(-x[i]!));
}

export function tanh(x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.tanh(x[i]!);
}

interface Layer {
  readonly inputs: number;
  readonly units: number;
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
  readonly dKernel: Float32Array;
  readonly y: Float32Array;
  readonly dy: Float32Array;
  /** Where a transposed matrix is put. */
  readonly turned: Float32Array;
  readonly turnedInput: Float32Array;
}

/** A net of dense layers with ReLU between them, trained by plain gradient descent on cross-entropy. */
export class PlainNet {
  readonly layers: readonly Layer[];
  readonly #batch: number;

  constructor(weights: readonly { readonly kernel: Float32Array; readonly bias: Float32Array }[], batch: number) {
    this.#batch = batch;
    this.layers = weights.map(({ kernel, bias }) => {
      const units = bias.length;
      const inputs = kernel.length / units;
      const of = (size: number) => new Float32Array(size);
      return {
        inputs,
        units,
        kernel: kernel.slice(),
        bias: bias.slice(),
        dKernel: of(kernel.length),
        y: of(batch * units),
        dy: of(batch * units),
        turned: of(kernel.length),
        turnedInput: of(batch * inputs),
      };
    });
  }

  step(x: Float32Array, labels: Int32Array, rate: number): void {
    const { layers } = this;
    let input = x;
    layers.forEach((layer, l) => {
      this.#forward(input, layer, l < layers.length - 1);
      input = layer.y;
    });
    this.#lossGradient(layers.at(-1) as Layer, labels);
    for (let l = layers.length - 1; l >= 0; l--) {
      const layer = layers[l] as Layer;
      const below = layers[l - 1];
      if (below) this.#inputGradient(layer, below);
      this.#descend(below ? below.y : x, layer, rate);
    }
  }

  #forward(x: Float32Array, { inputs, units, kernel, bias, y }: Layer, hidden: boolean): void {
    for (let i = 0; i < this.#batch; i++) y.set(bias, i * units);
    addProduct(x, kernel, y, [this.#batch, inputs, units]);
    if (hidden) for (let i = 0; i < y.length; i++) if (y[i]! < 0) y[i] = 0;
  }

  /** (softmax(y) - one-hot(label)) / batch */
  #lossGradient({ units, y, dy }: Layer, labels: Int32Array): void {
    for (let i = 0; i < this.#batch; i++) {
      const row = i * units;
      let most = -Infinity;
      for (let j = 0; j < units; j++) most = Math.max(most, y[row + j]!);
      let total = 0;
      for (let j = 0; j < units; j++) {
        dy[row + j] = Math.exp(y[row + j]! - most);
        total += dy[row + j]!;
      }
      for (let j = 0; j < units; j++) dy[row + j]! /= total * this.#batch;
      dy[row + labels[i]!]! -= 1 / this.#batch;
    }
  }

  /** dy · Wᵀ where the ReLU below was open. */
  #inputGradient({ inputs, units, kernel, dy, turned }: Layer, below: Layer): void {
    below.dy.fill(0);
    addProduct(dy, transpose(kernel, turned, inputs, units), below.dy, [this.#batch, units, inputs]);
    for (let i = 0; i < below.dy.length; i++) if (below.y[i] === 0) below.dy[i] = 0;
  }

  #descend(x: Float32Array, { inputs, units, kernel, bias, dKernel, dy, turnedInput }: Layer, rate: number): void {
    const batch = this.#batch;
    dKernel.fill(0);
    addProduct(transpose(x, turnedInput, batch, inputs), dy, dKernel, [inputs, batch, units]);
    for (let i = 0; i < kernel.length; i++) kernel[i]! -= rate * dKernel[i]!;
    for (let j = 0; j < units; j++) {
      let sum = 0;
      for (let i = 0; i < batch; i++) sum += dy[i * units + j]!;
      bias[j]! -= rate * sum;
    }
  }
}
