// Moving elements without computing: blocks, permutations of axes, rows by index. Strides count elements.

import { fill, rowOf, Sum } from "./elementwise";
import { lane } from "./lane";

/** Copies n0 x n1 rows of `width` floats between two places with strides of their own. */
export function copyBlock(x: usize, y: usize, n0: i32, n1: i32, width: i32, x0: i32, x1: i32, y0: i32, y1: i32): void {
  for (; n0 > 0; n0--) {
    for (let i = 0; i < n1; i++) memory.copy(y + ((i * y1) << 2), x + ((i * x1) << 2), width << 2);
    x += x0 << 2;
    y += y0 << 2;
  }
}

/** Columns at a time: as many lines of y stay in the cache while the rows go by, each a line of x wide. */
const STRIP: i32 = 16;

/** y[count, columns, rows] = x[count, rows, columns], each matrix transposed, in blocks of 4 x 4. */
export function transpose(x: usize, y: usize, count: i32, rows: i32, columns: i32): void {
  const xStep = columns << 2;
  const yStep = rows << 2;
  for (; count > 0; count--) {
    for (let j = 0; j < columns; j += STRIP) {
      transposeStrip(x + (j << 2), xStep, y + j * yStep, yStep, rows, min(columns - j, STRIP));
    }
    x += rows * xStep;
    y += rows * xStep;
  }
}

function transposeStrip(x: usize, xStep: i32, y: usize, yStep: i32, rows: i32, columns: i32): void {
  let j = 0;
  if (ASC_FEATURE_SIMD) {
    for (; rows >= 4; rows -= 4) {
      for (j = 0; j + 4 <= columns; j += 4) lane.transpose4(x + (j << 2), xStep, y + j * yStep, yStep);
      for (; j < columns; j++) gatherRow(x + (j << 2), xStep, y + j * yStep, 4);
      x += xStep << 2;
      y += 16;
    }
  }
  for (j = 0; j < columns; j++) gatherRow(x + (j << 2), xStep, y + j * yStep, rows);
}

/** y[n0, n1, n2, n3], contiguous, from x with any strides. */
export function permute(
  x: usize,
  y: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  x0: i32,
  x1: i32,
  x2: i32,
  x3: i32,
): void {
  for (let i = 0; i < n0; i++) {
    for (let j = 0; j < n1; j++) {
      for (let k = 0; k < n2; k++) {
        gatherRow(x + ((i * x0 + j * x1 + k * x2) << 2), x3 << 2, y, n3);
        y += n3 << 2;
      }
    }
  }
}

/** n floats that lie xStep bytes apart, side by side. */
function gatherRow(x: usize, xStep: i32, y: usize, n: i32): void {
  for (; n > 0; n--) {
    f32.store(y, f32.load(x));
    x += xStep;
    y += 4;
  }
}

/** y[count, width] = rows of x[rows, width] at the i32 indices; NaN for an index that is not in [0, rows). */
export function gather(x: usize, indices: usize, y: usize, count: i32, rows: i32, width: i32): void {
  const step = width << 2;
  for (; count > 0; count--) {
    const index = load<u32>(indices);
    if (index < <u32>rows) memory.copy(y, x + index * step, step);
    else fill(y, NaN, width);
    indices += 4;
    y += step;
  }
}

/** y[rows, width] = 0, then each row of x[count, width], in order, added to the row at its index. */
export function scatterAdd(x: usize, indices: usize, y: usize, count: i32, rows: i32, width: i32): void {
  const step = width << 2;
  memory.fill(y, 0, rows * step);
  for (; count > 0; count--) {
    const index = load<u32>(indices);
    if (index < <u32>rows) {
      const to = y + index * step;
      rowOf<Sum>(to, 1, x, 1, to, width);
    }
    indices += 4;
    x += step;
  }
}

/** y[n, depth] = 1 at the i32 label of each row, else 0; a label that is not in [0, depth) leaves its row 0. */
export function oneHot(labels: usize, y: usize, n: i32, depth: i32): void {
  memory.fill(y, 0, (n * depth) << 2);
  for (; n > 0; n--) {
    const label = load<u32>(labels);
    if (label < <u32>depth) f32.store(y + (label << 2), 1);
    labels += 4;
    y += depth << 2;
  }
}

/** y[i] = the i32 x[i] as the nearest float. */
export function toFloat(x: usize, y: usize, n: i32): void {
  for (; n > 0; n--) {
    f32.store(y, <f32>i32.load(x));
    x += 4;
    y += 4;
  }
}
