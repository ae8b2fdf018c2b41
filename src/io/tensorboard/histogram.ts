// Histograms as TensorBoard draws them: counts of values between limits. Used by writer.ts.

import { message } from "./messages.js";

/** Buckets of equal width between the least and the largest value, as TensorFlow 2 takes them. */
const BUCKETS = 30;

/**
 * A HistogramProto of the finite values among `values`; null where there are none. A bucket holds the values above the
 * limit before it and up to its own; the last holds the largest value too.
 */
export function histogramOf(values: ArrayLike<number>): Uint8Array | null {
  let [count, sum, squares, min, max] = [0, 0, 0, Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    count++;
    sum += value;
    squares += value * value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (count === 0) return null;
  const width = (max - min) / BUCKETS;
  // Values that are all equal lie in one bucket around them.
  const single = width === 0;
  const limits = single
    ? [max]
    : Array.from({ length: BUCKETS }, (_, i) => (i === BUCKETS - 1 ? max : min + (i + 1) * width));
  const counts = new Array<number>(limits.length).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    const bucket = single ? 0 : Math.min(Math.floor((value - min) / width), BUCKETS - 1);
    counts[bucket] = (counts[bucket] as number) + 1;
  }
  return message(
    [1, "double", min],
    [2, "double", max],
    [3, "double", count],
    [4, "double", sum],
    [5, "double", squares],
    [6, "doubles", limits],
    [7, "doubles", counts],
  );
}
