// Ops that augment pictures x [examples, height, width, channels] by numbers drawn for each example (examples.ts), while the
// scalar `training` is not 0. Layers put them together (src/nn/layers/augmentation.ts).

import { ArgumentError, checkInteger, checkNumber, checkOneOf, describe, ShapeError } from "../errors.js";
import { formatShape, type OpenShape, type Shape } from "../tensor/shape.js";
import { spatial } from "../wasm/spatial.js";
import { defineOp, type Op, type Sample } from "./op.js";

/** From where to where a quantity is drawn, uniformly. */
export type Range = readonly [low: number, high: number];

const KINDS = ["rotation", "translation", "zoom", "zoomOfBoth", "shear", "flip"] as const;
/** What outside pixels are read as: a number; the nearest pixel; the picture mirrored, or repeated. */
export const fillModes = ["constant", "nearest", "reflect", "wrap"] as const;
export type FillMode = (typeof fillModes)[number];
export const interpolations = ["nearest", "bilinear"] as const;
export type Interpolation = (typeof interpolations)[number];

export interface AffineMatricesAttributes {
  readonly kind: (typeof KINDS)[number];
  readonly first: Range;
  readonly second: Range;
  readonly height: number;
  readonly width: number;
}

export const affineMatrices: Op<["uniforms"], AffineMatricesAttributes> = defineOp<
  ["uniforms"],
  AffineMatricesAttributes
>({
  name: "affineMatrices",
  doc:
    "For each example the six numbers (a, b, c, d, e, f) of a rotation, translation, zoom, shear or flip: the pixel (column, row) of " +
    "a result is read at (a column + b row + c, d column + e row + f).",
  inputs: ["uniforms"],
  options: ["kind", "first", "second", "height", "width"],
  attributes: ({ kind = "rotation", first = [0, 0], second = [0, 0], height = 1, width = 1 }) => {
    checkOneOf("affineMatrices: kind", kind, KINDS);
    checkInteger("affineMatrices: height", height, 1);
    checkInteger("affineMatrices: width", width, 1);
    for (const [name, pair] of Object.entries({ first, second })) {
      if (Array.isArray(pair) && pair.length === 2 && pair.every((each) => Number.isFinite(each))) continue;
      throw new ArgumentError(`affineMatrices: ${name} must be two finite numbers; received ${describe(pair)}.`);
    }
    return { kind, first, second, height, width };
  },
  shape: ({ uniforms }) => [checkNumbers("affineMatrices", uniforms, 2), 6],
  family: spatial,
  forward: (k, { uniforms, y }, { kind, first, second, height, width }) =>
    k.affineMatrices(uniforms.ptr, y.ptr, y.size / 6, KINDS.indexOf(kind), ...first, ...second, height, width),
  samples: KINDS.map((kind) => ({
    inputs: { uniforms: [4, 2] },
    range: { uniforms: [0, 1] },
    attributes: { kind, first: [-0.7, 0.9], second: [-0.3, 0.4], height: 5, width: 7 },
  })),
});

export interface SampleAttributes {
  readonly interpolation: Interpolation;
  readonly fillMode: FillMode;
  /** For fillMode "constant". */
  readonly fillValue: number;
}

const sampleAttributes = (subject: string, given: Partial<SampleAttributes>): SampleAttributes => {
  const { interpolation = "bilinear", fillMode = "reflect", fillValue = 0 } = given;
  checkOneOf(`${subject}: interpolation`, interpolation, interpolations);
  checkOneOf(`${subject}: fillMode`, fillMode, fillModes);
  checkNumber(`${subject}: fillValue`, fillValue);
  return { interpolation, fillMode, fillValue };
};

const SAMPLE_OPTIONS = ["interpolation", "fillMode", "fillValue"] as const;

/** A function, called within the records: bundles keep no samples, and a list made by calls would stay in them. */
function samplesOf(pictures: "x" | "upstream"): readonly Sample[] {
  return fillModes.flatMap((fillMode, i) =>
    interpolations.map((interpolation) => ({
      inputs: { [pictures]: [2, 5, 6, [1, 3, 5, 1][i] as number], matrices: [2, 6], training: [] },
      range: { matrices: [-1.2, 1.2] },
      attributes: { fillMode, interpolation, fillValue: 0.25 },
    })),
  );
}

export const affineSample: Op<["x", "matrices", "training"], SampleAttributes> = defineOp<
  ["x", "matrices", "training"],
  SampleAttributes
>({
  name: "affineSample",
  doc:
    "While the scalar `training` is not 0: each picture read at the places that its matrix gives, between the pixels or at " +
    "the nearest, beyond the picture as fillMode says. Else x itself.",
  inputs: ["x", "matrices", "training"],
  options: SAMPLE_OPTIONS,
  attributes: (given) => sampleAttributes("affineSample", given),
  shape: ({ x, matrices }) => checkWarp("affineSample", x, matrices),
  family: spatial,
  forward: (k, { x, matrices, training, y }, { interpolation, fillMode, fillValue }, { workspace }) =>
    k.affineSample(
      x.ptr,
      matrices.ptr,
      training.ptr,
      y.ptr,
      ...(y.shape as [number, number, number, number]),
      interpolations.indexOf(interpolation),
      fillModes.indexOf(fillMode),
      fillValue,
      workspace,
    ),
  workspace: (_, { y }) => paddedBytes(y),
  vjp: { x: ({ matrices, training, dy }, attributes) => affineSampleGradient(dy, matrices, training, attributes) },
  inPlace: "x",
  switch: { by: "training", off: "x" },
  samples: samplesOf("x"),
});

export const affineSampleGradient: Op<["upstream", "matrices", "training"], SampleAttributes> = defineOp<
  ["upstream", "matrices", "training"],
  SampleAttributes
>({
  name: "affineSampleGradient",
  doc: "The gradient of affineSample by x: what comes in is added, by the same weights, to the pixels that were read.",
  inputs: ["upstream", "matrices", "training"],
  options: SAMPLE_OPTIONS,
  attributes: (given) => sampleAttributes("affineSampleGradient", given),
  shape: ({ upstream, matrices }) => checkWarp("affineSampleGradient", upstream, matrices),
  family: spatial,
  forward: (k, { upstream, matrices, training, y }, { interpolation, fillMode }, { workspace }) =>
    k.affineSampleGradient(
      upstream.ptr,
      matrices.ptr,
      training.ptr,
      y.ptr,
      ...(y.shape as [number, number, number, number]),
      interpolations.indexOf(interpolation),
      fillModes.indexOf(fillMode),
      workspace,
    ),
  workspace: (_, { y }) => paddedBytes(y),
  // It is linear in upstream, and its transpose reads 0 beyond the picture.
  vjp: {
    upstream: ({ matrices, training, dy }, attributes) =>
      affineSample(dy, matrices, training, { ...attributes, fillValue: 0 }),
  },
  inPlace: "upstream",
  switch: { by: "training", off: "upstream" },
  samples: samplesOf("upstream"),
});

/** A padded copy of one picture, and a register more. */
function paddedBytes([, height, width, channels]: Shape): number {
  return 4 * ((height as number) + 3) * ((width as number) + 3) * (channels as number) + 16;
}

/** Places in a padded copy are counted in floats. */
const MOST_PIXELS = 2 ** 24;

function checkWarp(subject: string, x: OpenShape, matrices: OpenShape): OpenShape {
  const [count, height, width] = checkPictures(subject, x);
  if (matrices.length !== 2 || matrices[0] !== count || matrices[1] !== 6) {
    throw new ShapeError(
      `${subject}: matrices must hold six numbers for each example; x is ${formatShape(x)}, matrices is ${formatShape(matrices)}.`,
    );
  }
  if (((height as number) + 3) * ((width as number) + 3) > MOST_PIXELS) {
    throw new ShapeError(`${subject}: a picture must have less than 2^24 pixels; x is ${formatShape(x)}.`);
  }
  return x;
}

/** Fails unless x is [examples, height, width, channels], known but for the number of examples, and none of them empty. */
export function checkPictures(subject: string, x: OpenShape): OpenShape {
  const [, ...extents] = x;
  if (x.length === 4 && extents.every((extent) => extent !== null && extent > 0)) return x;
  throw new ShapeError(
    `${subject}: x must be pictures [examples, height, width, channels], at least one pixel each; received ${formatShape(x)}.`,
  );
}

/** Fails unless there are so many numbers for each example; returns the number of examples. */
function checkNumbers(subject: string, uniforms: OpenShape, columns: number): number | null {
  const [count] = uniforms;
  if (uniforms.length === 2 && uniforms[1] === columns && count !== undefined) return count;
  throw new ShapeError(
    `${subject}: uniforms must hold ${columns} numbers for each example; received shape ${formatShape(uniforms)}.`,
  );
}

export interface CropAttributes {
  readonly height: number;
  readonly width: number;
}

export const cropWindows: Op<["x", "uniforms", "training"], CropAttributes> = defineOp<
  ["x", "uniforms", "training"],
  CropAttributes
>({
  name: "cropWindows",
  doc:
    "Of each picture a window of height x width: at a place that two uniform numbers give while the scalar `training` is not " +
    "0, else in the middle.",
  inputs: ["x", "uniforms", "training"],
  options: ["height", "width"],
  attributes: ({ height = 1, width = 1 }) => {
    checkInteger("cropWindows: height", height, 1);
    checkInteger("cropWindows: width", width, 1);
    return { height, width };
  },
  shape: ({ x, uniforms }, { height, width }) => {
    const [count = null, rows, columns, channels = null] = checkPictures("cropWindows", x);
    if (checkNumbers("cropWindows", uniforms, 2) !== count) {
      throw new ShapeError(
        `cropWindows: there must be two numbers for each example; x is ${formatShape(x)}, uniforms is ${formatShape(uniforms)}.`,
      );
    }
    if (height > (rows as number) || width > (columns as number)) {
      throw new ShapeError(
        `cropWindows: the window must fit into the picture; it is [${height}, ${width}], x is ${formatShape(x)}.`,
      );
    }
    return [count, height, width, channels];
  },
  family: spatial,
  forward: (k, { x, uniforms, training, y }, { height, width }) =>
    k.cropWindows(
      x.ptr,
      uniforms.ptr,
      training.ptr,
      y.ptr,
      ...(x.shape as [number, number, number, number]),
      height,
      width,
    ),
  vjp: {
    x: ({ x, uniforms, training, dy }) => {
      const [, height, width] = x.shape as readonly [number | null, number, number, number];
      return cropWindowsGradient(dy, uniforms, training, { height, width });
    },
  },
  samples: [
    {
      inputs: { x: [3, 5, 6, 2], uniforms: [3, 2], training: [] },
      range: { uniforms: [0, 1] },
      attributes: { height: 3, width: 4 },
    },
    {
      inputs: { x: [2, 4, 4, 1], uniforms: [2, 2], training: [] },
      range: { uniforms: [0, 1] },
      attributes: { height: 4, width: 1 },
    },
  ],
});

export const cropWindowsGradient: Op<["upstream", "uniforms", "training"], CropAttributes> = defineOp<
  ["upstream", "uniforms", "training"],
  CropAttributes
>({
  name: "cropWindowsGradient",
  doc: "The gradient of cropWindows: pictures of height x width that hold what comes in within the windows, 0 around them.",
  inputs: ["upstream", "uniforms", "training"],
  options: ["height", "width"],
  attributes: ({ height = 1, width = 1 }) => {
    checkInteger("cropWindowsGradient: height", height, 1);
    checkInteger("cropWindowsGradient: width", width, 1);
    return { height, width };
  },
  shape: ({ upstream, uniforms }, { height, width }) => {
    const [count = null, rows, columns, channels = null] = checkPictures("cropWindowsGradient", upstream);
    const fits = (rows as number) <= height && (columns as number) <= width;
    if (checkNumbers("cropWindowsGradient", uniforms, 2) === count && fits) return [count, height, width, channels];
    throw new ShapeError(
      `cropWindowsGradient: upstream must fit into [${height}, ${width}] and uniforms must have its rows; it is ${formatShape(upstream)}.`,
    );
  },
  family: spatial,
  forward: (k, { upstream, uniforms, training, y }) =>
    k.cropWindowsGradient(
      upstream.ptr,
      uniforms.ptr,
      training.ptr,
      y.ptr,
      ...(y.shape as [number, number, number, number]),
      upstream.shape[1] as number,
      upstream.shape[2] as number,
    ),
  vjp: {
    upstream: ({ upstream, uniforms, training, dy }) => {
      const [, height, width] = upstream.shape as readonly [number | null, number, number, number];
      return cropWindows(dy, uniforms, training, { height, width });
    },
  },
  samples: [
    {
      inputs: { upstream: [2, 2, 3, 2], uniforms: [2, 2], training: [] },
      range: { uniforms: [0, 1] },
      attributes: { height: 4, width: 5 },
    },
  ],
});

export interface CutoutAttributes {
  readonly height: number;
  readonly width: number;
  /** Shares of height and width, in [0, 1]. */
  readonly rows: Range;
  readonly columns: Range;
}

export const cutoutMask: Op<["uniforms"], CutoutAttributes> = defineOp<["uniforms"], CutoutAttributes>({
  name: "cutoutMask",
  doc: "[examples, height, width, 1]: 0 in a rectangle whose size and centre four uniform numbers give, else 1.",
  inputs: ["uniforms"],
  options: ["height", "width", "rows", "columns"],
  attributes: ({ height = 1, width = 1, rows = [0.5, 0.5], columns = [0.5, 0.5] }) => {
    checkInteger("cutoutMask: height", height, 1);
    checkInteger("cutoutMask: width", width, 1);
    const share = (name: string, given: unknown) => readRange(`cutoutMask: ${name}`, given, 0, 1);
    return { height, width, rows: share("rows", rows), columns: share("columns", columns) };
  },
  shape: ({ uniforms }, { height, width }) => [checkNumbers("cutoutMask", uniforms, 4), height, width, 1],
  family: spatial,
  forward: (k, { uniforms, y }, { height, width, rows, columns }) =>
    k.cutoutMask(uniforms.ptr, y.ptr, uniforms.size / 4, height, width, ...rows, ...columns),
  samples: [
    {
      inputs: { uniforms: [4, 4] },
      range: { uniforms: [0, 1] },
      attributes: { height: 5, width: 7, rows: [0.2, 0.8], columns: [0.5, 0.5] },
    },
  ],
});

/** One number, for -number to number, or a pair; fails unless all lie between `least` and `most`. */
export function readRange(subject: string, given: unknown, least: number, most: number): Range {
  const pair = Array.isArray(given) ? given : typeof given === "number" ? [-given, given] : null;
  const [low, high] = (pair ?? []) as unknown[];
  const isNumber = (value: unknown): value is number =>
    typeof value === "number" && value >= least && value <= most && Number.isFinite(value);
  if (pair?.length === 2 && isNumber(low) && isNumber(high) && low <= high) return [low, high];
  throw new ArgumentError(
    `${subject} must be a number, or a pair [low, high], within [${least}, ${most}]; received ${describe(given)}.`,
  );
}
