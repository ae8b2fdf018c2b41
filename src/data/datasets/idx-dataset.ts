// Datasets of four IDX files: images and labels, for training and for testing. The common part of mnist and fashionMnist.

import { ArgumentError, checkCallback, checkOptions, DataError, describe } from "../../errors.js";
import { checkSignal } from "../../host/signal.js";
import type { NumericArray } from "../../io/arrays.js";
import { decodeIdx } from "../../io/idx.js";
import { Tensor } from "../../tensor/tensor.js";
import { type Checksums, readChecksums, sha256 } from "./checksum.js";
import type { Dataset, Examples } from "./dataset.js";
import { type DownloadOptions, downloadSource } from "./download.js";
import type { FileSource, FoundFile } from "./file-source.js";
import { type FolderOptions, folderSource } from "./folder.js";
import { gunzip, isGzip } from "./gzip.js";

interface ChecksumOptions {
  /**
   * SHA-256 in hexadecimal by file name, instead of the known ones; files it does not name are not verified. false
   * verifies nothing. Files in a folder are verified only if this is given. The structure is checked in any case.
   */
  readonly checksums?: Readonly<Record<string, string>> | false;
}

/** Either a folder or an address to download from. */
export type IdxDatasetOptions = ChecksumOptions &
  ((FolderOptions & { readonly url?: never }) | (DownloadOptions & { readonly dir?: never }));

/** What is particular to one dataset. */
export interface IdxDatasetRecord {
  readonly name: string;
  readonly classNames: readonly string[];
  readonly source: string;
  /** Rows and columns of an image. */
  readonly image: readonly [number, number];
  /** How many images the parts hold; larger files are refused. */
  readonly counts: Readonly<Record<"train" | "test", number>>;
  /** Of the compressed files, where they are known. */
  readonly checksums: Checksums;
}

const PARTS = { train: "train", test: "t10k" } as const;

export async function idxDataset(record: IdxDatasetRecord, options: IdxDatasetOptions): Promise<Dataset> {
  const { name, classNames, source } = record;
  const { files, checksums } = openSource(record, options);
  const train = await readExamples(record, "train", files, checksums);
  const test = await readExamples(record, "test", files, checksums);
  options.signal?.throwIfAborted();
  return { name, train, test, classNames, source };
}

function openSource({ name, checksums: known }: IdxDatasetRecord, options: IdxDatasetOptions) {
  checkOptions(name, options ?? {}, ["dir", "url", "checksums", "cacheDir", "timeout", "signal", "onProgress"]);
  const { dir, url, checksums: given } = options ?? {};
  checkSignal(name, options?.signal);
  checkCallback(`${name}: onProgress`, options?.onProgress);
  if ((dir === undefined) === (url === undefined)) {
    const received = dir === undefined ? "neither" : "both";
    throw new ArgumentError(`${name}: pass either dir, a folder, or url, an address; received ${received}.`);
  }
  const stems = Object.values(PARTS).flatMap((part) => [`${part}-images-idx3-ubyte`, `${part}-labels-idx1-ubyte`]);
  const compressed = stems.map((stem) => `${stem}.gz`);
  const names = dir === undefined ? compressed : [...compressed, ...stems];
  const fallback = given === false || dir !== undefined ? {} : known;
  const checksums = given === undefined || given === false ? fallback : readChecksums(name, given, names);
  const files =
    options.dir === undefined ? downloadSource(name, options, checksums) : folderSource(name, options, checksums);
  return { files, checksums };
}

async function readExamples(
  record: IdxDatasetRecord,
  key: keyof typeof PARTS,
  files: FileSource,
  checksums: Checksums,
): Promise<Examples> {
  const part = PARTS[key];
  const most = record.counts[key];
  const [rows, columns] = record.image;
  // Headers of 16 and 8 bytes, then a byte for each pixel and label.
  const mostImages = 16 + most * rows * columns;
  const images = await files.read(`${part}-images-idx3-ubyte`, compressedLimit(mostImages), async (file) => {
    const array = await decode(record.name, file, checksums, mostImages);
    return checkImages(array, record.image, file.where);
  });
  const mostLabels = 8 + most;
  const labels = await files.read(`${part}-labels-idx1-ubyte`, compressedLimit(mostLabels), async (file) => {
    const array = await decode(record.name, file, checksums, mostLabels);
    return checkLabels(array, record.classNames.length, file.where);
  });
  const features = record.image[0] * record.image[1];
  const count = images.length / features;
  if (count !== labels.length) {
    throw new DataError(
      `${record.name}: the ${part} files must hold as many images as labels; received ${count} images and ${labels.length} labels.`,
    );
  }
  const x = new Float32Array(images.length);
  for (let i = 0; i < x.length; i++) x[i] = (images[i] as number) / 255;
  return { x: new Tensor(x, [count, features]), y: new Tensor(Int32Array.from(labels), [count]) };
}

/** What a file may hold whose content has at most `bytes`: gzip adds little to data that it cannot compress. */
function compressedLimit(bytes: number): number {
  return bytes + Math.ceil(bytes / 1000) + 4096;
}

/** Verifies, decompresses and parses a file. */
async function decode(
  subject: string,
  { name, where, bytes }: FoundFile,
  checksums: Checksums,
  maxBytes: number,
): Promise<NumericArray> {
  const expected = checksums[name];
  if (expected !== undefined) {
    const actual = await sha256(subject, bytes);
    if (actual !== expected) {
      const remedy =
        name.endsWith(".gz") && !isGzip(bytes)
          ? "It is not a gzip file; a server that decompresses on the way (Content-Encoding: gzip) must send it as it is."
          : "Check where it comes from, or pass the checksums of this version.";
      throw new DataError(
        `${where}: the SHA-256 must be ${expected}; received ${actual} (${bytes.length} bytes). ${remedy}`,
      );
    }
  }
  return decodeIdx(isGzip(bytes) ? await gunzip(bytes, where, maxBytes) : bytes, where);
}

function checkImages(
  { dtype, shape, data }: NumericArray,
  image: readonly [number, number],
  where: string,
): Uint8Array {
  if (dtype !== "uint8" || shape.length !== 3 || shape[1] !== image[0] || shape[2] !== image[1]) {
    throw new DataError(
      `${where}: images must be uint8 [count, ${image.join(", ")}]; received ${dtype} ${describe(shape)}.`,
    );
  }
  return data;
}

function checkLabels({ dtype, shape, data }: NumericArray, classes: number, where: string): Uint8Array {
  if (dtype !== "uint8" || shape.length !== 1) {
    throw new DataError(`${where}: labels must be uint8 [count]; received ${dtype} ${describe(shape)}.`);
  }
  const index = data.findIndex((label) => label >= classes);
  if (index >= 0) {
    throw new DataError(
      `${where}: labels must be integers in [0, ${classes}); received ${data[index]} at index ${index}.`,
    );
  }
  return data;
}
