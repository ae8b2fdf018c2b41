// The micro-kernel: a tile of C, `rows` x (1 or 2 registers), stays in registers while k runs.
// One text for every tile: `rows` and `two` are constants at each call and the dead branches fall away.
// Written out row by row, since neither compiler unrolls; not unrolled over k, since that makes V8 spill.

import { lane } from "../lane";

export abstract class MicroKernel {
  /**
   * C[i, j] = sum over k of A[i, k] * B[k, j], added in the order of k; on top of C where `accumulate`.
   * a: `rows` contiguous floats per k, k's `aStep` bytes apart; b: one or two registers per k, `bStep` bytes apart;
   * c: rows `cStep` bytes apart.
   */
  @inline static run<V>(
    rows: i32,
    two: bool,
    k: i32,
    a: usize,
    aStep: i32,
    b: usize,
    bStep: i32,
    c: usize,
    cStep: i32,
    accumulate: bool,
  ): void {
    const width = <i32>sizeof<V>();
    const zero = lane.splat<V>(0);
    let c00 = zero;
    let c01 = zero;
    let c10 = zero;
    let c11 = zero;
    let c20 = zero;
    let c21 = zero;
    let c30 = zero;
    let c31 = zero;
    let c40 = zero;
    let c41 = zero;
    let c50 = zero;
    let c51 = zero;
    if (accumulate) {
      let p = c;
      c00 = lane.load<V>(p);
      if (two) c01 = lane.load<V>(p + width);
      if (rows > 1) {
        p += cStep;
        c10 = lane.load<V>(p);
        if (two) c11 = lane.load<V>(p + width);
      }
      if (rows > 2) {
        p += cStep;
        c20 = lane.load<V>(p);
        if (two) c21 = lane.load<V>(p + width);
      }
      if (rows > 3) {
        p += cStep;
        c30 = lane.load<V>(p);
        if (two) c31 = lane.load<V>(p + width);
      }
      if (rows > 4) {
        p += cStep;
        c40 = lane.load<V>(p);
        if (two) c41 = lane.load<V>(p + width);
      }
      if (rows > 5) {
        p += cStep;
        c50 = lane.load<V>(p);
        if (two) c51 = lane.load<V>(p + width);
      }
    }
    for (; k > 0; k--) {
      const b0 = lane.load<V>(b);
      const b1 = two ? lane.load<V>(b + width) : b0;
      let ai = lane.loadSplat<V>(a, 0);
      c00 = lane.fma<V>(ai, b0, c00);
      if (two) c01 = lane.fma<V>(ai, b1, c01);
      if (rows > 1) {
        ai = lane.loadSplat<V>(a, 4);
        c10 = lane.fma<V>(ai, b0, c10);
        if (two) c11 = lane.fma<V>(ai, b1, c11);
      }
      if (rows > 2) {
        ai = lane.loadSplat<V>(a, 8);
        c20 = lane.fma<V>(ai, b0, c20);
        if (two) c21 = lane.fma<V>(ai, b1, c21);
      }
      if (rows > 3) {
        ai = lane.loadSplat<V>(a, 12);
        c30 = lane.fma<V>(ai, b0, c30);
        if (two) c31 = lane.fma<V>(ai, b1, c31);
      }
      if (rows > 4) {
        ai = lane.loadSplat<V>(a, 16);
        c40 = lane.fma<V>(ai, b0, c40);
        if (two) c41 = lane.fma<V>(ai, b1, c41);
      }
      if (rows > 5) {
        ai = lane.loadSplat<V>(a, 20);
        c50 = lane.fma<V>(ai, b0, c50);
        if (two) c51 = lane.fma<V>(ai, b1, c51);
      }
      a += aStep;
      b += bStep;
    }
    lane.store<V>(c, c00);
    if (two) lane.store<V>(c + width, c01);
    if (rows > 1) {
      c += cStep;
      lane.store<V>(c, c10);
      if (two) lane.store<V>(c + width, c11);
    }
    if (rows > 2) {
      c += cStep;
      lane.store<V>(c, c20);
      if (two) lane.store<V>(c + width, c21);
    }
    if (rows > 3) {
      c += cStep;
      lane.store<V>(c, c30);
      if (two) lane.store<V>(c + width, c31);
    }
    if (rows > 4) {
      c += cStep;
      lane.store<V>(c, c40);
      if (two) lane.store<V>(c + width, c41);
    }
    if (rows > 5) {
      c += cStep;
      lane.store<V>(c, c50);
      if (two) lane.store<V>(c + width, c51);
    }
  }
}
