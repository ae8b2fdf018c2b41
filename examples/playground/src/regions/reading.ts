// What the net says of a single place, read from the lattice of its picture.

import type { RegionPicture } from "../engine/protocol.js";
import { REACH } from "../settings/square.js";

/** Of the classes, at a place in the coordinates of the points: logits between the four nearest of the lattice, then softmax. */
export function probabilitiesAt({ size, logits }: RegionPicture, x: number, y: number): number[] {
  const along = (value: number) => Math.max(0, Math.min(size - 1, ((value / REACH + 1) / 2) * (size - 1)));
  const [column, row] = [along(x), along(-y)];
  const [left, top] = [Math.min(size - 2, Math.floor(column)), Math.min(size - 2, Math.floor(row))];
  const [right, down] = [column - left, row - top];
  const values = logits.map((cells) => {
    const at = (dy: number, dx: number) => cells[(top + dy) * size + left + dx] as number;
    const upper = at(0, 0) + (at(0, 1) - at(0, 0)) * right;
    const lower = at(1, 0) + (at(1, 1) - at(1, 0)) * right;
    return upper + (lower - upper) * down;
  });
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
