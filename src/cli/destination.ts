// Where the model will be saved, looked at before training: a path that cannot work is told at once, not at the end.

import { access, constants, stat } from "node:fs/promises";
import path from "node:path";
import { ArgumentError, DataError } from "../index.js";

/** Fails where no file can be written at `out`: ArgumentError for a folder, DataError for what the disk refuses. */
export async function checkDestination(out: string): Promise<void> {
  const shown = JSON.stringify(out);
  const found = await stat(out).catch(() => null);
  if (found?.isDirectory() || /[\\/]$/.test(out)) {
    throw new ArgumentError(`--out must name a file; ${shown} is a folder.`);
  }
  // Missing folders are made when saving, so the nearest one that exists decides.
  let folder = path.dirname(path.resolve(out));
  let parent = await stat(folder).catch(codeOf);
  while (parent === "ENOENT" && path.dirname(folder) !== folder) {
    folder = path.dirname(folder);
    parent = await stat(folder).catch(codeOf);
  }
  if (parent === "ENOTDIR" || (typeof parent === "object" && !parent.isDirectory())) {
    throw new DataError(`--out: every parent of the path must be a folder; in ${shown} one is a file.`);
  }
  const refused = typeof parent === "string" ? parent : await access(folder, constants.W_OK).catch(codeOf);
  if (refused) throw new DataError(`--out: the folder must be writable; that of ${shown} is not (${refused}).`);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
