// The coefficient of determination: how much better than the mean of the labels a regression is.

import { subtract } from "../ops/arithmetic.js";
import { mean, sum } from "../ops/reductions.js";
import { square } from "../ops/unary.js";
import type { TensorData } from "../tensor/tensor.js";
import type { MetricState, StreamingMetric } from "./metric.js";

/**
 * R^2 = 1 - sum((label - output)^2) / sum((label - mean)^2), for several outputs the mean of theirs. Where all labels are
 * equal it is 1 for a perfect output and else 0, as in scikit-learn; NaN for fewer than two examples.
 */
export function r2(): StreamingMetric {
  return {
    name: "r2",
    config: { kind: "r2" },
    nodes: (output, labels) => {
      const center = mean(labels, { axis: 0 });
      const spread = sum(square(subtract(labels, center)), { axis: 0 });
      return [center, spread, sum(square(subtract(labels, output)), { axis: 0 })];
    },
    start: () => new Determination(),
  };
}

class Determination implements MetricState {
  #examples = 0;
  #outputs: { mean: number; spread: number; residual: number }[] = [];

  // Chan, Golub & LeVeque 1979: the squares about the common mean, from those about the means of the parts.
  add([means, spreads, residuals]: readonly TensorData[], examples: number): void {
    if (examples === 0) return;
    const all = this.#examples + examples;
    this.#outputs = Array.from(means as TensorData, (center, i) => {
      const { mean, spread, residual } = this.#outputs[i] ?? { mean: 0, spread: 0, residual: 0 };
      const distance = center - mean;
      return {
        mean: mean + (distance * examples) / all,
        spread: spread + (spreads?.[i] as number) + (distance * distance * this.#examples * examples) / all,
        residual: residual + (residuals?.[i] as number),
      };
    });
    this.#examples = all;
  }

  get value(): number {
    if (this.#examples < 2) return Number.NaN;
    const scores = this.#outputs.map(({ spread, residual }) => {
      if (spread === 0) return residual === 0 ? 1 : 0;
      return 1 - residual / spread;
    });
    return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  }
}
