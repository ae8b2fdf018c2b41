// Decompression with what the platform has. Used by the image datasets.

import { DataError } from "../../errors.js";
import { joinBytes } from "../../io/bytes.js";
import type { Bytes } from "./checksum.js";

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** What comes out of the platform's stream, `maxBytes` at most. */
async function decompressed(bytes: Bytes, maxBytes: number, name: string): Promise<Bytes> {
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  // A broken stream fails here as in the reader, which tells.
  for (const written of [writer.write(bytes), writer.close()]) written.catch(() => {});
  // Read by hand: of a Response whose stream fails, Firefox reports a failure that nobody could take.
  const reader = readable.getReader();
  const parts: Bytes[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > maxBytes) {
      await reader.cancel().catch(() => {});
      throw new DataError(`${name}: the file must hold at most ${maxBytes} bytes, decompressed; it holds more.`);
    }
    parts.push(part.value);
  }
  return joinBytes(parts);
}

/** The decompressed content. Throws DataError if it is longer than `maxBytes`, ends early, or its checksum is wrong. */
export async function gunzip(bytes: Bytes, name: string, maxBytes: number): Promise<Bytes> {
  try {
    return await decompressed(bytes, maxBytes, name);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(
      `${name}: the gzip stream must decompress to its end; received ${bytes.length} bytes that do not (${(cause as Error).message}). The file is truncated or corrupt: fetch it again.`,
      { cause },
    );
  }
}
