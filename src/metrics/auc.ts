// The area under the ROC curve, exact: the share of the pairs of a yes and a no that the scores put in the right order.

import { softmax } from "../ops/activations.js";
import type { TensorData } from "../tensor/tensor.js";
import { above, classesOf, hasClasses } from "./decisions.js";
import type { MetricState, StreamingMetric } from "./metric.js";

/**
 * For yes and no by any scores, logits or probabilities; for two classes by the probability of the second; for more the
 * mean over the classes of each against the rest. Equal scores count half. It keeps every score, five bytes for each
 * class and example, since no sum over batches would be exact. NaN where a class occurs never, or always,
 * or a score is NaN.
 */
export function auc(): StreamingMetric {
  return {
    name: "auc",
    config: { kind: "auc" },
    nodes: (output, labels) => {
      if (!hasClasses(output)) return [output, above(labels, 0.5)];
      return [output.op === softmax.record ? output : softmax(output), classesOf(labels)];
    },
    start: () => new Ranking(),
  };
}

class Ranking implements MetricState {
  readonly #scores: TensorData[] = [];
  readonly #truths: TensorData[] = [];
  #value: number | null = null;

  add([scores, truths]: readonly TensorData[]): void {
    this.#scores.push((scores as TensorData).slice());
    this.#truths.push((truths as TensorData).slice());
    this.#value = null;
  }

  get value(): number {
    this.#value ??= this.#compute();
    return this.#value;
  }

  #compute(): number {
    const scores = joined(this.#scores);
    const truths = joined(this.#truths);
    const classes = scores.length / truths.length;
    // Scores of yes and no stand alone; of two classes the second tells all.
    if (!(classes > 1)) return areaOf(scores, truths);
    const areas = [...Array(classes).keys()].slice(classes === 2 ? 1 : 0).map((each) => {
      const own = scores.filter((_, i) => i % classes === each);
      return areaOf(
        own,
        truths.map((truth) => Number(truth === each)),
      );
    });
    return areas.reduce((sum, area) => sum + area, 0) / areas.length;
  }
}

/** The share of right pairs by the sum of the ranks of the yes, equal scores having their mean rank (Mann & Whitney). */
function areaOf(scores: Float64Array, isYes: Float64Array): number {
  if (scores.some(Number.isNaN)) return Number.NaN;
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  let yes = 0;
  let ranks = 0;
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && scores[order[to] as number] === scores[order[from] as number]) to++;
    for (let i = from; i < to; i++) {
      if (isYes[order[i] as number] !== 1) continue;
      yes++;
      ranks += (from + 1 + to) / 2;
    }
    from = to;
  }
  const no = order.length - yes;
  return (ranks - (yes * (yes + 1)) / 2) / (yes * no);
}

function joined(parts: readonly TensorData[]): Float64Array {
  const all = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
