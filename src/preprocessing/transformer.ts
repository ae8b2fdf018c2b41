// What transformers have in common: columns learnt by `fit`, and the refusal to work before it.

import { StateError } from "../errors.js";
import { type Matrix, type MatrixLike, readMatrix } from "../samples/matrix.js";

/** A step that changes features: fit learns how, transform does it. Pipelines take any. */
export interface Transformer {
  readonly kind: string;
  getParams(): object;
  setParams(parameters: object): this;
  fit(x: never, y?: unknown): this;
  transform(x: never): unknown;
}

/** What was learnt, or StateError; `subject` is the method that asks. */
export function requireFitted<T>(subject: string, learnt: T | null): T {
  if (learnt === null) throw new StateError(`${subject}: nothing has been learnt yet; call fit() first.`);
  return learnt;
}

/** A matrix with the number of columns that `fit` saw. */
export function readLikeFitted(subject: string, x: MatrixLike, columns: number): Matrix {
  return readMatrix(subject, x, { columns, learntFrom: "in fit()" });
}

/** Every value changed by its column; a new matrix in float64. */
export function mapColumns({ data, rows, columns }: Matrix, change: (value: number, column: number) => number): Matrix {
  const result = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) result[i] = change(data[i] as number, i % columns);
  return { data: result, rows, columns };
}
