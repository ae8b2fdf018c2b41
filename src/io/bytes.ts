// The bytes of a file as every reader takes them, and as writers put them together.

import { ArgumentError, describe } from "../errors.js";
import { checkHeld, isMoved } from "../tensor/tensor.js";

/** A plain Uint8Array over the same memory: a Node Buffer would bring its own slice. */
export function plainBytes(bytes: Uint8Array | ArrayBuffer, subject: string): Uint8Array {
  if (bytes instanceof Uint8Array) return memoryOf(bytes, subject);
  if (bytes instanceof ArrayBuffer && !isMoved(bytes)) return new Uint8Array(bytes);
  throw new ArgumentError(
    `${subject}: bytes must be a Uint8Array or an ArrayBuffer; received ${describe(bytes)}. Read the file first.`,
  );
}

/** The memory of an array; fails with ArgumentError if it was moved to another thread. */
export function memoryOf(array: ArrayBufferView, subject: string): Uint8Array {
  checkHeld(subject, array);
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** The parts one after the other, a copy. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Fails unless what messages shall begin with is a string. */
export function checkSubject(own: string, subject: unknown): void {
  if (typeof subject === "string") return;
  throw new ArgumentError(`${own}: what messages begin with must be a string; received ${describe(subject)}.`);
}
