// What transformers have in common: columns learnt by `fit`, and the refusal to work before it.

import { StateError } from "../../errors.js";
import { Tensor } from "../../tensor/tensor.js";
import { isVector, type Matrix, type MatrixLike, readMatrix, toTensor } from "../samples/matrix.js";

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

/** Rows of numbers, or a list of them as a single column: what scalers take. */
export type ColumnsLike = MatrixLike | Tensor | ArrayLike<number>;

/** A matrix, with the number of columns that `fit` saw if that is given. */
export function readColumns(subject: string, x: ColumnsLike, columns?: number): Matrix {
  const rules = columns === undefined ? {} : { columns, learntFrom: "in fit()" };
  return readMatrix(subject, isVector(x) ? asColumn(x) : (x as MatrixLike), rules);
}

/** The result in the form of `x`: [samples] for a list of numbers, else [samples, features]. */
export function inFormOf(x: ColumnsLike, matrix: Matrix): Tensor {
  const result = toTensor(matrix);
  return isVector(x) ? result.reshape([matrix.rows]) : result;
}

function asColumn(x: Tensor | ArrayLike<number>): MatrixLike {
  return x instanceof Tensor ? x.reshape([x.size, 1]) : Array.from(x, (value) => [value]);
}

/** Every value changed by its column; a new matrix in float64. */
export function mapColumns({ data, rows, columns }: Matrix, change: (value: number, column: number) => number): Matrix {
  const result = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) result[i] = change(data[i] as number, i % columns);
  return { data: result, rows, columns };
}
