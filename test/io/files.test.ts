// Reading and replacing whole files: what is written, what survives a failure, and the messages.

import { chmod, mkdir, mkdtemp, readdir, readFile as readRaw, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ArgumentError, DataError, StateError } from "../../src/errors.js";
import { appendFile, readFile, writeFileAtomic } from "../../src/io/files.js";

/** The step of the next write that fails, and how. No test can fill a disk everywhere. */
const fault = { step: "", code: "" };
const fail = (step: string): void => {
  if (fault.step === step) throw Object.assign(new Error(`${fault.code}: simulated`), { code: fault.code });
};
const disk = process.getBuiltinModule("node:fs/promises");
const { open, rename } = disk;
vi.spyOn(disk, "open").mockImplementation(async (...args) => {
  fail("open");
  const handle = await open(...args);
  const { chmod, writeFile, sync } = handle;
  handle.chmod = async (mode) => {
    fail("chmod");
    await chmod.call(handle, mode);
  };
  handle.writeFile = async (data, options) => {
    if (fault.step === "writeFile") await writeFile.call(handle, (data as Uint8Array).subarray(0, 2), options);
    fail("writeFile");
    await writeFile.call(handle, data, options);
  };
  handle.sync = async () => {
    fail("sync");
    await sync.call(handle);
  };
  return handle;
});
vi.spyOn(disk, "rename").mockImplementation(async (...args) => {
  fail("rename");
  await rename(...args);
});

const windows = process.platform === "win32";
const root = process.getuid?.() === 0;
const old = Uint8Array.of(1, 2, 3);
const fresh = Uint8Array.of(9, 8, 7, 6);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lanewise-files-"));
});
afterEach(async () => {
  fault.step = "";
  await rm(folder, { recursive: true });
});

/** The names in the test's folder; a temporary file left behind would be among them. */
const names = async (): Promise<string[]> => (await readdir(folder)).sort();

describe("readFile", () => {
  test("gives the bytes, as a plain Uint8Array that zero-copy reading can use", async () => {
    const path = join(folder, "a.bin");
    await writeFile(path, fresh);
    const bytes = await readFile(path);
    expect(bytes).toEqual(fresh);
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    expect(bytes.byteOffset % 8).toBe(0);
  });

  test("an empty file is no bytes", async () => {
    await writeFile(join(folder, "empty"), "");
    expect(await readFile(join(folder, "empty"))).toEqual(new Uint8Array(0));
  });

  test("a missing file", async () => {
    const error = await readFile("no/such/file.safetensors").catch((reason) => reason);
    expect(error).toEqual(
      new DataError(
        'readFile: the file must exist; "no/such/file.safetensors" does not. Check the path and the working folder.',
      ),
    );
    expect(error.cause).toMatchObject({ code: "ENOENT" });
  });

  test("a folder", async () => {
    await expect(readFile(".", "loadWeights")).rejects.toThrow(
      new DataError('loadWeights: the path must name a file; "." is a folder.'),
    );
  });

  test.skipIf(windows)("a file below a file", async () => {
    await writeFile(join(folder, "a"), old);
    await expect(readFile(join(folder, "a", "b"))).rejects.toThrow(
      /^readFile: every parent of the path must be a folder/,
    );
  });

  test.skipIf(windows || root)("a file without permission", async () => {
    const path = join(folder, "secret");
    await writeFile(path, old);
    await chmod(path, 0);
    await expect(readFile(path)).rejects.toThrow(/^readFile: the file must be readable; .+ is not \(EACCES\)\. Check/);
  });

  test.each(["", "a\0b", undefined, 3])("the path %j", async (path) => {
    await expect(readFile(path as string)).rejects.toThrow(ArgumentError);
    await expect(readFile(path as string)).rejects.toThrow("readFile: path must be a non-empty string; received ");
  });
});

describe("writeFileAtomic", () => {
  test("makes a file and the folders it needs", async () => {
    const path = join(folder, "a", "b", "c.bin");
    await writeFileAtomic(path, fresh);
    expect(await readFile(path)).toEqual(fresh);
    expect(await readdir(join(folder, "a", "b"))).toEqual(["c.bin"]);
  });

  test("replaces a file, also one that is longer, and writes only the view's part of its buffer", async () => {
    const path = join(folder, "a.bin");
    await writeFile(path, new Uint8Array(1000));
    await writeFileAtomic(path, new Uint8Array([0, ...fresh, 0]).subarray(1, 5));
    expect(await readFile(path)).toEqual(fresh);
    expect(await names()).toEqual(["a.bin"]);
  });

  test("writes no bytes, and a name as long as the file system allows", async () => {
    const name = "n".repeat(255);
    await writeFileAtomic(join(folder, name), new Uint8Array(0));
    expect(await readFile(join(folder, name))).toEqual(new Uint8Array(0));
  });

  test("takes a path relative to the working folder", async () => {
    await writeFileAtomic(relative(process.cwd(), join(folder, "a.bin")), fresh);
    expect(await names()).toEqual(["a.bin"]);
  });

  test("many writers at once leave one of the files whole", async () => {
    const path = join(folder, "a.bin");
    await Promise.all(Array.from({ length: 20 }, (_, i) => writeFileAtomic(path, new Uint8Array(10_000).fill(i))));
    const bytes = await readFile(path);
    expect(bytes).toEqual(new Uint8Array(10_000).fill(bytes[0] as number));
    expect(await names()).toEqual(["a.bin"]);
  });

  test.skipIf(windows)("keeps the permissions of the file it replaces", async () => {
    const path = join(folder, "a.bin");
    await writeFile(path, old);
    await chmod(path, 0o640);
    await writeFileAtomic(path, fresh);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  test.skipIf(windows)("follows a symbolic link", async () => {
    await mkdir(join(folder, "versions"));
    await writeFile(join(folder, "versions", "1.bin"), old);
    await symlink(join("versions", "1.bin"), join(folder, "latest.bin"));
    await writeFileAtomic(join(folder, "latest.bin"), fresh);
    expect(await readFile(join(folder, "versions", "1.bin"))).toEqual(fresh);
    expect(await readdir(join(folder, "versions"))).toEqual(["1.bin"]);
  });

  test.skipIf(windows)("follows symbolic links to a file that is yet to be made", async () => {
    await symlink(join("versions", "1.bin"), join(folder, "newest.bin"));
    await symlink("newest.bin", join(folder, "latest.bin"));
    await writeFileAtomic(join(folder, "latest.bin"), fresh);
    expect(await readFile(join(folder, "versions", "1.bin"))).toEqual(fresh);
    expect(await names()).toEqual(["latest.bin", "newest.bin", "versions"]);
    expect(await readFile(join(folder, "latest.bin"))).toEqual(fresh);
  });

  test.each([
    ["open", "EACCES", /the file must be writable; .+ is not \(EACCES\)\. Check its permissions\.$/],
    ["open", "EROFS", /the file must be writable; .+ is not \(EROFS\)\. Check its permissions\.$/],
    ["chmod", "EPERM", /the file must be writable; .+ is not \(EPERM\)\. Check its permissions\.$/],
    ["writeFile", "ENOSPC", /the disk must have room for the file; .+ does not fit \(ENOSPC\)\. Free some space\.$/],
    ["sync", "EDQUOT", /the disk must have room for the file; .+ does not fit \(EDQUOT\)\. Free some space\.$/],
    ["sync", "EIO", /the file must be writable; .+ is not \(EIO\)\.$/],
    ["rename", "EBUSY", /the file must be writable; .+ is not \(EBUSY\)\.$/],
  ])("where %s fails with %s, the old file stays and nothing else", async (step, code, message) => {
    const path = join(folder, "a.bin");
    await writeFile(path, old);
    Object.assign(fault, { step, code });
    const error: DataError = await writeFileAtomic(path, fresh).catch((reason) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/^writeFileAtomic: /);
    expect(error.message).toMatch(message);
    expect(error.cause).toMatchObject({ code });
    expect(await readFile(path)).toEqual(old);
    expect(await names()).toEqual(["a.bin"]);
    fault.step = "";
    await writeFileAtomic(path, fresh);
    expect(await readFile(path)).toEqual(fresh);
  });

  test("refuses a folder", async () => {
    await expect(writeFileAtomic(folder, fresh)).rejects.toThrow(
      new DataError(
        `writeFileAtomic: the path must name a file; ${JSON.stringify(folder.length > 60 ? `${folder.slice(0, 57)}...` : folder)} is a folder.`,
      ),
    );
    expect(await names()).toEqual([]);
  });

  test("refuses a parent that is a file, and keeps it", async () => {
    await writeFile(join(folder, "a"), old);
    for (const path of [join(folder, "a", "b.bin"), join(folder, "a", "b", "c.bin")]) {
      await expect(writeFileAtomic(path, fresh)).rejects.toThrow(DataError);
      await expect(writeFileAtomic(path, fresh)).rejects.toThrow(
        /every parent of the path must be a folder; in .+ one is/,
      );
    }
    expect(await readFile(join(folder, "a"))).toEqual(old);
    expect(await names()).toEqual(["a"]);
  });

  test.skipIf(windows)("refuses what is neither file nor folder, instead of putting a file in its place", async () => {
    const path = join(folder, "socket");
    const server = createServer();
    await new Promise<void>((ready) => server.listen(path, ready));
    try {
      await expect(writeFileAtomic(path, fresh)).rejects.toThrow(
        /must name a file; .+ is a device, a pipe or a socket\.$/,
      );
      expect((await stat(path)).isSocket()).toBe(true);
    } finally {
      await new Promise((closed) => server.close(closed));
    }
  });

  test.skipIf(windows || root)("refuses a folder without permission", async () => {
    await writeFile(join(folder, "a.bin"), old);
    await chmod(folder, 0o500);
    await expect(writeFileAtomic(join(folder, "a.bin"), fresh)).rejects.toThrow(/must be writable/);
    await chmod(folder, 0o700);
    expect(await readRaw(join(folder, "a.bin"))).toEqual(Buffer.from(old));
    expect(await names()).toEqual(["a.bin"]);
  });

  test("refuses what is no bytes", async () => {
    await expect(writeFileAtomic(join(folder, "a"), "text" as never)).rejects.toThrow(
      new ArgumentError('writeFileAtomic: bytes must be a Uint8Array; received "text".'),
    );
    await expect(writeFileAtomic("", fresh)).rejects.toThrow(
      new ArgumentError('writeFileAtomic: path must be a non-empty string; received "".'),
    );
    expect(await names()).toEqual([]);
  });
});

test("in a browser both say what to do instead", async () => {
  vi.stubGlobal("process", undefined);
  const attempts = [readFile("a.bin"), writeFileAtomic("a.bin", fresh, "saveWeights")];
  vi.unstubAllGlobals();
  const [reading, writing] = await Promise.allSettled(attempts);
  expect(reading).toMatchObject({
    reason: new StateError(
      "readFile: needs a file system; this host has none. Fetch the file and use decodeSafetensors or weightsFromBytes with bytes.",
    ),
  });
  expect(writing).toMatchObject({
    reason: new StateError(
      "saveWeights: needs a file system; this host has none. Use encodeSafetensors, weightsToBytes or checkpointToBytes with bytes.",
    ),
  });
});

test.skipIf(process.platform !== "linux")(
  "a folder that cannot be made is refused at once, also below /proc",
  async () => {
    await expect(writeFileAtomic("/proc/none/at-all/a.bin", fresh, "saveWeights")).rejects.toThrow(DataError);
  },
);

test("what cannot be appended whole leaves the file as it was, and can be appended again", async () => {
  const path = join(folder, "log.bin");
  await appendFile(folder, "log.bin", old, "append");
  Object.assign(fault, { step: "writeFile", code: "ENOSPC" });
  await expect(appendFile(folder, "log.bin", fresh, "append")).rejects.toThrow(
    /^append: the disk must have room for the file; .+ does not fit \(ENOSPC\)/,
  );
  expect(await readFile(path)).toEqual(old);
  fault.step = "";
  await appendFile(folder, "log.bin", fresh, "append");
  expect(await readFile(path)).toEqual(Uint8Array.of(...old, ...fresh));
});
