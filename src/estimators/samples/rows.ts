// Choosing samples by index, from whatever holds them. Used by splits, search and estimators.

import { ArgumentError, describe } from "../../errors.js";
import { Tensor } from "../../tensor/tensor.js";

/** Rows under names, as decodeCsv gives them. Text that is a number counts as one where numbers are wanted. */
export interface NamedTable {
  readonly columns: readonly string[];
  readonly rows: readonly ArrayLike<unknown>[];
}

/** One entry per sample: a Tensor along its first axis, a list, a typed array, a table. */
export type Samples = Tensor | ArrayLike<unknown> | NamedTable;

export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

export function isNamedTable(x: unknown): x is NamedTable {
  const { columns, rows } = (x ?? {}) as Partial<NamedTable>;
  return !Array.isArray(x) && !(x instanceof Tensor) && Array.isArray(columns) && Array.isArray(rows);
}

export function countOf(subject: string, samples: Samples): number {
  if (samples instanceof Tensor && samples.rank > 0) return samples.shape[0] as number;
  if (isList(samples)) return samples.length;
  if (isNamedTable(samples)) return samples.rows.length;
  throw new ArgumentError(`${subject}: samples must be a Tensor or a list; received ${describe(samples)}.`);
}

/** The samples at `rows`, in that order, in a container of the same kind. Values of tensors are copied. */
export function takeRows<S extends Samples>(samples: S, rows: ArrayLike<number>): S {
  if (isNamedTable(samples)) return { ...samples, rows: takeRows(samples.rows, rows) };
  if (!(samples instanceof Tensor)) {
    const list = samples as ArrayLike<unknown>;
    if (Array.isArray(list)) return Array.from(rows, (row) => list[row]) as unknown as S;
    const Kind = list.constructor as new (length: number) => { [i: number]: unknown };
    const taken = new Kind(rows.length);
    for (let i = 0; i < rows.length; i++) taken[i] = list[rows[i] as number];
    return taken as unknown as S;
  }
  const width = samples.shape.slice(1).reduce((size, extent) => size * extent, 1);
  const data = samples.dtype === "int32" ? new Int32Array(rows.length * width) : new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * width;
    data.set(samples.data.subarray(from, from + width), i * width);
  }
  return new Tensor(data, [rows.length, ...samples.shape.slice(1)]) as unknown as S;
}
