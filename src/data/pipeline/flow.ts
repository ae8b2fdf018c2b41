// A flow: examples or batches, one after the other, on demand. Stages of a dataset turn one flow into another. What
// comes at once stays at once: only behind a source or a function that is asynchronous does `next` give promises.

/** What may come now or later. */
export type Soon<T> = T | Promise<T>;

export interface Flow<T> {
  /** The next value; null at the end and ever after. Not to be called again before a promise it gave has settled. */
  next(): Soon<T | null>;
  /** Says that no more will be read. */
  close(): unknown;
}

export function isPromise<T>(value: Soon<T>): value is Promise<T> {
  return typeof (value as Promise<T> | null | undefined)?.then === "function";
}

/** `use(value)`, when the value has come. */
export function after<T, R>(value: Soon<T>, use: (value: T) => Soon<R>): Soon<R> {
  return isPromise(value) ? value.then(use) : use(value);
}

/** Reads from the flow until `take` returns something; null is the end of the flow. */
export function until<T, R>(flow: Flow<T>, take: (value: T | null) => R | undefined): Soon<R> {
  for (;;) {
    const value = flow.next();
    if (isPromise(value)) return goOn(value, flow, take);
    const result = take(value);
    if (result !== undefined) return result;
  }
}

async function goOn<T, R>(first: Promise<T | null>, flow: Flow<T>, take: (value: T | null) => R | undefined) {
  for (let value = await first; ; value = await flow.next()) {
    const result = take(value);
    if (result !== undefined) return result;
  }
}
