// Mini-batches: the order of the examples in an epoch, and the copying of rows into the place a run reads them from.

import { RandomStream } from "../../tensor/random.js";
import type { TensorData } from "../../tensor/tensor.js";

/** The order of `count` examples in an epoch: shuffled by (seed, epoch), whatever happened before. */
export function epochOrder(count: number, seed: number, epoch: number): Uint32Array {
  return new RandomStream(seed, `shuffle/${epoch}`).permutation(count);
}

// Below this width a loop over the numbers is faster than setting a view per row.
const LOOP_WIDTH = 32;

/** target[i, :] = source[order[from + i], :] for `count` rows of `width`; rows from `from` on where order is null. */
export function gatherRows(
  target: TensorData,
  source: TensorData,
  order: Uint32Array | null,
  from: number,
  count: number,
  width: number,
): void {
  if (order === null) {
    target.set(source.subarray(from * width, (from + count) * width));
    return;
  }
  for (let i = 0; i < count; i++) {
    const row = (order[from + i] as number) * width;
    const at = i * width;
    if (width <= LOOP_WIDTH) {
      for (let j = 0; j < width; j++) target[at + j] = source[row + j] as number;
    } else target.set(source.subarray(row, row + width), at);
  }
}
