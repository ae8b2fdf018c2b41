// Kernels of the core module that those of this one call: a session links both over one memory. An import has the name of its
// file as its module.

export declare function gemmWorkspace(m: i32, n: i32, k: i32): i32;

export declare function gemm(
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
): void;
