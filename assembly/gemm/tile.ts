// The sizes of the register tile and of the cache blocks, per build. Packing, micro-kernels, loops and benches read
// them from here. Bits do not depend on them: every element of C adds its k products in order.

/** Rows of C that a micro-kernel keeps in registers; each row is two registers wide. */
export const MR: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;

/** Depth of a block: a panel of B, KC x 8 floats (often strided: a cache line per k), stays in the first-level cache. */
export const KC: i32 = 128;

/** Rows of a block: MC x KC floats of A stay in a quarter of a 1 MB second-level cache. */
export const MC: i32 = 480;

/** Columns of a block of B. */
export const NC: i32 = 1024;

// What a tile does with the elements of C that it has in registers.

/** C = P, the product. */
export const STORE: i32 = 0;
/** C = C + P, the sum going on in the order of k. */
export const ACCUMULATE: i32 = 1;
/** C = C - rate * P: a gradient that is used up as it is made. */
export const DESCEND: i32 = 2;

/** The largest k that `gemmDescend` takes: P must be complete while it is in registers. */
export function gemmDescendDepth(): i32 {
  return KC;
}

const VECTORS: i32 = ASC_FEATURE_SIMD ? 1 : 0;
const FUSED: i32 = ASC_FEATURE_RELAXED_SIMD ? 1 : 0;

/** Which build this is: 0 scalar, 1 simd, 2 relaxed. */
export function buildNumber(): i32 {
  return VECTORS + FUSED;
}

/** Rows of the register tile, for `diagnose`. */
export function tileRows(): i32 {
  return MR;
}

/** Columns of the register tile, for `diagnose`. */
export function tileColumns(): i32 {
  return ASC_FEATURE_SIMD ? 8 : 2;
}
