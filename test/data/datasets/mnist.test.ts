import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FileProgress, fashionMnist, type IdxDatasetOptions, mnist } from "../../../src/data/datasets/index.js";
import { ArgumentError, DataError } from "../../../src/errors.js";
import { sharedData } from "../../support/shared-data.js";
import { checksumsOf, encodeIdx, fakeMnist, gzipAll, pixel, temporaryFolder } from "./fake-mnist.js";
import { startFileServer } from "./file-server.js";

/** The error of a call that must fail. */
async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable("the call must fail"),
    (error) => error,
  );
}

async function expectDataError(options: IdxDatasetOptions, ...parts: string[]): Promise<void> {
  const error = await failureOf(mnist(options));
  expect(error).toBeInstanceOf(DataError);
  for (const part of parts) expect(error.message).toContain(part);
}

describe("from a folder", () => {
  const plain = fakeMnist();
  const compressed = gzipAll(plain);

  test.each([
    ["compressed", compressed],
    ["plain", plain],
  ])("%s files", async (_, files) => {
    const progress: FileProgress[] = [];
    const set = await mnist({ dir: temporaryFolder(files), onProgress: (step) => progress.push(step) });
    expect(set.name).toBe("mnist");
    expect(set.train.x.shape).toEqual([5, 784]);
    expect(set.test.x.shape).toEqual([3, 784]);
    expect(set.train.x.data).toEqual(Float32Array.from({ length: 5 * 784 }, (_, i) => pixel(i, "train") / 255));
    expect(set.test.x.data).toEqual(Float32Array.from({ length: 3 * 784 }, (_, i) => pixel(i, "t10k") / 255));
    expect(set.train.y.data).toEqual(Int32Array.of(0, 1, 2, 3, 9));
    expect(set.test.y.data).toEqual(Int32Array.of(9, 8, 7));
    expect(progress).toEqual(
      Object.entries(files).map(([file, { length }]) => ({ file, received: length, total: length })),
    );
  });

  test("Fashion-MNIST has the same files and names of its own", async () => {
    const set = await fashionMnist({ dir: temporaryFolder(compressed) });
    expect(set.name).toBe("fashion-mnist");
    expect(set.train.x.shape).toEqual([5, 784]);
    expect(set.classNames).toHaveLength(10);
    expect(set.classNames[9]).toBe("Ankle boot");
  });

  test("the compressed file goes before the plain one", async () => {
    const stale = { ...compressed, "t10k-labels-idx1-ubyte": encodeIdx([3], [0, 0, 0]) };
    const set = await mnist({ dir: temporaryFolder(stale) });
    expect(set.test.y.data).toEqual(Int32Array.of(9, 8, 7));
  });

  test("checksums are verified where given, in either case of digits", async () => {
    const dir = temporaryFolder(compressed);
    const checksums = checksumsOf(compressed);
    await mnist({ dir, checksums });
    await mnist({
      dir,
      checksums: Object.fromEntries(Object.entries(checksums).map(([file, sum]) => [file, sum.toUpperCase()])),
    });
    await mnist({ dir, checksums: false });
    const wrong = "0".repeat(64);
    await expectDataError(
      { dir, checksums: { ...checksums, "t10k-images-idx3-ubyte.gz": wrong } },
      `mnist: ${join(dir, "t10k-images-idx3-ubyte.gz")}: the SHA-256 must be ${wrong}; received ${checksums["t10k-images-idx3-ubyte.gz"]}`,
    );
  });

  test("a file with a checksum is not replaced by its other version", async () => {
    const dir = temporaryFolder(plain);
    await mnist({ dir, checksums: checksumsOf(plain) });
    await expectDataError(
      { dir, checksums: checksumsOf(compressed) },
      "must hold train-images-idx3-ubyte.gz; it holds",
    );
  });

  test("a folder that does not exist", async () => {
    const dir = join(temporaryFolder(), "nowhere");
    await expectDataError(
      { dir },
      "mnist: dir must be an existing folder, which must hold train-images-idx3-ubyte.gz or train-images-idx3-ubyte",
      JSON.stringify(dir),
      "ENOENT",
    );
  });

  test("a file instead of a folder", async () => {
    const dir = join(temporaryFolder({ file: Buffer.from("x") }), "file");
    await expectDataError({ dir }, "mnist: dir must be an existing folder", "ENOTDIR");
  });

  test("a missing file", async () => {
    const { "t10k-labels-idx1-ubyte.gz": _, ...others } = compressed;
    const dir = temporaryFolder(others);
    await expectDataError(
      { dir },
      `mnist: the folder ${dir} must hold t10k-labels-idx1-ubyte.gz or t10k-labels-idx1-ubyte; it holds ["t10k-images-idx3-ubyte.gz", `,
      "Download the file into it, or pass url.",
    );
  });

  test("a folder in place of a file", async () => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, "train-images-idx3-ubyte.gz"));
    await expectDataError({ dir }, 'train-images-idx3-ubyte.gz" is a folder.');
  });

  test.skipIf(process.platform === "win32" || process.getuid?.() === 0)("a file without permission", async () => {
    const dir = temporaryFolder(compressed);
    chmodSync(join(dir, "train-images-idx3-ubyte.gz"), 0);
    await expectDataError({ dir }, "must be a readable file; received EACCES.");
  });

  const images = "train-images-idx3-ubyte";
  const labels = "train-labels-idx1-ubyte";
  const gz = (bytes: Buffer) => gzipSync(bytes);
  const broken: [string, string, Buffer, string][] = [
    [
      "a truncated gzip file",
      `${images}.gz`,
      gz(plain[images] as Buffer).subarray(0, -9),
      "must decompress to its end",
    ],
    [
      "a gzip file with a changed byte",
      `${labels}.gz`,
      Buffer.concat([gz(plain[labels] as Buffer).subarray(0, -8), Buffer.alloc(8)]),
      "must decompress to its end",
    ],
    ["an empty file", `${images}.gz`, Buffer.alloc(0), "received 0 bytes in all"],
    ["a page of HTML", `${images}.gz`, Buffer.from("<!DOCTYPE html>"), "received 3c 21 44 4f. It is not an IDX file."],
    ["a truncated array", `${images}.gz`, gz((plain[images] as Buffer).subarray(0, -1)), "The file is truncated."],
    [
      "labels for images",
      `${images}.gz`,
      gz(plain[labels] as Buffer),
      "must be uint8 [count, 28, 28]; received uint8 [5].",
    ],
    ["images of another size", `${images}.gz`, gz(encodeIdx([1, 2, 2], [1, 2, 3, 4])), "received uint8 [1, 2, 2]."],
    ["images of another type", `${images}.gz`, gz(encodeIdx([0, 28, 28], [], 13)), "received float32 [0, 28, 28]."],
    [
      "images for labels",
      `${labels}.gz`,
      gz(plain[images] as Buffer),
      "labels must be uint8 [count]; received uint8 [5, 28, 28].",
    ],
    [
      "a label out of range",
      `${labels}.gz`,
      gz(encodeIdx([5], [0, 1, 10, 3, 4])),
      "labels must be integers in [0, 10); received 10 at index 2.",
    ],
    [
      "fewer labels than images",
      `${labels}.gz`,
      gz(encodeIdx([4], [0, 1, 2, 3])),
      "mnist: the train files must hold as many images as labels; received 5 images and 4 labels.",
    ],
  ];
  test.each(broken)("%s", async (_, name, bytes, message) => {
    const dir = temporaryFolder({ ...compressed, [name]: bytes });
    await expectDataError({ dir }, "mnist: ", message);
  });

  test("a changed or shortened gzip file is refused or read, nothing else", async () => {
    const dir = temporaryFolder(compressed);
    const original = compressed[`${images}.gz`] as Buffer;
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length - 1), fc.nat(255), fc.boolean(), async (at, value, cut) => {
        const changed = Buffer.from(cut ? original.subarray(0, at) : original);
        if (!cut) changed[at] = value;
        writeFileSync(join(dir, `${images}.gz`), changed);
        const outcome = await mnist({ dir }).catch((error) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(DataError);
        else expect(outcome.train.x.shape).toEqual([5, 784]);
      }),
      { seed: 1 },
    );
  });

  test("aborts with the reason of the signal", async () => {
    const reason = new Error("enough");
    const dir = temporaryFolder(compressed);
    expect(await failureOf(mnist({ dir, signal: AbortSignal.abort(reason) }))).toBe(reason);
    for (const last of ["train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"]) {
      const controller = new AbortController();
      const onProgress = ({ file }: FileProgress) => file === last && controller.abort(reason);
      expect(await failureOf(mnist({ dir, signal: controller.signal, onProgress }))).toBe(reason);
    }
  });
});

describe("options", () => {
  const refused: [string, unknown, string][] = [
    ["nothing", undefined, "mnist: pass either dir, a folder, or url, an address; received neither."],
    ["no place", {}, "received neither."],
    ["two places", { dir: "a", url: "b" }, "received both."],
    ["a dir that is no string", { dir: 7 }, "mnist: dir must be the path of a folder; received 7."],
    ["an empty dir", { dir: "" }, 'received "".'],
    ["a url that is no string", { url: 7 }, "mnist: url must be the address of a folder; received 7."],
    ["an empty cacheDir", { url: "http://127.0.0.1", cacheDir: "" }, 'cacheDir must be a path or false; received "".'],
    ["cacheDir: true", { url: "http://127.0.0.1", cacheDir: true }, "cacheDir must be a path or false; received true."],
    ["checksums: true", { dir: "a", checksums: true }, "checksums must be false or an object of SHA-256 values"],
    [
      "a checksum for another file",
      { dir: "a", checksums: { "train.gz": "0".repeat(64) } },
      'checksums must name one of "train-images-idx3-ubyte.gz", ',
    ],
    [
      "a checksum for a plain file, which is not downloaded",
      { url: "http://127.0.0.1", checksums: { "t10k-labels-idx1-ubyte": "0".repeat(64) } },
      'received "t10k-labels-idx1-ubyte".',
    ],
    [
      "an md5",
      { dir: "a", checksums: { "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c" } },
      "mnist: the checksum of t10k-labels-idx1-ubyte.gz must be 64 hexadecimal digits (SHA-256); received ",
    ],
  ];
  test.each(refused)("refuses %s", async (_, options, message) => {
    const error = await failureOf(mnist(options as IdxDatasetOptions));
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error.message).toContain(message);
  });
});

const original = sharedData("data/mnist");

describe.skipIf(original === undefined)("the original files", () => {
  const dir = original as string;
  const counts = (labels: Iterable<number>): number[] => {
    const result = new Array(10).fill(0);
    for (const label of labels) result[label]++;
    return result;
  };

  test("known facts", async () => {
    const { train, test } = await mnist({ dir });
    expect(train.x.shape).toEqual([60000, 784]);
    expect(test.x.shape).toEqual([10000, 784]);
    expect([...train.y.data.slice(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...test.y.data.slice(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    expect(counts(train.y.data)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(counts(test.y.data)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    let sum = 0;
    let squares = 0;
    let most = 0;
    for (const value of train.x.data) {
      sum += value;
      squares += value * value;
      if (value > most) most = value;
    }
    const mean = sum / train.x.size;
    expect(mean).toBeCloseTo(0.13066, 6);
    expect(Math.sqrt(squares / train.x.size - mean * mean)).toBeCloseTo(0.308108, 6);
    expect(most).toBe(1);
  });

  test("the built-in checksums are theirs", async () => {
    const { readFileSync, readdirSync } = await import("node:fs");
    const names = readdirSync(dir).filter((name) => name.endsWith(".gz"));
    const server = await startFileServer(
      Object.fromEntries(names.map((name) => [name, readFileSync(join(dir, name))])),
    );
    const { train, test } = await mnist({ url: server.url, cacheDir: false });
    expect([train.y.size, test.y.size]).toEqual([60000, 10000]);
  });
});
