// The entry point `lanewise/io/png`: pictures as arrays [height, width, channels] and back. fast-png decodes and encodes;
// what a file claims is checked in png-chunks.ts before it does.

import { convertIndexedToRgb, type DecodedPng, decode, encode } from "fast-png";
import { ArgumentError, checkArity, checkInteger, checkOptions, DataError, describe, ShapeError } from "../errors.js";
import { formatShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { arrayOf, type NumericArray, type Refuse } from "./arrays.js";
import { joinBytes, plainBytes } from "./bytes.js";
import { type Chunk, checkPixels, type Header, PALETTE, readChunks, readHeader, SIGNATURE } from "./png-chunks.js";

export { type ArrayDType, arrayToTensor, type NumericArray } from "./arrays.js";

/** Samples of a picture: uint8, or uint16 where the file has 16 bits per sample. */
export type PngImage = Extract<NumericArray, { dtype: "uint8" | "uint16" }>;

export interface DecodePngOptions {
  /** A picture of more pixels is refused before they are decompressed. Default 2^24, some 16 million. */
  readonly maxPixels?: number;
}

/** Two seconds of decoding in colour; more would hold up a service for too long unasked. */
const MOST_PIXELS = 2 ** 24;

/**
 * The picture as [height, width, channels]: 1 for grey, 2 with alpha, 3 for RGB, 4 with alpha. Samples of 1, 2 and 4 bits
 * are scaled to 8, palettes become RGB, a transparent colour becomes alpha. Gamma and profiles are left out.
 *
 * Fails with DataError where the file is broken: chunks, checksums, or data that are not those of its size.
 */
export function decodePng(bytes: Uint8Array | ArrayBuffer, options: DecodePngOptions = {}): PngImage {
  checkArity("decodePng", arguments.length, 2);
  checkOptions("decodePng", options, ["maxPixels"]);
  const { maxPixels = MOST_PIXELS } = options;
  checkInteger("decodePng: maxPixels", maxPixels, 1);
  const refuse: Refuse = (message) => new DataError(`decodePng: ${message}`);
  const chunks = readChunks(plainBytes(bytes, "decodePng"), refuse);
  const header = readHeader(chunks[0] as Chunk, maxPixels, refuse);
  checkPixels(header, chunks, refuse);
  // Without the other chunks, which the decoder would read too, and which could be made to exhaust it.
  const indexed = header.colorType === PALETTE;
  const parts = chunks.filter(({ type }) => indexed || type === "IHDR" || type === "IDAT" || type === "IEND");
  try {
    const png = decode(joinBytes([Uint8Array.from(SIGNATURE), ...parts.map((chunk) => chunk.bytes)]));
    return indexed ? colours(png) : samples(png, header, transparentColour(header, chunks));
  } catch (error) {
    throw refuse(`the file is broken (${error instanceof Error ? error.message : String(error)}).`);
  }
}

/**
 * A PNG file of a picture [height, width] or [height, width, channels] with 1 to 4 channels: uint8 or uint16 samples, or
 * a float32 tensor of values in [0, 1], which become 8 bits.
 */
export function encodePng(image: Tensor | NumericArray): Uint8Array {
  checkArity("encodePng", arguments.length, 1);
  const { shape } = arrayOf("encodePng", image);
  const [height, width, channels = 1] = shape as readonly [number, number, number?];
  if (shape.length < 2 || shape.length > 3 || height === 0 || width === 0 || channels < 1 || channels > 4) {
    throw new ShapeError(
      `encodePng: a picture must have shape [height, width] or [height, width, 1 to 4]; received ${formatShape(shape)}.`,
    );
  }
  const { data, dtype } = samplesOf(image);
  return encode({ width, height, channels, depth: dtype === "uint8" ? 8 : 16, data });
}

function samplesOf(image: Tensor | NumericArray): PngImage {
  const array = arrayOf("encodePng", image);
  const { dtype, shape, data } = array;
  if (dtype === "uint8" || dtype === "uint16") return array as PngImage;
  if (dtype !== "float32") {
    throw new ArgumentError(`encodePng: samples must be uint8, uint16, or float32 in [0, 1]; received ${dtype}.`);
  }
  const wrong = data.findIndex((value) => !(value >= 0 && value <= 1));
  if (wrong >= 0) {
    throw new ArgumentError(
      `encodePng: float32 samples must be numbers in [0, 1]; received ${describe(data[wrong])} at index ${wrong}.`,
    );
  }
  return { dtype: "uint8", shape, data: Uint8Array.from(data, (value) => Math.round(value * 255)) };
}

/** The colours that the samples stand for, with an alpha where the palette has one. */
function colours(png: DecodedPng): PngImage {
  const { width, height } = png;
  const data = convertIndexedToRgb(png);
  return { dtype: "uint8", shape: [height, width, data.length / (width * height)], data };
}

function samples(png: DecodedPng, { depth }: Header, transparent: readonly number[] | null): PngImage {
  const { width, height, channels } = png;
  const most = 2 ** depth - 1;
  const scale = depth < 8 ? 255 / most : 1;
  const plain = depth < 8 ? unpacked(png, scale) : (png.data as Uint8Array | Uint16Array);
  const key = transparent?.map((sample) => (sample & most) * scale);
  const data = key === undefined ? plain : withAlpha(plain, key);
  const shape = [height, width, key === undefined ? channels : channels + 1];
  return data instanceof Uint16Array ? { dtype: "uint16", shape, data } : { dtype: "uint8", shape, data };
}

/** The one colour that is transparent in a picture without alpha, null where there is none. */
function transparentColour({ colorType, samples }: Header, chunks: readonly Chunk[]): number[] | null {
  const chunk = chunks.find(({ type }) => type === "tRNS");
  if (chunk === undefined || (colorType !== 0 && colorType !== 2)) return null;
  const { data } = chunk;
  if (data.length !== 2 * samples) throw new Error(`tRNS holds ${data.length} bytes`);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return Array.from({ length: samples }, (_, i) => view.getUint16(2 * i));
}

/** Grey samples of 1, 2 or 4 bits, rows beginning at whole bytes, as 0 to 255. */
function unpacked({ width, height, depth, data }: DecodedPng, scale: number): Uint8Array {
  const result = new Uint8Array(width * height);
  const stride = Math.ceil((width * depth) / 8);
  const most = 2 ** depth - 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const byte = data[y * stride + (bit >> 3)] as number;
      result[y * width + x] = ((byte >> (8 - depth - (bit & 7))) & most) * scale;
    }
  }
  return result;
}

/** The samples with an alpha behind each pixel: 0 for those of the colour `key`, else the largest value. */
function withAlpha(data: Uint8Array | Uint16Array, key: readonly number[]): Uint8Array | Uint16Array {
  const channels = key.length;
  const pixels = data.length / channels;
  const wide = data instanceof Uint16Array;
  const result = wide ? new Uint16Array(pixels * (channels + 1)) : new Uint8Array(pixels * (channels + 1));
  for (let pixel = 0; pixel < pixels; pixel++) {
    const colour = data.subarray(pixel * channels, (pixel + 1) * channels);
    result.set(colour, pixel * (channels + 1));
    result[pixel * (channels + 1) + channels] = colour.every((sample, i) => sample === key[i])
      ? 0
      : wide
        ? 65_535
        : 255;
  }
  return result;
}
