// Dtypes as files store them, and how their values become the float32 or int32 values of a tensor.
// Used by safetensors. Files are little-endian, and so are typed arrays on every host Lanewise runs on.

import type { DataError } from "../errors.js";
import type { TensorData } from "../tensor/tensor.js";

/** Makes the error for what a file must not hold; the caller has put the subject in front. */
export type Refuse = (message: string) => DataError;

export interface StoredDType {
  /** Bytes per value. */
  readonly width: number;
  /** The values in `bytes`, which holds whole values at any alignment. */
  readonly read: (bytes: Uint8Array, refuse: Refuse) => TensorData;
}

/**
 * F32 and I32 are shared with the bytes where these are aligned to 4, and copied bit for bit where not.
 * F16 and BF16 widen exactly, NaN payloads included. F64 is rounded to float32, I64 must fit int32. The smaller
 * integers and BOOL (0 or 1) become int32.
 */
export const storedDTypes: ReadonlyMap<string, StoredDType> = new Map<string, StoredDType>([
  ["F32", { width: 4, read: (bytes) => new Float32Array(...aligned(bytes)) }],
  ["F16", { width: 2, read: readF16 }],
  ["BF16", { width: 2, read: readBF16 }],
  ["F64", { width: 8, read: readF64 }],
  ["I32", { width: 4, read: (bytes) => new Int32Array(...aligned(bytes)) }],
  ["I64", { width: 8, read: readI64 }],
  ["U8", { width: 1, read: (bytes) => Int32Array.from(bytes) }],
  ["I8", { width: 1, read: (bytes) => Int32Array.from(bytes, (value) => (value << 24) >> 24) }],
  ["U16", { width: 2, read: (bytes) => readInt16(bytes, (view, at) => view.getUint16(at, true)) }],
  ["I16", { width: 2, read: (bytes) => readInt16(bytes, (view, at) => view.getInt16(at, true)) }],
  ["BOOL", { width: 1, read: readBool }],
]);

/** What a typed array of 4-byte values is made from: the place in the file, or a copy where that is not aligned. */
function aligned(bytes: Uint8Array): [ArrayBufferLike, number, number] {
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return [buffer, byteOffset, bytes.byteLength / 4];
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// Half bits shifted into place are a float32 whose exponent is 112 too small, subnormals too; 2^112 times it is exact.
function readF16(bytes: Uint8Array): Float32Array {
  const view = viewOf(bytes);
  const data = new Float32Array(bytes.length / 2);
  const bits = new Uint32Array(data.buffer);
  for (let i = 0; i < data.length; i++) {
    const half = view.getUint16(2 * i, true);
    const magnitude = (half & 0x7fff) << 13;
    if (magnitude >= 0x0f800000) {
      bits[i] = 0x7f800000 | magnitude; // infinity or NaN
    } else {
      bits[i] = magnitude;
      data[i] = (data[i] as number) * 2 ** 112;
    }
    bits[i] = (bits[i] as number) | ((half & 0x8000) << 16);
  }
  return data;
}

function readBF16(bytes: Uint8Array): Float32Array {
  const view = viewOf(bytes);
  const bits = new Uint32Array(bytes.length / 2);
  for (let i = 0; i < bits.length; i++) bits[i] = view.getUint16(2 * i, true) << 16;
  return new Float32Array(bits.buffer);
}

/** Rounds to nearest. A finite value that would become Infinity is refused; one too small becomes zero. */
function readF64(bytes: Uint8Array, refuse: Refuse): Float32Array {
  const view = viewOf(bytes);
  const data = new Float32Array(bytes.length / 8);
  for (let i = 0; i < data.length; i++) {
    const value = view.getFloat64(8 * i, true);
    data[i] = value;
    if (Number.isFinite(value) && !Number.isFinite(data[i])) {
      throw refuse(`F64 values must fit float32, at most 3.4028235e38; received ${value} at index ${i}.`);
    }
  }
  return data;
}

function readI64(bytes: Uint8Array, refuse: Refuse): Int32Array {
  const view = viewOf(bytes);
  const data = new Int32Array(bytes.length / 8);
  for (let i = 0; i < data.length; i++) {
    const low = view.getInt32(8 * i, true);
    if (view.getInt32(8 * i + 4, true) !== low >> 31) {
      const value = view.getBigInt64(8 * i, true);
      throw refuse(`I64 values must fit int32, [-2^31, 2^31); received ${value} at index ${i}.`);
    }
    data[i] = low;
  }
  return data;
}

function readInt16(bytes: Uint8Array, get: (view: DataView, at: number) => number): Int32Array {
  const view = viewOf(bytes);
  const data = new Int32Array(bytes.length / 2);
  for (let i = 0; i < data.length; i++) data[i] = get(view, 2 * i);
  return data;
}

function readBool(bytes: Uint8Array, refuse: Refuse): Int32Array {
  const wrong = bytes.findIndex((value) => value > 1);
  if (wrong >= 0) throw refuse(`BOOL values must be 0 or 1; received ${bytes[wrong]} at index ${wrong}.`);
  return Int32Array.from(bytes);
}
