// The patches of a two-dimensional convolution over images [batch, height, width, channels]: how large its result is, where
// the kernels find them (assembly/spatial/patches.ts), and what workspace that takes.

import { ShapeError } from "../errors.js";
import { formatShape, type OpenShape, type Shape, sizeOf } from "../tensor/shape.js";
import type { Calls } from "./op.js";
import { axisName, placeWindows, type ReadPadding, readSpatial } from "./window.js";

export interface ConvolutionAttributes {
  /** Pixels from window to window along height and width. */
  readonly strides: readonly number[];
  readonly padding: ReadPadding;
  /** Pixels from tap to tap of a window. */
  readonly dilations: readonly number[];
  /** Parts of the channels that are convolved apart. */
  readonly groups: number;
}

/** Height and width of the output, and the pixels of padding before and after the input along each of both. */
export interface ConvolutionPlaces {
  readonly batch: number | null;
  readonly extents: readonly number[];
  readonly channels: number;
  readonly output: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** Where the windows of a kernel of this size lie over x; refuses what is no image, and windows that find no place. */
export function placePatches(
  subject: string,
  x: OpenShape,
  size: readonly number[],
  { strides, padding, dilations }: ConvolutionAttributes,
  name = "input",
): ConvolutionPlaces {
  const { batch, extents, channels } = readSpatial(subject, x, 2, name);
  size.forEach((extent, axis) => {
    if (extent > 0) return;
    throw new ShapeError(`${subject}: the ${axisName(axis, 2)} of the kernel must be at least 1; received ${extent}.`);
  });
  return { batch, extents, channels, ...placeWindows(subject, extents, { size, strides, padding, dilations }) };
}

/** A kernel [height, width, channels of a group, output channels] that fits an input and groups; else ShapeError. */
export function checkKernel(subject: string, kernel: OpenShape, channels: number | null, groups: number): Shape {
  if (kernel.length !== 4 || kernel.includes(null)) {
    throw new ShapeError(
      `${subject}: kernel must be [height, width, input channels / groups, output channels], all known; ` +
        `received shape ${formatShape(kernel)}.`,
    );
  }
  const [, , ofGroup, outputs] = kernel as [number, number, number, number];
  if (channels !== null && ofGroup * groups !== channels) {
    throw new ShapeError(
      `${subject}: channels must match; the input has ${channels}, kernel ${formatShape(kernel)} takes ` +
        `${groups === 1 ? ofGroup : `${ofGroup} * ${groups} groups = ${ofGroup * groups}`}.`,
    );
  }
  if (outputs % groups !== 0) {
    throw new ShapeError(
      `${subject}: groups must divide the output channels; ${outputs} / ${groups} = ${outputs / groups}; ` +
        `kernel is ${formatShape(kernel)}.`,
    );
  }
  return kernel as Shape;
}

/** What the calls for one convolution are written from. */
export interface Patches {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly output: readonly number[];
  /** Pixels of all outputs. */
  readonly pixels: number;
  readonly top: number;
  readonly left: number;
  /** The images with their border, as the kernels read them. */
  readonly padded: { readonly height: number; readonly width: number; readonly pixel: number };
  /** The images are read from a copy. */
  readonly copies: boolean;
  readonly runCount: number;
  readonly runLength: number;
  /** Runs that lie in one row of a window. */
  readonly runsPerRow: number;
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/**
 * The patches of a kernel of this size. With `spread`, pixels that lie a multiple of 512 bytes apart are read from a copy in
 * which they do not: a kernel that walks along pixels would find them in a few sets of the cache.
 */
export function patchesOf(
  x: Shape,
  size: readonly number[],
  attributes: ConvolutionAttributes,
  { spread = false, depthwise = false } = {},
): Patches {
  const { output, before, after } = placePatches("convolution", x, size, attributes);
  const [images, height, width, channels] = x as [number, number, number, number];
  const [top, left] = before as [number, number];
  const [bottom, right] = after as [number, number];
  const crowded = spread && channels % 128 === 0 && channels > 0;
  const pixel = crowded ? channels + 16 : channels;
  const [kernelHeight, kernelWidth] = size as [number, number];
  const { strides, dilations, groups } = attributes;
  const whole = groups === 1 && dilations[1] === 1 && !crowded && !depthwise;
  return {
    images,
    height,
    width,
    channels,
    output,
    pixels: images * (output[0] as number) * (output[1] as number),
    top,
    left,
    padded: { height: top + height + bottom, width: left + width + right, pixel },
    copies: crowded || top + left + bottom + right > 0,
    runCount: whole ? kernelHeight : kernelHeight * kernelWidth,
    runLength: whole ? kernelWidth * channels : channels / (depthwise ? 1 : groups),
    runsPerRow: whole ? 1 : kernelWidth,
    strides,
    dilations,
  };
}

const LINE = 64;
const lines = (bytes: number) => Math.ceil(bytes / LINE) * LINE;

/** Bytes of the images with their border. */
function paddedBytes({ images, padded, copies }: Patches): number {
  return copies ? lines(4 * images * padded.height * padded.width * padded.pixel) : 0;
}

/** Bytes of workspace for both tables and the images with their border. */
export function patchesWorkspace(patches: Patches): number {
  return lines(4 * patches.pixels) + lines(4 * patches.runCount) + paddedBytes(patches);
}

/** Where the calls find what they need, in the workspace. */
export interface PlacedPatches {
  readonly table: number;
  readonly runs: number;
  /** The images with their border. */
  readonly images: number;
  /** Workspace that is left. */
  readonly rest: number;
}

/** Writes the calls that fill both tables. `x` is where the images lie if they are not copied. */
export function writeTables(k: Calls, patches: Patches, x: number, workspace: number): PlacedPatches {
  const { images, output, padded, strides, dilations, runCount, runsPerRow } = patches;
  const table = workspace;
  const runs = table + lines(4 * patches.pixels);
  const copy = runs + lines(4 * runCount);
  const pixel = 4 * padded.pixel;
  const row = pixel * padded.width;
  const [height, width] = output as [number, number];
  const [down, across] = strides as [number, number];
  k.patchTable(table, images, height, width, row * padded.height, row * down, pixel * across);
  k.runTable(runs, runCount, runsPerRow, row * (dilations[0] as number), pixel * (dilations[1] as number));
  return { table, runs, images: patches.copies ? copy : x, rest: copy + paddedBytes(patches) };
}

/** Writes the call that copies the images with their border, if they are to be copied. */
export function writeCopy(k: Calls, patches: Patches, x: number, { images }: PlacedPatches): void {
  if (!patches.copies) return;
  const { height, width, channels, padded, top, left } = patches;
  k.padImages(x, patches.images, height, width, channels, images, padded.height, padded.width, padded.pixel, top, left);
}

/** Floats of the images with their border. */
export function paddedSize({ images, padded }: Patches): number {
  return sizeOf([images, padded.height, padded.width, padded.pixel]);
}
