// The course's net, 784-300-100-10 with ReLU, in plain JavaScript: what a good programmer writes with Float32Array
// and loops that take four products at a time, and no more. The measure that `step` and `predict` are compared with.

import { addProduct } from "../../src/inspect/benchmark/product.js";
import type { Rule } from "../nets.js";
import { matmul } from "./matmul.js";

/** Layer sizes, the inputs first. */
export const COURSE_NET = [784, 300, 100, 10] as const;

interface Layer {
  readonly inputs: number;
  readonly units: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly dWeights: Float32Array;
  readonly dBias: Float32Array;
  /** Outputs and their gradient, [batch, units]. */
  readonly y: Float32Array;
  readonly dy: Float32Array;
}

/** Weights and biases by layer, as `model.getWeights()` holds them: kernel [inputs, units], bias [units]. */
export type LayerWeights = readonly { readonly kernel: Float32Array; readonly bias: Float32Array }[];

export class CourseNet {
  readonly batch: number;
  readonly #layers: readonly Layer[];
  readonly #rule: Rule;
  readonly #rate: number;
  readonly #moments: readonly { readonly m: Float32Array; readonly v: Float32Array }[];
  #step = 0;

  constructor(weights: LayerWeights, batch: number, rule: Rule = "sgd", rate = 0.01) {
    this.batch = batch;
    this.#rule = rule;
    this.#rate = rate;
    this.#layers = weights.map(({ kernel, bias }) => {
      const units = bias.length;
      return {
        inputs: kernel.length / units,
        units,
        weights: kernel.slice(),
        bias: bias.slice(),
        dWeights: new Float32Array(kernel.length),
        dBias: new Float32Array(units),
        y: new Float32Array(batch * units),
        dy: new Float32Array(batch * units),
      };
    });
    this.#moments = this.parameters.map(({ length }) => ({ m: new Float32Array(length), v: new Float32Array(length) }));
  }

  /** Kernel and bias of each layer in turn, live. */
  get parameters(): Float32Array[] {
    return this.#layers.flatMap(({ weights, bias }) => [weights, bias]);
  }

  /** Logits of a batch, [batch, 10]; the array is used again by the next call. */
  predict(x: Float32Array): Float32Array {
    let input = x;
    this.#layers.forEach((layer, l) => {
      forward(this.batch, input, layer, l < this.#layers.length - 1);
      input = layer.y;
    });
    return input;
  }

  /** Mean cross-entropy and accuracy of the batch that was predicted last. */
  metrics(labels: Int32Array): { readonly loss: number; readonly accuracy: number } {
    const { units: n, y } = this.#layers[this.#layers.length - 1] as Layer;
    let loss = 0;
    let hits = 0;
    for (let i = 0; i < this.batch; i++) {
      const row = i * n;
      const label = labels[i]!;
      let best = 0;
      for (let j = 1; j < n; j++) if (y[row + j]! > y[row + best]!) best = j;
      let total = 0;
      for (let j = 0; j < n; j++) total += Math.exp(y[row + j]! - y[row + best]!);
      loss += Math.log(total) - (y[row + label]! - y[row + best]!);
      if (best === label) hits++;
    }
    return { loss: loss / this.batch, accuracy: hits / this.batch };
  }

  /** One training step on a batch. */
  step(x: Float32Array, labels: Int32Array): void {
    this.predict(x);
    const layers = this.#layers;
    lossGradient(this.batch, layers[layers.length - 1] as Layer, labels);
    for (let l = layers.length - 1; l >= 0; l--) {
      const layer = layers[l] as Layer;
      const below = layers[l - 1];
      parameterGradients(this.batch, below ? below.y : x, layer);
      if (below) inputGradient(this.batch, layer, below);
    }
    this.#step++;
    layers.forEach(({ weights, bias, dWeights, dBias }, l) => {
      this.#update(weights, dWeights, 2 * l);
      this.#update(bias, dBias, 2 * l + 1);
    });
  }

  #update(w: Float32Array, g: Float32Array, parameter: number): void {
    if (this.#rule === "sgd") sgd(w, g, this.#rate);
    else {
      const { m, v } = this.#moments[parameter] as { m: Float32Array; v: Float32Array };
      adam(w, g, m, v, this.#rate, this.#step);
    }
  }
}

/** y = x · W + b, then ReLU where `relu`. */
function forward(batch: number, x: Float32Array, { inputs, units, weights, bias, y }: Layer, relu: boolean): void {
  for (let i = 0; i < batch; i++) y.set(bias, i * units);
  addProduct(x, weights, y, [batch, inputs, units]);
  if (relu) for (let i = 0; i < y.length; i++) if (y[i]! < 0) y[i] = 0;
}

/** dy = (softmax(y) - one-hot(label)) / batch */
function lossGradient(batch: number, { units, y, dy }: Layer, labels: Int32Array): void {
  for (let i = 0; i < batch; i++) {
    const row = i * units;
    let max = -Infinity;
    for (let j = 0; j < units; j++) max = Math.max(max, y[row + j]!);
    let total = 0;
    for (let j = 0; j < units; j++) {
      const e = Math.exp(y[row + j]! - max);
      dy[row + j] = e;
      total += e;
    }
    const scale = 1 / (total * batch);
    for (let j = 0; j < units; j++) dy[row + j]! *= scale;
    dy[row + labels[i]!]! -= 1 / batch;
  }
}

/** dW = xᵀ · dy, db = column sums of dy. */
function parameterGradients(batch: number, x: Float32Array, { inputs, units, dy, dWeights, dBias }: Layer): void {
  matmul(x, dy, dWeights, [inputs, batch, units], "a");
  dBias.fill(0);
  for (let i = 0; i < batch; i++) {
    for (let j = 0; j < units; j++) dBias[j]! += dy[i * units + j]!;
  }
}

/** Gradient of the layer below: dx = dy · Wᵀ where its ReLU was open, else 0. */
function inputGradient(batch: number, { inputs, units, weights, dy }: Layer, below: Layer): void {
  matmul(dy, weights, below.dy, [batch, units, inputs], "b");
  for (let i = 0; i < below.dy.length; i++) if (!(below.y[i]! > 0)) below.dy[i] = 0;
}

export function sgd(w: Float32Array, g: Float32Array, rate: number): void {
  for (let i = 0; i < w.length; i++) w[i]! -= rate * g[i]!;
}

/** Kingma & Ba 2015, Algorithm 1, with its default constants; t counts from 1. */
export function adam(
  w: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  rate: number,
  t: number,
): void {
  const stepSize = rate / (1 - 0.9 ** t);
  const correction = 1 / Math.sqrt(1 - 0.999 ** t);
  for (let i = 0; i < w.length; i++) {
    const gi = g[i]!;
    const mi = 0.9 * m[i]! + 0.1 * gi;
    const vi = 0.999 * v[i]! + 0.001 * gi * gi;
    m[i] = mi;
    v[i] = vi;
    w[i]! -= (stepSize * mi) / (Math.sqrt(vi) * correction + 1e-8);
  }
}
