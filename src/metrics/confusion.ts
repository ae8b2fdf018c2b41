// Who is taken for whom: the confusion matrix, and the shares that follow from it. Counts are whole numbers, so that
// batches of any size give the same.

import { ArgumentError, checkOptions, describe, oneOf } from "../errors.js";
import { multiply } from "../ops/arithmetic.js";
import { oneHot } from "../ops/indexing.js";
import { matmul } from "../ops/matmul.js";
import type { Node } from "../ops/op.js";
import { sum } from "../ops/reductions.js";
import type { TensorData } from "../tensor/tensor.js";
import type { ThresholdOption } from "./accuracy.js";
import { above, binaryDecisions, checkThreshold, classDecisions, hasClasses } from "./decisions.js";
import type { MetricState, StreamingMetric } from "./metric.js";

/**
 * How the classes' values become one: "macro" is their mean, "weighted" that by the number of examples of each,
 * "micro" the value of the counts added up. Classes that neither occur nor are predicted do not count.
 */
export type Average = "macro" | "micro" | "weighted";

export interface AverageOptions extends ThresholdOption {
  /** Default: of the yes where outputs mean yes and no, else "macro". */
  readonly average?: Average;
}

/** matrix[actual][predicted], the number of examples. Yes and no are classes 1 and 0. */
export function confusionMatrix(options: ThresholdOption = {}): StreamingMetric<readonly (readonly number[])[]> {
  return counted("confusionMatrix", options, ["threshold"], (matrix) => matrix);
}

/** Share of what is predicted that is so: right / predicted, 0 where nothing is predicted. */
export function precision(options: AverageOptions = {}): StreamingMetric {
  return averaged("precision", options, (right, predicted) => right / predicted);
}

/** Share of what is so that is predicted: right / actual, 0 where there is nothing. */
export function recall(options: AverageOptions = {}): StreamingMetric {
  return averaged("recall", options, (right, _, actual) => right / actual);
}

/** The harmonic mean of precision and recall, 2 * right / (predicted + actual). */
export function f1(options: AverageOptions = {}): StreamingMetric {
  return averaged("f1", options, (right, predicted, actual) => (2 * right) / (predicted + actual));
}

type Score = (right: number, predicted: number, actual: number) => number;
type Matrix = readonly (readonly number[])[];

const averages: readonly Average[] = ["macro", "micro", "weighted"];

function averaged(name: string, options: AverageOptions, score: Score): StreamingMetric {
  const { average } = options;
  if (average !== undefined && !averages.includes(average)) {
    throw new ArgumentError(`${name}: average must be ${oneOf(averages)}; received ${describe(average)}.`);
  }
  const scoreOf: Score = (...counts) => {
    const value = score(...counts);
    return Number.isNaN(value) ? 0 : value;
  };
  return counted(name, options, ["average", "threshold"], (matrix, isBinary) => {
    const classes = matrix
      .map((row, i) => [row[i] as number, total(matrix.map((each) => each[i] as number)), total(row)] as const)
      .filter(([, predicted, actual], i) => predicted + actual > 0 || (isBinary && i === 1));
    if (isBinary && average === undefined) return scoreOf(...(classes[classes.length - 1] as [number, number, number]));
    const scores = classes.map((counts) => scoreOf(...counts));
    const [rights, predictions, actuals] = [0, 1, 2].map((i) => classes.map((counts) => counts[i] as number));
    if (average === "micro") return scoreOf(total(rights), total(predictions), total(actuals));
    if (average === "weighted")
      return total(scores.map((value, i) => value * (actuals?.[i] as number))) / total(actuals);
    return total(scores) / scores.length;
  });
}

function total(numbers: readonly number[] = []): number {
  return numbers.reduce((all, each) => all + each, 0);
}

/** A metric that is a function of the confusion matrix. */
function counted<T>(
  name: string,
  options: ThresholdOption,
  known: readonly string[],
  report: (matrix: Matrix, isBinary: boolean) => T,
): StreamingMetric<T> {
  checkOptions(name, options, known);
  const { threshold = 0.5 } = options;
  checkThreshold(name, threshold);
  return {
    name,
    config: { kind: name, ...options },
    nodes: (output, labels) =>
      hasClasses(output) ? [matrixOf(name, output, labels)] : countsOf(output, labels, threshold),
    start: () => new Counts(report),
  };
}

/** The matrix of a batch, [classes, classes]. */
function matrixOf(name: string, output: Node, labels: Node): Node {
  const { predicted, actual } = classDecisions(name, output, labels);
  const depth = output.shape[1] as number;
  return matmul(oneHot(actual, { depth }), oneHot(predicted, { depth }), { transposeA: true });
}

/** Of yes and no: right yes, predicted yes, actual yes, all. */
function countsOf(output: Node, labels: Node, threshold: number): readonly Node[] {
  const { predicted, actual } = binaryDecisions(output, labels, threshold);
  return [sum(multiply(predicted, actual)), sum(predicted), sum(actual), sum(above(predicted, -1))];
}

class Counts<T> implements MetricState<T> {
  readonly #report: (matrix: Matrix, isBinary: boolean) => T;
  /** The matrix row by row, or the four counts of yes and no. */
  #totals: Float64Array | null = null;
  #isBinary = false;

  constructor(report: (matrix: Matrix, isBinary: boolean) => T) {
    this.#report = report;
  }

  add(values: readonly TensorData[]): void {
    this.#isBinary = values.length > 1;
    const counts = this.#isBinary ? values.map(([count]) => count as number) : (values[0] as TensorData);
    this.#totals ??= new Float64Array(counts.length);
    const totals = this.#totals;
    for (let i = 0; i < totals.length; i++) totals[i] = (totals[i] as number) + (counts[i] as number);
  }

  get value(): T {
    return this.#report(this.#matrix(), this.#isBinary);
  }

  #matrix(): Matrix {
    const totals = Array.from(this.#totals ?? []);
    if (this.#isBinary) {
      const [right, predicted, actual, all] = totals as [number, number, number, number];
      return [
        [all - predicted - actual + right, predicted - right],
        [actual - right, right],
      ];
    }
    const classes = Math.sqrt(totals.length);
    return Array.from({ length: classes }, (_, row) => totals.slice(row * classes, (row + 1) * classes));
  }
}
