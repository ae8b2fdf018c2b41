// The header of a safetensors file: read, and checked against the file before any value is touched.
// Used by safetensors.ts. Nothing a file says is trusted: every refusal is a DataError.
//
//   bytes 0..7   length of the header, unsigned 64-bit
//   header       JSON: {"__metadata__": {text: text}, name: {"dtype", "shape", "data_offsets": [begin, end]}, ...}
//   data         offsets count from here; the tensors cover it without overlap or gap
//
// see: huggingface/safetensors README.md ("Format") and safetensors/src/tensor.rs

import { describe, oneOf } from "../errors.js";
import type { Shape } from "../tensor/shape.js";
import { type FileDType, type Refuse, sizeClaimed, widthOf } from "./arrays.js";

/** The longest header the format allows. */
export const MAX_HEADER_BYTES = 100_000_000;
export const METADATA_KEY = "__metadata__";
const DTYPES: ReadonlyMap<string, FileDType> = new Map<string, FileDType>([
  ["F32", "float32"],
  ["F16", "float16"],
  ["BF16", "bfloat16"],
  ["F64", "float64"],
  ["I32", "int32"],
  ["I64", "int64"],
  ["U8", "uint8"],
  ["I8", "int8"],
  ["U16", "uint16"],
  ["I16", "int16"],
  ["U32", "uint32"],
  ["U64", "uint64"],
  ["BOOL", "bool"],
]);
/** Bits per value of types that the format knows and tensors do not; one yet to come may have any. */
const OTHER_BITS: Readonly<Record<string, number | undefined>> = {
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F8_E4M3: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2: 8,
  F8_E5M2FNUZ: 8,
  F8_E8M0: 8,
  C64: 64,
  C128: 128,
};
/** Header, tensor, shape: a valid header nests three levels. The rest is room for fields unknown here. */
const MAX_DEPTH = 16;

export interface HeaderEntry {
  readonly name: string;
  /** Null for one that cannot be decoded, which `storedAs` then names. */
  readonly dtype: FileDType | null;
  readonly storedAs: string;
  readonly shape: Shape;
  /** The bytes `[begin, end)` of the data. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** In the order of the header. */
  readonly entries: readonly HeaderEntry[];
  /** Without a prototype, so that any key is only a key. */
  readonly metadata: Record<string, string>;
  /** Where the data begin in the file. */
  readonly dataStart: number;
}

/** The checked header of the file `bytes`. A header of more than `maxBytes` bytes is refused unread. */
export function readHeader(bytes: Uint8Array, maxBytes: number, refuse: Refuse): Header {
  const text = headerText(bytes, maxBytes, refuse);
  const { names, values } = parse(text.json, refuse);
  const entries: HeaderEntry[] = [];
  let metadata: Record<string, string> = Object.create(null);
  for (const name of names) {
    if (name === METADATA_KEY) metadata = readMetadata(values[name], refuse);
    else entries.push(readEntry(name, values[name], (message) => refuse(`tensor ${describe(name)}: ${message}`)));
  }
  checkLayout(entries, bytes.length - text.end, refuse);
  return { entries, metadata, dataStart: text.end };
}

function headerText(bytes: Uint8Array, maxBytes: number, refuse: Refuse): { json: string; end: number } {
  if (bytes.length < 8) {
    throw refuse(`the file must begin with the 8 bytes of the header's length; received ${bytes.length} bytes.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  if (length > maxBytes) {
    throw refuse(
      `the header must be at most ${maxBytes} bytes long; the file says ${length}. It may be no safetensors file.`,
    );
  }
  const end = 8 + length;
  if (end > bytes.length) {
    throw refuse(
      `the header must lie inside the file; it ends at byte ${end} of ${bytes.length}. The file may be truncated.`,
    );
  }
  if (bytes[8] !== 0x7b || length === 0) {
    throw refuse(`the header must be a JSON object and begin with "{". It may be no safetensors file.`);
  }
  try {
    // A copy of the header: browsers do not decode text from shared memory.
    const json = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.slice(8, end));
    return { json, end };
  } catch {
    throw refuse("the header must be UTF-8 text. The file may be corrupt.");
  }
}

/** The names in the order of the text, which JSON.parse does not keep ("1" comes before "a"), and their values. */
function parse(json: string, refuse: Refuse): { names: string[]; values: Record<string, unknown> } {
  try {
    return { names: scanNames(json, refuse), values: JSON.parse(json) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refuse(`the header must be JSON; ${error.message}. The file may be corrupt.`);
  }
}

/**
 * The keys of the outermost object. Refuses a key that occurs twice in it or twice in one of its values, which
 * JSON.parse would hide, and nesting so deep that parsing alone could exhaust the memory. A text that is no
 * JSON gives any keys or a SyntaxError: JSON.parse has the last word.
 */
function scanNames(json: string, refuse: Refuse): string[] {
  const outer = new Set<string>();
  const inner = new Set<string>();
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === "{" || character === "[") {
      depth++;
      if (depth === 2) inner.clear();
      if (depth > MAX_DEPTH) throw refuse(`the header must nest at most ${MAX_DEPTH} levels deep.`);
    } else if (character === "}" || character === "]") {
      depth--;
    } else if (character === '"') {
      const start = i;
      i = closingQuote(json, start);
      if (depth > 2 || !colonFollows(json, i + 1)) continue;
      const key = JSON.parse(json.slice(start, i + 1)) as string;
      const keys = depth === 1 ? outer : inner;
      if (keys.has(key)) throw refuse(`the keys of the header must be unique; ${describe(key)} occurs twice.`);
      keys.add(key);
    }
  }
  return [...outer];
}

function closingQuote(json: string, start: number): number {
  let i = start + 1;
  while (i < json.length && json[i] !== '"') i += json[i] === "\\" ? 2 : 1;
  return i;
}

function colonFollows(json: string, from: number): boolean {
  let i = from;
  while (json[i] === " " || json[i] === "\n" || json[i] === "\t" || json[i] === "\r") i++;
  return json[i] === ":";
}

function readMetadata(value: unknown, refuse: Refuse): Record<string, string> {
  if (!isObject(value)) throw refuse(`${METADATA_KEY} must be an object of strings; received ${show(value)}.`);
  const metadata: Record<string, string> = Object.create(null);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") {
      throw refuse(`${METADATA_KEY} values must be strings; received ${show(text)} for ${describe(key)}.`);
    }
    metadata[key] = text;
  }
  return metadata;
}

function readEntry(name: string, value: unknown, refuse: Refuse): HeaderEntry {
  if (!isObject(value)) {
    throw refuse(`the header must give dtype, shape and data_offsets in an object; received ${show(value)}.`);
  }
  const { dtype: dtypeName, shape, data_offsets: offsets } = value;
  const dtype = DTYPES.get(dtypeName as string) ?? null;
  // A name of another type is no fault of the file: only who asks for this tensor cannot have it.
  if (typeof dtypeName !== "string" || (dtype === null && !/^[A-Z][A-Z0-9_]{0,31}$/.test(dtypeName))) {
    throw refuse(`${dtypeRule()}; received ${show(dtypeName)}.`);
  }
  if (!isExtents(shape)) {
    throw refuse(`shape must be a list of non-negative integers; received ${show(shape)}.`);
  }
  const size = sizeClaimed(shape, refuse);
  const bits =
    dtype !== null ? 8 * widthOf(dtype) : Object.hasOwn(OTHER_BITS, dtypeName) ? OTHER_BITS[dtypeName] : undefined;
  if (!isExtents(offsets) || offsets.length !== 2) {
    throw refuse(`data_offsets must be two non-negative integers; received ${show(offsets)}.`);
  }
  const [begin, end] = offsets as [number, number];
  const length = bits === undefined ? Math.max(end - begin, 0) : Math.ceil((size * bits) / 8);
  if (end - begin !== length) {
    throw refuse(
      `data_offsets must fit dtype and shape; ${dtypeName} ${show(shape)} takes ${length} bytes, received ${show(offsets)}.`,
    );
  }
  return { name, dtype, storedAs: dtypeName, shape, begin, end };
}

/** What messages about a dtype say. */
export function dtypeRule(): string {
  return `dtype must be ${oneOf([...DTYPES.keys()])}`;
}

/** The tensors must cover bytes `[0, length)` exactly once. Empty tensors may stand between any two others. */
function checkLayout(entries: readonly HeaderEntry[], length: number, refuse: Refuse): void {
  let at = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    const subject = `tensor ${describe(name)}: the data must`;
    if (end > length) {
      throw refuse(
        `${subject} lie inside the file; they end at byte ${end}, the file holds ${length} bytes of data. It may be truncated.`,
      );
    }
    if (begin < at) {
      throw refuse(`${subject} not overlap others; they begin at byte ${begin}, the ones before end at byte ${at}.`);
    }
    if (begin > at) {
      throw refuse(`${subject} leave no gap; they begin at byte ${begin}, the ones before end at byte ${at}.`);
    }
    at = end;
  }
  if (at < length) {
    throw refuse(`the tensors must cover all data; they end at byte ${at}, the file holds ${length} bytes of data.`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isExtents(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((extent) => Number.isSafeInteger(extent) && extent >= 0 && !Object.is(extent, -0))
  );
}

// describe() walks into lists and asks an object for its constructor's name; a file can make both go wrong.
function show(value: unknown): string {
  if (isObject(value)) return "an object";
  if (!Array.isArray(value)) return describe(value);
  return value.some((item) => typeof item === "object" && item !== null) ? "a nested list" : describe(value);
}
