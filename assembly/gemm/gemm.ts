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
import { tilesOfFour, tilesOfOne, tilesOfTwo } from "./generated/microkernel";
import { packColumns, packRows } from "./pack";
import { ACCUMULATE, DESCEND, KC, KC_IN_PLACE, MC, MR, NC, REGISTERS, STORE } from "./tile";

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
  if (ASC_FEATURE_SIMD) run<v128>(m, n, k, a, rsA, csA, b, rsB, csB, c, bias, activation, 0, workspace);
  else run<f32>(m, n, k, a, rsA, csA, b, rsB, csB, c, bias, activation, 0, workspace);
}

/**
 * C[m, n] -= rate[0] * A[m, k] * B[k, n], operands as in `gemm`, k at most `gemmDescendDepth`: the product never leaves
 * the registers. The bits are those of `gemm` into a gradient and `sgdUpdate` with it.
 */
export function gemmDescend(
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
  rate: usize,
  workspace: usize,
): void {
  if (ASC_FEATURE_SIMD) run<v128>(m, n, k, a, rsA, csA, b, rsB, csB, c, 0, 0, rate, workspace);
  else run<f32>(m, n, k, a, rsA, csA, b, rsB, csB, c, 0, 0, rate, workspace);
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
  rate: usize,
  workspace: usize,
): void {
  const lanes = lane.count<V>();
  const cStep = n << 2;
  const aRow = rsA << 2;
  const aColumn = csA << 2;
  const bRow = rsB << 2;
  const bColumn = csB << 2;
  if (m === 1 && csB === 1 && rate === 0) {
    gemv<V>(n, k, a, aColumn, b, bRow, c);
    epilogue(c, cStep, 1, n, bias, activation);
    return;
  }

  const packsA = rsA !== 1 || worthPacking(n / (REGISTERS * lanes), aColumn);
  const packsB = csB !== 1 || worthPacking(m / MR, bRow);

  const depth = min(k, packsB ? KC : KC_IN_PLACE);
  const bBlock = workspace;
  const aBlock = bBlock + ((depth * min(n, NC)) << 2);
  const bEdge = aBlock + ((depth * min(m, MC)) << 2);
  const cEdge = bEdge + ((depth * lanes) << 2);

  const minusRate: f32 = rate === 0 ? 0 : -f32.load(rate);
  let k0 = 0;
  do {
    const kc = min(k - k0, depth);
    const mode = rate !== 0 ? DESCEND : k0 > 0 ? ACCUMULATE : STORE;
    for (let j0 = 0; j0 < n; j0 += NC) {
      const nc = min(n - j0, NC);
      const fullColumns = nc - (nc % lanes);
      const bFrom = b + k0 * bRow + j0 * bColumn;
      if (packsB) packB<V>(bFrom, bRow, bColumn, fullColumns, kc, bBlock);
      if (fullColumns < nc) {
        const from = bFrom + fullColumns * bColumn;
        if (csB === 1) packRows(from, bRow, nc - fullColumns, lanes, kc, bEdge);
        else packColumns(from, bColumn, nc - fullColumns, lanes, kc, bEdge);
      }
      for (let i0 = 0; i0 < m; i0 += MC) {
        const mc = min(m - i0, MC);
        const aFrom = a + i0 * aRow + k0 * aColumn;
        if (packsA) packA(aFrom, aColumn, aRow, mc, kc, aBlock);
        const cBlock = c + i0 * cStep + (j0 << 2);
        const aPanel = packsA ? aBlock : aFrom;

        let j = 0;
        while (j < fullColumns) {
          const width = panelColumns<V>(fullColumns - j);
          const bPanel = packsB ? bBlock + ((j * kc) << 2) : bFrom + (j << 2);
          const bStep = packsB ? width << 2 : bRow;
          const tiles = cBlock + (j << 2);
          column<V>(width, mc, kc, aPanel, packsA, aColumn, bPanel, bStep, tiles, cStep, mode, minusRate);
          j += width;
        }
        if (fullColumns < nc) {
          edge<V>(mc, kc, aPanel, packsA, aColumn, bEdge, cBlock + (j << 2), cStep, nc - j, mode, minusRate, cEdge);
        }
        if (k0 + kc >= k) epilogue(cBlock, cStep, mc, nc, bias === 0 ? 0 : bias + (j0 << 2), activation);
      }
    }
    k0 += kc;
  } while (k0 < k);
}

/** Rows of the next tile when so many are left: MR, but of the last two none is left nearly empty. */
function tileRowsOf(left: i32): i32 {
  const rest = left - MR;
  return rest <= 0 ? left : rest < MR - 1 ? (left + 1) >> 1 : MR;
}

/** How many tiles of that many rows follow each other. */
function tilesAlike(left: i32): i32 {
  const rest = left % MR;
  return max(left / MR - i32(rest !== 0 && rest < MR - 1), 1);
}

/** Packs rows of A into panels as high as the tiles. */
function packA(from: usize, kStep: i32, iStep: i32, count: i32, kc: i32, to: usize): void {
  while (count > 0) {
    const rows = tileRowsOf(count);
    packPanel(from, kStep, iStep, rows, kc, to);
    from += rows * iStep;
    to += (rows * kc) << 2;
    count -= rows;
  }
}

/** Columns of the next panel when so many are left, a multiple of the lanes: as many registers as there are tiles for. */
function panelColumns<V>(left: i32): i32 {
  const lanes = lane.count<V>();
  if (REGISTERS === 4 && left >= 4 * lanes) return 4 * lanes;
  return left >= 2 * lanes ? 2 * lanes : lanes;
}

/** Packs columns of B into panels as wide as the tiles. */
function packB<V>(from: usize, kStep: i32, iStep: i32, count: i32, kc: i32, to: usize): void {
  while (count > 0) {
    const columns = panelColumns<V>(count);
    packPanel(from, kStep, iStep, columns, kc, to);
    from += columns * iStep;
    to += (columns * kc) << 2;
    count -= columns;
  }
}

function packPanel(from: usize, kStep: i32, iStep: i32, width: i32, kc: i32, to: usize): void {
  if (iStep === 4) packRows(from, kStep, width, width, kc, to);
  else packColumns(from, iStep, width, width, kc, to);
}

/** All tiles of one column panel. */
function column<V>(
  columns: i32,
  mc: i32,
  kc: i32,
  a: usize,
  packedA: bool,
  aColumn: i32,
  b: usize,
  bStep: i32,
  c: usize,
  cStep: i32,
  mode: i32,
  minusRate: f32,
): void {
  const registers = columns / lane.count<V>();
  while (mc > 0) {
    const rows = tileRowsOf(mc);
    const count = rows === MR ? tilesAlike(mc) : 1;
    const aStep = packedA ? rows << 2 : aColumn;
    const aNext = packedA ? (rows * kc) << 2 : rows << 2;
    if (REGISTERS === 4 && registers === 4) {
      tilesOfFour<V>(rows, count, kc, a, aStep, aNext, b, bStep, c, cStep, mode, minusRate);
    } else if (registers === 2) tilesOfTwo<V>(rows, count, kc, a, aStep, aNext, b, bStep, c, cStep, mode, minusRate);
    else tilesOfOne<V>(rows, count, kc, a, aStep, aNext, b, bStep, c, cStep, mode, minusRate);
    a += count * aNext;
    c += count * rows * cStep;
    mc -= count * rows;
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
  mode: i32,
  minusRate: f32,
  scratch: usize,
): void {
  const width = <i32>sizeof<V>();
  while (mc > 0) {
    const rows = tileRowsOf(mc);
    const aStep = packedA ? rows << 2 : aColumn;
    if (mode !== STORE) {
      for (let r = 0; r < rows; r++) {
        lane.store<V>(scratch + r * width, lane.loadPart<V>(c + r * cStep, columns, 0));
      }
    }
    tilesOfOne<V>(rows, 1, kc, a, aStep, 0, b, width, scratch, width, mode, minusRate);
    for (let r = 0; r < rows; r++) {
      lane.storePart<V>(c + r * cStep, lane.load<V>(scratch + r * width), columns);
    }
    a += packedA ? (rows * kc) << 2 : rows << 2;
    c += rows * cStep;
    mc -= rows;
  }
}
