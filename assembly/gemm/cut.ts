// How the rows and columns of a block are cut into tiles.

import { lane } from "../lane";
import { MR, REGISTERS } from "./tile";

/** Rows of the next tile when so many are left: MR, but of the last two none is left nearly empty. */
export function tileRowsOf(left: i32): i32 {
  const rest = left - MR;
  return rest <= 0 ? left : rest < MR - 1 ? (left + 1) >> 1 : MR;
}

/** How many tiles of that many rows follow each other. */
export function tilesAlike(left: i32): i32 {
  const rest = left % MR;
  return max(left / MR - i32(rest !== 0 && rest < MR - 1), 1);
}

/** Columns of the next panel when so many are left, a multiple of the lanes: as many registers as there are tiles for. */
export function panelColumns<V>(left: i32): i32 {
  const lanes = lane.count<V>();
  if (REGISTERS === 4 && left >= 4 * lanes) return 4 * lanes;
  return left >= 2 * lanes ? 2 * lanes : lanes;
}
