// Decompression with what the platform has. Used by the image datasets.

import { DataError } from "../errors.js";
import type { Bytes } from "./checksum.js";

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The decompressed content. Throws DataError where the stream ends early or its check sum is wrong. */
export async function gunzip(bytes: Bytes, name: string): Promise<Bytes> {
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (cause) {
    throw new DataError(
      `${name}: the gzip stream must decompress to its end; received ${bytes.length} bytes that do not (${(cause as Error).message}). The file is truncated or corrupt: fetch it again.`,
      { cause },
    );
  }
}
