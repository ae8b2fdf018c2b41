// Where the files of a dataset come from: a folder (folder.ts) or a server with a cache (download.ts).

import type { HostSignal } from "../../host/signal.js";
import type { Bytes } from "./checksum.js";

export interface FileProgress {
  /** `train-images-idx3-ubyte.gz`, for example. */
  readonly file: string;
  /** Bytes so far. */
  readonly received: number;
  /** Bytes in all; undefined where the server does not say. */
  readonly total: number | undefined;
}

export interface SourceOptions {
  /** Aborts reading and downloading; the promise rejects with the signal's reason. */
  readonly signal?: HostSignal;
  /** Called while a file arrives, and once for a file that is read from a folder or the cache. */
  readonly onProgress?: (progress: FileProgress) => void;
}

/** A file as it was found: compressed or not. */
export interface FoundFile {
  /** Its name, the key of checksums. */
  readonly name: string;
  /** Dataset and path or URL, the subject of messages. */
  readonly where: string;
  readonly bytes: Bytes;
}

export interface FileSource {
  /**
   * Finds the file called `stem`, `.gz` appended or not, and gives it to `accept`, whose result it returns. `accept`
   * refuses a file with DataError. One of more than `maxBytes` is refused unread. A refused file never enters the cache and a cached one that is refused is
   * downloaded again.
   */
  read<T>(stem: string, maxBytes: number, accept: (file: FoundFile) => Promise<T>): Promise<T>;
}

/** Why the system refused, for messages: `ENOENT` and the like, or the message of an error that has no code. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof code === "string" ? code : String(message ?? error);
}
