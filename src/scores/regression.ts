// Scores of predicted numbers. Several outputs count equally.

import { ShapeError } from "../errors.js";
import { readTargets, type TargetsLike } from "../samples/labels.js";

/**
 * 1 - (sum of squared errors) / (sum of squared deviations from the mean), per output, then the mean: 1 is exact, 0 is
 * as good as the mean. A constant output counts 1 where it is met exactly and 0 where it is not.
 */
export function r2Score(yTrue: TargetsLike, yPred: TargetsLike): number {
  const outputs = readOutputs("r2Score", yTrue, yPred);
  return mean(
    outputs.map(({ truth, errors }) => {
      const centre = mean(truth);
      const residual = sumOfSquares(errors);
      const total = sumOfSquares(truth.map((value) => value - centre));
      return total === 0 ? Number(residual === 0) : 1 - residual / total;
    }),
  );
}

/** 1 - Var(error) / Var(truth): like r2Score, but blind to a constant offset. */
export function explainedVarianceScore(yTrue: TargetsLike, yPred: TargetsLike): number {
  const outputs = readOutputs("explainedVarianceScore", yTrue, yPred);
  const variance = (values: readonly number[]) => {
    const centre = mean(values);
    return mean(values.map((value) => (value - centre) ** 2));
  };
  return mean(
    outputs.map(({ truth, errors }) => {
      const total = variance(truth);
      return total === 0 ? Number(variance(errors) === 0) : 1 - variance(errors) / total;
    }),
  );
}

export function meanSquaredError(yTrue: TargetsLike, yPred: TargetsLike): number {
  const outputs = readOutputs("meanSquaredError", yTrue, yPred);
  return mean(outputs.map(({ errors }) => sumOfSquares(errors) / errors.length));
}

export function meanAbsoluteError(yTrue: TargetsLike, yPred: TargetsLike): number {
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
