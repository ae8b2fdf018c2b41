// Made-up numbers for the benches: the same in every run, ordinary in size.

import { RandomStream } from "../src/index.js";

/** So many floats, uniform in [low, high). */
export function randomFloats(size: number, stream: string, low = -1, high = 1): Float32Array {
  const random = new RandomStream(1, stream);
  return Float32Array.from({ length: size }, () => low + (high - low) * (random.uint32() / 2 ** 32));
}

/** So many labels in [0, classes). */
export function randomLabels(size: number, stream: string, classes: number): Int32Array {
  const random = new RandomStream(1, stream);
  return Int32Array.from({ length: size }, () => random.uint32() % classes);
}

/** Fails where two results differ by more than `tolerance`: a figure for wrong results is no figure. */
export function checkClose(
  subject: string,
  received: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  let worst = 0;
  let at = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((received[i] ?? Number.NaN) - (expected[i] as number));
    if (difference <= worst) continue;
    worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    at = i;
  }
  if (received.length === expected.length && worst <= tolerance) return;
  throw new Error(
    `${subject}: results must agree within ${tolerance}; ${received.length} of ${expected.length} values, ` +
      `at ${at} received ${received[at]}, expected ${expected[at]}.`,
  );
}
