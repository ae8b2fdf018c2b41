// Arithmetic element by element.

import { lane } from "./lane";
import { mapBinary } from "./span";

/** z = x + y */
@unmanaged
class Sum {
  @inline forward<V>(x: V, y: V): V {
    return lane.add<V>(x, y);
  }
}

export function add(x: usize, y: usize, z: usize, n: i32): void {
  mapBinary<Sum>(x, y, z, n);
}

/** y[rows, columns] = x[rows, columns] + bias[columns] */
export function biasAdd(x: usize, bias: usize, y: usize, rows: i32, columns: i32): void {
  const step = columns << 2;
  for (; rows > 0; rows--) {
    mapBinary<Sum>(x, bias, y, columns);
    x += step;
    y += step;
  }
}

/** y[i] = x[0] / divisor for all n elements: the gradient of a mean, and of a sum with divisor 1. */
export function spread(x: usize, divisor: f32, y: usize, n: i32): void {
  const value = f32.load(x) / divisor;
  let i = 0;
  if (ASC_FEATURE_SIMD) {
    for (; i + 4 <= n; i += 4) lane.store<v128>(y + (i << 2), lane.splat<v128>(value));
  }
  for (; i < n; i++) f32.store(y + (i << 2), value);
}

/** y = x, n floats; the two do not overlap. */
export function copy(x: usize, y: usize, n: i32): void {
  memory.copy(y, x, n << 2);
}

/**
 * FNV-1a over n 32-bit words, going on from `state`: the proof of equal weights. Every NaN counts as the same,
 * since WebAssembly leaves its payload open. Start with 0xcbf29ce484222325.
 */
export function hashFloats(x: usize, n: i32, state: u64): u64 {
  for (; n > 0; n--) {
    let bits = i32.load(x);
    if ((bits & 0x7fffffff) > 0x7f800000) bits = 0x7fc00000;
    state = (state ^ <u64>(<u32>bits)) * 0x100000001b3;
    x += 4;
  }
  return state;
}

/** y[rows, columns] = x[columns] in each row */
export function broadcastRows(x: usize, y: usize, rows: i32, columns: i32): void {
  const step = columns << 2;
  for (; rows > 0; rows--) {
    memory.copy(y, x, step);
    y += step;
  }
}
