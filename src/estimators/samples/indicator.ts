// Several labels at once: a table of 0 and 1 with a row per sample and a column per label. Used by scores, search and
// estimators.

import { ArgumentError, describe, ShapeError } from "../../errors.js";
import { Tensor } from "../../tensor/tensor.js";
import type { LabelsLike } from "./labels.js";
import { isList } from "./rows.js";

/** A row per sample with 1 or true for each label that applies, 0 or false for the others; at least two columns. */
export type IndicatorLike = Tensor | readonly ArrayLike<number | boolean | bigint>[];
/** A label per sample, or several as rows of 0 and 1. */
export type TruthLike = LabelsLike | IndicatorLike;

/** Row-major zeros and ones, `rows * columns` of them. */
export interface Indicator {
  readonly data: Uint8Array;
  readonly rows: number;
  readonly columns: number;
}

/** True for anything with several values per sample. */
export function isIndicator(y: unknown): y is IndicatorLike {
  if (y instanceof Tensor) return y.rank === 2 && (y.shape[1] as number) > 1;
  return Array.isArray(y) && isList(y[0]) && y[0].length > 1;
}

/**
 * The zeros and ones of `y`.
 *
 * @throws ShapeError if rows differ in length, or there are not `rows` or `columns` of them; ArgumentError for other values.
 */
export function readIndicator(subject: string, y: IndicatorLike, rows?: number, columns?: number): Indicator {
  const list: readonly ArrayLike<unknown>[] = y instanceof Tensor ? (y.toArray() as number[][]) : y;
  const width = columns ?? (list[0] as ArrayLike<unknown>).length;
  if (rows !== undefined && list.length !== rows) {
    throw new ShapeError(
      `${subject}: there must be one row of labels per sample; received ${list.length} for ${rows}.`,
    );
  }
  const data = new Uint8Array(list.length * width);
  list.forEach((row, i) => {
    if (!isList(row) || row.length !== width) {
      const received = isList(row) ? String(row.length) : describe(row);
      throw new ShapeError(`${subject}: every row must have ${width} labels; received ${received} in row ${i}.`);
    }
    for (let j = 0; j < width; j++) {
      const value = Number(row[j]);
      if ((value !== 0 && value !== 1) || typeof row[j] === "string" || row[j] === null) {
        const rule = "several labels per sample must be given as 0 or 1 each";
        throw new ArgumentError(`${subject}: ${rule}; received ${describe(row[j])} in row ${i}, column ${j}.`);
      }
      data[i * width + j] = value;
    }
  });
  return { data, rows: list.length, columns: width };
}
