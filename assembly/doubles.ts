// Sums of many terms, added in f64: a sum in f32 loses what is small beside it, which shows from some thousand terms on.
// Used by columns.ts, reduce.ts, prelu.ts and clipping.ts where there are more than MANY; fewer are added in f32. W is the
// register of f64 beside V: f64 (one lane) or v128 (two).

import { lane } from "./lane";

/** Terms up to which a sum is made in f32: those of ordinary batches, whose bits are those of earlier versions. */
export const MANY: i32 = 4096;

/**
 * The sum of n floats, or of their squares. As in reduce.ts, partial sum j takes the elements j, j + 8, j + 16, ...; the
 * eight are added as ((0+4) + (2+6)) + ((1+5) + (3+7)).
 */
export function sumDoubles(x: usize, n: i32, squares: bool): f64 {
  if (ASC_FEATURE_SIMD) {
    const zero = lane.zeroDoubles<v128>();
    let p01 = zero;
    let p23 = zero;
    let p45 = zero;
    let p67 = zero;
    for (; n > 0; n -= 8) {
      const a = lane.loadUpTo<v128>(x, n, 0);
      const b = lane.loadUpTo<v128>(x + 16, n - 4, 0);
      p01 = lane.addDoubles<v128>(p01, element.of<v128>(lane.lowDoubles<v128, v128>(a), squares));
      p23 = lane.addDoubles<v128>(p23, element.of<v128>(lane.highDoubles<v128, v128>(a), squares));
      p45 = lane.addDoubles<v128>(p45, element.of<v128>(lane.lowDoubles<v128, v128>(b), squares));
      p67 = lane.addDoubles<v128>(p67, element.of<v128>(lane.highDoubles<v128, v128>(b), squares));
      x += 32;
    }
    const q = lane.addDoubles<v128>(lane.addDoubles<v128>(p01, p45), lane.addDoubles<v128>(p23, p67));
    return lane.totalDoubles<v128>(q);
  }
  return (
    eighth(x, n, squares, 0) +
    eighth(x, n, squares, 4) +
    (eighth(x, n, squares, 2) + eighth(x, n, squares, 6)) +
    (eighth(x, n, squares, 1) + eighth(x, n, squares, 5) + (eighth(x, n, squares, 3) + eighth(x, n, squares, 7)))
  );
}

abstract class element {
  @inline static of<W>(x: W, squares: bool): W {
    return squares ? lane.mulDoubles<W>(x, x) : x;
  }
}

/** Partial sum j. */
function eighth(x: usize, n: i32, squares: bool, j: i32): f64 {
  let sum: f64 = 0;
  for (; j < n; j += 8) sum += element.of<f64>(f32.load(x + (j << 2)), squares);
  return sum;
}

/** What is added down columns: elements, what columns.ts calls SquaredDistances and ProductsWithDistances, slopes of PReLU. */
export const ELEMENTS: i32 = 0;
export const SQUARED_DISTANCES: i32 = 1;
export const PRODUCTS_WITH_DISTANCES: i32 = 2;
export const SLOPES: i32 = 3;

/**
 * What `sumDown` of columns.ts gives: each column from the first row on in f64, divided, and rounded once. The kind is a
 * number here, since a function for each would take the room of four.
 */
export function sumDownDoubles(
  kind: i32,
  x: usize,
  step: i32,
  other: usize,
  mean: usize,
  y: usize,
  rows: i32,
  columns: i32,
  divisor: f64,
): void {
  if (ASC_FEATURE_SIMD) stripes<v128, v128>(kind, x, step, other, mean, y, rows, columns, divisor);
  else stripes<f32, f64>(kind, x, step, other, mean, y, rows, columns, divisor);
}

/** As many columns at a time as a register holds. */
function stripes<V, W>(
  kind: i32,
  x: usize,
  step: i32,
  other: usize,
  mean: usize,
  y: usize,
  rows: i32,
  columns: i32,
  divisor: f64,
): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  const zero = lane.splat<V>(0);
  for (; columns >= count; columns -= count) {
    const centre = kind === SQUARED_DISTANCES || kind === PRODUCTS_WITH_DISTANCES ? lane.load<V>(mean) : zero;
    let low = lane.zeroDoubles<W>();
    let high = low;
    let at = x;
    for (let row = rows; row > 0; row--) {
      let t = lane.load<V>(at);
      if (kind !== ELEMENTS) {
        if (kind === SQUARED_DISTANCES) {
          t = lane.sub<V>(t, centre);
          t = lane.mul<V>(t, t);
        } else if (kind === PRODUCTS_WITH_DISTANCES) t = lane.mul<V>(t, lane.sub<V>(lane.load<V>(at + other), centre));
        else t = lane.whereGreater<V>(t, zero, zero, lane.mul<V>(t, lane.load<V>(at + other)));
      }
      low = lane.addDoubles<W>(low, lane.lowDoubles<V, W>(t));
      if (isVector<V>()) high = lane.addDoubles<W>(high, lane.highDoubles<V, W>(t));
      at += step;
    }
    lane.store<V>(y, lane.roundDoubles<V, W>(low, high, divisor));
    x += width;
    mean += width;
    y += width;
  }
  if (isVector<V>() && columns > 0) stripes<f32, f64>(kind, x, step, other, mean, y, rows, columns, divisor);
}
