// Where the examples of a dataset come from: arrays, or whatever can be iterated.

import { ArgumentError, describe, ShapeError, StateError } from "../../errors.js";
import { Tensor, type TensorLike, tensor } from "../../tensor/tensor.js";
import { after, type Flow, type Soon } from "./flow.js";

/** One part of an example or of a batch: values, or several by name. */
export type Field = TensorLike | Readonly<Record<string, TensorLike>>;
/** `[x, y]`, `[x, y, weight]`, or just `[x]`. */
export type Fields = readonly Field[];

/** A field of one example out of arrays: a number, or a tensor without the first axis. */
type Row<F> = F extends TensorLike ? RowOfValues<F> : { readonly [N in keyof F]: RowOfValues<F[N]> };
type RowOfValues<V> = V extends ArrayBufferView | readonly number[]
  ? number
  : V extends Tensor
    ? Tensor | number
    : Tensor;
export type RowOf<E> = { readonly [I in keyof E]: Row<E[I]> };

/** Examples that can be had in any order. */
export interface Rows<T> {
  readonly count: number;
  readonly at: (index: number) => T;
}

type Iterated<T> = Iterator<T, unknown> | AsyncIterator<T, unknown>;
/** Something to iterate over, or a function that makes such a thing, anew for each epoch. */
export type Source<T> = Iterable<T> | AsyncIterable<T> | (() => Iterable<T> | AsyncIterable<T> | Iterated<T>);

/** True for several fields by name, false for one. */
export function isNamed(field: Field): field is Readonly<Record<string, TensorLike>> {
  const single = Array.isArray(field) || ArrayBuffer.isView(field) || field instanceof Tensor;
  return typeof field === "object" && field !== null && !single;
}

/** The examples of fields that hold one example each along the first axis. */
export function rowsOf<const E extends Fields>(fields: E): Rows<RowOf<E>> {
  const counts = new Map<string, number>();
  const read = (name: string, values: TensorLike) => {
    const whole = tensor(values);
    const [count, ...shape] = whole.shape;
    if (count === undefined) {
      throw new ShapeError(`dataset: ${name} must hold one value or row per example; received a single number.`);
    }
    counts.set(name, count);
    const { data } = whole;
    if (shape.length === 0) return (index: number) => data[index] as number;
    const width = data.length / (count || 1);
    return (index: number) => new Tensor(data.subarray(index * width, (index + 1) * width), shape);
  };
  const readers = fields.map((field, i) => {
    if (!isNamed(field)) return read(`field ${i}`, field);
    const named = Object.entries(field).map(([name, values]) => [name, read(`field ${i}.${name}`, values)] as const);
    return (index: number) => Object.fromEntries(named.map(([name, row]) => [name, row(index)]));
  });
  const [first, ...others] = counts;
  if (first === undefined) throw new ArgumentError("dataset: there must be at least one field, such as [x, y].");
  const odd = others.find(([, count]) => count !== first[1]);
  if (odd !== undefined) {
    throw new ShapeError(
      `dataset: all fields must hold equally many examples; ${first[0]} holds ${first[1]}, ${odd[0]} ${odd[1]}.`,
    );
  }
  return { count: first[1], at: (index) => readers.map((row) => row(index)) as unknown as RowOf<E> };
}

/** The examples of `order`, or all from the first on. */
export function rowFlow<T>({ count, at }: Rows<T>, order: Uint32Array | null): Flow<T> {
  let index = 0;
  const next = () => {
    if (index === count) return null;
    const row = order === null ? index : (order[index] as number);
    index++;
    return at(row);
  };
  return { next, close: () => {} };
}

/** A function that opens a source, as often as it can be opened. */
export function opener<T>(source: Source<T>): () => Flow<T> {
  if (typeof source === "function") return () => iteratorFlow(iteratorOf<T>(source()));
  let read = false;
  return () => {
    const iterator = iteratorOf<T>(source);
    // What is its own iterator can be read once.
    const once = (iterator as unknown) === source;
    if (once && read) {
      throw new StateError(
        "dataset: the iterator has been read already; pass a function that makes one, to read it again.",
      );
    }
    read = true;
    return iteratorFlow(iterator);
  };
}

/** True for what can be iterated and is not read as values: generators, their functions, sets, streams. */
export function isSource(value: unknown): value is Source<unknown> {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

function iteratorOf<T>(from: unknown): Iterated<T> {
  const given = (from ?? {}) as AsyncIterable<T> & Iterable<T> & Iterator<T>;
  if (typeof given[Symbol.asyncIterator] === "function") return given[Symbol.asyncIterator]();
  if (typeof given[Symbol.iterator] === "function" && typeof given !== "string") return given[Symbol.iterator]();
  if (typeof given.next === "function") return given;
  throw new ArgumentError(
    `dataset: the source must be iterable, or a function that makes it so; received ${describe(from)}.`,
  );
}

function iteratorFlow<T>(iterator: Iterated<T>): Flow<T> {
  let ended = false;
  const take = ({ done, value }: IteratorResult<T, unknown>): Soon<T | null> => {
    if (done) ended = true;
    return done ? null : after(value, checkExample);
  };
  return {
    next: () => (ended ? null : after(iterator.next() as Soon<IteratorResult<T, unknown>>, take)),
    close: () => {
      const open = !ended;
      ended = true;
      return open ? iterator.return?.() : undefined;
    },
  };
}

function checkExample<T>(value: T): T {
  if (value !== null && value !== undefined) return value;
  throw new ArgumentError(`dataset: the source must give examples; received ${describe(value)}.`);
}
