// Arrays of any dtype, shape and bits, for round trips; and their content in comparable form.

import fc from "fast-check";
import type { ArrayDType, NumericArray } from "../../src/io/arrays.js";

const constructors = {
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
const dtypes = Object.keys(constructors) as ArrayDType[];

/** Any bits, so that NaN with any payload, infinities and -0 occur. */
export const anyArray: fc.Arbitrary<NumericArray> = fc
  .record({ dtype: fc.constantFrom(...dtypes), shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }) })
  .chain(({ dtype, shape }) => {
    const count = shape.reduce((product, extent) => product * extent, 1);
    const length = count * constructors[dtype].BYTES_PER_ELEMENT;
    return fc.uint8Array({ minLength: length, maxLength: length, max: dtype === "bool" ? 1 : 255 }).map((bytes) => {
      const data = new constructors[dtype](Uint8Array.from(bytes).buffer);
      return { dtype, shape, data } as NumericArray;
    });
  });

export function contentOfArray({ dtype, shape, data }: NumericArray) {
  return { dtype, shape: [...shape], bytes: [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)] };
}
