// Values on their way between threads: tensors as plain data with their buffers moved, errors with their class.

import { ArgumentError, DataError, describe, ShapeError, StateError } from "../errors.js";
import type { Movable } from "../host/threads.js";
import { isMoved, Tensor, type TensorData } from "../tensor/tensor.js";

/** A packed value, as messages hold it. */
export type Packed = unknown;

/** Stands at the head of a list that was a Tensor: a message keeps data, not classes. */
const TENSOR = "lanewise: tensor";

/**
 * How the numbers of arrays travel: "copy" moves a copy, and the sender keeps its own; "move" moves the buffers
 * themselves, which leaves every array over them empty.
 */
export type Passage = "copy" | "move";

export interface Parcel {
  readonly content: unknown;
  /** The buffers that move. */
  readonly moved: readonly Movable[];
}

/**
 * The value as what a message can hold: tensors, typed arrays, lists, plain objects, Maps. What is in it besides is for
 * the message to take or refuse. `subject` is who sends it.
 */
export function pack(subject: string, value: unknown, passage: Passage = "copy"): Parcel {
  const moved = new Set<Movable>();
  const carry = <A extends ArrayBufferView>(array: A): A => {
    if (isMoved(array.buffer)) {
      throw new ArgumentError(
        `${subject}: the array is empty: its buffer was moved to another thread already; pass arrays of its own, or send a ` +
          'copy with arrays: "copy".',
      );
    }
    if (passage === "move") {
      if (!(array.buffer instanceof ArrayBuffer)) {
        throw new ArgumentError(`${subject}: only an ArrayBuffer can be moved; received ${describe(array.buffer)}.`);
      }
      moved.add(array.buffer);
      return array;
    }
    // Of a view, a message would copy the whole buffer, and shared memory it would share.
    const { buffer, byteOffset, byteLength } = array;
    const own = new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength)).buffer;
    moved.add(own);
    return new (array.constructor as new (buffer: ArrayBuffer) => A)(own);
  };
  const visit = (each: unknown): unknown => {
    if (each instanceof Tensor) return [TENSOR, carry(each.data), each.shape];
    if (ArrayBuffer.isView(each)) return carry(each);
    if (each instanceof Map) return new Map([...each].map(([key, inner]) => [key, visit(inner)]));
    // Long lists of numbers need no look at each.
    if (Array.isArray(each)) return typeof each[0] === "number" ? each : each.map(visit);
    return isPlain(each) ? Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, visit(inner)])) : each;
  };
  return { content: visit(value), moved: [...moved] };
}

/** What was packed. */
export function unpack(content: unknown): unknown {
  if (Array.isArray(content)) {
    if (content[0] === TENSOR) return new Tensor(content[1] as TensorData, content[2] as number[]);
    return typeof content[0] === "number" ? content : content.map(unpack);
  }
  if (content instanceof Map) return new Map([...content].map(([key, inner]) => [key, unpack(inner)]));
  if (!isPlain(content)) return content;
  return Object.fromEntries(Object.entries(content).map(([key, inner]) => [key, unpack(inner)]));
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** An error as plain data. */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

const classes: Readonly<Record<string, new (message: string) => Error>> = {
  ArgumentError,
  DataError,
  ShapeError,
  StateError,
  RangeError,
  TypeError,
};

export function packError(error: unknown): PackedError {
  const { name, message, stack } = error instanceof Error ? error : new Error(describe(error));
  return { name, message, stack };
}

/** An error of the same class, where that is one of the library's or the language's; else an Error of that name. */
export function unpackError({ name, message, stack }: PackedError): Error {
  const Class = Object.hasOwn(classes, name) ? classes[name] : undefined;
  const error = Class ? new Class(message) : Object.assign(new Error(message), { name });
  if (stack !== undefined) error.stack = stack;
  return error;
}
