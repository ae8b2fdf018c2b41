// Order of the scores in a row: the index of the largest, and whether a label is among the first k.

/** y[outer, inner] = index of the first largest over n of x[outer, n, inner], as i32; NaN never wins. */
export function argmax(x: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  const step = inner << 2;
  for (; outer > 0; outer--) {
    for (let i = 0; i < step; i += 4) {
      let best = 0;
      let value: f32 = -Infinity;
      let p = x + i;
      for (let j = 0; j < n; j++) {
        const candidate = f32.load(p);
        if (candidate > value) {
          value = candidate;
          best = j;
        }
        p += step;
      }
      i32.store(y, best);
      y += 4;
    }
    x += n * step;
  }
}

/**
 * y[row] = 1 where fewer than k scores are larger than the label's, else 0: a tie with the k-th counts as in.
 * 0 where a score is not finite or the label is not in [0, n), as in TensorFlow's in_top_k.
 */
export function inTopK(x: usize, labels: usize, y: usize, rows: i32, n: i32, k: i32): void {
  for (; rows > 0; rows--) {
    const label = load<u32>(labels);
    let found: f32 = 0;
    if (label < <u32>n) {
      const score = f32.load(x + (label << 2));
      let larger = 0;
      let finite: f32 = 0;
      for (let j = 0; j < n; j++) {
        const other = f32.load(x + (j << 2));
        finite += other - other;
        larger += i32(other > score);
      }
      found = finite === 0 && larger < k ? 1 : 0;
    }
    f32.store(y, found);
    x += n << 2;
    labels += 4;
    y += 4;
  }
}

/** y[i] = 1 where the i32 a[i] equals b[i], else 0. */
export function equal(a: usize, b: usize, y: usize, n: i32): void {
  for (; n > 0; n--) {
    f32.store(y, i32.load(a) === i32.load(b) ? 1 : 0);
    a += 4;
    b += 4;
    y += 4;
  }
}
