// Tensor: a shape and its values, outside linear memory. What goes into a run and what comes out of it.

import { ArgumentError, checkArity, checkOptions, describe, oneOf, ShapeError } from "../errors.js";
import { firstNonFinite } from "./finite.js";
import { checkShape, formatShape, MOST_AXES, MOST_VALUES, type Shape, sizeOf } from "./shape.js";

export type DType = "float32" | "int32";
export type TensorData = Float32Array | Int32Array;
/** Numbers nested to any depth, all rows of equal length. */
export type NestedNumbers = number | readonly NestedNumbers[] | NumberArray;
type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;
/** Answers nested to any depth: true is 1, false 0. */
type NestedAnswers = boolean | bigint | readonly NestedAnswers[];
/** What may stand for a tensor at a public entry point. A typed array is a vector until a shape is known. */
export type TensorLike = Tensor | NestedNumbers | NestedAnswers | ArrayBufferView;

/** An immutable shape with row-major values. The values are shared, not copied. */
export class Tensor {
  readonly shape: Shape;
  readonly data: TensorData;

  /** `data.length` must equal the product of `shape`. */
  constructor(data: TensorData, shape: Shape = [data?.length]) {
    checkArity("Tensor", arguments.length, 2);
    if (!(data instanceof Float32Array || data instanceof Int32Array)) {
      throw new ArgumentError(
        `Tensor: data must be a Float32Array or an Int32Array; received ${describe(data)}; tensor() converts others.`,
      );
    }
    checkShape("Tensor", shape);
    if (sizeOf(shape) !== data.length) {
      throw new ShapeError(
        `Tensor: the data must fill the shape; ${formatShape(shape)} holds ${sizeOf(shape)} values, received ${data.length}.`,
      );
    }
    this.data = data;
    this.shape = Object.freeze([...shape]);
  }

  get dtype(): DType {
    return this.data instanceof Int32Array ? "int32" : "float32";
  }
  get size(): number {
    return this.data.length;
  }
  get rank(): number {
    return this.shape.length;
  }

  /** The single value of a tensor that holds one. */
  item(): number {
    checkArity("Tensor.item", arguments.length, 0);
    if (this.data.length !== 1) {
      throw new ShapeError(`Tensor.item: the tensor must hold one value; its shape is ${formatShape(this.shape)}.`);
    }
    return this.data[0] as number;
  }

  /** The values as nested arrays, a plain number for a scalar. */
  toArray(): NestedNumbers {
    checkArity("Tensor.toArray", arguments.length, 0);
    checkHeld("Tensor.toArray", this);
    let offset = 0;
    const level = (axis: number): NestedNumbers => {
      if (axis === this.shape.length) return this.data[offset++] as number;
      return Array.from({ length: this.shape[axis] as number }, () => level(axis + 1));
    };
    return level(0);
  }

  /** The same values under another shape of equal size. */
  reshape(shape: Shape): Tensor {
    checkArity("Tensor.reshape", arguments.length, 1);
    checkShape("Tensor.reshape", shape);
    return new Tensor(this.data, shape);
  }

  /** Rows `[from, to)` along the first axis, sharing the values. */
  rows(from: number, to: number): Tensor {
    checkArity("Tensor.rows", arguments.length, 2);
    checkHeld("Tensor.rows", this);
    const count = this.shape[0] ?? 0;
    if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= count)) {
      throw new ShapeError(
        `Tensor.rows: need 0 <= from <= to <= ${count}; received from ${describe(from)} to ${describe(to)}.`,
      );
    }
    const width = count === 0 ? 0 : this.data.length / count;
    return new Tensor(this.data.subarray(from * width, to * width), [to - from, ...this.shape.slice(1)]);
  }
}

/** Fails unless `dtype` names a type of value. */
export function checkDType(subject: string, dtype: unknown): asserts dtype is DType {
  if (dtype !== "float32" && dtype !== "int32") {
    throw new ArgumentError(`${subject}: dtype must be ${oneOf(["float32", "int32"])}; received ${describe(dtype)}.`);
  }
}

/**
 * Fails if the numbers of a tensor or an array are gone: its buffer was moved to another thread, or has shrunk. Views over
 * it are then empty, and some of their methods throw TypeErrors.
 */
export function checkHeld(subject: string, values: Tensor | ArrayBufferView): void {
  const [array, length] = values instanceof Tensor ? [values.data, sizeOf(values.shape)] : [values, 0];
  const held = (array as Float32Array).length;
  if (held >= length && (held > 0 || !isMoved(array.buffer))) return;
  throw new ArgumentError(
    `${subject}: the array is empty: its buffer was moved to another thread already, or has shrunk.`,
  );
}

/** True for a buffer that was moved to another thread: views over it are empty from then on. */
export function isMoved(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    // Node 20 has no `ArrayBuffer.detached`.
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** A tensor from nested arrays, a number, any typed array, or a tensor (returned as it is when the dtype fits). */
export function tensor(values: TensorLike, options: { shape?: Shape; dtype?: DType } = {}): Tensor {
  checkArity("tensor", arguments.length, 2);
  checkOptions("tensor", options, ["shape", "dtype"]);
  if (options.dtype !== undefined) checkDType("tensor", options.dtype);
  return makeTensor(
    values,
    options.dtype ?? (values instanceof Tensor ? values.dtype : inferDType(values)),
    options.shape,
  );
}

function makeTensor(values: TensorLike, dtype: DType, wanted?: Shape): Tensor {
  const source = values instanceof Tensor ? values : flatten(values);
  if (values instanceof Tensor) checkHeld("tensor", values);
  const shape = wanted === undefined ? source.shape : wanted;
  if (values instanceof Tensor && values.dtype === dtype) return wanted === undefined ? values : values.reshape(shape);
  return new Tensor(toData(source.data, dtype), shape);
}

/** The values as a tensor of that type, for a caller whose messages begin with `subject`. */
export function readTensor(subject: string, values: TensorLike, dtype: DType): Tensor {
  try {
    return makeTensor(values, dtype);
  } catch (error) {
    if (error instanceof ArgumentError || error instanceof ShapeError) {
      error.message = error.message.replace(/^tensor/i, subject);
    }
    throw error;
  }
}

function inferDType(values: TensorLike): DType {
  return values instanceof Int32Array ? "int32" : "float32";
}

/** Fails where a finite number becomes infinite as a float32. */
export function checkRange(subject: string, value: number, rounded = Math.fround(value), place = ""): void {
  if (!Number.isFinite(rounded) && Number.isFinite(value)) {
    throw new ArgumentError(`${subject} must lie within the range of float32; received ${value}${place}.`);
  }
}

/**
 * Integers must survive the conversion to int32 unchanged: 1.5, NaN or 2^31 are refused, never rounded. Floats are rounded
 * to float32, but not to Infinity.
 */
function toData(values: ArrayLike<number>, dtype: DType): TensorData {
  if (dtype === "float32") {
    if (values instanceof Float32Array) return values;
    const rounded = Float32Array.from(values);
    const first = firstNonFinite({ data: rounded, dtype });
    for (let i = first; i >= 0 && i < rounded.length; i++) {
      checkRange("tensor: values", values[i] as number, rounded[i] as number, ` at index ${i}`);
    }
    return rounded;
  }
  if (values instanceof Int32Array) return values;
  const data = Int32Array.from(values);
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== values[i]) {
      throw new ArgumentError(
        `tensor: int32 values must be integers in [-2^31, 2^31); received ${describe(values[i])} at index ${i}.`,
      );
    }
  }
  return data;
}

/** A typed array whose elements are numbers: no DataView, no bigints. */
function isNumberArray(value: unknown): value is NumberArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && !isBigArray(value);
}

function isBigArray(value: unknown): value is BigInt64Array | BigUint64Array {
  return value instanceof BigInt64Array || value instanceof BigUint64Array;
}

/** A list, or a typed array of numbers. */
function isRow(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || isNumberArray(value) || isBigArray(value);
}

/** A number, also of what stands for one: true and false, and integers of any kind that a number can hold. */
function numberOf(value: unknown, index: number): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  const number = typeof value === "bigint" ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new ArgumentError(`tensor: values must be numbers; received ${describe(value)} at index ${index}.`);
}

function flatten(values: Exclude<TensorLike, Tensor>): { data: ArrayLike<number>; shape: Shape } {
  if (ArrayBuffer.isView(values)) {
    if (isNumberArray(values)) {
      checkHeld("tensor", values);
      return { data: values, shape: [values.length] };
    }
    if (isBigArray(values)) {
      return {
        data: Float64Array.from({ length: values.length }, (_, i) => numberOf(values[i], i)),
        shape: [values.length],
      };
    }
    throw new ArgumentError(`tensor: values must be numbers; received ${describe(values)}.`);
  }
  const shape: number[] = [];
  for (let level: unknown = values; isRow(level); level = level[0]) {
    if (shape.push(level.length) > MOST_AXES) {
      throw new ShapeError(`tensor: lists must be nested at most ${MOST_AXES} deep; received a deeper one.`);
    }
  }
  if (sizeOf(shape) > MOST_VALUES) {
    throw new ShapeError(`tensor: there must be at most ${MOST_VALUES} values; received ${formatShape(shape)}.`);
  }
  const data: number[] = [];
  const visit = (value: unknown, axis: number): void => {
    if (axis === shape.length) {
      data.push(typeof value === "number" ? value : numberOf(value, data.length));
      return;
    }
    if (!isRow(value) || value.length !== shape[axis]) {
      const received = isRow(value) ? `a row of ${value.length}` : describe(value);
      throw new ShapeError(
        `tensor: all rows must have equal length; expected ${shape[axis]} values on axis ${axis}, received ${received}.`,
      );
    }
    for (let i = 0; i < value.length; i++) visit(value[i], axis + 1);
  };
  visit(values, 0);
  return { data, shape };
}
