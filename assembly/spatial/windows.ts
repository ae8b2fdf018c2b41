// How windows slide over pictures [n, h, w, c], channels last: an operation travels as a type F that is handed each window.
// Windows and their taps are visited row by row, so what is added has one order in every build; channels that fill no register
// go one by one.

/** Whether windows are the 2 x 2 tiles of the picture: what nets mostly pool by has loops of its own. */
export function areTiles(
  h: i32,
  w: i32,
  oh: i32,
  ow: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  dh: i32,
  dw: i32,
  top: i32,
  left: i32,
): bool {
  const two = (kh ^ 2) | (kw ^ 2) | (sh ^ 2) | (sw ^ 2);
  return (two | (dh ^ 1) | (dw ^ 1) | top | left) === 0 && 2 * oh <= h && 2 * ow <= w;
}

/** The 2 x 2 tiles of each picture, in two registers at a time where that many channels are left. */
export function tiles<F>(
  a: usize,
  b: usize,
  y: usize,
  z: usize,
  n: i32,
  h: i32,
  w: i32,
  c: i32,
  oh: i32,
  ow: i32,
): void {
  const pixel = c << 2;
  const row = w * pixel;
  for (; n > 0; n--) {
    for (let i = 0; i < oh; i++) {
      let p = a + 2 * i * row;
      let q = b + 2 * i * row;
      for (let j = ow; j > 0; j--) {
        let k = c;
        if (ASC_FEATURE_SIMD) {
          for (; k >= 8; k -= 8) {
            changetype<F>(0).tile<v128>(p, q, y, z, row, pixel);
            changetype<F>(0).tile<v128>(p + 16, q + 16, y + 16, z + 16, row, pixel);
            p += 32;
            q += 32;
            y += 32;
            z += 32;
          }
          if (k >= 4) {
            changetype<F>(0).tile<v128>(p, q, y, z, row, pixel);
            k -= 4;
            p += 16;
            q += 16;
            y += 16;
            z += 16;
          }
        }
        for (; k > 0; k--) {
          changetype<F>(0).tile<f32>(p, q, y, z, row, pixel);
          p += 4;
          q += 4;
          y += 4;
          z += 4;
        }
        p += pixel;
        q += pixel;
      }
    }
    a += h * row;
    b += h * row;
  }
}

/**
 * Visits the windows of any geometry. Window (i, j) begins at row i * sh - top and column j * sw - left; its kh x kw taps lie
 * dh rows and dw columns apart, and at least one of them inside. `a` and `b` have the shape of the input, `y` and `z` that of
 * the output.
 */
export function slide<F>(
  a: usize,
  b: usize,
  y: usize,
  z: usize,
  n: i32,
  h: i32,
  w: i32,
  c: i32,
  oh: i32,
  ow: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  dh: i32,
  dw: i32,
  top: i32,
  left: i32,
  bottom: i32,
  right: i32,
): void {
  const pixel = c << 2;
  const row = w * pixel;
  for (; n > 0; n--) {
    for (let i = 0; i < oh; i++) {
      const startRow = i * sh - top;
      const firstRow = skipped(startRow, dh);
      const rows = reached(startRow, dh, kh, h) - firstRow;
      const countedRows = bottom < 0 ? rows : reached(startRow, dh, kh, h + bottom);
      for (let j = 0; j < ow; j++) {
        const start = j * sw - left;
        const first = skipped(start, dw);
        const columns = reached(start, dw, kw, w) - first;
        const counted = bottom < 0 ? columns : reached(start, dw, kw, w + right);
        const at = (startRow + firstRow * dh) * row + (start + first * dw) * pixel;
        const divisor = <f32>(countedRows * counted);
        changetype<F>(0).window(a + at, b + at, y, z, c, rows, columns, dh * row, dw * pixel, divisor);
        y += pixel;
        z += pixel;
      }
    }
    a += h * row;
    b += h * row;
  }
}

/** How many taps from `start` on, `step` apart, lie before 0. */
function skipped(start: i32, step: i32): i32 {
  return start >= 0 ? 0 : (step - 1 - start) / step;
}

/** How many of `count` taps lie before `end`. */
function reached(start: i32, step: i32, count: i32, end: i32): i32 {
  return start + (count - 1) * step < end ? count : (end - start + step - 1) / step;
}
