// Windows that slide over pictures and sequences: how they are asked for (sizes, strides, dilations, padding), and where they
// lie. Convolution and pooling share it. x is [batch, ...extents, channels]: NHWC for pictures, [batch, length, channels] for
// sequences.

import { ArgumentError, checkInteger, describe, ShapeError } from "../errors.js";
import { suggestion } from "../names.js";
import { formatShape, type OpenShape } from "../tensor/shape.js";

/** One number for all axes, or one for each. */
export type PerAxis = number | readonly number[];

export type PaddingWord = "valid" | "same" | "causal";

/**
 * Elements before and after the input along each axis. `"valid"`: none. `"same"`: as many as make the output
 * ceil(extent / stride) long, an odd one at the end (TensorFlow's rule). `"causal"`, for sequences: before the input only, so
 * that no window sees what comes later. A number goes on all sides; a list has for each axis a number or [before, after].
 */
export type Padding = PaddingWord | number | readonly (number | readonly [before: number, after: number])[];

/** Padding as it is kept: a word, or [before, after] for each axis. */
export type ReadPadding = PaddingWord | readonly (readonly [before: number, after: number])[];

/** What an option that has a number for each axis was given, as one number for each of so many axes. */
export function readPerAxis(subject: string, given: unknown, axes: number, least = 1): readonly number[] {
  const list = Array.isArray(given) ? given : Array.from({ length: axes }, () => given);
  const valid = list.length === axes && list.every((each) => Number.isSafeInteger(each) && each >= least);
  if (!valid && !Array.isArray(given)) checkInteger(subject, given, least);
  if (!valid) {
    const rule = axes === 1 ? "a list of one integer" : `a list of ${axes} integers`;
    throw new ArgumentError(`${subject} must be an integer or ${rule} >= ${least}; received ${describe(given)}.`);
  }
  return [...(list as number[])];
}

/** The padding of so many axes; `words` are those that the op knows. */
export function readPadding(
  subject: string,
  given: unknown,
  axes: number,
  words: readonly PaddingWord[] = ["valid", "same"],
): ReadPadding {
  const word = typeof given === "string" ? words.find((each) => each === given.toLowerCase()) : undefined;
  if (word !== undefined) return word;
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  if (isCount(given)) return Array.from({ length: axes }, () => [given as number, given as number] as const);
  if (Array.isArray(given)) {
    // Along one axis, [1, 2] can only be before and after.
    const list = axes === 1 && given.length === 2 && given.every(isCount) ? [given] : given;
    const pairs = list.map((each) => (Array.isArray(each) ? each : [each, each]));
    const valid = pairs.length === axes && pairs.every((pair) => pair.length === 2 && pair.every(isCount));
    if (valid) return pairs.map(([before, after]) => [before, after] as const);
  }
  const lists =
    axes === 1 ? "[before, after]" : axes === 2 ? "[[top, bottom], [left, right]]" : "[before, after] per axis";
  const allowed = words.map((each) => JSON.stringify(each)).join(", ");
  const meant = suggestion(given, words);
  throw new ArgumentError(
    `${subject} must be ${allowed}, a non-negative integer or ${lists}; received ${describe(given)}${meant}${meant ? "?" : "."}`,
  );
}

/** The parts of the shape of x; all but the batch must be known. */
export interface Spatial {
  readonly batch: number | null;
  readonly extents: readonly number[];
  readonly channels: number;
}

/** x as a batch of pictures or sequences with so many axes between batch and channels. */
export function readSpatial(subject: string, x: OpenShape, axes: number, name = "x"): Spatial {
  const layout = axes === 1 ? "[batch, length, channels]" : "[batch, height, width, channels]";
  if (x.length !== axes + 2) {
    throw new ShapeError(`${subject}: ${name} must be ${layout}; received shape ${formatShape(x)}.`);
  }
  const [batch, ...rest] = x as [number | null, ...(number | null)[]];
  if (rest.includes(null)) {
    throw new ShapeError(`${subject}: all extents of ${name} but the batch must be known; it is ${formatShape(x)}.`);
  }
  return { batch, extents: rest.slice(0, axes) as number[], channels: rest[axes] as number };
}

export interface WindowOptions {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly padding: ReadPadding;
  /** Default: none, 1 along each axis. */
  readonly dilations?: readonly number[];
  /** A last window that is only partly filled counts too, if it begins in the input or the padding before it. */
  readonly ceilMode?: boolean;
}

/** Where windows lie along each axis: window o covers o * stride - before + tap * dilation for each tap. */
export interface Windows {
  readonly output: readonly number[];
  readonly before: readonly number[];
  /** As it was asked for: in ceil mode the last window may reach beyond it. */
  readonly after: readonly number[];
}

/** Where the windows lie over an input of these extents; fails with ShapeError when there are none. */
export function placeWindows(subject: string, extents: readonly number[], options: WindowOptions): Windows {
  const axes = extents.map((extent, axis) => placeAxis(subject, extent, axis, extents.length, options));
  return {
    output: axes.map(({ output }) => output),
    before: axes.map(({ before }) => before),
    after: axes.map(({ after }) => after),
  };
}

function placeAxis(
  subject: string,
  extent: number,
  axis: number,
  axes: number,
  { size, strides, padding, dilations, ceilMode = false }: WindowOptions,
): { output: number; before: number; after: number } {
  const stride = strides[axis] as number;
  const reach = reachOf(size[axis] as number, dilations?.[axis]);
  const name = axisName(axis, axes);
  if (padding === "same") {
    const output = Math.ceil(extent / stride);
    if (output === 0) throw new ShapeError(`${subject}: the output would be empty; the ${name} of the input is 0.`);
    const total = Math.max((output - 1) * stride + reach - extent, 0);
    const before = Math.floor(total / 2);
    return { output, before, after: total - before };
  }
  const [before, after] =
    padding === "valid" ? [0, 0] : padding === "causal" ? [reach - 1, 0] : (padding[axis] as readonly [number, number]);
  const places = (extent + before + after - reach) / stride;
  let output = (ceilMode ? Math.ceil(places) : Math.floor(places)) + 1;
  // As PyTorch: no window begins in the padding after the input.
  if (ceilMode && (output - 1) * stride >= extent + before) output--;
  if (output <= 0 || extent === 0) {
    const padded = before + after > 0 ? ` + ${before} + ${after}` : "";
    throw new ShapeError(
      `${subject}: the output would be empty; ${name} (${extent}${padded} - ${reach}) / ${stride} + 1 = ` +
        `${Math.floor(places) + 1}; a smaller window or more padding fits.`,
    );
  }
  return { output, before, after };
}

/** How far a window reaches from its first tap to its last, both included. */
export function reachOf(size: number, dilation = 1): number {
  return (size - 1) * dilation + 1;
}

/** What messages call an axis between batch and channels. */
export function axisName(axis: number, axes: number): string {
  if (axes === 1) return "length";
  return axes === 2 ? (["height", "width"][axis] as string) : `axis ${axis + 1}`;
}
