// Decompression with what the platform has. Used by the image datasets.

import { DataError } from "../errors.js";
import { joinBytes } from "../io/bytes.js";
import type { Bytes } from "./checksum.js";

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** What comes out of the platform's stream. */
async function decompressed(bytes: Bytes): Promise<Bytes> {
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  // A broken stream fails here as in the reader, which tells.
  for (const written of [writer.write(bytes), writer.close()]) written.catch(() => {});
  // Read by hand: of a Response whose stream fails, Firefox reports a failure that nobody could take.
  const reader = readable.getReader();
  const parts: Bytes[] = [];
  for (let part = await reader.read(); !part.done; part = await reader.read()) parts.push(part.value);
  return joinBytes(parts);
}

/** The decompressed content. Throws DataError where the stream ends early or its check sum is wrong. */
export async function gunzip(bytes: Bytes, name: string): Promise<Bytes> {
  try {
    return await decompressed(bytes);
  } catch (cause) {
    throw new DataError(
      `${name}: the gzip stream must decompress to its end; received ${bytes.length} bytes that do not (${(cause as Error).message}). The file is truncated or corrupt: fetch it again.`,
      { cause },
    );
  }
}
