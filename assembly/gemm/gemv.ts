// One row: y[n] = x[k] * B[k, n]. Reads B once, straight ahead, many columns side by side, so that memory is the limit
// and not the latency of one addition. Each y[j] adds its products in order of k, as in gemm: the bits are the same.

import { lane } from "../lane";

/** B has rows of bStep bytes, contiguous columns; x's elements lie xStep bytes apart. */
export function gemv<V>(n: i32, k: i32, x: usize, xStep: i32, b: usize, bStep: i32, y: usize): void {
  const width = <i32>sizeof<V>();
  const count = lane.count<V>();
  for (; n >= 8 * count; n -= 8 * count) {
    eight<V>(k, x, xStep, b, bStep, y);
    b += 8 * width;
    y += 8 * width;
  }
  for (; n >= count; n -= count) {
    lane.store<V>(y, one<V>(k, x, xStep, b, bStep, count));
    b += width;
    y += width;
  }
  if (n > 0) lane.storePart<V>(y, one<V>(k, x, xStep, b, bStep, n), n);
}

function eight<V>(k: i32, x: usize, xStep: i32, b: usize, bStep: i32, y: usize): void {
  const width = <i32>sizeof<V>();
  const zero = lane.splat<V>(0);
  let y0 = zero;
  let y1 = zero;
  let y2 = zero;
  let y3 = zero;
  let y4 = zero;
  let y5 = zero;
  let y6 = zero;
  let y7 = zero;
  for (; k > 0; k--) {
    const xi = lane.loadSplat<V>(x, 0);
    y0 = lane.fma<V>(xi, lane.load<V>(b), y0);
    y1 = lane.fma<V>(xi, lane.load<V>(b + width), y1);
    y2 = lane.fma<V>(xi, lane.load<V>(b + 2 * width), y2);
    y3 = lane.fma<V>(xi, lane.load<V>(b + 3 * width), y3);
    y4 = lane.fma<V>(xi, lane.load<V>(b + 4 * width), y4);
    y5 = lane.fma<V>(xi, lane.load<V>(b + 5 * width), y5);
    y6 = lane.fma<V>(xi, lane.load<V>(b + 6 * width), y6);
    y7 = lane.fma<V>(xi, lane.load<V>(b + 7 * width), y7);
    x += xStep;
    b += bStep;
  }
  lane.store<V>(y, y0);
  lane.store<V>(y + width, y1);
  lane.store<V>(y + 2 * width, y2);
  lane.store<V>(y + 3 * width, y3);
  lane.store<V>(y + 4 * width, y4);
  lane.store<V>(y + 5 * width, y5);
  lane.store<V>(y + 6 * width, y6);
  lane.store<V>(y + 7 * width, y7);
}

/** One register of columns, of which the first `valid` exist. */
function one<V>(k: i32, x: usize, xStep: i32, b: usize, bStep: i32, valid: i32): V {
  let sum = lane.splat<V>(0);
  const full = valid === lane.count<V>();
  for (; k > 0; k--) {
    const bi = full ? lane.load<V>(b) : lane.loadPart<V>(b, valid, 0);
    sum = lane.fma<V>(lane.loadSplat<V>(x, 0), bi, sum);
    x += xStep;
    b += bStep;
  }
  return sum;
}
