// Tables of numbers as estimators take them: one row per sample, one column per feature, in float64 where the caller
// had float64. Used by scores, preprocessing, splits, search and estimators.

import { ArgumentError, describe, ShapeError } from "../errors.js";
import { Tensor } from "../tensor/tensor.js";

/** Rows of numbers: a Tensor [samples, features], or a list of lists or typed arrays of equal length. */
export type MatrixLike = Tensor | readonly ArrayLike<number>[];

/** Row-major numbers, `rows * columns` of them. */
export interface Matrix {
  readonly data: Float32Array | Float64Array;
  readonly rows: number;
  readonly columns: number;
}

export interface MatrixRules {
  /** How many columns there must be. */
  readonly columns?: number;
  /** What the columns were learnt from, for the message: `this StandardScaler was fitted on`. */
  readonly learntFrom?: string;
}

/**
 * The numbers of `x`, which are not copied if `x` is a tensor.
 *
 * @throws ShapeError where rows differ in length, or have not the number of columns asked for.
 * @throws ArgumentError where there is no row, no column, or a value that is not a finite number.
 */
export function readMatrix(subject: string, x: MatrixLike, rules: MatrixRules = {}): Matrix {
  const matrix = x instanceof Tensor ? fromTensor(subject, x) : fromRows(subject, x);
  const { data, rows, columns } = matrix;
  if (rows === 0 || columns === 0) {
    throw new ArgumentError(
      `${subject}: x must have at least one sample and one feature; received [${rows}, ${columns}].`,
    );
  }
  if (rules.columns !== undefined && columns !== rules.columns) {
    throw new ShapeError(
      `${subject}: x must have ${rules.columns} features, as ${rules.learntFrom ?? "expected"}; received ${columns}.`,
    );
  }
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    const place = `row ${Math.floor(at / columns)}, column ${at % columns}`;
    throw new ArgumentError(`${subject}: x must hold finite numbers; received ${describe(data[at])} in ${place}.`);
  }
  return matrix;
}

/** As float32, for the engine and for results. */
export function toTensor({ data, rows, columns }: Matrix): Tensor {
  return new Tensor(data instanceof Float32Array ? data : Float32Array.from(data), [rows, columns]);
}

function fromTensor(subject: string, x: Tensor): Matrix {
  const [rows, columns] = x.shape;
  if (x.rank !== 2 || rows === undefined || columns === undefined) {
    throw new ShapeError(`${subject}: x must have shape [samples, features]; received [${x.shape.join(", ")}].`);
  }
  return { data: x.data instanceof Float32Array ? x.data : Float64Array.from(x.data), rows, columns };
}

function fromRows(subject: string, x: readonly ArrayLike<number>[]): Matrix {
  const isRow = (row: unknown) => Array.isArray(row) || (ArrayBuffer.isView(row) && !(row instanceof DataView));
  if (!Array.isArray(x) || !x.every(isRow)) {
    throw new ArgumentError(`${subject}: x must be a Tensor or a list of rows of numbers; received ${describe(x)}.`);
  }
  const rows = x.length;
  const columns = x[0]?.length ?? 0;
  const data = new Float64Array(rows * columns);
  x.forEach((row: ArrayLike<unknown>, i) => {
    if (row.length !== columns) {
      throw new ShapeError(
        `${subject}: all rows of x must have equal length; row 0 has ${columns} values, row ${i} has ${row.length}.`,
      );
    }
    for (let j = 0; j < columns; j++) {
      if (typeof row[j] !== "number") {
        throw new ArgumentError(
          `${subject}: x must hold numbers; received ${describe(row[j])} in row ${i}, column ${j}.`,
        );
      }
      data[i * columns + j] = row[j] as number;
    }
  });
  return { data, rows, columns };
}
