// The entry point `lanewise/io/npz`: npz archives of NumPy, several named arrays in one zip file.

import { zipSync } from "fflate";
import { ArgumentError, checkArity, checkFlag, checkInteger, checkOptions, DataError, describe } from "../errors.js";
import type { Tensor } from "../tensor/tensor.js";
import type { NumericArray, TextArray } from "./arrays.js";
import { plainBytes } from "./bytes.js";
import { decodeNpy, encodeNpy, UnsupportedArray } from "./npy.js";
import { unzip } from "./zip.js";

export { type ArrayDType, arrayToTensor, type NumericArray, type TextArray } from "./arrays.js";

const EXTENSION = ".npy";
/** A smaller archive may expand to this many bytes in any case. */
const LEAST_LIMIT = 2 ** 26;
/** Weights and pictures compress by less; deflate can do a thousandfold, of zeros. */
const USUAL_EXPANSION = 100;
/** Zip names have 16-bit lengths, and so has the number of entries that fflate writes. */
const MOST_NAME_BYTES = 65_535;
const MOST_ENTRIES = 65_535;

export interface DecodeNpzOptions {
  /** Which arrays to decode: their names, or a test of a name. Default all that can be. */
  readonly select?: readonly string[] | ((name: string) => boolean);
  /**
   * An archive whose arrays take more bytes, decompressed, is refused. Default a hundred times its size, and 64 MiB at least:
   * real data compress by less.
   */
  readonly maxBytes?: number;
}

/** The arrays of an archive. */
export interface NpzArrays extends Map<string, NumericArray | TextArray> {
  /** Arrays of kinds that cannot be decoded, such as objects and records: why, by name. */
  readonly leftOut: ReadonlyMap<string, string>;
}

/**
 * The arrays of an npz archive by name, `np.load(file)["W"]` being `W`. What `np.savez` stores uncompressed shares the
 * memory of `bytes` where it is aligned. Text comes as strings; objects and records are left out, as `leftOut` tells, unless
 * `select` asks for them: then they are refused.
 *
 * Fails with DataError if the archive or an array in it is broken, a checksum is wrong, or an entry is not an npy file.
 */
export function decodeNpz(bytes: Uint8Array | ArrayBuffer, options: DecodeNpzOptions = {}): NpzArrays {
  checkArity("decodeNpz", arguments.length, 2);
  checkOptions("decodeNpz", options, ["select", "maxBytes"]);
  const file = plainBytes(bytes, "decodeNpz");
  const { select, maxBytes = Math.max(LEAST_LIMIT, USUAL_EXPANSION * file.length) } = options;
  checkInteger("decodeNpz: maxBytes", maxBytes, 0);
  const isSelected = selection(select);
  const refuse = (message: string) => new DataError(`decodeNpz: ${message}`);
  const arrays = new Map<string, NumericArray | TextArray>();
  const leftOut = new Map<string, string>();
  const nameOf = (entry: string) => entry.slice(0, -EXTENSION.length);
  const wanted = (entry: string) => select === undefined || (entry.endsWith(EXTENSION) && isSelected(nameOf(entry)));
  for (const [entry, content] of unzip(file, refuse, { wanted, maxBytes })) {
    if (!entry.endsWith(EXTENSION)) throw refuse(`entries must be npy files; received ${describe(entry)}.`);
    const name = nameOf(entry);
    try {
      arrays.set(name, decodeNpy(content, `decodeNpz: array ${describe(name)}`));
    } catch (error) {
      if (!(error instanceof UnsupportedArray) || select !== undefined) throw error;
      leftOut.set(name, error.message);
    }
  }
  const missing = Array.isArray(select) ? select.find((name) => !arrays.has(name)) : undefined;
  if (missing !== undefined)
    throw refuse(`the archive must hold ${describe(missing)}, which select names; it does not.`);
  return Object.assign(arrays, { leftOut });
}

function selection(select: DecodeNpzOptions["select"]): (name: string) => boolean {
  if (select === undefined) return () => true;
  if (typeof select === "function") return select;
  if (!Array.isArray(select) || select.some((name) => typeof name !== "string")) {
    throw new ArgumentError(`decodeNpz: select must be a list of names or a function; received ${describe(select)}.`);
  }
  const names = new Set<string>(select);
  return (name) => names.has(name);
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
  checkArity("encodeNpz", arguments.length, 2);
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
