// The square in the colours of the classes, the stronger the surer the net is, and the points on it.

import type { DataOverview, RegionPicture } from "../engine/protocol.js";
import { css, mix, type Palette, type Rgb } from "../ui/palette.js";

/** How far the square reaches beyond the points, as the worker's pictures do. */
const REACH = 1.12;
/** Steps of confidence, so that the ground reads like a map. */
const BANDS = 7;
/** Pixels between two cells: probabilities are interpolated, colours are not, so that borders are sharp. */
const FINER = 4;

/** Colours as words of an image, by class and by confidence from that of a draw, 0, to certainty, 255. */
function ramp({ classes, card }: Palette): Uint32Array {
  const table = new Uint8ClampedArray(4 * 256 * classes.length);
  classes.forEach((color, c) => {
    for (let confidence = 0; confidence < 256; confidence++) {
      const band = Math.floor((confidence / 256) * BANDS) / (BANDS - 1);
      const [r, g, b] = mix(card, color, 0.14 + 0.46 * band);
      table.set([r, g, b, 255], 4 * (256 * c + confidence));
    }
  });
  return new Uint32Array(table.buffer);
}

/** Made once for a palette and a size, and used for every frame. */
interface Easel {
  readonly palette: Palette;
  readonly side: number;
  readonly colors: Uint32Array;
  readonly image: ImageData;
  readonly stamp: OffscreenCanvasRenderingContext2D;
}
let easel: Easel | null = null;

function easelFor(palette: Palette, side: number): Easel {
  if (easel?.palette === palette && easel.side === side) return easel;
  const stamp = new OffscreenCanvas(side, side).getContext("2d") as OffscreenCanvasRenderingContext2D;
  easel = { palette, side, colors: ramp(palette), image: new ImageData(side, side), stamp };
  return easel;
}

export function drawRegions(
  context: CanvasRenderingContext2D,
  room: number,
  picture: RegionPicture,
  palette: Palette,
): void {
  const { size, classes } = picture;
  const side = (size - 1) * FINER;
  const { colors, image, stamp } = easelFor(palette, side);
  const words = new Uint32Array(image.data.buffer);
  const draw = 255 / classes.length;
  const [first, second, third] = classes as [Uint8Array, Uint8Array, Uint8Array?];
  for (let y = 0; y < side; y++) {
    const row = Math.floor(y / FINER) * size;
    const down = (y % FINER) / FINER;
    for (let x = 0; x < side; x++) {
      const cell = row + Math.floor(x / FINER);
      const across = (x % FINER) / FINER;
      const a = between(first, cell, size, across, down);
      const b = between(second, cell, size, across, down);
      const c = third ? between(third, cell, size, across, down) : -1;
      const winner = a >= b ? (a >= c ? 0 : 2) : b >= c ? 1 : 2;
      const most = winner === 0 ? a : winner === 1 ? b : c;
      const confidence = Math.max(0, (255 * (most - draw)) / (255 - draw));
      words[y * side + x] = colors[256 * winner + (confidence | 0)] as number;
    }
  }
  stamp.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "medium";
  // Centres of the outer cells lie half a cell within the square.
  const half = room / size / 2;
  context.drawImage(stamp.canvas, half, half, room - 2 * half, room - 2 * half);
}

/** Bilinear, between a cell and its neighbours to the right and below. */
function between(cells: Uint8Array, at: number, size: number, across: number, down: number): number {
  const top = cells[at]! + (cells[at + 1]! - cells[at]!) * across;
  const under = at + size;
  const bottom = cells[under]! + (cells[under + 1]! - cells[under]!) * across;
  return top + (bottom - top) * down;
}

export function drawPoints(
  context: CanvasRenderingContext2D,
  side: number,
  data: DataOverview,
  palette: Palette,
): void {
  const { points, labels, trainCount } = data;
  const radius = Math.max(2.2, Math.min(4.2, side / 120));
  for (let i = 0; i < labels.length; i++) {
    const x = (((points[2 * i] as number) / REACH + 1) / 2) * side;
    const y = ((1 - (points[2 * i + 1] as number) / REACH) / 2) * side;
    const color = palette.classes[labels[i] as number] as Rgb;
    context.beginPath();
    mark(context, labels[i] as number, x, y, radius);
    if (i < trainCount) {
      context.fillStyle = css(color);
      context.strokeStyle = css(palette.card);
      context.lineWidth = 1;
      context.fill();
    } else {
      // Test points are hollow.
      context.fillStyle = css(palette.card);
      context.strokeStyle = css(color);
      context.lineWidth = 1.6;
      context.fill();
    }
    context.stroke();
  }
}

/** A mark for each class: colour is not all that tells them apart. */
export function mark(context: CanvasRenderingContext2D, label: number, x: number, y: number, r: number): void {
  if (label === 0) context.arc(x, y, r, 0, 2 * Math.PI);
  else if (label === 1) context.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
  else {
    context.moveTo(x, y - 1.25 * r);
    context.lineTo(x + 1.15 * r, y + 0.8 * r);
    context.lineTo(x - 1.15 * r, y + 0.8 * r);
    context.closePath();
  }
}
