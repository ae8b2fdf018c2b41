// Whole files, read and written in Node and in what is compatible with it (Deno, Bun).
// Used by all that names a file by its path. Node's modules are asked for when they are needed, so that
// `lanewise/io` loads in a browser.

import { ArgumentError, DataError, describe, StateError } from "../errors.js";

/**
 * The bytes of the file at `path`. `subject` is what messages begin with.
 *
 * Fails with DataError where the file is missing or cannot be read, with StateError where there is no file system.
 */
export async function readFile(path: string, subject = "readFile"): Promise<Uint8Array> {
  checkPath(path, subject);
  const { fs } = nodeModules(subject, "Fetch the file and use decodeSafetensors or weightsFromBytes");
  try {
    const { buffer, byteOffset, byteLength } = await fs.readFile(path);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    throw fileError(error, path, subject, "readable");
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
  let temporary: string | undefined;
  try {
    const target = await targetOf(fs, paths, path);
    const old = await fs.stat(target).catch(ifMissing(undefined));
    if (old !== undefined && !old.isFile()) {
      throw new DataError(`${subject}: the path must name a file; ${describe(path)} is a folder or a device.`);
    }
    const folder = paths.dirname(target);
    await makeFolder(fs, paths, folder);
    const name = paths.join(folder, `.lanewise-${globalThis.crypto.randomUUID()}.tmp`);
    const handle = await fs.open(name, "wx");
    temporary = name;
    try {
      if (old !== undefined) await handle.chmod(old.mode & 0o777);
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(name, target);
    await syncFolder(fs, folder);
  } catch (error) {
    // What went wrong first is what the caller should hear of.
    if (temporary !== undefined) await fs.rm(temporary, { force: true }).catch(() => {});
    throw error instanceof DataError ? error : fileError(error, path, subject, "writable");
  }
}

/** The file that `path` leads to over symbolic links; it need not exist. */
async function targetOf(
  fs: typeof import("node:fs/promises"),
  paths: typeof import("node:path"),
  path: string,
): Promise<string> {
  const target = await fs.realpath(path).catch(ifMissing(undefined));
  if (target !== undefined) return target;
  const link = await fs.readlink(path).catch(() => undefined);
  if (link === undefined) return path;
  return targetOf(fs, paths, paths.resolve(await fs.realpath(paths.dirname(path)), link));
}

/** Brings the new name to the disk too. Where folders cannot be opened, as on Windows, the file system sees to it. */
async function syncFolder(fs: typeof import("node:fs/promises"), folder: string): Promise<void> {
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
    throw fileError(error, path, subject, "writable");
  }
}

/** Names in a folder; none where it does not exist. */
export async function listFiles(folder: string, subject: string): Promise<string[]> {
  checkPath(folder, subject);
  const { fs } = nodeModules(subject, "Keep checkpoints yourself");
  try {
    return await fs.readdir(folder).catch(ifMissing([]));
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
export async function removeLeftovers(folder: string, subject: string): Promise<void> {
  const { fs, paths } = nodeModules(subject, "Keep checkpoints yourself");
  const names = (await listFiles(folder, subject)).filter((name) => /^\.lanewise-.+\.tmp$/.test(name));
  for (const name of names) {
    const path = paths.join(folder, name);
    const stats = await fs.stat(path).catch(() => null);
    if (stats !== null && Date.now() - stats.mtimeMs > 3_600_000) await removeFile(path, subject);
  }
}

/** Makes missing folders one by one: Node's recursive mkdir does not return where a file system makes none, as /proc. */
async function makeFolder(
  fs: typeof import("node:fs/promises"),
  paths: typeof import("node:path"),
  folder: string,
): Promise<void> {
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

function checkPath(path: unknown, subject: string): asserts path is string {
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
