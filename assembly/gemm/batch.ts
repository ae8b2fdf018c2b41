// Products of many matrices, one after the other.

import { gemm } from "./gemm";

/**
 * `count` products as in `gemm`. From one to the next, A moves on by aStep elements and B by bStep, 0 for an operand that all
 * have in common; C has matrix after matrix.
 */
export function gemmBatch(
  count: i32,
  aStep: i32,
  bStep: i32,
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  rsA: i32,
  csA: i32,
  b: usize,
  rsB: i32,
  csB: i32,
  c: usize,
  bias: usize,
  activation: i32,
  workspace: usize,
): void {
  for (; count > 0; count--) {
    gemm(m, n, k, a, rsA, csA, b, rsB, csB, c, bias, activation, workspace);
    a += aStep << 2;
    b += bStep << 2;
    c += (m * n) << 2;
  }
}
