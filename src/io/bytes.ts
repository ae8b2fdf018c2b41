// The bytes of a file as every reader takes them.

import { ArgumentError, describe } from "../errors.js";

/** A plain Uint8Array over the same memory: a Node Buffer would bring its own slice. */
export function plainBytes(bytes: Uint8Array | ArrayBuffer, subject: string): Uint8Array {
  if (bytes instanceof Uint8Array) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
  throw new ArgumentError(
    `${subject}: bytes must be a Uint8Array or an ArrayBuffer; received ${describe(bytes)}. Read the file first.`,
  );
}
