// Looking for NaN and Infinity: in what is fed, in the data of `fit`, and in what a training step made.

import type { Tensor } from "./tensor.js";

/** The index of the first value that is NaN or infinite; -1 where there is none. */
export function firstNonFinite({ data, dtype }: Pick<Tensor, "data" | "dtype">): number {
  if (dtype === "int32") return -1;
  // A sum of x * 0 is 0 unless some x is not finite: one pass without a branch, and two sums, so that neither has to
  // wait for its last addition.
  let even = 0;
  let odd = 0;
  const { length } = data;
  for (let i = 1; i < length; i += 2) {
    even += (data[i - 1] as number) * 0;
    odd += (data[i] as number) * 0;
  }
  if (length % 2 === 1) even += (data[length - 1] as number) * 0;
  return even + odd === 0 ? -1 : data.findIndex((value) => !Number.isFinite(value));
}
