// PReLU: leaky ReLU with a slope per column that is learnt. He et al. 2015, "Delving deep into rectifiers".

import { MANY, SLOPES, sumDownDoubles } from "./doubles";
import { lane } from "./lane";

/** y[rows, columns] = x where x > 0, else alpha[columns] x */
export function prelu(x: usize, alpha: usize, y: usize, rows: i32, columns: i32): void {
  if (ASC_FEATURE_SIMD) slopesOn<v128>(x, x, alpha, y, rows, columns);
  else slopesOn<f32>(x, x, alpha, y, rows, columns);
}

/** dx[rows, columns] = dy where x > 0, else alpha[columns] dy */
export function preluGradient(x: usize, alpha: usize, dy: usize, dx: usize, rows: i32, columns: i32): void {
  if (ASC_FEATURE_SIMD) slopesOn<v128>(x, dy, alpha, dx, rows, columns);
  else slopesOn<f32>(x, dy, alpha, dx, rows, columns);
}

/** to = from where x > 0, else alpha from */
function slopesOn<V>(x: usize, from: usize, alpha: usize, to: usize, rows: i32, columns: i32): void {
  const count = lane.count<V>();
  const zero = lane.splat<V>(0);
  const step = columns << 2;
  for (; rows > 0; rows--) {
    for (let j = 0; j < columns; j += count) {
      const at = j << 2;
      const left = columns - j;
      const full = !isVector<V>() || left >= count;
      const value = full ? lane.load<V>(x + at) : lane.loadPart<V>(x + at, left, 0);
      const source = full ? lane.load<V>(from + at) : lane.loadPart<V>(from + at, left, 0);
      const slope = full ? lane.load<V>(alpha + at) : lane.loadPart<V>(alpha + at, left, 0);
      const result = lane.whereGreater<V>(value, zero, source, lane.mul<V>(source, slope));
      if (full) lane.store<V>(to + at, result);
      else lane.storePart<V>(to + at, result, left);
    }
    x += step;
    from += step;
    to += step;
  }
}

/** dalpha[columns] = sum over the rows of x dy where x is not positive, each column from the first row down. */
export function preluSlopeGradient(x: usize, dy: usize, dalpha: usize, rows: i32, columns: i32): void {
  if (rows > MANY) sumDownDoubles(SLOPES, x, columns << 2, dy - x, 0, dalpha, rows, columns, 1);
  else if (ASC_FEATURE_SIMD) slopeGradientOn<v128>(x, dy, dalpha, rows, columns);
  else slopeGradientOn<f32>(x, dy, dalpha, rows, columns);
}

function slopeGradientOn<V>(x: usize, dy: usize, dalpha: usize, rows: i32, columns: i32): void {
  const count = lane.count<V>();
  const zero = lane.splat<V>(0);
  const step = columns << 2;
  for (let j = 0; j < columns; j += count) {
    const left = columns - j;
    const full = !isVector<V>() || left >= count;
    let at = j << 2;
    let sum = zero;
    for (let r = rows; r > 0; r--) {
      const value = full ? lane.load<V>(x + at) : lane.loadPart<V>(x + at, left, 0);
      const upstream = full ? lane.load<V>(dy + at) : lane.loadPart<V>(dy + at, left, 0);
      sum = lane.add<V>(sum, lane.whereGreater<V>(value, zero, zero, lane.mul<V>(value, upstream)));
      at += step;
    }
    if (full) lane.store<V>(dalpha + (j << 2), sum);
    else lane.storePart<V>(dalpha + (j << 2), sum, left);
  }
}
