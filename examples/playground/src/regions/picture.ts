// The square in the colours of the classes, the stronger the surer the net is, and the points on it.

import type { DataOverview, RegionPicture } from "../engine/protocol.js";
import { REACH } from "../settings/square.js";
import { css, mix, type Palette, type Rgb } from "../ui/palette.js";

/** Steps of confidence, so that the ground reads like a map. */
const BANDS = 7;
/** Pixels between two places of the lattice: logits are interpolated, colours are not, so that borders are sharp. */
const FINER = 4;
/** Lead of the likeliest class over the next, in logits, at which the net counts as certain; and its steps. */
const CERTAIN = 8;
const LEADS = 256;

/** Colours as words of an image, by class and by its lead. */
function ramp({ classes, card }: Palette): Uint32Array {
  const table = new Uint8ClampedArray(4 * LEADS * classes.length);
  classes.forEach((color, c) => {
    for (let i = 0; i < LEADS; i++) {
      // Of two classes, this is how far the likelier one is from a draw.
      const confidence = Math.tanh(((i / LEADS) * CERTAIN) / 2);
      const band = Math.floor(confidence * BANDS) / (BANDS - 1);
      table.set([...mix(card, color, 0.1 + 0.5 * band), 255], 4 * (LEADS * c + i));
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
  readonly words: Uint32Array;
  readonly stamp: OffscreenCanvasRenderingContext2D;
}
let easel: Easel | null = null;

function easelFor(palette: Palette, side: number): Easel {
  if (easel?.palette === palette && easel.side === side) return easel;
  const stamp = new OffscreenCanvas(side, side).getContext("2d") as OffscreenCanvasRenderingContext2D;
  const image = new ImageData(side, side);
  easel = { palette, side, colors: ramp(palette), image, words: new Uint32Array(image.data.buffer), stamp };
  return easel;
}

export function drawRegions(
  context: CanvasRenderingContext2D,
  room: number,
  picture: RegionPicture,
  palette: Palette,
): void {
  const { size, logits } = picture;
  const side = (size - 1) * FINER;
  const { words, image, stamp } = easelFor(palette, side);
  const rows = logits.map(() => new Float32Array(size));
  for (let y = 0; y < side; y++) {
    const from = Math.floor(y / FINER) * size;
    const down = (y % FINER) / FINER;
    logits.forEach((places, c) => {
      const row = rows[c] as Float32Array;
      for (let i = 0; i < size; i++) {
        row[i] = places[from + i]! + (places[from + size + i]! - places[from + i]!) * down;
      }
    });
    const [first, second, third] = rows as [Float32Array, Float32Array, Float32Array?];
    const line = words.subarray(y * side, (y + 1) * side);
    if (third) paintThree(line, easel as Easel, [first, second, third]);
    else paintTwo(line, easel as Easel, first, second);
  }
  stamp.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "medium";
  context.drawImage(stamp.canvas, 0, 0, room, room);
}

/** A line of pixels from the logits of two classes: all that counts is their difference. */
function paintTwo(line: Uint32Array, { colors }: Easel, first: Float32Array, second: Float32Array): void {
  const scale = LEADS / CERTAIN;
  let x = 0;
  for (let i = 0; x < line.length; i++) {
    let lead = (first[i]! - second[i]!) * scale;
    const step = ((first[i + 1]! - second[i + 1]!) * scale - lead) / FINER;
    for (const end = x + FINER; x < end; x++) {
      const at = Math.min(LEADS - 1, Math.abs(lead)) | 0;
      line[x] = colors[lead >= 0 ? at : LEADS + at]!;
      lead += step;
    }
  }
}

function paintThree(
  line: Uint32Array,
  { colors }: Easel,
  [first, second, third]: readonly [Float32Array, Float32Array, Float32Array],
): void {
  const scale = LEADS / CERTAIN;
  for (let x = 0; x < line.length; x++) {
    const i = Math.floor(x / FINER);
    const across = (x % FINER) / FINER;
    const a = first[i]! + (first[i + 1]! - first[i]!) * across;
    const b = second[i]! + (second[i + 1]! - second[i]!) * across;
    const c = third[i]! + (third[i + 1]! - third[i]!) * across;
    const winner = a >= b ? (a >= c ? 0 : 2) : b >= c ? 1 : 2;
    const most = Math.max(a, b, c);
    // The middle one of three.
    const next = a + b + c - most - Math.min(a, b, c);
    line[x] = colors[LEADS * winner + (Math.min(LEADS - 1, (most - next) * scale) | 0)]!;
  }
}

/** The points, which stay while the ground moves: drawn once for their data, size and palette. */
interface Overlay {
  readonly data: DataOverview;
  readonly pixels: number;
  readonly palette: Palette;
  readonly canvas: OffscreenCanvas;
}
let overlay: Overlay | null = null;

export function layPoints(context: CanvasRenderingContext2D, side: number, data: DataOverview, palette: Palette): void {
  const pixels = context.canvas.width;
  if (overlay?.data !== data || overlay.pixels !== pixels || overlay.palette !== palette) {
    const canvas = new OffscreenCanvas(pixels, pixels);
    const own = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
    own.scale(pixels / side, pixels / side);
    drawPoints(own, side, data, palette);
    overlay = { data, pixels, palette, canvas };
  }
  context.drawImage(overlay.canvas, 0, 0, side, side);
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

function drawPoints(context: Context, side: number, data: DataOverview, palette: Palette): void {
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
function mark(context: Context, label: number, x: number, y: number, r: number): void {
  if (label === 0) context.arc(x, y, r, 0, 2 * Math.PI);
  else if (label === 1) context.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
  else {
    context.moveTo(x, y - 1.25 * r);
    context.lineTo(x + 1.15 * r, y + 0.8 * r);
    context.lineTo(x - 1.15 * r, y + 0.8 * r);
    context.closePath();
  }
}
