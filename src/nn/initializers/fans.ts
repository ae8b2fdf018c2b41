// What initializers have in common: the fans of a kernel, and the spread of a truncated normal.

import { ArgumentError, describe } from "../../errors.js";
import type { Shape } from "../../tensor/shape.js";

/** Standard deviation of the standard normal given |z| <= 2. */
export const TRUNCATED_STDDEV = 0.8796256610342398;

/** Inputs and outputs of a dense kernel, at least 1. */
export function fansOf(subject: string, shape: Shape): [fanIn: number, fanOut: number] {
  const [inputs, units] = shape;
  if (inputs === undefined || units === undefined || shape.length !== 2 || inputs + units === 0) {
    throw new ArgumentError(`${subject}: the shape must be [inputs, units]; received ${describe([...shape])}.`);
  }
  return [Math.max(inputs, 1), Math.max(units, 1)];
}

/** `kernel` of `hidden/kernel`. */
export function localName(stream: string): string {
  return stream.slice(stream.lastIndexOf("/") + 1);
}
