// The npy format of NumPy: one array with its dtype and shape. Used by npz.ts and by callers of `lanewise/io`.
//
//   bytes 0..5   93 4e 55 4d 50 59, "\x93NUMPY"
//   6, 7         version 1.0, 2.0 or 3.0
//   8..          length of the header, uint16 in version 1.0, uint32 later, little-endian
//   header       a Python dict: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }, spaces, newline
//   data         values, row-major, or column-major where fortran_order is True
//
// see: numpy/numpy numpy/lib/format.py

import { DataError, describe } from "../errors.js";
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
  widthOf,
} from "./arrays.js";
import { plainBytes } from "./bytes.js";

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

/**
 * The array of an npy file. Float16 is widened to float32; column-major and big-endian arrays are put in order. Other
 * arrays share the memory of `bytes` where it is aligned. `subject` is what messages begin with.
 *
 * Fails with DataError where the bytes are not exactly one such file, or hold objects, text, dates or complex numbers.
 */
export function decodeNpy(bytes: Uint8Array | ArrayBuffer, subject = "decodeNpy"): NumericArray {
  const refuse: Refuse = (message) => new DataError(`${subject}: ${message}`);
  const file = plainBytes(bytes, subject);
  const { text, end } = headerText(file, refuse);
  const { dtype, order, columnMajor, shape } = parseHeader(text, refuse);
  const length = sizeClaimed(shape, refuse) * widthOf(dtype);
  if (file.length - end !== length) {
    const remedy = file.length - end < length ? "The file is truncated." : "Bytes follow the end of the array.";
    throw refuse(`${dtype} ${describe(shape)} takes ${length} bytes of data; received ${file.length - end}. ${remedy}`);
  }
  const array = readArray(dtype, shape, file.subarray(end), refuse, order);
  return columnMajor && shape.length > 1 ? toRowMajor(array) : array;
}

/** The npy file, version 1.0, of a tensor or an array, little-endian, every bit kept; a bool array stays one. */
export function encodeNpy(values: Tensor | NumericArray): Uint8Array<ArrayBuffer> {
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
): { dtype: FileDType; order: "little" | "big"; columnMajor: boolean; shape: Shape } {
  const descr = /'descr': *'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order': *(True|False)/.exec(text)?.[1];
  const extents = /'shape': *\(([\dL, ]*)\)/.exec(text)?.[1];
  if (!HEADER.test(text) || descr === undefined || fortran === undefined || extents === undefined) {
    const records = /'descr': *\[/.test(text) ? " Arrays of records are not supported." : "";
    throw refuse(`the header must give descr, fortran_order and shape; received ${describe(text.trim())}.${records}`);
  }
  const dtype = DTYPES.get(descr.slice(1));
  if (dtype === undefined || !/^[<>|=]/.test(descr)) {
    throw refuse(
      `descr must be a bool, an integer or a float, one of ${[...DTYPES.keys()].join(", ")}; received ${describe(descr)}. ` +
        "Convert the array in Python with astype.",
    );
  }
  const shape = extents.split(",").filter((extent) => extent.trim() !== "");
  if (shape.length > MAX_RANK) throw refuse(`there must be at most ${MAX_RANK} axes; received ${shape.length}.`);
  return {
    dtype,
    order: descr.startsWith(">") ? "big" : "little",
    columnMajor: fortran === "True",
    shape: shape.map((extent) => Number.parseInt(extent, 10)),
  };
}

/** The values, whose first axis varies fastest, in the order in which the last one does. */
function toRowMajor(array: NumericArray): NumericArray {
  const { shape, data } = array;
  const strides: number[] = [];
  let stride = 1;
  for (const extent of shape) {
    strides.push(stride);
    stride *= extent;
  }
  const result = data.slice();
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from] as number & bigint;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if (index[axis] !== shape[axis]) break;
      from -= (strides[axis] as number) * (shape[axis] as number);
      index[axis] = 0;
    }
  }
  return { ...array, data: result } as NumericArray;
}
