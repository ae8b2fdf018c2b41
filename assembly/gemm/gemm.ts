// GEMM: C = A * B (+ bias, activation) for any sizes and any of the three forms training needs. The loops around the
// micro-kernel are those of BLIS (Van Zee, van de Geijn 2015): block k by KC, rows by MC, columns by NC, then tiles.
//
// An operand whose panel direction is contiguous is read where it lies: no packing, when it is used too rarely
// to repay it. Otherwise its block is packed into the workspace, transposition included.
//
//   workspace:  | B block: KC x NC | A block: MC x KC | edge of B: KC x L | edge of C: MR x L |     L = lanes

import { lane } from "../lane";
import { epilogue } from "./epilogue";
import { gemv } from "./gemv";
import { MicroKernel } from "./microkernel";
import { packColumns, packRows } from "./pack";
import { KC, MC, MR, NC } from "./tile";

/** Bytes of workspace that `gemm` needs for these sizes. */
export function gemmWorkspace(m: i32, n: i32, k: i32): i32 {
  const kc = min(k, KC);
  const edges = 4 * (kc + MR);
  return (kc * min(n, NC) + kc * min(m, MC) + edges) << 2;
}

/**
 * C[m, n] = A[m, k] * B[k, n], then + bias[n] where bias is not 0, then the activation (numbered in epilogue.ts, 0 for none).
 * A[i, p] is at a + 4 * (i * rsA + p * csA), B likewise; one stride of each must be 1. C has rows of n.
 * Each element adds its k products in order, starting from 0, unfused but in the relaxed build.
 */
export function gemm(
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
  if (ASC_FEATURE_SIMD) run<v128>(m, n, k, a, rsA, csA, b, rsB, csB, c, bias, activation, workspace);
  else run<f32>(m, n, k, a, rsA, csA, b, rsB, csB, c, bias, activation, workspace);
}

/** Packing repays itself when every panel is read often, and when rows lie so that they share few cache sets. */
function worthPacking(uses: i32, step: i32): bool {
  return uses > 24 || (step & 1023) === 0;
}

function run<V>(
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
  const lanes = lane.count<V>();
  const nr = 2 * lanes;
  const cStep = n << 2;
  const aRow = rsA << 2;
  const aColumn = csA << 2;
  const bRow = rsB << 2;
  const bColumn = csB << 2;
  if (m === 1 && csB === 1) {
    gemv<V>(n, k, a, aColumn, b, bRow, c);
    epilogue(c, cStep, 1, n, bias, activation);
    return;
  }

  const depth = min(k, KC);
  const bBlock = workspace;
  const aBlock = bBlock + ((depth * min(n, NC)) << 2);
  const bEdge = aBlock + ((depth * min(m, MC)) << 2);
  const cEdge = bEdge + ((depth * lanes) << 2);

  const packsA = rsA !== 1 || worthPacking(n / nr, aColumn);
  const packsB = csB !== 1 || worthPacking(m / MR, bRow);

  let k0 = 0;
  do {
    const kc = min(k - k0, KC);
    const accumulate = k0 > 0;
    for (let j0 = 0; j0 < n; j0 += NC) {
      const nc = min(n - j0, NC);
      const fullColumns = nc - (nc % lanes);
      const bFrom = b + k0 * bRow + j0 * bColumn;
      if (packsB) packPanels(bFrom, bRow, bColumn, fullColumns, nr, kc, bBlock);
      if (fullColumns < nc) {
        const from = bFrom + fullColumns * bColumn;
        if (csB === 1) packRows(from, bRow, nc - fullColumns, lanes, kc, bEdge);
        else packColumns(from, bColumn, nc - fullColumns, lanes, kc, bEdge);
      }
      for (let i0 = 0; i0 < m; i0 += MC) {
        const mc = min(m - i0, MC);
        const aFrom = a + i0 * aRow + k0 * aColumn;
        if (packsA) packPanels(aFrom, aColumn, aRow, mc, MR, kc, aBlock);
        const cBlock = c + i0 * cStep + (j0 << 2);
        const aPanel = packsA ? aBlock : aFrom;

        let j = 0;
        while (j < fullColumns) {
          const width = fullColumns - j >= nr ? nr : lanes;
          const bPanel = packsB ? bBlock + ((j * kc) << 2) : bFrom + (j << 2);
          const bStep = packsB ? width << 2 : bRow;
          const tiles = cBlock + (j << 2);
          if (width === nr) column<V>(true, mc, kc, aPanel, packsA, aColumn, bPanel, bStep, tiles, cStep, accumulate);
          else column<V>(false, mc, kc, aPanel, packsA, aColumn, bPanel, bStep, tiles, cStep, accumulate);
          j += width;
        }
        if (fullColumns < nc) {
          edge<V>(mc, kc, aPanel, packsA, aColumn, bEdge, cBlock + (j << 2), cStep, nc - j, accumulate, cEdge);
        }
        if (k0 + kc >= k) epilogue(cBlock, cStep, mc, nc, bias === 0 ? 0 : bias + (j0 << 2), activation);
      }
    }
    k0 += kc;
  } while (k0 < k);
}

/** Packs `count` rows or columns into panels of `width`; the last may be narrower. iStep is the panel direction's. */
function packPanels(from: usize, kStep: i32, iStep: i32, count: i32, width: i32, kc: i32, to: usize): void {
  for (let i = 0; i < count; i += width) {
    const w = min(count - i, width);
    if (iStep === 4) packRows(from, kStep, w, w, kc, to);
    else packColumns(from, iStep, w, w, kc, to);
    from += width * iStep;
    to += (w * kc) << 2;
  }
}

/** All tiles of one column panel, two registers wide or one. */
function column<V>(
  two: bool,
  mc: i32,
  kc: i32,
  a: usize,
  packedA: bool,
  aColumn: i32,
  b: usize,
  bStep: i32,
  c: usize,
  cStep: i32,
  accumulate: bool,
): void {
  for (let i = 0; i < mc; i += MR) {
    const rows = min(mc - i, MR);
    const aStep = packedA ? rows << 2 : aColumn;
    if (two) wideTile<V>(rows, kc, a, aStep, b, bStep, c, cStep, accumulate);
    else narrowTile<V>(rows, kc, a, aStep, b, bStep, c, cStep, accumulate);
    a += packedA ? (rows * kc) << 2 : rows << 2;
    c += MR * cStep;
  }
}

/** The last columns, fewer than a register holds: computed one register wide beside C, then copied. */
function edge<V>(
  mc: i32,
  kc: i32,
  a: usize,
  packedA: bool,
  aColumn: i32,
  b: usize,
  c: usize,
  cStep: i32,
  columns: i32,
  accumulate: bool,
  scratch: usize,
): void {
  const width = <i32>sizeof<V>();
  for (let i = 0; i < mc; i += MR) {
    const rows = min(mc - i, MR);
    const aStep = packedA ? rows << 2 : aColumn;
    if (accumulate) {
      for (let r = 0; r < rows; r++) {
        lane.store<V>(scratch + r * width, lane.loadPart<V>(c + r * cStep, columns, 0));
      }
    }
    narrowTile<V>(rows, kc, a, aStep, b, width, scratch, width, accumulate);
    for (let r = 0; r < rows; r++) {
      lane.storePart<V>(c + r * cStep, lane.load<V>(scratch + r * width), columns);
    }
    a += packedA ? (rows * kc) << 2 : rows << 2;
    c += MR * cStep;
  }
}

function wideTile<V>(
  rows: i32,
  k: i32,
  a: usize,
  aStep: i32,
  b: usize,
  bStep: i32,
  c: usize,
  cStep: i32,
  accumulate: bool,
): void {
  if (MR >= 6 && rows === 6) MicroKernel.run<V>(6, true, k, a, aStep, b, bStep, c, cStep, accumulate);
  else if (rows === 5) MicroKernel.run<V>(5, true, k, a, aStep, b, bStep, c, cStep, accumulate);
  else if (rows === 4) MicroKernel.run<V>(4, true, k, a, aStep, b, bStep, c, cStep, accumulate);
  else if (rows === 3) MicroKernel.run<V>(3, true, k, a, aStep, b, bStep, c, cStep, accumulate);
  else if (rows === 2) MicroKernel.run<V>(2, true, k, a, aStep, b, bStep, c, cStep, accumulate);
  else MicroKernel.run<V>(1, true, k, a, aStep, b, bStep, c, cStep, accumulate);
}

function narrowTile<V>(
  rows: i32,
  k: i32,
  a: usize,
  aStep: i32,
  b: usize,
  bStep: i32,
  c: usize,
  cStep: i32,
  accumulate: bool,
): void {
  if (MR >= 6 && rows === 6) MicroKernel.run<V>(6, false, k, a, aStep, b, bStep, c, cStep, accumulate);
  else if (rows === 5) MicroKernel.run<V>(5, false, k, a, aStep, b, bStep, c, cStep, accumulate);
  else if (rows === 4) MicroKernel.run<V>(4, false, k, a, aStep, b, bStep, c, cStep, accumulate);
  else if (rows === 3) MicroKernel.run<V>(3, false, k, a, aStep, b, bStep, c, cStep, accumulate);
  else if (rows === 2) MicroKernel.run<V>(2, false, k, a, aStep, b, bStep, c, cStep, accumulate);
  else MicroKernel.run<V>(1, false, k, a, aStep, b, bStep, c, cStep, accumulate);
}
