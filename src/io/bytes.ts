// The bytes of a file as every reader takes them, and as writers put them together.

import { ArgumentError, describe } from "../errors.js";

/** A plain Uint8Array over the same memory: a Node Buffer would bring its own slice. */
export function plainBytes(bytes: Uint8Array | ArrayBuffer, subject: string): Uint8Array {
  if (bytes instanceof Uint8Array) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
  throw new ArgumentError(
    `${subject}: bytes must be a Uint8Array or an ArrayBuffer; received ${describe(bytes)}. Read the file first.`,
  );
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
