// Who is taken for whom: the confusion matrix, and the shares that follow from it. Counts are whole numbers, so that
// batches of any size give the same. Labels that may be set together are counted one by one.

import { checkArity, checkOneOf, checkOptions, ShapeError } from "../../errors.js";
import { multiply } from "../../ops/arithmetic.js";
import { oneHot } from "../../ops/indexing.js";
import { matmul } from "../../ops/matmul.js";
import type { Node } from "../../ops/op.js";
import { sum } from "../../ops/reductions.js";
import { formatShape } from "../../tensor/shape.js";
import type { TensorData } from "../../tensor/tensor.js";
import type { ThresholdOption } from "./accuracy.js";
import { above, binaryDecisions, checkThreshold, classDecisions, kindOf } from "./decisions.js";
import type { MetricState, StreamingMetric } from "./metric.js";

/**
 * How the values of classes, or of labels that may be set together, become one: "macro" is their mean, "weighted" that by
 * the number of examples of each, "micro" the value of the counts added up. Classes that neither occur nor are predicted
 * do not count; of independent labels all do, as in scikit-learn.
 */
export type Average = "macro" | "micro" | "weighted";

export interface AverageOptions extends ThresholdOption {
  /** Default: of the yes where an output means yes or no, else "macro". */
  readonly average?: Average;
}

/**
 * matrix[actual][predicted], the number of examples. Yes and no are classes 1 and 0. Fails with ShapeError for several
 * independent labels, which have a matrix each: measure them one by one.
 */
export function confusionMatrix(options: ThresholdOption = {}): StreamingMetric<readonly (readonly number[])[]> {
  checkArity("confusionMatrix", arguments.length, 1);
  return counted("confusionMatrix", options, ["threshold"], ({ matrix }) => matrix);
}

/** Share of what is predicted that is so: right / predicted, 0 where nothing is predicted. */
export function precision(options: AverageOptions = {}): StreamingMetric {
  checkArity("precision", arguments.length, 1);
  return averaged("precision", options, ([right, predicted]) => right / predicted);
}

/** Share of what is so that is predicted: right / actual, 0 where there is nothing. */
export function recall(options: AverageOptions = {}): StreamingMetric {
  checkArity("recall", arguments.length, 1);
  return averaged("recall", options, ([right, , actual]) => right / actual);
}

/** The harmonic mean of precision and recall, 2 * right / (predicted + actual). */
export function f1(options: AverageOptions = {}): StreamingMetric {
  checkArity("f1", arguments.length, 1);
  return averaged("f1", options, ([right, predicted, actual]) => (2 * right) / (predicted + actual));
}

/** How many examples of a class are predicted rightly, how many are predicted, how many there are. */
type Counts = readonly [right: number, predicted: number, actual: number];
type Matrix = readonly (readonly number[])[];

/** What has been counted: a matrix of classes, no and yes among them, or the counts of several independent labels. */
interface Table {
  readonly matrix: Matrix;
  readonly labels: readonly Counts[];
  readonly isBinary: boolean;
}

const averages: readonly Average[] = ["macro", "micro", "weighted"];

function averaged(name: string, options: AverageOptions, score: (counts: Counts) => number): StreamingMetric {
  checkOptions(name, options, ["average", "threshold"]);
  const { average } = options;
  if (average !== undefined) checkOneOf(`${name}: average`, average, averages);
  const scoreOf = (counts: Counts) => {
    const value = score(counts);
    return Number.isNaN(value) ? 0 : value;
  };
  return counted(name, options, ["average", "threshold"], ({ matrix, labels, isBinary }) => {
    const classes = labels.length > 0 ? labels : matrix.map((_, i) => countsOf(matrix, i));
    if (isBinary && average === undefined) return scoreOf(classes[1] as Counts);
    const present = classes.filter(
      ([, predicted, actual], i) => labels.length > 0 || predicted + actual > 0 || (isBinary && i === 1),
    );
    const totals = [0, 1, 2].map((i) => total(present.map((counts) => counts[i] as number))) as unknown as Counts;
    if (average === "micro") return scoreOf(totals);
    const scores = present.map(scoreOf);
    if (average !== "weighted") return total(scores) / scores.length;
    return total(scores.map((value, i) => value * (present[i] as Counts)[2])) / totals[2];
  });
}

function countsOf(matrix: Matrix, i: number): Counts {
  const row = matrix[i] as readonly number[];
  return [row[i] as number, total(matrix.map((each) => each[i] as number)), total(row)];
}

function total(numbers: readonly number[] = []): number {
  return numbers.reduce((all, each) => all + each, 0);
}

/** A metric that is a function of what has been counted. */
function counted<T>(
  name: string,
  options: ThresholdOption,
  known: readonly string[],
  report: (table: Table) => T,
): StreamingMetric<T> {
  checkOptions(name, options, known);
  const { threshold = 0.5 } = options;
  checkThreshold(name, threshold);
  return {
    name,
    config: { kind: name, options: { ...options } },
    nodes: (output, labels, kind) => {
      if (kindOf(output, labels, kind) === "classes") return [matrixOf(name, output, labels)];
      if (name === "confusionMatrix" && isSeveral(output)) {
        throw new ShapeError(
          `${name}: several independent labels have a matrix each; take one column of output and labels at a time; ` +
            `the output is ${formatShape(output.shape)}.`,
        );
      }
      return answerCounts(name, output, labels, threshold);
    },
    start: () => new CountState(report),
  };
}

/** The matrix of a batch, [classes, classes]. */
function matrixOf(name: string, output: Node, labels: Node): Node {
  const { predicted, actual } = classDecisions(name, output, labels);
  const depth = output.shape[1] as number;
  return matmul(oneHot(actual, { depth }), oneHot(predicted, { depth }), { transposeA: true });
}

/** True for a row of several outputs for each example. */
function isSeveral({ shape }: Node): boolean {
  return shape.length === 2 && shape[1] !== 1;
}

/** Of yes and no: right yes, predicted yes, actual yes, all; numbers, or one for each of several labels. */
function answerCounts(name: string, output: Node, labels: Node, threshold: number): readonly Node[] {
  const { predicted, actual } = binaryDecisions(name, output, labels, threshold);
  const over = isSeveral(output) ? { axis: 0 } : {};
  return [multiply(predicted, actual), predicted, actual, above(predicted, -1)].map((each) => sum(each, over));
}

class CountState<T> implements MetricState<T> {
  readonly #report: (table: Table) => T;
  /** The matrix row by row, or the four counts of yes and no, each for all labels. */
  #totals: Float64Array | null = null;
  #isMatrix = false;

  constructor(report: (table: Table) => T) {
    this.#report = report;
  }

  add(values: readonly TensorData[]): void {
    this.#isMatrix = values.length === 1;
    const length = values.reduce((sum, { length }) => sum + length, 0);
    this.#totals ??= new Float64Array(length);
    const totals = this.#totals;
    let at = 0;
    for (const counts of values) {
      for (const count of counts) {
        totals[at] = (totals[at] as number) + count;
        at++;
      }
    }
  }

  get value(): T {
    const totals = Array.from(this.#totals ?? []);
    if (!this.#isMatrix && totals.length > 4) {
      const several = totals.length / 4;
      const of = (kind: number, label: number) => totals[kind * several + label] as number;
      const labels = Array.from({ length: several }, (_, i): Counts => [of(0, i), of(1, i), of(2, i)]);
      return this.#report({ matrix: [], labels, isBinary: false });
    }
    return this.#report({ matrix: this.#matrix(totals), labels: [], isBinary: totals.length > 0 && !this.#isMatrix });
  }

  #matrix(totals: readonly number[]): Matrix {
    if (this.#isMatrix || totals.length === 0) {
      const classes = Math.sqrt(totals.length);
      return Array.from({ length: classes }, (_, row) => totals.slice(row * classes, (row + 1) * classes));
    }
    const [right, predicted, actual, all] = totals as [number, number, number, number];
    return [
      [all - predicted - actual + right, predicted - right],
      [actual - right, right],
    ];
  }
}
