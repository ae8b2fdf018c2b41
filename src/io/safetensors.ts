// safetensors: named tensors in one file, which Python's torch, numpy, jax and tensorflow read and write too.
// Used by weights.ts and by callers of `lanewise/io`. The header is read and checked in safetensors-header.ts.

import {
  ArgumentError,
  checkArity,
  checkCallback,
  checkInteger,
  checkOptions,
  DataError,
  describe,
  isOptions,
} from "../errors.js";
import { checkHeld, Tensor } from "../tensor/tensor.js";
import { type NumericArray, type Refuse, readArray, tensorOf } from "./arrays.js";
import { plainBytes } from "./bytes.js";
import { dtypeRule, MAX_HEADER_BYTES, METADATA_KEY, readHeader } from "./safetensors-header.js";

/** Names and tensors in the order they are written. An object lists keys such as "0" and "12" first, in order. */
export type NamedTensors = Iterable<readonly [string, Tensor]> | Readonly<Record<string, Tensor>>;

export interface DecodeOptions {
  /** Which tensors to decode; by default all. The header is checked whole in any case, but tensors that are left out may have any dtype. */
  select?: (name: string) => boolean;
  /** A longer header is refused unread; by default the 100 MB of the format. Lower it for files from strangers. */
  maxHeaderBytes?: number;
  /** What messages begin with; by default `decodeSafetensors`. */
  subject?: string;
}

export interface Safetensors {
  /** In the order of the header. */
  tensors: Map<string, Tensor>;
  /** The `__metadata__` of the file, empty where it has none. The object has no prototype. */
  metadata: Record<string, string>;
}

/**
 * One file from the tensors in the order given: float32 as F32, int32 as I32, every bit kept, data aligned to 8 bytes.
 *
 * Fails with ArgumentError for a name that occurs twice, for the reserved name `__metadata__`, for text that UTF-8
 * cannot hold (half a surrogate pair), and where something is neither a tensor nor, in `metadata`, a string.
 */
/** Fails unless metadata are texts by names, or absent. */
export function checkMetadata(subject: string, metadata: unknown): void {
  if (metadata !== undefined && !isOptions(metadata)) {
    throw new ArgumentError(`${subject}: metadata must be an object of strings; received ${describe(metadata)}.`);
  }
}

export function encodeSafetensors(tensors: NamedTensors, metadata?: Record<string, string>): Uint8Array<ArrayBuffer> {
  checkArity("encodeSafetensors", arguments.length, 2);
  const entries = checkEntries(tensors);
  checkMetadata("encodeSafetensors", metadata);
  const json = new TextEncoder().encode(headerJson(entries, metadata));
  const dataStart = 8 + Math.ceil(json.length / 8) * 8;
  if (dataStart - 8 > MAX_HEADER_BYTES) {
    throw new ArgumentError(
      `encodeSafetensors: names and metadata must fit a header of ${MAX_HEADER_BYTES} bytes; received ${json.length}.`,
    );
  }
  let size = dataStart;
  for (const tensor of entries.values()) size += tensor.data.byteLength;

  const file = new Uint8Array(size);
  new DataView(file.buffer).setUint32(0, dataStart - 8, true); // the upper half of the 64 bits stays 0
  file.set(json, 8);
  file.fill(0x20, 8 + json.length, dataStart);
  let at = dataStart;
  for (const { data } of entries.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * The tensors and the metadata of a file.
 *
 * F32, F16, BF16 and F64 become float32; I32, I64, the smaller integers and BOOL become int32. F64 is rounded; a finite
 * value beyond the range of float32 is refused, and so is an integer outside `[-2^31, 2^31)`. All else is exact; F32
 * keeps every bit, the payload of a NaN too.
 *
 * The file is not copied. F32 and I32 tensors share `bytes` where their place in memory is a multiple of 4, as in every
 * file written here: changing one changes the other, and one tensor keeps the whole file alive. The others have
 * memory of their own.
 *
 * Fails with DataError where the file breaks the format: see safetensors-header.ts.
 */
export function decodeSafetensors(bytes: Uint8Array | ArrayBuffer, options: DecodeOptions = {}): Safetensors {
  checkArity("decodeSafetensors", arguments.length, 2);
  const subject = readSubject(options, "decodeSafetensors");
  const { values, metadata } = decode(bytes, options, subject, (array, refuse) =>
    tensorOf(array, (message) => refuse(`${message} The option select of decodeSafetensors leaves a tensor out.`)),
  );
  return { tensors: values, metadata };
}

/**
 * As decodeSafetensors, every array in the dtype it is stored in, so that nothing has to be rounded or refused: I64 is a
 * BigInt64Array. Only F16 and BF16 are widened to float32. What is aligned shares `bytes`.
 */
export function decodeSafetensorsArrays(
  bytes: Uint8Array | ArrayBuffer,
  options: DecodeOptions = {},
): { arrays: Map<string, NumericArray>; metadata: Record<string, string> } {
  checkArity("decodeSafetensorsArrays", arguments.length, 2);
  const subject = readSubject(options, "decodeSafetensorsArrays");
  const { values, metadata } = decode(bytes, options, subject, (array) => array);
  return { arrays: values, metadata };
}

function decode<T>(
  bytes: Uint8Array | ArrayBuffer,
  options: DecodeOptions,
  subject: string,
  make: (array: NumericArray, refuse: Refuse) => T,
): { values: Map<string, T>; metadata: Record<string, string> } {
  checkOptions(subject, options, ["select", "maxHeaderBytes", "subject"]);
  const { select = () => true, maxHeaderBytes = MAX_HEADER_BYTES } = options;
  checkCallback(`${subject}: select`, select);
  checkInteger(`${subject}: maxHeaderBytes`, maxHeaderBytes, 0);
  const refuse = (message: string): DataError => new DataError(`${subject}: ${message}`);
  const file = plainBytes(bytes, subject);
  const header = readHeader(file, maxHeaderBytes, refuse);

  const values = new Map<string, T>();
  for (const { name, dtype, storedAs, shape, begin, end } of header.entries) {
    if (!select(name)) continue;
    const refuseTensor = (message: string) => refuse(`tensor ${describe(name)}: ${message}`);
    if (dtype === null) {
      throw refuseTensor(`${dtypeRule()}; received ${describe(storedAs)}. The option select leaves a tensor out.`);
    }
    const stored = file.subarray(header.dataStart + begin, header.dataStart + end);
    values.set(name, make(readArray(dtype, shape, stored, refuseTensor), refuseTensor));
  }
  return { values, metadata: header.metadata };
}

function checkEntries(tensors: NamedTensors): Map<string, Tensor> {
  if (typeof tensors !== "object" || tensors === null) {
    throw new ArgumentError(
      `encodeSafetensors: tensors must be a Map, pairs or an object of tensors; received ${describe(tensors)}.`,
    );
  }
  const entries = new Map<string, Tensor>();
  for (const [name, tensor] of Symbol.iterator in tensors ? tensors : Object.entries(tensors)) {
    checkText("a name", name);
    if (name === METADATA_KEY) {
      throw new ArgumentError(`encodeSafetensors: the name "${METADATA_KEY}" is reserved. Rename the tensor.`);
    }
    if (entries.has(name)) {
      throw new ArgumentError(`encodeSafetensors: names must be unique; received ${describe(name)} twice.`);
    }
    if (!(tensor instanceof Tensor)) {
      throw new ArgumentError(`encodeSafetensors: ${describe(name)} must be a Tensor; received ${describe(tensor)}.`);
    }
    checkHeld(`encodeSafetensors: ${describe(name)}`, tensor);
    entries.set(name, tensor);
  }
  return entries;
}

// Written piece by piece: an object would put names such as "0" first and take "__proto__" for its prototype.
function headerJson(entries: Map<string, Tensor>, metadata: Record<string, string> = {}): string {
  const members: string[] = [];
  const texts = Object.entries(metadata).map(([key, text]) => {
    checkText("a metadata key", key);
    checkText(`the metadata of ${describe(key)}`, text);
    return `${JSON.stringify(key)}:${JSON.stringify(text)}`;
  });
  if (texts.length > 0) members.push(`"${METADATA_KEY}":{${texts.join(",")}}`);
  let begin = 0;
  for (const [name, { dtype, shape, data }] of entries) {
    const entry = {
      dtype: dtype === "int32" ? "I32" : "F32",
      shape,
      data_offsets: [begin, begin + data.byteLength],
    };
    members.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    begin += data.byteLength;
  }
  return `{${members.join(",")}}`;
}

function checkText(subject: string, value: unknown): asserts value is string {
  if (typeof value !== "string" || /\p{Surrogate}/u.test(value)) {
    throw new ArgumentError(
      `encodeSafetensors: ${subject} must be a string of whole Unicode characters; received ${describe(value)}.`,
    );
  }
}

/** What messages begin with: the name of the function, unless the caller gives another. */
function readSubject(options: DecodeOptions | undefined, own: string): string {
  const subject: unknown = options?.subject;
  if (subject === undefined || typeof subject === "string") return subject ?? own;
  throw new ArgumentError(`${own}: subject must be a string; received ${describe(subject)}.`);
}
