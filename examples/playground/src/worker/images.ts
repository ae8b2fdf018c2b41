// Pictures of digits from files that the visitor gives: IDX files, compressed or not, as MNIST comes; npz archives as Keras
// keeps it; or the address of a folder with MNIST's four files.

import { mnist } from "lanewise/datasets";
import { decodeIdx, type NumericArray } from "lanewise/io";
import { decodeNpz } from "lanewise/io/npz";
import { foreign, isModel, kindOf } from "../engine/kinds.js";
import type { GivenFile } from "../engine/protocol.js";
import { type Examples, type Images, imageExamples, type Part, split } from "./examples.js";
import { PlaygroundError } from "./net.js";

const LARGEST_SIDE = 64;
const MOST_CLASSES = 10;
/** Numbers in all pictures; MNIST has 55 million. */
const MOST_VALUES = 2e8;
/** Bytes of a file, decompressed. */
const LARGEST_FILE = 2 ** 29;

interface Named {
  readonly name: string;
  readonly array: NumericArray;
}

export async function imagesFromFiles(files: readonly GivenFile[], seed: number): Promise<Examples> {
  const arrays = (await Promise.all(files.map(readArrays))).flat();
  const pictures = arrays.filter(({ array }) => array.shape.length === 3);
  const labels = arrays.filter(({ array }) => array.shape.length === 1);
  const parts = pictures.map((images) => {
    const fitting = labels.filter(({ array }) => array.shape[0] === images.array.shape[0]);
    // Two parts may be equally large: then the names tell.
    const match = fitting.find(({ name }) => isTest(name) === isTest(images.name)) ?? fitting[0];
    if (match === undefined) {
      throw new PlaygroundError(
        `${images.name}: there must be a file with its ${images.array.shape[0]} labels too. Give images and labels together.`,
      );
    }
    return { images, labels: match };
  });
  const [first, second, third] = parts;
  if (first === undefined) {
    const got = arrays.map(({ name, array }) => `${name} [${array.shape.join(", ")}]`).join("; ");
    throw new PlaygroundError(`There must be images, an array [count, height, width]; received ${got || "nothing"}.`);
  }
  if (third) throw new PlaygroundError(`There must be one or two sets of images; received ${parts.length}.`);
  return assemble(first, second, seed);
}

export async function imagesFromAddress(url: string): Promise<Examples> {
  let base: URL;
  try {
    // Relative ones are meant from the page, which lies above the worker's file.
    base = new URL(url, new URL("../", self.location.href));
  } catch {
    throw new PlaygroundError(`The address must be that of a folder; received ${JSON.stringify(url)}.`);
  }
  if (base.protocol !== "http:" && base.protocol !== "https:") {
    throw new PlaygroundError(`The address must begin with http or https; received ${base.protocol}`);
  }
  const { name, train, test, source } = await mnist({ url: base.href, checksums: false });
  const part = ({ x, y }: typeof train): Part => ({ x: x.data as Float32Array, y: y.data as Int32Array });
  return imageExamples({ name, source, image: [28, 28], classes: 10, train: part(train), test: part(test) });
}

type Pair = { readonly images: Named; readonly labels: Named };

function assemble(first: Pair, second: Pair | undefined, seed: number): Examples {
  const [, height = 0, width = 0] = first.images.array.shape;
  if (height > LARGEST_SIDE || width > LARGEST_SIDE || height < 4 || width < 4) {
    throw new PlaygroundError(`Images must have sides of 4 to ${LARGEST_SIDE} pixels; received ${height} x ${width}.`);
  }
  if (second && (second.images.array.shape[1] !== height || second.images.array.shape[2] !== width)) {
    throw new PlaygroundError(`Both sets must have images of one size; received ${height} x ${width} and others.`);
  }
  const read = ({ images, labels }: Pair): Part => ({ x: readPixels(images), y: readLabels(labels) });
  let [train, test] = [read(first), second ? read(second) : undefined];
  // The larger part is that to train on.
  if (test && test.y.length > train.y.length) [train, test] = [test, train];
  const parts = test ? { train, test } : split(train, height * width, { testShare: 1 / 6, seed });
  const common: Omit<Images, "train" | "test"> = {
    name: /fashion/i.test(first.images.name) ? "Fashion" : `${height} × ${width} images`,
    source: "",
    image: [height, width],
    classes: Math.max(2, parts.train.y.reduce((most, label) => Math.max(most, label), 0) + 1),
  };
  return imageExamples({ ...common, ...parts });
}

async function readArrays({ name, bytes }: GivenFile): Promise<Named[]> {
  const plain = isGzip(bytes) ? await gunzip(name, bytes) : bytes;
  const head = new Uint8Array(plain, 0, Math.min(4, plain.byteLength));
  if (head[0] === 0x50 && head[1] === 0x4b && kindOf(name, new Uint8Array(plain)) !== "zippedModel") {
    // Names of classes may stand beside the numbers.
    return [...decodeNpz(plain)].flatMap(([key, array]) =>
      array.dtype === "string" ? [] : [{ name: `${name}: ${key}`, array }],
    );
  }
  if (head[0] === 0 && head[1] === 0) return [{ name, array: decodeIdx(new Uint8Array(plain), name) }];
  if (isModel(kindOf(name, new Uint8Array(bytes)))) {
    throw new PlaygroundError(`${name} looks like a model, not like pictures to train on: Load model takes it.`);
  }
  const what = foreign(name, new Uint8Array(bytes));
  throw new PlaygroundError(
    `${name}${what ? ` is ${what}:` : ":"} the file must be IDX, IDX in gzip, or npz, with pictures or their labels.`,
  );
}

function readPixels({ name, array: { dtype, data } }: Named): Float32Array {
  if (data.length > MOST_VALUES) {
    throw new PlaygroundError(
      `${name}: there may be at most ${MOST_VALUES.toExponential(0)} pixels; received ${data.length}.`,
    );
  }
  const scale = dtype === "uint8" ? 255 : 1;
  const pixels = new Float32Array(data.length);
  for (let i = 0; i < pixels.length; i++) {
    const value = Number(data[i]) / scale;
    if (!(value >= 0 && value <= 1)) {
      throw new PlaygroundError(`${name}: pixels must be bytes, or numbers from 0 to 1; received ${data[i]}.`);
    }
    pixels[i] = value;
  }
  return pixels;
}

function readLabels({ name, array: { data } }: Named): Int32Array {
  const labels = new Int32Array(data.length);
  for (let i = 0; i < labels.length; i++) {
    const label = Number(data[i]);
    if (!(Number.isInteger(label) && label >= 0 && label < MOST_CLASSES)) {
      throw new PlaygroundError(
        `${name}: labels must be integers from 0 to ${MOST_CLASSES - 1}; received ${data[i]} at ${i}.`,
      );
    }
    labels[i] = label;
  }
  return labels;
}

const isTest = (name: string) => /t10k|test/i.test(name);

function isGzip(bytes: ArrayBuffer): boolean {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  return first === 0x1f && second === 0x8b;
}

async function gunzip(name: string, bytes: ArrayBuffer): Promise<ArrayBuffer> {
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  // What fails here fails in the reader too, where it is told.
  for (const written of [writer.write(bytes), writer.close()]) written.catch(() => {});
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    const reader = readable.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      length += part.value.length;
      // A small file may hold more zeros than there is memory.
      if (length > LARGEST_FILE) break;
    }
  } catch {
    throw new PlaygroundError(`${name}: the gzip file is broken or cut short. Fetch it again.`);
  }
  if (length > LARGEST_FILE) {
    throw new PlaygroundError(`${name}: the file must decompress to at most ${LARGEST_FILE / 2 ** 20} MB.`);
  }
  return await new Blob(parts).arrayBuffer();
}
