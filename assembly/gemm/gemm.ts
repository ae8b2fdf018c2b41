// GEMM: C = A * B (+ bias, activation) for any sizes and any of the three forms training needs. The loops around the
// micro-kernel are those of BLIS (Van Zee, van de Geijn 2015): block k by KC, rows by MC, columns by NC, then tiles.
//
// A is read by one pointer for each of its rows. Where these are contiguous, and where they are the patches of a convolution
// (`gemmRows`), nothing of A is copied; only of a transposed A each block is turned into rows in the workspace. B is read
// where it lies when its rows are contiguous and used too rarely to repay packing; else its block is packed.
//
//   workspace:  | table of rows: m words | B block: KC x NC | A block: MC x KC | edge of B: KC x L | edge of C: MR x L |
//                                                                                                      L = lanes

import { lane } from "../lane";
import { panelColumns, tileRowsOf, tilesAlike } from "./cut";
import { epilogue } from "./epilogue";
import { gemv } from "./gemv";
import { tilesOfFour, tilesOfOne, tilesOfTwo } from "./generated/microkernel";
import { packColumns, packRows, packTransposed } from "./pack";
import { ACCUMULATE, DESCEND, KC, KC_IN_PLACE, MC, MR, NC, REGISTERS, STORE } from "./tile";

/** Bytes of workspace that `gemm` needs for these sizes. */
export function gemmWorkspace(m: i32, n: i32, k: i32): i32 {
  return ((m + min(k, KC) * min(m, MC)) << 2) + gemmRowsWorkspace(n, k);
}

/** Bytes of workspace that `gemmRows` needs. */
export function gemmRowsWorkspace(n: i32, k: i32): i32 {
  const kc = min(k, KC);
  return (kc * min(n, NC) + 4 * (kc + MR)) << 2;
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

/**
 * `gemm` for an A whose rows lie anywhere. Row i is runCount runs of runLength floats, one after the other in the order of
 * k = runCount * runLength: run r of it begins at a + table[i] + runs[r], both tables being 32-bit words that count bytes.
 * Rows of C are rsC floats apart.
 */
export function gemmRows(
  m: i32,
  n: i32,
  a: usize,
  table: usize,
  runs: usize,
  runCount: i32,
  runLength: i32,
  b: usize,
  rsB: i32,
  csB: i32,
  c: usize,
  rsC: i32,
  bias: usize,
  activation: i32,
  workspace: usize,
): void {
  if (ASC_FEATURE_SIMD) {
    multiply<v128>(m, n, a, 0, table, runs, runCount, runLength, b, rsB, csB, c, rsC, bias, activation, 0, workspace);
  } else {
    multiply<f32>(m, n, a, 0, table, runs, runCount, runLength, b, rsB, csB, c, rsC, bias, activation, 0, workspace);
  }
}

/** Where the only run of a row of a matrix begins. */
const ONE_RUN: usize = memory.data(4);

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
  if (m === 1 && csB === 1 && rate === 0) {
    gemv<V>(n, k, a, csA << 2, b, rsB << 2, c);
    epilogue(c, 0, 1, n, bias, activation);
    return;
  }
  const step = csA === 1 ? 0 : csA << 2;
  if (step === 0) fillTable(workspace, m, rsA << 2);
  const rest = workspace + (m << 2);
  multiply<V>(m, n, a, step, workspace, ONE_RUN, 1, k, b, rsB, csB, c, n, bias, activation, rate, rest);
}

/** Rows `step` bytes apart. */
function fillTable(table: usize, rows: i32, step: i32): void {
  for (let i = 0; i < rows; i++) store<i32>(table + (i << 2), i * step);
}

/** Packing repays itself when every panel is read often, and when rows lie so that they share few cache sets. */
function worthPacking(uses: i32, step: i32): bool {
  return uses > 24 || (step & 1023) === 0;
}

/** The loops. With `aColumn` A is transposed, its columns so many bytes apart: `table` then is room for MC words, used here. */
function multiply<V>(
  m: i32,
  n: i32,
  a: usize,
  aColumn: i32,
  table: usize,
  runs: usize,
  runCount: i32,
  runLength: i32,
  b: usize,
  rsB: i32,
  csB: i32,
  c: usize,
  rsC: i32,
  bias: usize,
  activation: i32,
  rate: usize,
  workspace: usize,
): void {
  const lanes = lane.count<V>();
  const cStep = rsC << 2;
  const bRow = rsB << 2;
  const bColumn = csB << 2;
  const k = runCount * runLength;
  const packsB = csB !== 1 || worthPacking(m / MR, bRow);

  const most = packsB ? KC : KC_IN_PLACE;
  const depth = min(k, most);
  const bBlock = workspace;
  const bEdge = bBlock + ((depth * min(n, NC)) << 2);
  const cEdge = bEdge + ((depth * lanes) << 2);
  const aBlock = cEdge + ((MR * lanes) << 2);

  // A block is some whole runs, or one of equal pieces of a long run.
  const pieces = (runLength + most - 1) / most;
  const length = pieces > 1 ? (runLength + pieces - 1) / pieces : runLength;
  const together = pieces > 1 ? 1 : most / max(runLength, 1);

  const minusRate: f32 = rate === 0 ? 0 : -f32.load(rate);
  let run = 0;
  let within = 0;
  let k0 = 0;
  do {
    const count = min(runCount - run, together);
    const part = min(runLength - within, length);
    const kc = count * part;
    const mode = rate !== 0 ? DESCEND : k0 > 0 ? ACCUMULATE : STORE;
    if (aColumn !== 0) fillTable(table, min(m, MC), kc << 2);
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
        let rows = table + (i0 << 2);
        let aFrom = a + (within << 2);
        const runsFrom = runs + (run << 2);
        if (aColumn !== 0) {
          packTransposed(a + (i0 << 2) + within * aColumn, aColumn, mc, kc, aBlock, kc << 2);
          aFrom = aBlock;
          rows = table;
        }
        const cBlock = c + i0 * cStep + (j0 << 2);
        let j = 0;
        while (j < fullColumns) {
          const width = panelColumns<V>(fullColumns - j);
          const bPanel = packsB ? bBlock + ((j * kc) << 2) : bFrom + (j << 2);
          const bStep = packsB ? width << 2 : bRow;
          const tiles = cBlock + (j << 2);
          column<V>(width, mc, rows, runsFrom, count, part, aFrom, bPanel, bStep, tiles, cStep, mode, minusRate);
          j += width;
        }
        if (fullColumns < nc) {
          const tiles = cBlock + (j << 2);
          edge<V>(mc, rows, runsFrom, count, part, aFrom, bEdge, tiles, cStep, nc - j, mode, minusRate, cEdge);
        }
        if (k0 + kc >= k) epilogue(cBlock, cStep, mc, nc, bias === 0 ? 0 : bias + (j0 << 2), activation);
      }
    }
    within += part;
    if (within >= runLength) {
      run += count;
      within = 0;
    }
    k0 += kc;
  } while (k0 < k);
}

/** Packs columns of B into panels as wide as the tiles. */
function packB<V>(from: usize, kStep: i32, iStep: i32, count: i32, kc: i32, to: usize): void {
  while (count > 0) {
    const columns = panelColumns<V>(count);
    if (iStep === 4) packRows(from, kStep, columns, columns, kc, to);
    else packColumns(from, iStep, columns, columns, kc, to);
    from += columns * iStep;
    to += (columns * kc) << 2;
    count -= columns;
  }
}

/** All tiles of one column panel. */
function column<V>(
  columns: i32,
  mc: i32,
  table: usize,
  runs: usize,
  runCount: i32,
  runLength: i32,
  a: usize,
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
    if (REGISTERS === 4 && registers === 4) {
      tilesOfFour<V>(rows, count, table, runs, runCount, runLength, a, b, bStep, c, cStep, mode, minusRate);
    } else if (registers === 2) {
      tilesOfTwo<V>(rows, count, table, runs, runCount, runLength, a, b, bStep, c, cStep, mode, minusRate);
    } else tilesOfOne<V>(rows, count, table, runs, runCount, runLength, a, b, bStep, c, cStep, mode, minusRate);
    table += (count * rows) << 2;
    c += count * rows * cStep;
    mc -= count * rows;
  }
}

/** The last columns, fewer than a register holds: computed one register wide beside C, then copied. */
function edge<V>(
  mc: i32,
  table: usize,
  runs: usize,
  runCount: i32,
  runLength: i32,
  a: usize,
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
    if (mode !== STORE) {
      for (let r = 0; r < rows; r++) {
        lane.store<V>(scratch + r * width, lane.loadPart<V>(c + r * cStep, columns, 0));
      }
    }
    tilesOfOne<V>(rows, 1, table, runs, runCount, runLength, a, b, width, scratch, width, mode, minusRate);
    for (let r = 0; r < rows; r++) {
      lane.storePart<V>(c + r * cStep, lane.load<V>(scratch + r * width), columns);
    }
    table += rows << 2;
    c += rows * cStep;
    mc -= rows;
  }
}
