// Scores of predicted numbers. Several outputs count equally.

import { checkArity, ShapeError } from "../../errors.js";
import { readTargets, type TargetsLike } from "../samples/labels.js";

/**
 * 1 - (sum of squared errors) / (sum of squared deviations from the mean), per output, then the mean: 1 is exact, 0 is
 * as good as the mean. A constant output counts 1 where it is met exactly and 0 where it is not. NaN for a single sample,
 * as in scikit-learn.
 */
export function r2Score(yTrue: TargetsLike, yPred: TargetsLike): number {
  checkArity("r2Score", arguments.length, 2);
  const outputs = readOutputs("r2Score", yTrue, yPred);
  if (outputs[0]?.truth.length === 1) return Number.NaN;
  return mean(outputs.map(({ truth, errors }) => determination(errors, deviations(truth))));
}

/** 1 - Var(error) / Var(truth): like r2Score, but blind to a constant offset. */
export function explainedVarianceScore(yTrue: TargetsLike, yPred: TargetsLike): number {
  checkArity("explainedVarianceScore", arguments.length, 2);
  const outputs = readOutputs("explainedVarianceScore", yTrue, yPred);
  return mean(outputs.map(({ truth, errors }) => determination(deviations(errors), deviations(truth))));
}

/** 1 minus the ratio of the sums of squares; 1 for 0 / 0 and 0 for any other residual without a spread. */
function determination(residuals: readonly number[], spread: readonly number[]): number {
  // A power of two keeps the squares of tiny and huge numbers within float64, and all bits.
  const most = spread.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  if (most === 0) return Number(residuals.every((value) => value === 0));
  const unit = 2 ** Math.floor(Math.log2(most));
  const sum = (values: readonly number[]) => sumOfSquares(values.map((value) => value / unit));
  return 1 - sum(residuals) / sum(spread);
}

/** The distances from the mean. Counted from the first value, so that those of equal values are exactly 0. */
function deviations(values: readonly number[]): readonly number[] {
  const first = values[0] as number;
  const shifted = values.map((value) => value - first);
  const centre = mean(shifted);
  return shifted.map((value) => value - centre);
}

/** The mean of the squared errors. */
export function meanSquaredError(yTrue: TargetsLike, yPred: TargetsLike): number {
  checkArity("meanSquaredError", arguments.length, 2);
  const outputs = readOutputs("meanSquaredError", yTrue, yPred);
  return mean(outputs.map(({ errors }) => sumOfSquares(errors) / errors.length));
}

/** The mean of the errors without their signs. */
export function meanAbsoluteError(yTrue: TargetsLike, yPred: TargetsLike): number {
  checkArity("meanAbsoluteError", arguments.length, 2);
  const outputs = readOutputs("meanAbsoluteError", yTrue, yPred);
  return mean(outputs.map(({ errors }) => mean(errors.map(Math.abs))));
}

/** The columns of truth with their errors. */
function readOutputs(subject: string, yTrue: TargetsLike, yPred: TargetsLike) {
  const truth = readTargets(`${subject}: yTrue`, yTrue);
  const predicted = readTargets(`${subject}: yPred`, yPred);
  const { rows, columns } = truth;
  if (predicted.rows !== rows || predicted.columns !== columns) {
    throw new ShapeError(
      `${subject}: yTrue and yPred must have the same shape; ` +
        `received [${rows}, ${columns}] and [${predicted.rows}, ${predicted.columns}].`,
    );
  }
  return Array.from({ length: columns }, (_, j) => {
    const column = Array.from({ length: rows }, (_, i) => truth.data[i * columns + j] as number);
    return { truth: column, errors: column.map((value, i) => value - (predicted.data[i * columns + j] as number)) };
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sumOfSquares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
