// Convolutions in which each channel has a kernel of its own, and the calls for those whose windows slide.

import type { Shape } from "../tensor/shape.js";
import type { Buffer, Calls } from "./op.js";
import { type ConvolutionAttributes, type Patches, writeCopy, writeTables } from "./patches.js";

/** Each channel has a kernel of its own. */
export function isDepthwise(kernel: Shape, { groups }: ConvolutionAttributes): boolean {
  return groups > 1 && kernel[2] === 1 && kernel[3] === groups;
}

/** Depthwise with 3 x 3 windows side by side: a kernel of its own slides along rows and needs neither tables nor a border. */
export function isSliding(kernel: Shape, attributes: ConvolutionAttributes): boolean {
  const { strides, dilations, groups } = attributes;
  const isPlain = [...strides, ...dilations].every((extent) => extent === 1);
  return isDepthwise(kernel, attributes) && kernel[0] === 3 && kernel[1] === 3 && isPlain && groups % 4 === 0;
}

/** A row of zeros that stands for those around a picture. */
export const zeroRow = ([, , width, channels]: Shape) => (width as number) * (channels as number);

/** Writes the call of a sliding convolution of x; `turned` takes the weights from the last to the first. */
export function writeSliding(
  k: Calls,
  [x, kernel, y]: readonly [x: Buffer, kernel: Buffer, y: Buffer],
  [top, left]: readonly number[],
  { turned = false, bias = 0, zeros }: { turned?: boolean; bias?: number; zeros: number },
): void {
  const [images, height, width, channels] = x.shape as [number, number, number, number];
  const [, outHeight, outWidth] = y.shape as number[];
  k.fill(zeros, 0, width * channels);
  k.depthwise3x3(
    images,
    height,
    width,
    channels,
    outHeight as number,
    outWidth as number,
    top as number,
    left as number,
    x.ptr,
    zeros,
    kernel.ptr,
    +turned,
    y.ptr,
    bias,
  );
}

/** Writes the calls of a depthwise convolution up to its activation. */
export function writeDepthwise(
  k: Calls,
  { input, kernel, y }: Readonly<Record<"input" | "kernel" | "y", Buffer>>,
  attributes: ConvolutionAttributes,
  { patches, workspace, bias }: { patches: Patches; workspace: number; bias: number },
): void {
  const { pixels, runCount, top, left } = patches;
  if (isSliding(kernel.shape, attributes)) {
    writeSliding(k, [input, kernel, y], [top, left], { bias, zeros: workspace });
    return;
  }
  const placed = writeTables(k, patches, input.ptr, workspace);
  writeCopy(k, patches, input.ptr, placed);
  const { table, runs, images } = placed;
  k.depthwise(pixels, attributes.groups, images, table, runs, runCount, kernel.ptr, y.ptr, bias);
}
