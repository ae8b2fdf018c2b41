// Packing copies a block into a micro-panel: for each k, `width` floats side by side, so that a micro-kernel reads
// straight ahead.   panel:  k = 0: w floats | k = 1: w floats | ...
// A panel narrower than `width` is filled up with zeros.

import { lane } from "../lane";

/** From a source whose panel direction is contiguous: element (k, i) is at from + k * kStep + i * 4. */
export function packRows(from: usize, kStep: i32, valid: i32, width: i32, k: i32, to: usize): void {
  const toStep = width << 2;
  for (; k > 0; k--) {
    let i = 0;
    if (ASC_FEATURE_SIMD) {
      for (; i + 4 <= valid; i += 4) lane.store<v128>(to + (i << 2), lane.load<v128>(from + (i << 2)));
    }
    for (; i < valid; i++) f32.store(to + (i << 2), f32.load(from + (i << 2)));
    for (; i < width; i++) f32.store(to + (i << 2), 0);
    from += kStep;
    to += toStep;
  }
}

/** From a source whose k direction is contiguous: element (k, i) is at from + i * iStep + k * 4. */
export function packColumns(from: usize, iStep: i32, valid: i32, width: i32, k: i32, to: usize): void {
  const toStep = width << 2;
  let i = 0;
  if (ASC_FEATURE_SIMD) {
    for (; i + 4 <= valid; i += 4) {
      let p = from + i * iStep;
      let q = to + (i << 2);
      let left = k;
      for (; left >= 4; left -= 4) {
        lane.transpose4(p, iStep, q, toStep);
        p += 16;
        q += toStep << 2;
      }
      for (; left > 0; left--) {
        f32.store(q, f32.load(p));
        f32.store(q, f32.load(p + iStep), 4);
        f32.store(q, f32.load(p + 2 * iStep), 8);
        f32.store(q, f32.load(p + 3 * iStep), 12);
        p += 4;
        q += toStep;
      }
    }
  }
  for (; i < width; i++) {
    let p = from + i * iStep;
    let q = to + (i << 2);
    for (let left = k; left > 0; left--) {
      f32.store(q, i < valid ? f32.load(p) : 0);
      p += 4;
      q += toStep;
    }
  }
}

/** A transposed block, element (i, k) at from + i * 4 + k * kStep, as rows of k floats, `pitch` bytes apart. */
export function packTransposed(from: usize, kStep: i32, rows: i32, k: i32, to: usize, pitch: i32): void {
  // Sixteen rows at a time: what a cache line of the source holds.
  for (; rows > 0; rows -= 16) {
    const some = min(rows, 16);
    const full = some & -4;
    let p = from;
    let q = to;
    let left = k;
    if (ASC_FEATURE_SIMD) {
      for (; left >= 4; left -= 4) {
        for (let j = 0; j < full; j += 4) lane.transpose4(p + (j << 2), kStep, q + j * pitch, pitch);
        for (let j = full; j < some; j++) {
          const from = p + (j << 2);
          const row = q + j * pitch;
          f32.store(row, f32.load(from));
          f32.store(row, f32.load(from + kStep), 4);
          f32.store(row, f32.load(from + 2 * kStep), 8);
          f32.store(row, f32.load(from + 3 * kStep), 12);
        }
        p += kStep << 2;
        q += 16;
      }
    }
    for (; left > 0; left--) {
      for (let j = 0; j < some; j++) f32.store(q + j * pitch, f32.load(p + (j << 2)));
      p += kStep;
      q += 4;
    }
    from += some << 2;
    to += some * pitch;
  }
}
