// Tables of numbers as estimators take them: one row per sample, one column per feature, in float64 where the caller
// had float64. Used by scores, preprocessing, splits, search and estimators.

import { ArgumentError, describe, ShapeError } from "../../errors.js";
import { checkHeld, Tensor } from "../../tensor/tensor.js";
import { isList, isNamedTable, type NamedTable } from "./rows.js";
import { numberIn, readTable } from "./table.js";

/**
 * Rows of numbers: a Tensor [samples, features], a list of lists or typed arrays of equal length, or a table as decodeCsv
 * gives it, whose cells are numbers or the text of numbers. Flags count as 0 and 1.
 */
export type MatrixLike = Tensor | readonly ArrayLike<number | boolean | bigint>[] | NamedTable;

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
  const matrix =
    x instanceof Tensor ? fromTensor(subject, x) : isNamedTable(x) ? fromTable(subject, x) : fromRows(subject, x);
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
  checkHeld(subject, x);
  const [rows, columns] = x.shape;
  if (x.rank !== 2 || rows === undefined || columns === undefined) {
    throw new ShapeError(`${subject}: x must have shape [samples, features]; received [${x.shape.join(", ")}].`);
  }
  return { data: x.data instanceof Float32Array ? x.data : Float64Array.from(x.data), rows, columns };
}

function fromRows(subject: string, x: readonly ArrayLike<unknown>[]): Matrix {
  if (!Array.isArray(x) || !x.every(isList)) {
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
      const value = row[j];
      if (typeof value !== "number" && typeof value !== "boolean" && typeof value !== "bigint") {
        throw new ArgumentError(
          `${subject}: x must hold numbers; received ${describe(value)} in row ${i}, column ${j}.`,
        );
      }
      data[i * columns + j] = Number(value);
    }
  });
  return { data, rows, columns };
}

function fromTable(subject: string, x: NamedTable): Matrix {
  const { columns, rows, names } = readTable(subject, x);
  const data = new Float64Array(rows * columns.length);
  columns.forEach((cells, j) => {
    cells.forEach((cell, i) => {
      const value = numberIn(cell);
      if (value === undefined) {
        const place = `row ${i}, column ${describe(names?.[j] ?? j)}`;
        throw new ArgumentError(
          `${subject}: x must hold numbers; received ${describe(cell)} in ${place}. A ColumnTransformer makes numbers of text.`,
        );
      }
      data[i * columns.length + j] = value;
    });
  });
  return { data, rows, columns: columns.length };
}

/** A list of numbers, which some take for a single column. */
export function isVector(x: unknown): x is Tensor | ArrayLike<number> {
  if (x instanceof Tensor) return x.rank === 1;
  return isList(x) && x.length > 0 && !isList(x[0]);
}
