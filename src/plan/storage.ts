// Assigns arena offsets to values whose lifetimes are known, so that those alive at once never overlap.

/** A stretch of memory, alive from step `from` to step `to`, both included. */
export interface Storage {
  readonly bytes: number;
  from: number;
  to: number;
  /** Bytes from the start of the arena; set by `arrange`. */
  offset: number;
}

const ALIGNMENT = 64;

/**
 * Sets every offset and returns the bytes of the arena. The largest go first, each into the lowest gap between those
 * that are alive with it: greedy by size, within a few per cent of the optimum on graphs of layers.
 * Pisarchyk & Lee 2020, Efficient Memory Management for Deep Neural Net Inference.
 */
export function arrange(storages: readonly Storage[]): number {
  /** In order of offset. */
  const placed: Storage[] = [];
  let total = 0;
  for (const storage of [...storages].sort((a, b) => b.bytes - a.bytes)) {
    const { bytes, from, to } = storage;
    let offset = 0;
    for (const other of placed) {
      if (other.from > to || from > other.to) continue;
      if (offset + bytes <= other.offset) break;
      offset = Math.max(offset, align(other.offset + other.bytes));
    }
    storage.offset = offset;
    placed.splice(placeAfter(placed, offset), 0, storage);
    total = Math.max(total, offset + bytes);
  }
  return align(total);
}

/** The index at which a storage with this offset keeps the order, after its equals. */
function placeAfter(placed: readonly Storage[], offset: number): number {
  let low = 0;
  let high = placed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((placed[middle] as Storage).offset <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
