// The square in the colours of the classes, the stronger the surer the net is, and the points on it.

import type { DataOverview, RegionPicture } from "../engine/protocol.js";
import { css, mix, type Palette, type Rgb } from "../ui/palette.js";

/** How far the square reaches beyond the points, as the worker's pictures do. */
const REACH = 1.15;
/** Steps of confidence, so that the ground reads like a map. */
const BANDS = 8;

/** Colours by class and confidence. */
function ramp({ classes, card }: Palette): Uint8ClampedArray {
  const table = new Uint8ClampedArray(4 * 256 * classes.length);
  classes.forEach((color, c) => {
    for (let confidence = 0; confidence < 256; confidence++) {
      const band = Math.ceil((confidence / 255) * BANDS) / BANDS;
      const [r, g, b] = mix(card, color, 0.08 + 0.62 * band);
      table.set([r, g, b, 255], 4 * (256 * c + confidence));
    }
  });
  return table;
}

let ramps: { readonly palette: Palette; readonly table: Uint8ClampedArray } | null = null;

export function drawRegions(context: CanvasRenderingContext2D, side: number, picture: RegionPicture, palette: Palette): void {
  if (ramps?.palette !== palette) ramps = { palette, table: ramp(palette) };
  const { table } = ramps;
  const { size, winner, confidence } = picture;
  const image = new ImageData(size, size);
  const words = new Uint32Array(image.data.buffer);
  const colors = new Uint32Array(table.buffer);
  for (let cell = 0; cell < words.length; cell++) {
    words[cell] = colors[256 * (winner[cell] as number) + (confidence[cell] as number)] as number;
  }
  const stamp = new OffscreenCanvas(size, size);
  (stamp.getContext("2d") as OffscreenCanvasRenderingContext2D).putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  context.drawImage(stamp, 0, 0, side, side);
}

export function drawPoints(context: CanvasRenderingContext2D, side: number, data: DataOverview, palette: Palette): void {
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
