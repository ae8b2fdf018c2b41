// The gradients of a convolution as products over patches. K = runCount * runLength floats of a patch, M pixels of all
// outputs, N channels of the outputs; patches lie as patches.ts says.
//
//   weights:  dW[K, N] = patchesᵀ · dY     added over PART pixels at a time, then part after part: the order, and so the bits,
//                                          depend on nothing else, and a long sum loses less
//   input:    columns[some pixels, K] = dY · Wᵀ, added to where the patches lie, pixel after pixel

import { panelColumns, tileRowsOf } from "../gemm/cut";
import { packRows, packTransposed } from "../gemm/pack";
import { MR, REGISTERS } from "../gemm/tile";
import { lane } from "../lane";
import { gemm, gemmWorkspace } from "./core";
import { pixelTileOfFour, pixelTileOfOne, pixelTileOfTwo } from "./generated/pixelTiles";

/** Pixels that are added in registers: fewer lines of the input than the first-level cache has where they lie far apart. */
const PART: i32 = 128;

/** Bytes of workspace that `patchKernelGradient` needs. */
export function patchKernelGradientWorkspace(n: i32): i32 {
  return (PART * (n + 4) + 4 * MR) << 2;
}

/** dW[K, N] from dY[M, N], whose rows are rsY floats apart; rows of dW are rsW floats apart. */
export function patchKernelGradient(
  m: i32,
  n: i32,
  x: usize,
  patches: usize,
  runs: usize,
  runCount: i32,
  runLength: i32,
  dy: usize,
  rsY: i32,
  dw: usize,
  rsW: i32,
  workspace: usize,
): void {
  if (ASC_FEATURE_SIMD) gradientOf<v128>(m, n, x, patches, runs, runCount, runLength, dy, rsY, dw, rsW, workspace);
  else gradientOf<f32>(m, n, x, patches, runs, runCount, runLength, dy, rsY, dw, rsW, workspace);
}

function gradientOf<V>(
  m: i32,
  n: i32,
  x: usize,
  patches: usize,
  runs: usize,
  runCount: i32,
  runLength: i32,
  dy: usize,
  rsY: i32,
  dw: usize,
  rsW: i32,
  workspace: usize,
): void {
  const scratch = workspace + ((PART * (n + 4)) << 2);
  if (m === 0) {
    for (let i = runCount * runLength; i > 0; i--) {
      memory.fill(dw, 0, n << 2);
      dw += rsW << 2;
    }
  }
  for (let p0 = 0; p0 < m; p0 += PART) {
    const count = min(m - p0, PART);
    let panel = workspace;
    let columns = 0;
    for (let j = 0; j < n; j += columns) {
      columns = panelColumns<V>(n - j);
      packRows(dy + ((p0 * rsY + j) << 2), rsY << 2, min(n - j, columns), columns, count, panel);
      const to = dw + (j << 2);
      for (let r = 0; r < runCount; r++) {
        const from = x + load<u32>(runs + (r << 2));
        const c = to + ((r * runLength * rsW) << 2);
        tilesOfRun<V>(runLength, columns, n - j, count, patches + (p0 << 2), from, panel, c, rsW << 2, p0 > 0, scratch);
      }
      panel += (columns * count) << 2;
    }
  }
}

/** The rows of dW that belong to one run, in one panel of columns, of which `valid` are in dW. */
function tilesOfRun<V>(
  runLength: i32,
  columns: i32,
  valid: i32,
  k: i32,
  patches: usize,
  x: usize,
  panel: usize,
  c: usize,
  cStep: i32,
  adds: bool,
  scratch: usize,
): void {
  const lanes = lane.count<V>();
  const registers = columns / lanes;
  const width = <i32>sizeof<V>();
  const bStep = columns << 2;
  let rows = 0;
  for (let left = runLength; left > 0; left -= rows) {
    rows = tileRowsOf(left);
    if (isVector<V>() && valid < lanes) {
      pixelTileOfOne<V>(rows, k, patches, x, panel, bStep, scratch, width, false);
      for (let r = 0; r < rows; r++) {
        let sum = lane.load<V>(scratch + r * width);
        if (adds) sum = lane.add<V>(lane.loadPart<V>(c + r * cStep, valid, 0), sum);
        lane.storePart<V>(c + r * cStep, sum, valid);
      }
    } else if (REGISTERS === 4 && registers === 4) {
      pixelTileOfFour<V>(rows, k, patches, x, panel, bStep, c, cStep, adds);
    } else if (registers === 2) pixelTileOfTwo<V>(rows, k, patches, x, panel, bStep, c, cStep, adds);
    else pixelTileOfOne<V>(rows, k, patches, x, panel, bStep, c, cStep, adds);
    x += rows << 2;
    c += rows * cStep;
  }
}

/** Pixels whose columns are made together: 256 KB of them, but no more than let gemm read the weights where they lie. */
function pixelsTogether(k: i32): i32 {
  return max(30, min(120, 65536 / max(k, 1)));
}

/** Floats from row to row of the transposed weights, not a multiple of 1 KB, which would crowd a few cache sets. */
function pitchOf(k: i32): i32 {
  return (k & 255) === 0 ? k + 16 : k;
}

/** Bytes of workspace that `patchInputGradient` needs for so many output channels and floats of a patch. */
export function patchInputGradientWorkspace(n: i32, k: i32): i32 {
  const together = pixelsTogether(k);
  return ((n * pitchOf(k) + together * k) << 2) + gemmWorkspace(together, k, n);
}

/** Adds the gradient to dx, where the patches lie, from dY[M, N] and W[K, N] with rows rsY and rsW floats apart. */
export function patchInputGradient(
  m: i32,
  n: i32,
  dx: usize,
  patches: usize,
  runs: usize,
  runCount: i32,
  runLength: i32,
  dy: usize,
  rsY: i32,
  w: usize,
  rsW: i32,
  workspace: usize,
): void {
  const k = runCount * runLength;
  const pitch = pitchOf(k);
  const together = pixelsTogether(k);
  const columns = workspace + ((n * pitch) << 2);
  const rest = columns + ((together * k) << 2);
  packTransposed(w, rsW << 2, n, k, workspace, pitch << 2);
  for (; m > 0; m -= together) {
    const count = min(m, together);
    gemm(count, k, n, dy, rsY, 1, workspace, pitch, 1, columns, 0, 0, rest);
    let from = columns;
    for (let i = 0; i < count; i++) {
      const to = dx + load<u32>(patches + (i << 2));
      for (let r = 0; r < runCount; r++) {
        if (ASC_FEATURE_SIMD) addRun<v128>(to + load<u32>(runs + (r << 2)), from, runLength);
        else addRun<f32>(to + load<u32>(runs + (r << 2)), from, runLength);
        from += runLength << 2;
      }
    }
    patches += count << 2;
    dy += (count * rsY) << 2;
  }
}

/** to[i] += from[i] */
function addRun<V>(to: usize, from: usize, n: i32): void {
  const width = <i32>sizeof<V>();
  const lanes = lane.count<V>();
  for (; n >= lanes; n -= lanes) {
    lane.store<V>(to, lane.add<V>(lane.load<V>(to), lane.load<V>(from)));
    to += width;
    from += width;
  }
  if (n > 0) lane.storePart<V>(to, lane.add<V>(lane.loadPart<V>(to, n, 0), lane.loadPart<V>(from, n, 0)), n);
}
