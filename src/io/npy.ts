// The npy format of NumPy: one array with its dtype and shape. Used by npz.ts and by callers of `lanewise/io`.
//
//   bytes 0..5   93 4e 55 4d 50 59, "\x93NUMPY"
//   6, 7         version 1.0, 2.0 or 3.0
//   8..          length of the header, uint16 in version 1.0, uint32 later, little-endian
//   header       a Python dict: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }, spaces, newline
//   data         values, row-major, or column-major where fortran_order is True
//
// see: numpy/numpy numpy/lib/format.py

import { checkArity, DataError, describe } from "../errors.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import {
  arrayOf,
  bytesOf,
  type FileDType,
  type NumericArray,
  type Refuse,
  readArray,
  sizeClaimed,
  type TextArray,
  widthOf,
} from "./arrays.js";
import { checkSubject, plainBytes } from "./bytes.js";

const MAGIC = "\x93NUMPY";
/** Kind and width as the descr writes them, behind the mark of the byte order. */
const DTYPES: ReadonlyMap<string, FileDType> = new Map<string, FileDType>([
  ["b1", "bool"],
  ["u1", "uint8"],
  ["i1", "int8"],
  ["u2", "uint16"],
  ["i2", "int16"],
  ["u4", "uint32"],
  ["i4", "int32"],
  ["u8", "uint64"],
  ["i8", "int64"],
  ["f2", "float16"],
  ["f4", "float32"],
  ["f8", "float64"],
]);
/** Values begin at a multiple of this. */
const ALIGNMENT = 64;
/** Headers of plain arrays are far shorter; this is the limit NumPy itself sets. */
const MAX_HEADER_BYTES = 10_000;
/** NumPy's largest number of axes. */
const MAX_RANK = 64;

/** Of NumPy's header: the keys in any order, and nothing else. Python writes long integers with an L before version 3. */
const HEADER =
  /^\{(?:'(?:descr|fortran_order|shape)': *(?:'[^']*'|True|False|\((?:\d+L?, *)*(?:\d+L?)?\)),? *){3}\} *\n?$/;
/** The same with a list of fields for descr. */
const RECORDS = /^\{.*'descr': *\[.*\].*\} *\n?$/s;

/** An array of a kind that has no counterpart here, in a file that need not be broken: objects, records, long doubles. */
export class UnsupportedArray extends DataError {}

/**
 * The array of an npy file. Float16 is widened to float32; column-major and big-endian arrays are put in order. Other
 * arrays share the memory of `bytes` where it is aligned. `subject` is what messages begin with.
 *
 * Text (`<U3`, `|S5`) gives strings. Complex numbers get a last axis of two, the real and the imaginary part. Dates and
 * time spans are int64 counts of the unit that NumPy gave them, which `unit` tells.
 *
 * Fails with DataError if the bytes are not exactly one such file, or hold objects or records.
 */
export function decodeNpy(bytes: Uint8Array | ArrayBuffer, subject = "decodeNpy"): NumericArray | TextArray {
  checkArity("decodeNpy", arguments.length, 2);
  checkSubject("decodeNpy", subject);
  const refuse: Refuse = (message) => new DataError(`${subject}: ${message}`);
  const file = plainBytes(bytes, subject);
  const { text, end } = headerText(file, refuse);
  const { descr, order, columnMajor, shape } = parseHeader(text, refuse);
  const kind = kindOf(descr);
  if (kind === undefined) {
    throw new UnsupportedArray(
      `${subject}: descr must be a bool, an integer, a float, one of ${[...DTYPES.keys()].join(", ")}, a complex number, text or ` +
        `a date; received ${describe(descr)}. Convert the array in Python with astype, or save its fields one by one.`,
    );
  }
  const size = sizeClaimed(shape, refuse);
  const length = size * kind.width;
  if (file.length - end !== length) {
    const remedy = file.length - end < length ? "The file is truncated." : "Bytes follow the end of the array.";
    throw refuse(
      `${kind.dtype} ${describe(shape)} takes ${length} bytes of data; received ${file.length - end}. ${remedy}`,
    );
  }
  const data = file.subarray(end);
  const disordered = columnMajor && shape.length > 1;
  if (kind.dtype === "string") {
    if (kind.width === 0 && size > file.length) throw refuse(`texts of no length must be few; received ${size}.`);
    const texts = readTexts(data, size, kind, order, refuse);
    return { dtype: "string", shape, data: disordered ? inRowOrder(texts, shape, 1) : texts };
  }
  // A complex number is two values.
  const stored = kind.parts === 1 ? shape : [...shape, 2];
  const array = readArray(kind.dtype, stored, data, refuse, order);
  const unit = kind.unit === undefined ? {} : { unit: kind.unit };
  const ordered = disordered ? inRowOrder(array.data, shape, kind.parts) : array.data;
  return { ...array, data: ordered, ...unit } as NumericArray;
}

/** The npy file, version 1.0, of a tensor or an array, little-endian, every bit kept; a bool array stays one. */
export function encodeNpy(values: Tensor | NumericArray): Uint8Array<ArrayBuffer> {
  checkArity("encodeNpy", arguments.length, 1);
  const array = arrayOf("encodeNpy", values);
  const [code] = [...DTYPES].find(([, dtype]) => dtype === array.dtype) as [string, FileDType];
  const descr = `${widthOf(array.dtype) === 1 ? "|" : "<"}${code}`;
  const shape = array.shape.length === 1 ? `(${array.shape[0]},)` : `(${array.shape.join(", ")})`;
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const start = Math.ceil((MAGIC.length + 4 + header.length + 1) / ALIGNMENT) * ALIGNMENT;
  const data = bytesOf(array);
  const file = new Uint8Array(start + data.length);
  const text = `${MAGIC}\x01\x00\0\0${header.padEnd(start - MAGIC.length - 5)}\n`;
  for (let i = 0; i < start; i++) file[i] = text.charCodeAt(i);
  new DataView(file.buffer).setUint16(8, start - 10, true);
  file.set(data, start);
  return file;
}

function headerText(file: Uint8Array, refuse: Refuse): { text: string; end: number } {
  if (file.length < 12 || [...MAGIC].some((character, i) => file[i] !== character.charCodeAt(0))) {
    throw refuse(`an npy file begins with "\\x93NUMPY" and a version; these ${file.length} bytes do not.`);
  }
  const [major, minor] = file.subarray(6) as unknown as [number, number];
  if (major < 1 || major > 3 || minor !== 0) {
    throw refuse(`the version must be 1.0, 2.0 or 3.0; received ${major}.${minor}.`);
  }
  const view = new DataView(file.buffer, file.byteOffset, 12);
  const start = major === 1 ? 10 : 12;
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES) {
    throw refuse(`the header must be at most ${MAX_HEADER_BYTES} bytes long; the file says ${length}.`);
  }
  const end = start + length;
  if (end > file.length) {
    throw refuse(`the header ends at byte ${end} of ${file.length}. The file is truncated.`);
  }
  return { text: String.fromCharCode(...file.subarray(start, end)), end };
}

function parseHeader(
  text: string,
  refuse: Refuse,
): { descr: string; order: "little" | "big"; columnMajor: boolean; shape: Shape } {
  const descr = /'descr': *'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order': *(True|False)/.exec(text)?.[1];
  const extents = /'shape': *\(([\dL, ]*)\)/.exec(text)?.[1];
  if (fortran !== undefined && extents !== undefined && descr === undefined && RECORDS.test(text)) {
    return { descr: "records", order: "little", columnMajor: false, shape: [] };
  }
  if (!HEADER.test(text) || descr === undefined || fortran === undefined || extents === undefined) {
    throw refuse(`the header must give descr, fortran_order and shape; received ${describe(text.trim())}.`);
  }
  const shape = extents.split(",").filter((extent) => extent.trim() !== "");
  if (shape.length > MAX_RANK) throw refuse(`there must be at most ${MAX_RANK} axes; received ${shape.length}.`);
  return {
    descr,
    order: descr.startsWith(">") ? "big" : "little",
    columnMajor: fortran === "True",
    shape: shape.map((extent) => Number.parseInt(extent, 10)),
  };
}

type Kind =
  | { readonly dtype: FileDType; readonly width: number; readonly parts: 1 | 2; readonly unit?: string }
  | { readonly dtype: "string"; readonly width: number; readonly wide: boolean };

/** What a descr stands for; undefined for what cannot be read. */
function kindOf(descr: string): Kind | undefined {
  if (!/^[<>|=]/.test(descr)) return undefined;
  const code = descr.slice(1);
  const dtype = DTYPES.get(code);
  if (dtype !== undefined) return { dtype, width: widthOf(dtype), parts: 1 };
  if (code === "c8" || code === "c16") {
    return { dtype: code === "c8" ? "float32" : "float64", width: Number(code.slice(1)), parts: 2 };
  }
  const date = /^[mM]8(?:\[(\d*[a-zA-Zμ]+)\])?$/.exec(code);
  if (date !== null) return { dtype: "int64", width: 8, parts: 1, unit: date[1] ?? "generic" };
  const text = /^([USa])(\d{1,9})$/.exec(code);
  if (text === null) return undefined;
  const wide = text[1] === "U";
  return { dtype: "string", width: Number(text[2]) * (wide ? 4 : 1), wide };
}

/** Texts of `width` bytes each, code points of four bytes or bytes, filled up with zeros. */
function readTexts(
  data: Uint8Array,
  count: number,
  { width, wide }: { readonly width: number; readonly wide: boolean },
  order: "little" | "big",
  refuse: Refuse,
): string[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return Array.from({ length: count }, (_, i) => {
    const start = i * width;
    if (!wide) {
      let end = start + width;
      while (end > start && data[end - 1] === 0) end--;
      // A copy: browsers do not decode text from shared memory.
      const bytes = data.slice(start, end);
      try {
        return decoder.decode(bytes);
      } catch {
        return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
      }
    }
    const points: string[] = [];
    let length = 0;
    for (let at = start; at < start + width; at += 4) {
      const point = view.getUint32(at, order === "little");
      if (point > 0x10ffff) throw refuse(`a character must be at most 0x10ffff; received ${point} in text ${i}.`);
      points.push(String.fromCodePoint(point));
      if (point !== 0) length = points.length;
    }
    return points.slice(0, length).join("");
  });
}

/**
 * Values whose first axis varies fastest, in the order in which the last one does; `parts` that lie side by side stay
 * together.
 */
function inRowOrder<T extends NumericArray["data"] | string[]>(data: T, shape: Shape, parts: number): T {
  const strides: number[] = [];
  let stride = 1;
  for (const extent of shape) {
    strides.push(stride);
    stride *= extent;
  }
  const result = data.slice() as T;
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < result.length; to += parts) {
    for (let part = 0; part < parts; part++) result[to + part] = data[from * parts + part] as never;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if (index[axis] !== shape[axis]) break;
      from -= (strides[axis] as number) * (shape[axis] as number);
      index[axis] = 0;
    }
  }
  return result;
}
