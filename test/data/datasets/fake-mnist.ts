// A handful of images in the files and the format of MNIST, for tests that read or download them.

import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { onTestFinished } from "vitest";

/** An IDX file of bytes. */
export function encodeIdx(shape: readonly number[], values: Iterable<number>, code = 8): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = code;
  header[3] = shape.length;
  for (const [axis, extent] of shape.entries()) header.writeUInt32BE(extent, 4 + 4 * axis);
  return Buffer.concat([header, Buffer.from([...values])]);
}

/** Pixel `i` of an image file; every part and image differs. */
export function pixel(i: number, part: "train" | "t10k"): number {
  return (i * 7 + (part === "train" ? 0 : 101)) % 256;
}

/** The four files by name, uncompressed: 5 training images with labels 0 1 2 3 9, 3 test images with labels 9 8 7. */
export function fakeMnist(): Record<string, Buffer> {
  const images = (part: "train" | "t10k", count: number) =>
    encodeIdx(
      [count, 28, 28],
      Array.from({ length: count * 784 }, (_, i) => pixel(i, part)),
    );
  return {
    "train-images-idx3-ubyte": images("train", 5),
    "train-labels-idx1-ubyte": encodeIdx([5], [0, 1, 2, 3, 9]),
    "t10k-images-idx3-ubyte": images("t10k", 3),
    "t10k-labels-idx1-ubyte": encodeIdx([3], [9, 8, 7]),
  };
}

/** The same, compressed, with `.gz` at the end of the names. */
export function gzipAll(files: Record<string, Buffer>): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]));
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function checksumsOf(files: Record<string, Buffer>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)]));
}

/** A folder that is removed when the test ends, holding `files`. */
export function temporaryFolder(files: Record<string, Uint8Array> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "lanewise-datasets-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}
