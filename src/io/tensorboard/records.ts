// TFRecord framing, which event files are made of. Used by writer.ts.
//
//   uint64 length | uint32 masked CRC-32C of these 8 bytes | the record | uint32 masked CRC-32C of the record
//
// all little-endian.  see: tensorflow/tensorflow tensorflow/core/lib/io/record_writer.h

import { crc32c } from "../crc.js";

/** One record, framed. */
export function frame(record: Uint8Array): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(record.length + 16);
  const view = new DataView(framed.buffer);
  view.setUint32(0, record.length, true);
  view.setUint32(8, masked(crc32c(framed.subarray(0, 8))), true);
  framed.set(record, 12);
  view.setUint32(12 + record.length, masked(crc32c(record)), true);
  return framed;
}

/** Rotated and moved on, since a checksum of data that hold their own checksum would say little. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
