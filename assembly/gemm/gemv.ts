// One row: y[n] = x[k] * B[k, n]. Reads B once, straight ahead, eight rows side by side, so that memory is the limit
// and not the latency of one addition. Each y[j] adds its products in order of k, as in gemm: the bits are the same.

import { lane } from "../lane";

/** Rows of B that are added to y in one pass over it. */
const ROWS: i32 = 8;

/** B has rows of bStep bytes, contiguous columns; x's elements lie xStep bytes apart. */
export function gemv<V>(n: i32, k: i32, x: usize, xStep: i32, b: usize, bStep: i32, y: usize): void {
  memory.fill(y, 0, n << 2);
  for (; k >= ROWS; k -= ROWS) {
    addEight<V>(n, x, xStep, b, bStep, y);
    x += ROWS * xStep;
    b += ROWS * bStep;
  }
  for (; k > 0; k--) {
    addOne<V>(n, x, b, y);
    x += xStep;
    b += bStep;
  }
}

/** y += x0 * row 0 of B + ... + x7 * row 7, added in this order. */
function addEight<V>(n: i32, x: usize, xStep: i32, b: usize, bStep: i32, y: usize): void {
  const width = <i32>sizeof<V>();
  const count = lane.count<V>();
  const x0 = lane.loadSplat<V>(x, 0);
  const x1 = lane.loadSplat<V>(x + xStep, 0);
  const x2 = lane.loadSplat<V>(x + 2 * xStep, 0);
  const x3 = lane.loadSplat<V>(x + 3 * xStep, 0);
  const x4 = lane.loadSplat<V>(x + 4 * xStep, 0);
  const x5 = lane.loadSplat<V>(x + 5 * xStep, 0);
  const x6 = lane.loadSplat<V>(x + 6 * xStep, 0);
  const x7 = lane.loadSplat<V>(x + 7 * xStep, 0);
  let b1 = b + bStep;
  let b2 = b1 + bStep;
  let b3 = b2 + bStep;
  let b4 = b3 + bStep;
  let b5 = b4 + bStep;
  let b6 = b5 + bStep;
  let b7 = b6 + bStep;
  for (; n >= count; n -= count) {
    let sum = lane.load<V>(y);
    sum = lane.fma<V>(x0, lane.load<V>(b), sum);
    sum = lane.fma<V>(x1, lane.load<V>(b1), sum);
    sum = lane.fma<V>(x2, lane.load<V>(b2), sum);
    sum = lane.fma<V>(x3, lane.load<V>(b3), sum);
    sum = lane.fma<V>(x4, lane.load<V>(b4), sum);
    sum = lane.fma<V>(x5, lane.load<V>(b5), sum);
    sum = lane.fma<V>(x6, lane.load<V>(b6), sum);
    sum = lane.fma<V>(x7, lane.load<V>(b7), sum);
    lane.store<V>(y, sum);
    y += width;
    b += width;
    b1 += width;
    b2 += width;
    b3 += width;
    b4 += width;
    b5 += width;
    b6 += width;
    b7 += width;
  }
  if (n > 0) {
    let sum = lane.loadPart<V>(y, n, 0);
    sum = lane.fma<V>(x0, lane.loadPart<V>(b, n, 0), sum);
    sum = lane.fma<V>(x1, lane.loadPart<V>(b1, n, 0), sum);
    sum = lane.fma<V>(x2, lane.loadPart<V>(b2, n, 0), sum);
    sum = lane.fma<V>(x3, lane.loadPart<V>(b3, n, 0), sum);
    sum = lane.fma<V>(x4, lane.loadPart<V>(b4, n, 0), sum);
    sum = lane.fma<V>(x5, lane.loadPart<V>(b5, n, 0), sum);
    sum = lane.fma<V>(x6, lane.loadPart<V>(b6, n, 0), sum);
    sum = lane.fma<V>(x7, lane.loadPart<V>(b7, n, 0), sum);
    lane.storePart<V>(y, sum, n);
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
