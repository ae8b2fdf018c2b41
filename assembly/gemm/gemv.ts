// One row: y[n] = x[k] * B[k, n]. Reads B once, straight ahead, four rows side by side and two registers of each in a turn,
// so that memory is the limit and not the latency of one addition. Each y[j] adds its products in order of k, as in gemm:
// the bits are the same.

import { lane } from "../lane";

/** Rows of B that are added to y in one pass over it. */
const ROWS: i32 = 4;

/** B has rows of bStep bytes, contiguous columns; x's elements lie xStep bytes apart. */
export function gemv<V>(n: i32, k: i32, x: usize, xStep: i32, b: usize, bStep: i32, y: usize): void {
  memory.fill(y, 0, n << 2);
  for (; k >= ROWS; k -= ROWS) {
    addFour<V>(n, x, xStep, b, bStep, y);
    x += ROWS * xStep;
    b += ROWS * bStep;
  }
  for (; k > 0; k--) {
    addOne<V>(n, x, b, y);
    x += xStep;
    b += bStep;
  }
}

/** y += x0 * row 0 of B + ... + x3 * row 3, added in this order. */
function addFour<V>(n: i32, x: usize, xStep: i32, b: usize, bStep: i32, y: usize): void {
  const width = <i32>sizeof<V>();
  const count = lane.count<V>();
  const x0 = lane.loadSplat<V>(x, 0);
  const x1 = lane.loadSplat<V>(x + xStep, 0);
  const x2 = lane.loadSplat<V>(x + 2 * xStep, 0);
  const x3 = lane.loadSplat<V>(x + 3 * xStep, 0);
  let b1 = b + bStep;
  let b2 = b1 + bStep;
  let b3 = b2 + bStep;
  for (; n >= 2 * count; n -= 2 * count) {
    let s = lane.load<V>(y);
    let t = lane.load<V>(y, width);
    s = lane.fma<V>(x0, lane.load<V>(b), s);
    t = lane.fma<V>(x0, lane.load<V>(b, width), t);
    s = lane.fma<V>(x1, lane.load<V>(b1), s);
    t = lane.fma<V>(x1, lane.load<V>(b1, width), t);
    s = lane.fma<V>(x2, lane.load<V>(b2), s);
    t = lane.fma<V>(x2, lane.load<V>(b2, width), t);
    s = lane.fma<V>(x3, lane.load<V>(b3), s);
    t = lane.fma<V>(x3, lane.load<V>(b3, width), t);
    lane.store<V>(y, s);
    lane.store<V>(y, t, width);
    y += 2 * width;
    b += 2 * width;
    b1 += 2 * width;
    b2 += 2 * width;
    b3 += 2 * width;
  }
  if (n >= count) {
    let s = lane.load<V>(y);
    s = lane.fma<V>(x0, lane.load<V>(b), s);
    s = lane.fma<V>(x1, lane.load<V>(b1), s);
    s = lane.fma<V>(x2, lane.load<V>(b2), s);
    s = lane.fma<V>(x3, lane.load<V>(b3), s);
    lane.store<V>(y, s);
    n -= count;
    y += width;
    b += width;
    b1 += width;
    b2 += width;
    b3 += width;
  }
  if (isVector<V>() && n > 0) {
    let s = lane.loadUpTo<V>(y, n, 0);
    s = lane.fma<V>(x0, lane.loadUpTo<V>(b, n, 0), s);
    s = lane.fma<V>(x1, lane.loadUpTo<V>(b1, n, 0), s);
    s = lane.fma<V>(x2, lane.loadUpTo<V>(b2, n, 0), s);
    s = lane.fma<V>(x3, lane.loadUpTo<V>(b3, n, 0), s);
    lane.storeUpTo<V>(y, s, n);
  }
}

/** y += x[0] * row 0 of B */
function addOne<V>(n: i32, x: usize, b: usize, y: usize): void {
  const width = <i32>sizeof<V>();
  const count = lane.count<V>();
  const x0 = lane.loadSplat<V>(x, 0);
  for (; n >= count; n -= count) {
    lane.store<V>(y, lane.fma<V>(x0, lane.load<V>(b), lane.load<V>(y)));
    y += width;
    b += width;
  }
  if (n > 0) lane.storePart<V>(y, lane.fma<V>(x0, lane.loadPart<V>(b, n, 0), lane.loadPart<V>(y, n, 0)), n);
}
