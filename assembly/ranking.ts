// Order of the scores in a row: the index of the largest, the first k, and whether a label is among them.

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
 * A score of -Infinity is that of a class left out. 0 where the label has it, where a score is NaN, or where the label is not
 * in [0, n).
 */
export function inTopK(x: usize, labels: usize, y: usize, rows: i32, n: i32, k: i32): void {
  for (; rows > 0; rows--) {
    const label = load<u32>(labels);
    let found: f32 = 0;
    if (label < <u32>n) {
      const score = f32.load(x + (label << 2));
      let larger = 0;
      let nans = 0;
      for (let j = 0; j < n; j++) {
        const other = f32.load(x + (j << 2));
        nans += i32(isNaN<f32>(other));
        larger += i32(other > score);
      }
      found = nans === 0 && score > -Infinity && larger < k ? 1 : 0;
    }
    f32.store(y, found);
    x += n << 2;
    labels += 4;
    y += 4;
  }
}

/** y[row, i] = index of the i-th largest of x[row, n] for i < k <= n, as i32; equals by index, NaN last. */
export function topKIndices(x: usize, y: usize, rows: i32, n: i32, k: i32): void {
  for (; rows > 0; rows--) {
    for (let j = 0; j < n; j++) {
      const value = f32.load(x + (j << 2));
      // Each of the best so far that is smaller moves back by one; what falls behind the k-th is forgotten.
      let at = y + (min(j, k) << 2);
      const end = y + (k << 2);
      for (; at > y; at -= 4) {
        const before = i32.load(at - 4);
        const other = f32.load(x + (before << 2));
        const smaller = other < value || (isNaN(other) && !isNaN(value));
        if (!smaller) break;
        if (at < end) i32.store(at, before);
      }
      if (at < end) i32.store(at, j);
    }
    x += n << 2;
    y += k << 2;
  }
}

/** y[rows, k] = x[rows, n] at the i32 indices[rows, k] of each row; NaN for an index that is not in [0, n). */
export function takeAlong(x: usize, indices: usize, y: usize, rows: i32, n: i32, k: i32): void {
  for (; rows > 0; rows--) {
    for (let i = 0; i < k; i++) {
      const index = load<u32>(indices);
      f32.store(y, index < <u32>n ? f32.load(x + (index << 2)) : NaN);
      indices += 4;
      y += 4;
    }
    x += n << 2;
  }
}

/** y[rows, n] = 0, then each x[rows, k], in order, added at its index in its row; an index out of range adds nothing. */
export function scatterAlong(x: usize, indices: usize, y: usize, rows: i32, n: i32, k: i32): void {
  memory.fill(y, 0, (rows * n) << 2);
  for (; rows > 0; rows--) {
    for (let i = 0; i < k; i++) {
      const index = load<u32>(indices);
      const to = y + (index << 2);
      if (index < <u32>n) f32.store(to, f32.load(to) + f32.load(x));
      indices += 4;
      x += 4;
    }
    y += n << 2;
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
