// The IDX format, in which the MNIST files come: one array with its type and extents, big-endian. Used by the image
// datasets.
//
//   bytes 0, 1: zero | 2: type code | 3: number of axes | one uint32 per axis: extents | values, row-major

import { ArgumentError, checkArity, DataError, describe } from "../errors.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { type ArrayDType, arrayOf, bytesOf, type NumericArray, readArray, sizeClaimed, widthOf } from "./arrays.js";
import { checkSubject, plainBytes } from "./bytes.js";

/** Dtypes by type code. */
const DTYPES: Readonly<Record<number, ArrayDType | undefined>> = {
  8: "uint8",
  9: "int8",
  11: "int16",
  12: "int32",
  13: "float32",
  14: "float64",
};

/**
 * Reads an uncompressed IDX file of at least one axis. uint8 and int8 data share the memory of `bytes`, the other
 * types are copied. `name` is the file's name, for messages.
 *
 * Fails with DataError where the bytes are not exactly one IDX array.
 */
export function decodeIdx(bytes: Uint8Array | ArrayBuffer, name = "decodeIdx"): NumericArray {
  checkArity("decodeIdx", arguments.length, 2);
  checkSubject("decodeIdx", name);
  const file = plainBytes(bytes, name);
  const refuse = (message: string) => new DataError(`${name}: ${message}`);
  const { dtype, shape, start } = parseHeader(file, name);
  const length = start + sizeClaimed(shape, refuse) * widthOf(dtype);
  if (file.length !== length) {
    const remedy = file.length < length ? "The file is truncated." : "Bytes follow the end of the array.";
    throw refuse(
      `${dtype} ${describe(shape)} takes ${length} bytes with its header; received ${file.length}. ${remedy}`,
    );
  }
  return readArray(dtype, shape, file.subarray(start), refuse, "big");
}

/**
 * The IDX file of a tensor or an array: uint8, int8, int16, int32, float32 or float64 with 1 to 255 axes below 2^32.
 *
 * Fails with ArgumentError for what the format cannot hold.
 */
export function encodeIdx(values: Tensor | NumericArray): Uint8Array<ArrayBuffer> {
  checkArity("encodeIdx", arguments.length, 1);
  const array = arrayOf("encodeIdx", values);
  const { dtype, shape } = array;
  const code = Object.keys(DTYPES).find((key) => DTYPES[Number(key)] === dtype);
  if (code === undefined) {
    throw new ArgumentError(`encodeIdx: IDX holds ${Object.values(DTYPES).join(", ")}; received ${dtype}.`);
  }
  if (shape.length < 1 || shape.length > 255 || shape.some((extent) => extent >= 2 ** 32)) {
    throw new ArgumentError(
      `encodeIdx: IDX holds arrays of 1 to 255 axes, each below 2^32; received ${describe(shape)}.`,
    );
  }
  const start = 4 + 4 * shape.length;
  const data = bytesOf(array, "big");
  const file = new Uint8Array(start + data.length);
  const view = new DataView(file.buffer);
  view.setUint8(2, Number(code));
  view.setUint8(3, shape.length);
  shape.forEach((extent, axis) => {
    view.setUint32(4 + 4 * axis, extent);
  });
  file.set(data, start);
  return file;
}

function parseHeader(bytes: Uint8Array, name: string): { dtype: ArrayDType; shape: Shape; start: number } {
  if (bytes.length < 4) {
    throw new DataError(
      `${name}: an IDX file starts with a 4-byte magic number; received ${bytes.length} bytes in all. The file is truncated.`,
    );
  }
  const [zero, zeroToo, code, rank] = bytes as unknown as [number, number, number, number];
  const dtype = DTYPES[code];
  if (zero !== 0 || zeroToo !== 0 || dtype === undefined || rank === 0) {
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
  return { dtype, shape: Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis)), start };
}
