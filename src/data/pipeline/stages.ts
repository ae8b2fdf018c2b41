// The stages of a dataset: functions from a flow to a flow.

import { ArgumentError, describe } from "../../errors.js";
import type { RandomStream } from "../../tensor/random.js";
import { after, type Flow, isPromise, type Soon, until } from "./flow.js";

/** `change(value, index)` of each value. */
export function mapFlow<T, U>(flow: Flow<T>, change: (value: T, index: number) => Soon<U>): Flow<U> {
  let index = 0;
  const changed = (value: T | null) => (value === null ? null : after(change(value, index++), checkPresent));
  return { next: () => after(flow.next(), changed), close: flow.close };
}

function checkPresent<U>(value: U): U {
  if (value === null || value === undefined) {
    throw new ArgumentError(`Dataset.map: the function must return an example; received ${describe(value)}.`);
  }
  return value;
}

/** The values that `keep` is true of. */
export function filterFlow<T>(flow: Flow<T>, keep: (value: T) => boolean): Flow<T> {
  const take = (value: T | null): T | null | undefined => {
    if (value === null) return null;
    const kept: unknown = keep(value);
    if (typeof kept !== "boolean") {
      throw new ArgumentError(`Dataset.filter: the function must return true or false; received ${describe(kept)}.`);
    }
    return kept ? value : undefined;
  };
  return { next: () => until(flow, take), close: flow.close };
}

/** Each value is drawn from the next `size` that are left. */
export function shuffleFlow<T>(flow: Flow<T>, size: number, random: RandomStream): Flow<T> {
  const buffer: T[] = [];
  let ended = false;
  const draw = (): T | null => {
    const last = buffer.pop();
    if (last === undefined) return null;
    const at = random.below(buffer.length + 1);
    if (at === buffer.length) return last;
    const drawn = buffer[at] as T;
    buffer[at] = last;
    return drawn;
  };
  const take = (value: T | null): T | null | undefined => {
    if (value === null) ended = true;
    else buffer.push(value);
    return ended || buffer.length === size ? draw() : undefined;
  };
  return { next: () => (ended ? draw() : until(flow, take)), close: flow.close };
}

/** `size` values at a time, joined; a rest that is smaller is the last, or dropped. */
export function batchFlow<T, B>(
  flow: Flow<T>,
  size: number,
  dropRemainder: boolean,
  join: (values: readonly T[]) => B,
): Flow<B> {
  return {
    next: () => {
      const values: T[] = [];
      return until(flow, (value): B | null | undefined => {
        if (value === null) return values.length === 0 || dropRemainder ? null : join(values);
        values.push(value);
        return values.length === size ? join(values) : undefined;
      });
    },
    close: flow.close,
  };
}

/** The flows that `open(0)`, `open(1)`, ... give, one behind the other, until one is empty or `count` have ended. */
export function repeatFlow<T>(open: (round: number) => Flow<T>, count: number): Flow<T> {
  let round = 0;
  let flow = open(round);
  let empty = true;
  const take = (value: T | null): T | null | undefined => {
    if (value !== null) {
      empty = false;
      return value;
    }
    if (empty || round + 1 === count) return null;
    flow = open(++round);
    empty = true;
    return undefined;
  };
  const current: Flow<T> = { next: () => flow.next(), close: () => flow.close() };
  return { next: () => until(current, take), close: current.close };
}

/** The first `count` values. */
export function takeFlow<T>(flow: Flow<T>, count: number): Flow<T> {
  let left = count;
  const next = () => {
    if (left === 0) return null;
    left--;
    if (left > 0) return flow.next();
    return after(flow.next(), (value) => after(flow.close() as Soon<unknown>, () => value));
  };
  return { next, close: flow.close };
}

/** All but the first `count` values. */
export function skipFlow<T>(flow: Flow<T>, count: number): Flow<T> {
  let left = count;
  const take = (value: T | null): T | null | undefined => (left-- > 0 && value !== null ? undefined : value);
  return { next: () => (left < 0 ? flow.next() : until(flow, take)), close: flow.close };
}

/** The same values, up to `count` of them asked for before they are wanted. Values that come at once are left alone. */
export function prefetchFlow<T>(flow: Flow<T>, count: number): Flow<T> {
  const waiting: Promise<T | null>[] = [];
  let last: Promise<T | null> | null = null;
  /** Asks for the next value when the one before has come, and for none behind the end. */
  const ask = (): Promise<T | null> => {
    const before = last as Promise<T | null>;
    last = before.then((value) => (value === null ? null : flow.next()));
    // An error is thrown to whoever takes the value; until then it is nobody's.
    last.catch(() => {});
    return last;
  };
  const next = (): Soon<T | null> => {
    if (last === null) {
      const first = flow.next();
      if (!isPromise(first)) return first;
      last = first;
      waiting.push(first);
    }
    while (waiting.length <= count) waiting.push(ask());
    return waiting.shift() as Promise<T | null>;
  };
  return { next, close: flow.close };
}
