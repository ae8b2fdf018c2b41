// What a node may be declared as: its name, a shape that memory has room for, a number of its type.

import { ArgumentError, describe } from "../errors.js";
import { checkShape, formatShape, MOST_VALUES, type Shape, sizeOf } from "../tensor/shape.js";
import { checkDType, checkRange, type DType } from "../tensor/tensor.js";

export function checkName(kind: string, name: unknown): asserts name is string {
  if (typeof name !== "string" || name === "" || name.startsWith("/") || name.endsWith("/")) {
    throw new ArgumentError(
      `Graph: a ${kind} name must be a non-empty string without / at its ends; received ${describe(name)}.`,
    );
  }
}

/** Fails unless `shape` is one, of values that fit into the memory of a session. */
export function checkRoom(subject: string, shape: unknown): asserts shape is Shape {
  checkShape(subject, shape);
  const size = sizeOf(shape as Shape);
  if (size > MOST_VALUES) {
    throw new ArgumentError(
      `${subject}: a session holds at most ${MOST_VALUES} values, 4 GB; received the shape ${formatShape(shape)} of ${size}.`,
    );
  }
}

/** Fails unless `dtype` is a type that `value` fits. */
export function checkNumberOf(subject: string, what: string, value: number, dtype: DType): void {
  checkDType(subject, dtype);
  if (dtype === "float32") checkRange(`${subject}: ${what}`, value);
  else if (!(Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31)) {
    throw new ArgumentError(`${subject}: ${what} of an int32 must be an integer in [-2^31, 2^31); received ${value}.`);
  }
}
