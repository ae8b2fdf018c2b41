// Dataset files from a server, kept in a cache. Node and browsers.

import { ArgumentError, checkInteger, DataError, describe } from "../../errors.js";
import type { HostSignal } from "../../host/signal.js";
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
  /**
   * Milliseconds after which a server that sends nothing is given up; a whole file may take twenty times as long. Default
   * 30,000.
   */
  readonly timeout?: number;
}

const TIMEOUT = 30_000;
/** A whole file may take so many times as long as the server may be silent. */
const PATIENCE = 20;

/** Takes `<stem>.gz` from the cache, or else from the server. */
export function downloadSource(subject: string, options: DownloadOptions, checksums: Checksums): FileSource {
  const { url, cacheDir, signal, onProgress, timeout = TIMEOUT } = options;
  if (!(url instanceof URL) && (typeof url !== "string" || url === "")) {
    throw new ArgumentError(`${subject}: url must be the address of a folder; received ${describe(url)}.`);
  }
  if (cacheDir !== undefined && cacheDir !== false && (typeof cacheDir !== "string" || cacheDir === "")) {
    throw new ArgumentError(`${subject}: cacheDir must be a path or false; received ${describe(cacheDir)}.`);
  }
  checkInteger(`${subject}: timeout`, timeout, 1);
  const base = String(url).replace(/\/+$/, "");

  return {
    async read(stem, maxBytes, accept) {
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
      const bytes = await download(where, `${base}/${name}`, { signal, maxBytes, timeout }, (received, total) =>
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

interface DownloadLimits {
  readonly signal: HostSignal | undefined;
  readonly maxBytes: number;
  readonly timeout: number;
}

/**
 * The body of a successful response. Rejects with the signal's reason when aborted, else with DataError: the server cannot be
 * reached, is silent for too long, or sends too much.
 */
async function download(
  where: string,
  url: string,
  { signal, maxBytes, timeout }: DownloadLimits,
  onChunk: (received: number, total: number | undefined) => void,
): Promise<Bytes> {
  const watch = new AbortController();
  const giveUp = (milliseconds: number, what: string) =>
    setTimeout(
      () => watch.abort(new Error(`${what} in ${milliseconds} ms; the option timeout allows more`)),
      milliseconds,
    );
  const whole = giveUp(PATIENCE * timeout, "not all of it");
  let silence = giveUp(timeout, "nothing");
  const forward = () => watch.abort(signal?.reason);
  signal?.addEventListener("abort", forward);
  const fail = (cause: unknown): never => {
    signal?.throwIfAborted();
    const reason = reasonOf((cause as { cause?: unknown }).cause ?? cause);
    throw new DataError(
      `${where}: the file must be downloadable; received ${reason}. Check the address and the network.`,
      { cause },
    );
  };
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    const response = await fetch(url, { signal: watch.signal }).catch(fail);
    reader = response.body?.getReader();
    if (!response.ok) {
      throw new DataError(
        `${where}: the file must be downloadable; received HTTP ${response.status} ${response.statusText}. Check the address.`,
      );
    }
    const total = totalOf(response.headers);
    const chunks: Uint8Array[] = [];
    let received = 0;
    for (;;) {
      if (Math.max(received, total ?? 0) > maxBytes) {
        throw new DataError(
          `${where}: the file must hold at most ${maxBytes} bytes; received ${total ?? "more"}. Check the address.`,
        );
      }
      const chunk = await reader?.read().catch(fail);
      if (chunk === undefined || chunk.done) return concatenate(chunks, received);
      clearTimeout(silence);
      silence = giveUp(timeout, "nothing");
      chunks.push(chunk.value);
      received += chunk.value.length;
      onChunk(received, total);
    }
  } finally {
    clearTimeout(whole);
    clearTimeout(silence);
    signal?.removeEventListener("abort", forward);
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
