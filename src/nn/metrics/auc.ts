// The area under the ROC curve, exact: the share of the pairs of a yes and a no that the scores put in the right order.

import { checkArity, checkOneOf, checkOptions } from "../../errors.js";
import { sum } from "../../ops/reductions.js";
import { softmax } from "../../ops/softmax.js";
import type { TensorData } from "../../tensor/tensor.js";
import type { Average } from "./confusion.js";
import { above, answersOf, classesOf, kindOf } from "./decisions.js";
import type { MetricState, StreamingMetric } from "./metric.js";

export interface AucOptions {
  /**
   * How the areas of several classes, or of several independent labels, become one: their mean, that weighted by how many
   * examples each has, or the area of all pairs taken together. Default "macro".
   */
  readonly average?: Average;
}

/**
 * For yes and no by any scores, logits or probabilities; for two classes by the probability of the second; for more the
 * mean over the classes of each against the rest; for several independent labels, told apart as in `accuracy`, the mean
 * over them. Equal scores count half. It keeps every score, five bytes for each class and example, since no sum over
 * batches would be exact. NaN where a class occurs never, or always, or a score is NaN.
 */
export function auc(options: AucOptions = {}): StreamingMetric {
  checkArity("auc", arguments.length, 1);
  checkOptions("auc", options, ["average"]);
  const { average = "macro" } = options;
  checkOneOf("auc: average", average, ["macro", "micro", "weighted"]);
  return {
    name: "auc",
    config: { kind: "auc", options: { ...options } },
    nodes: (output, labels, kind) => {
      if (kindOf(output, labels, kind) === "independent") {
        const truths = above(answersOf("auc", output, labels), 0.5);
        // How often each of several labels is set: its length is their number.
        return [output, truths, ...(output.shape.length === 2 ? [sum(truths, { axis: 0 })] : [])];
      }
      return [output.op === softmax.record ? output : softmax(output), classesOf("auc", output, labels)];
    },
    start: () => new Ranking(average),
  };
}

class Ranking implements MetricState {
  readonly #average: Average;
  readonly #scores: TensorData[] = [];
  readonly #truths: TensorData[] = [];
  /** Of several independent labels. */
  #labels = 1;
  #value: number | null = null;

  constructor(average: Average) {
    this.#average = average;
  }

  add([scores, truths, counts]: readonly TensorData[]): void {
    this.#scores.push((scores as TensorData).slice());
    this.#truths.push((truths as TensorData).slice());
    this.#labels = counts?.length ?? 1;
    this.#value = null;
  }

  get value(): number {
    this.#value ??= this.#compute();
    return this.#value;
  }

  #compute(): number {
    const scores = joined(this.#scores);
    const given = joined(this.#truths);
    const classes = scores.length / given.length;
    // Scores of yes and no stand alone; of two classes the second tells all.
    const isClasses = classes > 1;
    const columns = isClasses ? classes : this.#labels;
    if (columns === 1) return areaOf(scores, given);
    const truths = isClasses ? scores.map((_, i) => Number(given[Math.floor(i / classes)] === i % classes)) : given;
    if (isClasses && classes === 2) return areaOf(column(scores, 2, 1), column(truths, 2, 1));
    if (this.#average === "micro") return areaOf(scores, truths);
    let total = 0;
    let weights = 0;
    for (let each = 0; each < columns; each++) {
      const own = column(truths, columns, each);
      const weight = this.#average === "weighted" ? own.reduce((sum, yes) => sum + yes, 0) : 1;
      total += weight * areaOf(column(scores, columns, each), own);
      weights += weight;
    }
    return total / weights;
  }
}

function column(values: Float64Array, columns: number, at: number): Float64Array {
  return Float64Array.from({ length: values.length / columns }, (_, i) => values[i * columns + at] as number);
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
