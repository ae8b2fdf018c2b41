// A picture of a digit that the visitor has: dark on light or light on dark, of any size.

import { inkOfPicture } from "./ink.js";

/** Pixels of the longer side at which it is looked at. */
const SIDE = 256;

/** The ink as the net expects it. Fails where there is no picture, or nothing on it. */
export async function readPicture(file: File, image: readonly [number, number]): Promise<Float32Array> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(`${file.name} cannot be read as a picture: a PNG, JPEG or WebP file is what browsers know.`);
  }
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ];
  const context = new OffscreenCanvas(width, height).getContext("2d") as OffscreenCanvasRenderingContext2D;
  // What is transparent is paper.
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const light = Float32Array.from({ length: width * height }, (_, i) => {
    const [red, green, blue] = [data[4 * i], data[4 * i + 1], data[4 * i + 2]] as [number, number, number];
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
  });
  const ink = inkOfPicture(light, [height, width], image);
  if (ink === null)
    throw new Error(`There is nothing to read on ${file.name}: a digit must stand out from its ground.`);
  return ink;
}
