// Dataset files in a folder. Node only.

import { ArgumentError, DataError, describe } from "../../errors.js";
import { checkRegular } from "../../io/files.js";
import type { Bytes, Checksums } from "./checksum.js";
import { type FileSource, reasonOf, type SourceOptions } from "./file-source.js";
import { nodeModules } from "./node.js";

export interface FolderOptions extends SourceOptions {
  /** The folder with the files, each compressed (`.gz`) or not. Node only. */
  readonly dir: string;
}

/** Reads `<stem>.gz`, or `<stem>` where that is missing; of a file with a checksum, only the version it is for. */
export function folderSource(subject: string, options: FolderOptions, checksums: Checksums): FileSource {
  const { dir, signal, onProgress } = options;
  const node = nodeModules();
  if (typeof dir !== "string" || dir === "") {
    throw new ArgumentError(`${subject}: dir must be the path of a folder; received ${describe(dir)}.`);
  }
  if (node === undefined) {
    throw new ArgumentError(`${subject}: dir needs a file system; received ${describe(dir)}. In a browser, pass url.`);
  }
  const { fs, path } = node;

  const readIfPresent = async (file: string, maxBytes: number): Promise<Bytes | undefined> => {
    try {
      // A device may never end, and a pipe never begin.
      checkRegular(await fs.stat(file), file, subject, maxBytes);
      return await fs.readFile(file, { signal });
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof DataError) throw cause;
      const reason = reasonOf(cause);
      if (reason === "ENOENT" || reason === "ENOTDIR") return undefined;
      throw new DataError(`${subject}: ${file} must be a readable file; received ${reason}.`, { cause });
    }
  };

  const missing = async (names: readonly string[]): Promise<DataError> => {
    const rule = `must hold ${names.join(" or ")}`;
    try {
      const present = await fs.readdir(dir);
      return new DataError(
        `${subject}: the folder ${dir} ${rule}; it holds ${describe(present.sort())}. Download the file into it, or pass url.`,
      );
    } catch (cause) {
      return new DataError(
        `${subject}: dir must be an existing folder, which ${rule}; received ${JSON.stringify(dir)} (${reasonOf(cause)}).`,
        { cause },
      );
    }
  };

  return {
    async read(stem, maxBytes, accept) {
      const versions = [`${stem}.gz`, stem];
      const verified = versions.filter((name) => checksums[name] !== undefined);
      const names = verified.length > 0 ? verified : versions;
      for (const name of names) {
        const file = path.join(dir, name);
        const bytes = await readIfPresent(file, maxBytes);
        if (bytes === undefined) continue;
        onProgress?.({ file: name, received: bytes.length, total: bytes.length });
        return accept({ name, where: `${subject}: ${file}`, bytes });
      }
      throw await missing(names);
    },
  };
}
