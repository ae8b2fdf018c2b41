// Arrays as files hold them: a dtype, a shape, and values of just that dtype, where tensors know float32 and int32 only.
// Used by every format that stores typed arrays: safetensors, npy, IDX, PNG.

import { ArgumentError, checkArity, type DataError, describe, oneOf, ShapeError } from "../errors.js";
import { checkShape, formatShape, type Shape, sizeOf } from "../tensor/shape.js";
import { checkHeld, Tensor, type TensorData } from "../tensor/tensor.js";

const CONSTRUCTORS = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
};

interface ArrayTypes {
  bool: Uint8Array;
  uint8: Uint8Array;
  int8: Int8Array;
  uint16: Uint16Array;
  int16: Int16Array;
  uint32: Uint32Array;
  int32: Int32Array;
  uint64: BigUint64Array;
  int64: BigInt64Array;
  float32: Float32Array;
  float64: Float64Array;
}
export type ArrayDType = keyof ArrayTypes;

/** An array of any dtype; `dtype` tells the kind of `data`, which is row-major. A bool is 0 or 1 in a Uint8Array. */
export type NumericArray = {
  [D in ArrayDType]: {
    readonly dtype: D;
    readonly shape: Shape;
    readonly data: ArrayTypes[D];
    /** Of dates and time spans from NumPy, which are counts: "ns", "D", ... */
    readonly unit?: string;
  };
}[ArrayDType];

/** Text beside numbers, as NumPy saves it; row-major. Tensors hold no text. */
export interface TextArray {
  readonly dtype: "string";
  readonly shape: Shape;
  readonly data: readonly string[];
}

/** Two dtypes that JavaScript has no arrays for are widened to float32 as they are read, which is exact. */
export type FileDType = ArrayDType | "float16" | "bfloat16";

/** Makes the error for what a file must not hold; the caller has put the subject in front. */
export type Refuse = (message: string) => DataError;

/** Bytes per value in a file. */
export function widthOf(dtype: FileDType): number {
  return dtype === "float16" || dtype === "bfloat16" ? 2 : CONSTRUCTORS[dtype].BYTES_PER_ELEMENT;
}

/**
 * The array whose values are `bytes`, exactly as many as the shape takes, at any alignment. The memory of `bytes` is
 * shared where it is aligned and little-endian, as every host is that Lanewise runs on. Every bit is kept, NaN payloads
 * included. A bool other than 0 and 1 is refused.
 */
export function readArray(
  dtype: FileDType,
  shape: Shape,
  bytes: Uint8Array,
  refuse: Refuse,
  order: "little" | "big" = "little",
): NumericArray {
  const width = widthOf(dtype);
  const swapped = order === "big" && width > 1;
  // A copy by the constructor: slice() of a Node Buffer shares its memory.
  const source = swapped || bytes.byteOffset % width !== 0 ? new Uint8Array(bytes) : bytes;
  if (swapped) swapBytes(source, width);
  const { buffer, byteOffset } = source;
  const count = source.byteLength / width;
  if (dtype === "float16") {
    return { dtype: "float32", shape, data: widenF16(new Uint16Array(buffer, byteOffset, count)) };
  }
  if (dtype === "bfloat16") {
    return { dtype: "float32", shape, data: widenBF16(new Uint16Array(buffer, byteOffset, count)) };
  }
  if (dtype === "bool") {
    const wrong = source.findIndex((value) => value > 1);
    if (wrong >= 0) throw refuse(`a bool must be 0 or 1; received ${source[wrong]} at index ${wrong}.`);
  }
  return { dtype, shape, data: new CONSTRUCTORS[dtype](buffer as ArrayBuffer, byteOffset, count) } as NumericArray;
}

/** The bytes of the values in the order asked for; little-endian ones share the memory of the array. */
export function bytesOf({ dtype, data }: NumericArray, order: "little" | "big" = "little"): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (order === "little" || widthOf(dtype) === 1) return bytes;
  const swapped = new Uint8Array(bytes);
  swapBytes(swapped, widthOf(dtype));
  return swapped;
}

/**
 * The array as a tensor: float32 and int32 as they are, their memory shared; other floats rounded to float32; other
 * integers and bools as int32.
 *
 * Fails with ArgumentError for what a tensor cannot hold: a finite value beyond the range of float32, an integer outside
 * `[-2^31, 2^31)`.
 */
export function arrayToTensor(array: NumericArray | TextArray): Tensor {
  checkArity("arrayToTensor", arguments.length, 1);
  checkArray("arrayToTensor", array);
  return tensorOf(array, (message) => new ArgumentError(`arrayToTensor: ${message}`));
}

/** The array of a tensor or an array, checked. */
export function arrayOf(subject: string, values: Tensor | NumericArray): NumericArray {
  if (values instanceof Tensor) {
    checkHeld(subject, values);
    return { dtype: values.dtype, shape: values.shape, data: values.data } as NumericArray;
  }
  checkArray(subject, values);
  return values;
}

/** As arrayToTensor, with errors of the caller's. */
export function tensorOf({ dtype, shape, data }: NumericArray, refuse: (message: string) => Error): Tensor {
  return new Tensor(convert(dtype, data, refuse), shape);
}

function convert(dtype: ArrayDType, data: NumericArray["data"], refuse: (message: string) => Error): TensorData {
  if (data instanceof Float32Array || data instanceof Int32Array) return data;
  if (data instanceof Float64Array) {
    const rounded = Float32Array.from(data);
    const at = rounded.findIndex((value, i) => !Number.isFinite(value) && Number.isFinite(data[i]));
    if (at >= 0) {
      throw refuse(`float64 values must fit float32, at most 3.4028235e38; received ${data[at]} at index ${at}.`);
    }
    return rounded;
  }
  const integers = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number | bigint;
    integers[i] = Number(value);
    if (integers[i] !== Number(value)) {
      throw refuse(`${dtype} values must fit int32, [-2^31, 2^31); received ${value} at index ${i}.`);
    }
  }
  return integers;
}

function checkArray(subject: string, array: unknown): asserts array is NumericArray {
  const { dtype, shape, data } = (array ?? {}) as NumericArray;
  if (typeof dtype !== "string" || !Object.hasOwn(CONSTRUCTORS, dtype)) {
    throw new ArgumentError(
      `${subject}: it must be a Tensor, or an array whose dtype is ${oneOf(Object.keys(CONSTRUCTORS))}; received ${describe(dtype ?? array)}.`,
    );
  }
  if (!(data instanceof CONSTRUCTORS[dtype])) {
    throw new ArgumentError(
      `${subject}: the data of a ${dtype} array must be a ${CONSTRUCTORS[dtype].name}; received ${describe(data)}.`,
    );
  }
  checkShape(subject, shape);
  if (sizeOf(shape) !== data.length) {
    throw new ShapeError(
      `${subject}: the data must fill the shape; ${formatShape(shape)} holds ${sizeOf(shape)} values, received ${data.length}.`,
    );
  }
}

/** Number of values of a shape that a file claims, below 2^53; zero extents do not excuse absurd others. */
export function sizeClaimed(shape: Shape, refuse: Refuse): number {
  let product = 1;
  for (const extent of shape) product *= Math.max(extent, 1);
  if (product > Number.MAX_SAFE_INTEGER) {
    throw refuse(`the extents must multiply to less than 2^53; received ${describe(shape)}. The header is corrupt.`);
  }
  return shape.includes(0) ? 0 : product;
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let from = 0; from < bytes.length; from += width) {
    for (let low = from, high = from + width - 1; low < high; low++, high--) {
      const byte = bytes[low] as number;
      bytes[low] = bytes[high] as number;
      bytes[high] = byte;
    }
  }
}

// Half bits shifted into place are a float32 whose exponent is 112 too small, subnormals too; 2^112 times it is exact.
function widenF16(halves: Uint16Array): Float32Array {
  const data = new Float32Array(halves.length);
  const bits = new Uint32Array(data.buffer);
  for (let i = 0; i < data.length; i++) {
    const half = halves[i] as number;
    const magnitude = (half & 0x7fff) << 13;
    if (magnitude >= 0x0f800000) {
      bits[i] = 0x7f800000 | magnitude; // infinity or NaN
    } else {
      bits[i] = magnitude;
      data[i] = (data[i] as number) * 2 ** 112;
    }
    bits[i] = (bits[i] as number) | ((half & 0x8000) << 16);
  }
  return data;
}

function widenBF16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < bits.length; i++) bits[i] = (halves[i] as number) << 16;
  return new Float32Array(bits.buffer);
}
