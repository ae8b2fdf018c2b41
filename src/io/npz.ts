// The entry point `lanewise/io/npz`: npz archives of NumPy, several named arrays in one zip file.

import { zipSync } from "fflate";
import { ArgumentError, checkFlag, checkOptions, DataError, describe } from "../errors.js";
import type { Tensor } from "../tensor/tensor.js";
import type { NumericArray } from "./arrays.js";
import { plainBytes } from "./bytes.js";
import { decodeNpy, encodeNpy } from "./npy.js";
import { unzip } from "./zip.js";

export { type ArrayDType, arrayToTensor, type NumericArray } from "./arrays.js";

const EXTENSION = ".npy";
/** Zip names have 16-bit lengths, and so has the number of entries that fflate writes. */
const MOST_NAME_BYTES = 65_535;
const MOST_ENTRIES = 65_535;

/**
 * The arrays of an npz archive by name, `np.load(file)["W"]` being `W`. What `np.savez` stores uncompressed shares the
 * memory of `bytes` where it is aligned.
 *
 * Fails with DataError where the archive or an array in it is broken, a checksum is wrong, or an entry is no npy file.
 */
export function decodeNpz(bytes: Uint8Array | ArrayBuffer): Map<string, NumericArray> {
  const refuse = (message: string) => new DataError(`decodeNpz: ${message}`);
  const arrays = new Map<string, NumericArray>();
  for (const [file, content] of unzip(plainBytes(bytes, "decodeNpz"), refuse)) {
    if (!file.endsWith(EXTENSION)) throw refuse(`entries must be npy files; received ${describe(file)}.`);
    const name = file.slice(0, -EXTENSION.length);
    arrays.set(name, decodeNpy(content, `decodeNpz: array ${describe(name)}`));
  }
  return arrays;
}

export interface EncodeNpzOptions {
  /** Whether to compress, as `np.savez_compressed` does. Default false. */
  readonly compress?: boolean;
}

/** One npz archive from arrays or tensors by name. Equal input gives equal bytes. */
export function encodeNpz(
  arrays: Iterable<readonly [string, Tensor | NumericArray]> | Readonly<Record<string, Tensor | NumericArray>>,
  options: EncodeNpzOptions = {},
): Uint8Array {
  checkOptions("encodeNpz", options, ["compress"]);
  const { compress = false } = options;
  checkFlag("encodeNpz: compress", compress);
  if (typeof arrays !== "object" || arrays === null) {
    throw new ArgumentError(`encodeNpz: arrays must be a Map, pairs or an object; received ${describe(arrays)}.`);
  }
  const files: Record<string, Uint8Array> = Object.create(null);
  let count = 0;
  for (const [name, array] of Symbol.iterator in arrays ? arrays : Object.entries(arrays)) {
    const file = `${name}${EXTENSION}`;
    if (typeof name !== "string" || new TextEncoder().encode(file).length > MOST_NAME_BYTES) {
      throw new ArgumentError(
        `encodeNpz: a name must be a string of at most 65,531 bytes; received ${describe(name)}.`,
      );
    }
    if (file in files) throw new ArgumentError(`encodeNpz: names must be unique; received ${describe(name)} twice.`);
    files[file] = encodeNpy(array);
    count++;
  }
  if (count > MOST_ENTRIES) throw new ArgumentError(`encodeNpz: an archive holds 65,535 arrays; received ${count}.`);
  // The first day a zip file can name, local time as the format has it, so that equal arrays give equal bytes.
  return zipSync(files, { level: compress ? 6 : 0, mtime: new Date(1980, 0, 1) });
}
