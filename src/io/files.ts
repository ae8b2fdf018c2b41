// Whole files, read and written in Node and in what is compatible with it (Deno, Bun).
// Used by all that names a file by its path. Node's modules are asked for when they are needed, so that
// `lanewise/io` loads in a browser.

import { ArgumentError, checkInteger, DataError, describe, StateError } from "../errors.js";

/** What Node reads in one piece. */
const MOST_BYTES = 2_147_483_647;

/** What every function that reads one file takes. */
export interface ReadOptions {
  /** A larger file is refused unread. Default 2 GiB, which is what hosts read in one piece. */
  readonly maxBytes?: number;
}

/**
 * The bytes of the file at `path`. `subject` is what messages begin with.
 *
 * Fails with DataError if the file is missing or cannot be read, is not a regular file (a device may never end, a pipe never
 * begin), or holds more than `maxBytes`, 2 GiB by default; with StateError if there is no file system.
 */
export async function readFile(path: string, subject = "readFile", maxBytes = MOST_BYTES): Promise<Uint8Array> {
  checkPath(path, subject);
  checkInteger(`${subject}: maxBytes`, maxBytes, 0);
  const { fs } = nodeModules(subject, "Fetch the file and use decodeSafetensors or weightsFromBytes");
  try {
    checkRegular(await fs.stat(path), path, subject, Math.min(maxBytes, MOST_BYTES));
    const { buffer, byteOffset, byteLength } = await fs.readFile(path);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    throw error instanceof DataError ? error : fileError(error, path, subject, "readable");
  }
}

/** Fails with DataError unless what was found at `path` is a regular file of at most `maxBytes`. */
export function checkRegular(
  stats: { isFile(): boolean; isDirectory(): boolean; readonly size: number },
  path: string,
  subject: string,
  maxBytes: number,
): void {
  if (!stats.isFile()) {
    const kind = stats.isDirectory() ? "a folder" : "a device, a pipe or a socket";
    throw new DataError(`${subject}: the path must name a file; ${describe(path)} is ${kind}.`);
  }
  if (stats.size > maxBytes) {
    throw new DataError(
      `${subject}: the file must hold at most ${maxBytes} bytes; ${describe(path)} holds ${stats.size}.`,
    );
  }
}

/**
 * Writes the file at `path` whole or not at all: the bytes go to a temporary file in the same folder, to the disk, and
 * only then take the name. Until then, and after any failure, the old file is as it was. Missing folders are made, the
 * permissions of the old file are kept, and a symbolic link is followed.
 *
 * Fails with DataError where the file cannot be written, and then removes the temporary file (`.lanewise-*.tmp`, which
 * only a killed process leaves behind); with StateError where there is no file system.
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array, subject = "writeFileAtomic"): Promise<void> {
  checkPath(path, subject);
  if (!(bytes instanceof Uint8Array)) {
    throw new ArgumentError(`${subject}: bytes must be a Uint8Array; received ${describe(bytes)}.`);
  }
  const { fs, paths } = nodeModules(subject, "Use encodeSafetensors, weightsToBytes or checkpointToBytes");
  try {
    const target = await targetOf(fs, paths, path);
    const old = await fs.stat(target).catch(ifMissing(undefined));
    if (old !== undefined) checkRegular(old, path, subject, Number.POSITIVE_INFINITY);
    await throughTemporary(fs, paths, paths.dirname(target), bytes, old?.mode, (temporary) =>
      fs.rename(temporary, target),
    );
  } catch (error) {
    throw error instanceof DataError ? error : fileError(error, path, subject, "writable");
  }
}

/** Fails as `writeFileAtomic` would if something other than a file stands at `path`. */
export async function checkReplaceable(path: string, subject: string): Promise<void> {
  const { fs } = nodeModules(subject, "Keep checkpoints yourself");
  const old = await fs.stat(path).catch(() => undefined);
  if (old !== undefined) checkRegular(old, path, subject, Number.POSITIVE_INFINITY);
}

/**
 * Writes a file under a name of `folder` that was free: the first of `nameOf(from)`, `nameOf(from + 1)`, ..., which the
 * result tells. Whole or not at all, and never over a file of another process that writes at the same time.
 *
 * Fails as `writeFileAtomic` does.
 */
export async function writeNumberedFile(
  folder: string,
  nameOf: (number: number) => string,
  from: number,
  bytes: Uint8Array,
  subject: string,
): Promise<number> {
  checkPath(folder, subject);
  const { fs, paths } = nodeModules(subject, "Keep checkpoints yourself");
  let number = from;
  try {
    await throughTemporary(fs, paths, folder, bytes, undefined, async (temporary) => {
      while (!(await takeName(fs, temporary, paths.join(folder, nameOf(number))))) number++;
    });
    return number;
  } catch (error) {
    throw error instanceof DataError ? error : fileError(error, folder, subject, "writable");
  }
}

/** Gives a finished file the name `target` unless something has it; false if so. */
async function takeName(fs: Files, temporary: string, target: string): Promise<boolean> {
  try {
    await fs.link(temporary, target);
    await fs.rm(temporary, { force: true }).catch(() => {});
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
  }
  // A file system without links: the name is taken by an empty file first, which the finished one replaces.
  try {
    await (await fs.open(target, "wx")).close();
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  await fs.rename(temporary, target);
  return true;
}

/** Writes a temporary file to the disk and hands it to `finish`, which gives it its name. No failure leaves it behind. */
async function throughTemporary(
  fs: Files,
  paths: typeof import("node:path"),
  folder: string,
  bytes: Uint8Array,
  mode: number | undefined,
  finish: (temporary: string) => Promise<void>,
): Promise<void> {
  await makeFolder(fs, paths, folder);
  const temporary = paths.join(folder, `.lanewise-${globalThis.crypto.randomUUID()}.tmp`);
  const handle = await fs.open(temporary, "wx");
  try {
    try {
      if (mode !== undefined) await handle.chmod(mode & 0o777);
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await finish(temporary);
  } catch (error) {
    // What went wrong first is what the caller should hear of.
    await fs.rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(fs, folder);
}

type Files = typeof import("node:fs/promises");

/** The file that `path` leads to over symbolic links; it need not exist. */
async function targetOf(fs: Files, paths: typeof import("node:path"), path: string): Promise<string> {
  const target = await fs.realpath(path).catch(ifMissing(undefined));
  if (target !== undefined) return target;
  const link = await fs.readlink(path).catch(() => undefined);
  if (link === undefined) return path;
  return targetOf(fs, paths, paths.resolve(await fs.realpath(paths.dirname(path)), link));
}

/** Brings the new name to the disk too. Where folders cannot be opened, as on Windows, the file system sees to it. */
async function syncFolder(fs: Files, folder: string): Promise<void> {
  const handle = await fs.open(folder, "r").catch(() => null);
  if (handle === null) return;
  try {
    await handle.sync().catch(() => {});
  } finally {
    await handle.close();
  }
}

/**
 * Appends to the file `name` in `folder`, both of which are made. Fails as `writeFileAtomic` does; the file then ends where
 * it did before, so that the same bytes can be appended again.
 */
export async function appendFile(folder: string, name: string, bytes: Uint8Array, subject: string): Promise<void> {
  checkPath(folder, subject);
  const { fs, paths } = nodeModules(subject, "Use toBytes");
  const path = paths.join(folder, name);
  try {
    await makeFolder(fs, paths, folder);
    const old = await fs.stat(path).catch(ifMissing(undefined));
    if (old !== undefined) checkRegular(old, path, subject, Number.POSITIVE_INFINITY);
    const handle = await fs.open(path, "a");
    try {
      const { size } = await handle.stat();
      try {
        await handle.writeFile(bytes);
      } catch (error) {
        await handle.truncate(size).catch(() => {});
        throw error;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof DataError ? error : fileError(error, path, subject, "writable");
  }
}

/** Names of the files in a folder, without those of folders, devices and pipes; none if it does not exist. */
export async function listFiles(folder: string, subject: string): Promise<string[]> {
  checkPath(folder, subject);
  const { fs } = nodeModules(subject, "Keep checkpoints yourself");
  try {
    const found = await fs.readdir(folder, { withFileTypes: true }).catch(ifMissing([]));
    return found.filter((each) => each.isFile() || each.isSymbolicLink()).map(({ name }) => name);
  } catch (error) {
    throw fileError(error, folder, subject, "readable");
  }
}

/** Removes a file; one that is gone already is no failure. */
export async function removeFile(path: string, subject: string): Promise<void> {
  const { fs } = nodeModules(subject, "Keep checkpoints yourself");
  try {
    await fs.rm(path, { force: true });
  } catch (error) {
    throw fileError(error, path, subject, "writable");
  }
}

/** Removes the temporary files that killed processes left in a folder: those no one has written to for an hour. */
export async function removeLeftovers(
  folder: string,
  subject: string,
  isLeftover: (name: string) => boolean = (name) => /^\.lanewise-.+\.tmp$/.test(name),
): Promise<void> {
  const { fs, paths } = nodeModules(subject, "Keep checkpoints yourself");
  const names = (await listFiles(folder, subject)).filter(isLeftover);
  for (const name of names) {
    const path = paths.join(folder, name);
    const stats = await fs.stat(path).catch(() => null);
    if (stats !== null && Date.now() - stats.mtimeMs > 3_600_000) await removeFile(path, subject);
  }
}

/** Makes missing folders one by one: Node's recursive mkdir does not return where a file system makes none, as /proc. */
async function makeFolder(fs: Files, paths: typeof import("node:path"), folder: string): Promise<void> {
  if ((await fs.stat(folder).catch(ifMissing(undefined))) !== undefined) return;
  const parent = paths.dirname(folder);
  if (parent !== folder) await makeFolder(fs, paths, parent);
  await fs.mkdir(folder).catch((error: { readonly code?: string }) => {
    if (error.code !== "EEXIST") throw error;
  });
}

/** Asked for at run time: bundlers for pages see no module of Node here, which webpack would refuse. */
function nodeModules(subject: string, remedy: string) {
  const { process } = globalThis;
  const fs = process?.getBuiltinModule?.("node:fs/promises");
  const paths = process?.getBuiltinModule?.("node:path");
  if (fs && paths) return { fs, paths };
  throw new StateError(`${subject}: needs a file system; this host has none. ${remedy} with bytes.`);
}

export function checkPath(path: unknown, subject: string): asserts path is string {
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw new ArgumentError(`${subject}: path must be a non-empty string; received ${describe(path)}.`);
  }
}

/** Stands in for a file that does not exist; any other error goes on. */
function ifMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === "ENOENT") return value;
    throw error;
  };
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}

function fileError(error: unknown, path: string, subject: string, ability: "readable" | "writable"): DataError {
  const shown = describe(path);
  const code = codeOf(error);
  const message = (rule: string): DataError => new DataError(`${subject}: ${rule}`, { cause: error });
  if (code === "ENOENT" && ability === "readable") {
    return message(`the file must exist; ${shown} does not. Check the path and the working folder.`);
  }
  switch (code) {
    case "EISDIR":
      return message(`the path must name a file; ${shown} is a folder.`);
    case "ENOTDIR":
    case "EEXIST":
      return message(`every parent of the path must be a folder; in ${shown} one is a file.`);
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return message(`the file must be ${ability}; ${shown} is not (${code}). Check its permissions.`);
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return message(`the disk must have room for the file; ${shown} does not fit (${code}). Free some space.`);
    default:
      return message(`the file must be ${ability}; ${shown} is not (${code ?? String(error)}).`);
  }
}
