// Dataset files from a server, kept in a cache. Node and browsers.

import { ArgumentError, DataError, describe } from "../errors.js";
import type { HostSignal } from "../signal.js";
import { openCache } from "./cache.js";
import type { Bytes, Checksums } from "./checksum.js";
import { type FileSource, reasonOf, type SourceOptions } from "./file-source.js";

export interface DownloadOptions extends SourceOptions {
  /** The address the `.gz` files lie under, a slash at its end or not. */
  readonly url: string | { readonly href: string };
  /**
   * Where downloads are kept; false for nowhere. In Node a folder, by default `lanewise` in the cache directory of the
   * user (`$XDG_CACHE_HOME` or `~/.cache`, on Windows and macOS what is usual there). Browsers use the Cache API.
   */
  readonly cacheDir?: string | false;
}

/** Takes `<stem>.gz` from the cache, or else from the server. */
export function downloadSource(subject: string, options: DownloadOptions, checksums: Checksums): FileSource {
  const { url, cacheDir, signal, onProgress } = options;
  if (!(url instanceof URL) && (typeof url !== "string" || url === "")) {
    throw new ArgumentError(`${subject}: url must be the address of a folder; received ${describe(url)}.`);
  }
  if (cacheDir !== undefined && cacheDir !== false && (typeof cacheDir !== "string" || cacheDir === "")) {
    throw new ArgumentError(`${subject}: cacheDir must be a path or false; received ${describe(cacheDir)}.`);
  }
  const base = String(url).replace(/\/+$/, "");

  return {
    async read(stem, accept) {
      signal?.throwIfAborted();
      const name = `${stem}.gz`;
      const where = `${subject}: ${base}/${name}`;
      const verified = checksums[name] !== undefined;
      const cache = cacheDir === false ? undefined : await openCache({ subject, base, name, verified }, cacheDir);
      const stored = await cache?.read();
      if (stored !== undefined) {
        const accepted = await accept({ name, where, bytes: stored }).then((value) => ({ value }), ignoreDataError);
        if (accepted !== undefined) {
          onProgress?.({ file: name, received: stored.length, total: stored.length });
          return accepted.value;
        }
      }
      const bytes = await download(where, `${base}/${name}`, signal, (received, total) =>
        onProgress?.({ file: name, received, total }),
      );
      const value = await accept({ name, where, bytes });
      await cache?.write(bytes);
      return value;
    },
  };
}

function ignoreDataError(error: unknown): undefined {
  if (!(error instanceof DataError)) throw error;
}

/** The body of a successful response. Rejects with the signal's reason when aborted, else with DataError. */
async function download(
  where: string,
  url: string,
  signal: HostSignal | undefined,
  onChunk: (received: number, total: number | undefined) => void,
): Promise<Bytes> {
  const fail = (cause: unknown): never => {
    signal?.throwIfAborted();
    const reason = reasonOf((cause as { cause?: unknown }).cause ?? cause);
    throw new DataError(
      `${where}: the file must be downloadable; received ${reason}. Check the address and the network.`,
      { cause },
    );
  };
  const response = await fetch(url, { signal: signal ?? null }).catch(fail);
  const reader = response.body?.getReader();
  try {
    if (!response.ok) {
      throw new DataError(
        `${where}: the file must be downloadable; received HTTP ${response.status} ${response.statusText}. Check the address.`,
      );
    }
    const total = totalOf(response.headers);
    const chunks: Uint8Array[] = [];
    let received = 0;
    for (;;) {
      const chunk = await reader?.read().catch(fail);
      if (chunk === undefined || chunk.done) return concatenate(chunks, received);
      chunks.push(chunk.value);
      received += chunk.value.length;
      onChunk(received, total);
    }
  } finally {
    // Frees the connection where the body was not read to its end; nothing happens where it was.
    await reader?.cancel().catch(() => undefined);
  }
}

/** Under Content-Encoding, Content-Length counts what travels, not what arrives here. */
function totalOf(headers: Headers): number | undefined {
  const length = headers.get("content-length");
  return length === null || headers.has("content-encoding") ? undefined : Number(length);
}

function concatenate(chunks: readonly Uint8Array[], length: number): Bytes {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
