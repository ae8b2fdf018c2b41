// The coefficient of determination: how much better than the mean of the labels a regression is.

import { checkNoOptions } from "../../errors.js";
import type { TensorData } from "../../tensor/tensor.js";
import { answersOf } from "./decisions.js";
import type { MetricState, StreamingMetric } from "./metric.js";

/**
 * R^2 = 1 - sum((label - output)^2) / sum((label - mean)^2), for several outputs the mean of theirs. Where all labels are
 * equal it is 1 for a perfect output and else 0, as in scikit-learn; NaN for fewer than two examples. Summed in float64,
 * where the mean of equal labels is that label.
 */
export function r2(): StreamingMetric {
  checkNoOptions("r2", arguments);
  return {
    name: "r2",
    config: { kind: "r2", options: {} },
    nodes: (output, labels) => [output, answersOf("r2", output, labels)],
    start: () => new Determination(),
  };
}

interface Sums {
  mean: number;
  /** Squares about the mean. */
  spread: number;
  residual: number;
}

class Determination implements MetricState {
  #examples = 0;
  #outputs: Sums[] = [];

  add([outputs, labels]: readonly TensorData[], examples: number): void {
    if (examples === 0) return;
    const columns = (labels as TensorData).length / examples;
    const batch = Array.from({ length: columns }, (_, i) =>
      sumsOf(outputs as TensorData, labels as TensorData, columns, i),
    );
    this.#outputs = batch.map((own, i) => joined(this.#outputs[i], this.#examples, own, examples));
    this.#examples += examples;
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

function sumsOf(outputs: TensorData, labels: TensorData, columns: number, from: number): Sums {
  let total = 0;
  for (let i = from; i < labels.length; i += columns) total += labels[i] as number;
  const mean = total / (labels.length / columns);
  let spread = 0;
  let residual = 0;
  for (let i = from; i < labels.length; i += columns) {
    const label = labels[i] as number;
    spread += (label - mean) ** 2;
    residual += (label - (outputs[i] as number)) ** 2;
  }
  return { mean, spread, residual };
}

// Chan, Golub & LeVeque 1979: the squares about the common mean, from those about the means of the parts.
function joined(before: Sums | undefined, count: number, { mean, spread, residual }: Sums, examples: number): Sums {
  if (before === undefined) return { mean, spread, residual };
  const all = count + examples;
  const distance = mean - before.mean;
  return {
    mean: before.mean + (distance * examples) / all,
    spread: before.spread + spread + (distance * distance * count * examples) / all,
    residual: before.residual + residual,
  };
}
