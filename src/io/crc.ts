// Cyclic redundancy checks over bytes, and the one of zlib. Used by zip.ts and png-chunks.ts (CRC-32, Adler-32) and by
// tensorboard/records.ts (CRC-32C).

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

/** Adler-32 of bytes that follow others, whose value is `before`; of the first, 1.  see: RFC 1950, section 9 */
export function adler32(bytes: Uint8Array, before = 1): number {
  let low = before & 0xffff;
  let high = before >>> 16;
  // So many sums stay exact before the remainders are taken.
  for (let from = 0; from < bytes.length; from += 3800) {
    const to = Math.min(from + 3800, bytes.length);
    for (let i = from; i < to; i++) {
      low += bytes[i] as number;
      high += low;
    }
    low %= 65_521;
    high %= 65_521;
  }
  return ((high << 16) | low) >>> 0;
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
