// Cyclic redundancy checks over bytes. Used by zip.ts and png-chunks.ts (CRC-32) and by tensorboard/records.ts (CRC-32C).

/** CRC-32 of IEEE 802.3, as zip and PNG have it. */
export function crc32(bytes: Uint8Array): number {
  ieee ??= tableOf(0xedb88320);
  return check(bytes, ieee);
}

/** CRC-32C of Castagnoli, as TFRecord files have it. */
export function crc32c(bytes: Uint8Array): number {
  castagnoli ??= tableOf(0x82f63b78);
  return check(bytes, castagnoli);
}

let ieee: Int32Array | undefined;
let castagnoli: Int32Array | undefined;

function check(bytes: Uint8Array, table: Int32Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) {
    crc = (table[(crc ^ (bytes[i] as number)) & 255] as number) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

/** The remainders of single bytes; `polynomial` has its bits reflected. */
function tableOf(polynomial: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
}
