// The sizes of the register tile and of the cache blocks, per build. Packing, micro-kernels, loops and benches read
// them from here. Bits do not depend on them: every element of C adds its k products in order.
//
// asconfig.json sets WIDE to 1 in the wide build, whose neighbouring instructions V8 joins to 256-bit ones, else to 0.

/** Rows of C that a micro-kernel keeps in registers. */
export const MR: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;

/** Registers in each of these rows; the last columns of C are left to tiles of two and of one. */
export const REGISTERS: i32 = WIDE ? 4 : 2;

/**
 * Depth of a block: a packed panel of B, KC floats by two registers (four in the wide build), stays in the first-level cache.
 * Two runs of a convolution's 5 x 32 floats fit.
 */
export const KC: i32 = 320;

/** The same where B is read in place: of a panel that is not packed each k takes a cache line. */
export const KC_IN_PLACE: i32 = 128;

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
  return KC_IN_PLACE;
}

const LANES: i32 = ASC_FEATURE_SIMD ? 4 : 1;
const VECTORS: i32 = ASC_FEATURE_SIMD ? 1 : 0;
const FUSED: i32 = ASC_FEATURE_RELAXED_SIMD ? 1 : 0;

/** Which build this is: 0 scalar, 1 simd, 2 relaxed, 3 wide. */
export function buildNumber(): i32 {
  return WIDE ? 3 : VECTORS + FUSED;
}

/** Rows of the register tile, for `diagnose`. */
export function tileRows(): i32 {
  return MR;
}

/** Columns of the register tile, for `diagnose`. */
export function tileColumns(): i32 {
  return LANES * REGISTERS;
}
