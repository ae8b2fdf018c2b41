// The IDX format, in which the MNIST files come: one array with its type and extents, big-endian. Used by the image
// datasets.
//
//   bytes 0, 1: zero | 2: type code | 3: number of axes | one uint32 per axis: extents | values, row-major

import { ArgumentError, DataError, describe } from "../errors.js";
import type { Shape } from "../tensor/shape.js";

interface IdxArrays {
  uint8: Uint8Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  float32: Float32Array;
  float64: Float64Array;
}
export type IdxDType = keyof IdxArrays;

/** The content of an IDX file; `dtype` tells the kind of `data`. */
export type IdxArray = {
  [D in IdxDType]: { readonly shape: Shape; readonly dtype: D; readonly data: IdxArrays[D] };
}[IdxDType];

const DTYPES: Readonly<Record<number, { dtype: IdxDType; width: number } | undefined>> = {
  8: { dtype: "uint8", width: 1 },
  9: { dtype: "int8", width: 1 },
  11: { dtype: "int16", width: 2 },
  12: { dtype: "int32", width: 4 },
  13: { dtype: "float32", width: 4 },
  14: { dtype: "float64", width: 8 },
};

/**
 * Reads an uncompressed IDX file of at least one axis. uint8 and int8 data share the memory of `bytes`, the other
 * types are copied. `name` is the file's name, for messages.
 *
 * @throws DataError where the bytes are not exactly one IDX array.
 */
export function parseIdx(bytes: Uint8Array, name = "parseIdx"): IdxArray {
  if (!(bytes instanceof Uint8Array)) {
    throw new ArgumentError(`parseIdx: bytes must be a Uint8Array; received ${describe(bytes)}.`);
  }
  const { dtype, width, shape, start } = parseHeader(bytes, name);
  const count = countOf(shape, name);
  const length = start + count * width;
  if (bytes.length !== length) {
    const remedy = bytes.length < length ? "The file is truncated." : "Bytes follow the end of the array.";
    throw new DataError(
      `${name}: ${dtype} ${describe(shape)} takes ${length} bytes with its header; received ${bytes.length}. ${remedy}`,
    );
  }
  return readValues(dtype, shape, new DataView(bytes.buffer, bytes.byteOffset + start, count * width), count);
}

function parseHeader(bytes: Uint8Array, name: string) {
  if (bytes.length < 4) {
    throw new DataError(
      `${name}: an IDX file starts with a 4-byte magic number; received ${bytes.length} bytes in all. The file is truncated.`,
    );
  }
  const [zero, zeroToo, code, rank] = bytes as unknown as [number, number, number, number];
  const type = DTYPES[code];
  if (zero !== 0 || zeroToo !== 0 || type === undefined || rank === 0) {
    const shown = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const remedy = zero === 0x1f && zeroToo === 0x8b ? "The file is compressed: gunzip it." : "It is not an IDX file.";
    throw new DataError(
      `${name}: an IDX file starts with 00 00, a type code 08, 09 or 0b to 0e, and the number of axes, at least 01; received ${shown}. ${remedy}`,
    );
  }
  const start = 4 + 4 * rank;
  if (bytes.length < start) {
    throw new DataError(
      `${name}: the header of an IDX file with ${rank} axes takes ${start} bytes; received ${bytes.length} bytes in all. The file is truncated.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, start);
  const shape: Shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  return { ...type, shape, start };
}

/** Number of values. Zero extents are left out of the check: an empty array must not carry absurd extents either. */
function countOf(shape: Shape, name: string): number {
  let product = 1;
  for (const extent of shape) product *= Math.max(extent, 1);
  if (product > Number.MAX_SAFE_INTEGER) {
    throw new DataError(
      `${name}: the extents must multiply to less than 2^53; received ${describe(shape)}. The header is corrupt.`,
    );
  }
  return shape.includes(0) ? 0 : product;
}

function readValues(dtype: IdxDType, shape: Shape, view: DataView, count: number): IdxArray {
  switch (dtype) {
    case "uint8":
      return { shape, dtype, data: new Uint8Array(view.buffer, view.byteOffset, count) };
    case "int8":
      return { shape, dtype, data: new Int8Array(view.buffer, view.byteOffset, count) };
    case "int16":
      return { shape, dtype, data: Int16Array.from({ length: count }, (_, i) => view.getInt16(2 * i)) };
    case "int32":
      return { shape, dtype, data: Int32Array.from({ length: count }, (_, i) => view.getInt32(4 * i)) };
    case "float32":
      return { shape, dtype, data: Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i)) };
    case "float64":
      return { shape, dtype, data: Float64Array.from({ length: count }, (_, i) => view.getFloat64(8 * i)) };
  }
}
