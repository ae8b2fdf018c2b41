// Floats and their bits: neighbours, distances in units in the last place, values that break careless kernels.

const f32 = new Float32Array(1);
const i32 = new Int32Array(f32.buffer);
const f64 = new Float64Array(1);
const f64Words = new Uint32Array(f64.buffer);

export function bitsOf(x: number): number {
  f32[0] = x;
  return i32[0] as number;
}

export function fromBits(bits: number): number {
  i32[0] = bits;
  return f32[0] as number;
}

/** The unit in the last place of a float32 of this magnitude; the smallest there is for subnormal numbers. */
export function ulp(x: number): number {
  f64[0] = x;
  const exponent = (((f64Words[1] as number) >>> 20) & 0x7ff) - 1023;
  return 2 ** (Math.min(Math.max(exponent, -126), 127) - 23);
}

/** How far the float32 `received` is from `exact` in units of the latter's last place; Infinity where one is NaN. */
export function ulpError(received: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (!Number.isFinite(rounded)) return Object.is(received, rounded) ? 0 : Infinity;
  const error = Math.abs(received - exact) / ulp(exact);
  return Number.isNaN(error) ? Infinity : error;
}

export const largestFloat = fromBits(0x7f7fffff);
export const smallestNormal = fromBits(0x00800000);
export const smallestSubnormal = fromBits(1);

/** NaN, infinities, zeros and the ends of the ranges, in both signs. */
export const specialFloats: readonly number[] = [
  Number.NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  smallestSubnormal,
  -smallestSubnormal,
  smallestNormal,
  -smallestNormal,
  largestFloat,
  -largestFloat,
  1,
  -1,
];
