// SHA-256 of downloaded and stored files. Used by the image datasets.

import { ArgumentError, describe, isOptions, oneOf, StateError } from "../../errors.js";

/** Lower-case hexadecimal SHA-256 by file name. */
export type Checksums = Readonly<Record<string, string | undefined>>;

/** Whole files; the buffer is not shared, as Web Crypto and Blob want it. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** The checksums with their digits in lower case, once every name is one of `files` and every value is a SHA-256. */
export function readChecksums(subject: string, checksums: unknown, files: readonly string[]): Checksums {
  if (!isOptions(checksums)) {
    throw new ArgumentError(
      `${subject}: checksums must be false or an object of SHA-256 values by file name; received ${describe(checksums)}.`,
    );
  }
  const read: Record<string, string> = {};
  for (const [file, value] of Object.entries(checksums)) {
    if (!files.includes(file)) {
      throw new ArgumentError(`${subject}: checksums must name ${oneOf(files)}; received ${describe(file)}.`);
    }
    if (typeof value !== "string" || !/^[0-9a-f]{64}$/i.test(value)) {
      throw new ArgumentError(
        `${subject}: the checksum of ${file} must be 64 hexadecimal digits (SHA-256); received ${describe(value)}.`,
      );
    }
    read[file] = value.toLowerCase();
  }
  return read;
}

/** SHA-256 in hexadecimal. Throws StateError in a page without Web Crypto, that is, one not served over https. */
export async function sha256(subject: string, bytes: Bytes): Promise<string> {
  if (!globalThis.crypto?.subtle) {
    throw new StateError(
      `${subject}: SHA-256 needs Web Crypto, which pages have over https and on localhost only. Serve the page so, or pass checksums: false.`,
    );
  }
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
