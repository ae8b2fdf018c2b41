// The structure of a PNG file, checked before a decoder sees it: chunks, checksums, and whether the compressed data hold
// what the picture takes. Used by png.ts.
//
//   signature; then chunks: length, type, data, CRC-32 of type and data, all big-endian
//   IHDR  width, height, bits per sample, colour type, compression, filter, interlace
//
// see: W3C, Portable Network Graphics (PNG) Specification

import { Unzlib } from "fflate";
import { DataError, describe } from "../errors.js";
import type { Refuse } from "./arrays.js";
import { adler32, crc32 } from "./crc.js";

export const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** What decides the pixels. Other chunks are checked and left out. */
const USED = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];
/** Samples per pixel by colour type: grey, RGB, palette, grey and alpha, RGBA. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
export const PALETTE = 3;

export interface Chunk {
  readonly type: string;
  /** Length, type, data and checksum. */
  readonly bytes: Uint8Array;
  readonly data: Uint8Array;
}

/** What IHDR says. */
export interface Header {
  readonly width: number;
  readonly height: number;
  /** Bits per sample. */
  readonly depth: number;
  readonly colorType: number;
  readonly samples: number;
  readonly interlaced: boolean;
}

/** The chunks that decide the pixels, every chunk of the file checked. */
export function readChunks(file: Uint8Array, refuse: Refuse): Chunk[] {
  if (SIGNATURE.some((byte, i) => file[i] !== byte)) throw refuse("the file does not begin with the signature of PNG.");
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; chunks.at(-1)?.type !== "IEND"; ) {
    if (at + 12 > file.length) throw refuse("the file ends before its last chunk, IEND. It is truncated.");
    const length = view.getUint32(at);
    const end = at + 12 + length;
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (end > file.length) {
      throw refuse(`chunk ${describe(type)} ends at byte ${end} of ${file.length}. The file is truncated.`);
    }
    if (crc32(file.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw refuse(`the checksum of chunk ${describe(type)} is wrong. The file is corrupt.`);
    }
    if ((type === "IHDR") !== (chunks.length === 0)) throw refuse("IHDR must be the first chunk, and occur once.");
    if (USED.includes(type)) chunks.push({ type, bytes: file.subarray(at, end), data: file.subarray(at + 8, end - 4) });
    else if (/^[A-Z]/.test(type)) throw refuse(`chunk ${describe(type)} is not known and must not be ignored.`);
    at = end;
  }
  return chunks;
}

/** The header, checked; a picture of more than `maxPixels` is refused. */
export function readHeader({ data }: Chunk, maxPixels: number, refuse: Refuse): Header {
  if (data.length !== 13) throw refuse(`IHDR must hold 13 bytes; received ${data.length}.`);
  const view = new DataView(data.buffer, data.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colorType, compression, filter, interlace] = data.subarray(8) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  const samples = SAMPLES[colorType];
  const depths = colorType === 0 ? [1, 2, 4, 8, 16] : colorType === PALETTE ? [1, 2, 4, 8] : [8, 16];
  const known = compression === 0 && filter === 0 && interlace <= 1;
  if (samples === undefined || !depths.includes(depth) || !known || width === 0 || height === 0) {
    throw refuse(
      `IHDR must describe a picture; received ${width} x ${height}, ${depth} bits of colour type ${colorType}, methods ` +
        `${compression}, ${filter}, ${interlace}.`,
    );
  }
  if (interlace === 1 && depth < 8) {
    throw refuse(
      `an interlaced picture must have 8 or 16 bits per sample; received ${depth}. Save it without interlacing.`,
    );
  }
  if (width * height > maxPixels) {
    throw refuse(
      `a picture must have at most ${maxPixels} pixels; received ${width} x ${height}. The option maxPixels allows more.`,
    );
  }
  return { width, height, depth, colorType, samples, interlaced: interlace === 1 };
}

/**
 * Fails unless the compressed data hold just as many bytes as the pixels take, and those of the checksum at their end.
 * Inflates them once, keeping nothing.
 */
export function checkPixels(header: Header, chunks: readonly Chunk[], refuse: Refuse): void {
  const { width, height, depth, samples, interlaced } = header;
  let expected = 0;
  for (const [columns, rows] of interlaced ? adam7(width, height) : [[width, height] as const]) {
    if (columns > 0) expected += rows * (1 + Math.ceil((columns * samples * depth) / 8));
  }
  let length = 0;
  let finished = false;
  let sum = 1;
  const inflator = new Unzlib((chunk, final) => {
    length += chunk.length;
    sum = adler32(chunk, sum);
    finished ||= final;
    if (length > expected) throw refuse(`the pixels take ${expected} bytes; there are more.`);
  });
  const parts = chunks.filter(({ type }) => type === "IDAT");
  try {
    parts.forEach(({ data }, i) => {
      inflator.push(data, i === parts.length - 1);
    });
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw refuse(`the compressed data are broken (${error instanceof Error ? error.message : String(error)}).`);
  }
  if (!finished || length !== expected) throw refuse(`the pixels take ${expected} bytes; received ${length}.`);
  if (sum !== lastWord(parts)) throw refuse("the checksum of the pixels is wrong. The file is corrupt.");
}

/** The last four bytes of the compressed data, which may lie in several chunks. */
function lastWord(parts: readonly Chunk[]): number {
  let word = 0;
  let shift = 0;
  for (let i = parts.length - 1; i >= 0 && shift < 32; i--) {
    const { data } = parts[i] as Chunk;
    for (let at = data.length - 1; at >= 0 && shift < 32; at--, shift += 8) word |= (data[at] as number) << shift;
  }
  return word >>> 0;
}

/** Columns and rows of the seven passes of an interlaced picture. */
function adam7(width: number, height: number): (readonly [number, number])[] {
  const passes = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ] as const;
  return passes.map(([left, top, across, down]) => [
    Math.max(0, Math.ceil((width - left) / across)),
    Math.max(0, Math.ceil((height - top) / down)),
  ]);
}
