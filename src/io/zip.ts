// Zip archives, read with nothing in them taken on trust: sizes are checked before memory is, contents by their CRC-32.
// Used by npz.ts. fflate inflates and writes; its own reader allocates what the file claims and leaves checksums out.
//
//   local header, name, extra, data     for each entry
//   central directory                   an entry each: offset 10 method, 16 crc32, 20 stored, 24 size, 28 name, 30 extra,
//                                       32 comment, 42 offset of the local header, 46 the name
//   end of central directory            22 bytes and a comment: 10 entries, 12 size, 16 offset
//
// see: PKWARE APPNOTE.TXT 4.3; zip64 is 4.5.3

import { Inflate } from "fflate";
import { DataError, describe } from "../errors.js";
import type { Refuse } from "./arrays.js";
import { joinBytes } from "./bytes.js";
import { crc32 } from "./crc.js";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const END64_LOCATOR = 0x07064b50;
const ZIP64_FIELD = 1;
const UNKNOWN32 = 0xffffffff;
/** Deflate expands by less than this. */
const MOST_EXPANSION = 1032;
/** Compressed bytes inflated at a time. */
const PIECE = 65_536;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly stored: number;
  readonly size: number;
  readonly offset: number;
}

export interface UnzipOptions {
  /** Which entries to read. */
  readonly wanted: (name: string) => boolean;
  /** The most that those may hold together. */
  readonly maxBytes: number;
}

/** Names and contents of the files in the archive that are wanted; stored contents share its memory. */
export function unzip(
  bytes: Uint8Array,
  refuse: Refuse,
  { wanted, maxBytes }: UnzipOptions = { wanted: () => true, maxBytes: Number.POSITIVE_INFINITY },
): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files = new Map<string, Uint8Array>();
  const entries = readDirectory(bytes, view, refuse).filter(({ name }) => wanted(name));
  let claimed = 0;
  for (const { size } of entries) claimed += size;
  if (claimed > bytes.length * MOST_EXPANSION) {
    throw refuse(`${bytes.length} bytes cannot hold ${claimed}, as the directory claims. The archive is corrupt.`);
  }
  // Stored entries take no memory but that of the archive, unless several share one place.
  if (claimed > Math.max(maxBytes, entries.every(({ method }) => method === 0) ? bytes.length : 0)) {
    throw refuse(
      `the archive must hold at most ${maxBytes} bytes; it holds ${claimed}. The option maxBytes allows more.`,
    );
  }
  for (const entry of entries) {
    const subject = `entry ${describe(entry.name)}`;
    if (files.has(entry.name)) throw refuse(`${subject} occurs twice.`);
    const data = contentOf(entry, bytes, view, (message) => refuse(`${subject}: ${message}`));
    if (crc32(data) !== entry.crc) throw refuse(`${subject}: the checksum is wrong. The archive is corrupt.`);
    files.set(entry.name, data);
  }
  return files;
}

function readDirectory(bytes: Uint8Array, view: DataView, refuse: Refuse): Entry[] {
  const { count, start, end } = findDirectory(view, refuse);
  const entries: Entry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) {
      throw refuse(`the directory must hold ${count} entries; entry ${i} is none. The archive is corrupt.`);
    }
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      view.getUint16(at + offset, true),
    ) as [number, number, number];
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > end) throw refuse(`entry ${i} reaches beyond the directory. The archive is corrupt.`);
    const sizes = [24, 20, 42].map((offset) => view.getUint32(at + offset, true));
    const extra = at + 46 + nameLength;
    const [size, stored, offset] = withZip64(sizes, view, extra, extra + extraLength) as [number, number, number];
    entries.push({
      name: new TextDecoder().decode(bytes.slice(at + 46, extra)),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      stored,
      size,
      offset,
    });
    at = next;
  }
  return entries;
}

function findDirectory(view: DataView, refuse: Refuse): { count: number; start: number; end: number } {
  const length = view.byteLength;
  // The end record is followed by a comment of at most 65,535 bytes.
  const least = Math.max(0, length - 22 - 65_535);
  let at = length - 22;
  while (at >= least && view.getUint32(at, true) !== END) at--;
  if (at < least) throw refuse(`a zip archive must end with its directory; these ${length} bytes do not.`);
  let count = view.getUint16(at + 10, true);
  let size = view.getUint32(at + 12, true);
  let start = view.getUint32(at + 16, true);
  if (at >= 20 && view.getUint32(at - 20, true) === END64_LOCATOR) {
    const at64 = uint64(view, at - 12);
    if (at64 + 56 > length || view.getUint32(at64, true) !== END64) {
      throw refuse("the zip64 directory is not where the archive says. The archive is corrupt.");
    }
    count = uint64(view, at64 + 32);
    size = uint64(view, at64 + 40);
    start = uint64(view, at64 + 48);
  }
  if (start + size > at || count * 46 > size) {
    throw refuse(`the directory must lie inside the archive; ${count} entries at byte ${start} of ${length} do not.`);
  }
  return { count, start, end: start + size };
}

/** The sizes with those replaced that did not fit 32 bits; they stand in this order in a field of the extra data. */
function withZip64(sizes: readonly number[], view: DataView, from: number, to: number): number[] {
  for (let at = from; at + 4 <= to; ) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (end > to) break;
    if (view.getUint16(at, true) === ZIP64_FIELD) {
      let field = at + 4;
      return sizes.map((size) => {
        if (size !== UNKNOWN32 || field + 8 > end) return size;
        field += 8;
        return uint64(view, field - 8);
      });
    }
    at = end;
  }
  return [...sizes];
}

function contentOf(
  { method, stored, size, offset }: Entry,
  bytes: Uint8Array,
  view: DataView,
  refuse: Refuse,
): Uint8Array {
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== LOCAL) {
    throw refuse(`there is no file at byte ${offset}. The archive is corrupt.`);
  }
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + stored > bytes.length) {
    throw refuse(`the data end at byte ${start + stored} of ${bytes.length}. The archive is truncated.`);
  }
  const data = bytes.subarray(start, start + stored);
  if ((view.getUint16(offset + 6, true) & 1) !== 0) throw refuse("encrypted archives are not supported.");
  if (method === 0) {
    if (stored !== size) throw refuse(`stored data must have one size; received ${stored} and ${size}.`);
    return data;
  }
  if (method !== 8) throw refuse(`the method must be stored (0) or deflated (8); received ${method}.`);
  if (size > stored * MOST_EXPANSION) throw refuse(`${stored} bytes cannot hold ${size}. The archive is corrupt.`);
  return inflate(data, size, refuse);
}

/** Inflates piece by piece, so that memory is taken for what is there, and stops where there is more than claimed. */
function inflate(data: Uint8Array, size: number, refuse: Refuse): Uint8Array {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let finished = false;
  const inflator = new Inflate((chunk, final) => {
    length += chunk.length;
    if (length > size) throw refuse(`the data must hold ${size} bytes; there are more.`);
    chunks.push(chunk);
    finished ||= final;
  });
  try {
    for (let at = 0; at < data.length; at += PIECE) {
      inflator.push(data.subarray(at, at + PIECE), at + PIECE >= data.length);
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw refuse(`the compressed data are broken (${error instanceof Error ? error.message : String(error)}).`);
  }
  if (!finished || length !== size) throw refuse(`the data must hold ${size} bytes; received ${length}.`);
  return joinBytes(chunks);
}

/** 64 bits as a number; what does not fit 53 bits exactly lies beyond any file. */
function uint64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}
