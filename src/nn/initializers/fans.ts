// What initializers have in common: the fans of a kernel, and the spread of a truncated normal.

import { ArgumentError, describe } from "../../errors.js";
import { type Shape, sizeOf } from "../../tensor/shape.js";

/** Standard deviation of the standard normal given |z| <= 2. */
export const TRUNCATED_STDDEV = 0.8796256610342398;

/**
 * Inputs and outputs of a kernel [inputs, units], at least 1. A kernel of a convolution, [..., inputs, outputs], has as many
 * of each at every place of its window (Keras's rule).
 */
export function fansOf(subject: string, shape: Shape): [fanIn: number, fanOut: number] {
  const [inputs, units] = shape.slice(-2);
  if (inputs === undefined || units === undefined || inputs + units === 0) {
    throw new ArgumentError(
      `${subject}: the shape must be [inputs, units] or [..., inputs, outputs]; received ${describe([...shape])}.`,
    );
  }
  const places = sizeOf(shape.slice(0, -2));
  return [Math.max(inputs * places, 1), Math.max(units * places, 1)];
}

/** `kernel` of `hidden/kernel`. */
export function localName(stream: string): string {
  return stream.slice(stream.lastIndexOf("/") + 1);
}
