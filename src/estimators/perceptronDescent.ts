// Stochastic gradient descent on the perceptron loss max(0, -y (w·x + b)), y = ±1, for one class against the rest: the
// loop of scikit-learn's SGD (sklearn/linear_model/_sgd_fast.pyx) at a constant rate, in float64. One sample at a time,
// each seeing the weights that the last one left, which is no work for matrix kernels.

import { RandomStream } from "../tensor/random.js";
import type { PerceptronParameters } from "./perceptronParameters.js";
import type { Matrix } from "./samples/matrix.js";

/** The weights of one class. */
export interface Hyperplane {
  readonly weights: Float64Array;
  intercept: number;
}

export interface DescentTask {
  readonly x: Matrix;
  /** The samples to learn from. */
  readonly rows: Uint32Array;
  /** +1 or -1 for each sample of x. */
  readonly signs: Float64Array;
  /** How much each sign counts. */
  readonly weightOf: (sign: number) => number;
  /** The accuracy on held-out samples; undefined where there are none. */
  readonly validate: ((plane: Hyperplane) => number) | undefined;
  readonly parameters: PerceptronParameters;
  /** Which order of samples the first epoch takes; one class's orders must not be another's. */
  readonly stream: string;
  /** The most epochs; `Infinity` obeys maxIter. */
  readonly epochs: number;
}

/** Changes the plane; returns the number of epochs made. */
export function descend(plane: Hyperplane, task: DescentTask): number {
  const { rows, validate, parameters } = task;
  const { tol, nIterNoChange, shuffle } = parameters;
  const random = new RandomStream(parameters.randomState, task.stream);
  const penalty = new Penalty(parameters, plane.weights.length);
  const epochs = Math.min(parameters.maxIter, task.epochs);
  let best = validate ? -Infinity : Infinity;
  let idle = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = shuffle ? random.permutation(rows.length).map((i) => rows[i] as number) : rows;
    const { loss, updates } = passOver(order, plane, task, penalty);
    if (tol === null) {
      if (updates === 0 && !penalty.active) return epoch;
      continue;
    }
    // Higher accuracy is better, lower loss is: both are compared as a gain.
    const value = validate ? validate(plane) : loss;
    const improved = validate ? value >= best + tol : value <= best - tol * rows.length;
    idle = improved ? 0 : idle + 1;
    best = validate ? Math.max(best, value) : Math.min(best, value);
    if (idle >= nIterNoChange) return epoch;
  }
  return epochs;
}

/** One epoch: the sum of losses, and how many samples changed the weights. */
function passOver(
  order: Uint32Array,
  plane: Hyperplane,
  { x, signs, weightOf, parameters }: DescentTask,
  penalty: Penalty,
) {
  const { data, columns } = x;
  const { weights } = plane;
  const { eta0, fitIntercept } = parameters;
  let loss = 0;
  let updates = 0;
  for (const row of order) {
    const from = row * columns;
    const y = signs[row] as number;
    let score = plane.intercept;
    for (let j = 0; j < columns; j++) score += (weights[j] as number) * (data[from + j] as number);
    const wrong = y * score <= 0;
    penalty.shrink(weights);
    if (wrong) {
      const step = eta0 * y * weightOf(y);
      for (let j = 0; j < columns; j++) weights[j]! += step * (data[from + j] as number);
      if (fitIntercept) plane.intercept += step;
      loss -= y * score;
      updates++;
    }
    penalty.truncate(weights);
  }
  return { loss, updates };
}

/** L2 shrinks all weights before each step; L1 cuts them towards 0 after it (Tsuruoka, Tsujii, Ananiadou 2009). */
class Penalty {
  readonly active: boolean;
  readonly #shrinkage: number;
  readonly #cut: number;
  readonly #received: Float64Array;
  #due = 0;

  constructor({ penalty, alpha, l1Ratio, eta0 }: PerceptronParameters, columns: number) {
    const l1 = penalty === "l1" ? 1 : penalty === "elasticnet" ? l1Ratio : 0;
    const l2 = penalty === null || penalty === "l1" ? 0 : 1 - l1;
    this.active = penalty !== null && alpha > 0;
    this.#shrinkage = Math.max(0, 1 - l2 * eta0 * alpha);
    this.#cut = l1 * eta0 * alpha;
    this.#received = new Float64Array(columns);
  }

  shrink(weights: Float64Array): void {
    if (this.#shrinkage === 1) return;
    for (let j = 0; j < weights.length; j++) weights[j]! *= this.#shrinkage;
  }

  /** Each weight gets the whole penalty that it could have had so far, and never crosses 0 by it. */
  truncate(weights: Float64Array): void {
    if (this.#cut === 0) return;
    this.#due += this.#cut;
    for (let j = 0; j < weights.length; j++) {
      const before = weights[j] as number;
      const received = this.#received[j] as number;
      if (before > 0) weights[j] = Math.max(0, before - (this.#due + received));
      else if (before < 0) weights[j] = Math.min(0, before + (this.#due - received));
      this.#received[j] = received + (weights[j] as number) - before;
    }
  }
}
