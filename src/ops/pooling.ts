// Pooling of pictures, NHWC, and of sequences: the largest or the mean of what a window covers. Global pooling is a reduction:
// max or mean over the axes 1 and 2.

import { checkFlag, ShapeError } from "../errors.js";
import { checkShape, formatShape, type OpenShape, type Shape } from "../tensor/shape.js";
import { spatial } from "../wasm/spatial.js";
import { reshape } from "./layout.js";
import { checkNode, defineOp, type Node, type Op, type OpOptions, readOptions } from "./op.js";
import {
  axisName,
  type Padding,
  type PerAxis,
  placeWindows,
  reachOf,
  readPadding,
  readPerAxis,
  readSpatial,
} from "./window.js";

export interface MaxPoolAttributes {
  /** Extent of the window: of both axes, or [height, width]. Default 2. */
  readonly size: PerAxis;
  /** How far the window moves. Default: its size. */
  readonly strides: PerAxis;
  /** `"valid"`, `"same"` (TensorFlow's rule), a number or [[top, bottom], [left, right]]. Default `"valid"`. */
  readonly padding: Padding;
  /** How far the taps of a window lie apart. Default 1. */
  readonly dilations: PerAxis;
  /** Take a last window that is only partly filled. Default false. */
  readonly ceilMode: boolean;
}

export interface AveragePoolAttributes extends MaxPoolAttributes {
  /** Count zeros of the padding in the mean, as PyTorch does; else only what lies in x, as TensorFlow. Default false. */
  readonly countPadding: boolean;
}

const optionNames = ["size", "strides", "padding", "dilations", "ceilMode"] as const;

export const maxPool2d: Op<["x"], MaxPoolAttributes> = defineOp<["x"], MaxPoolAttributes>({
  name: "maxPool2d",
  doc:
    "Largest of each window of x [n, height, width, channels], size 2 and strides = size unless said. Padding takes no part. " +
    "NaN where a window holds one; the gradient goes to the first largest, or the first NaN.",
  inputs: ["x"],
  options: optionNames,
  attributes: (given) => readAttributes("maxPool2d", given),
  shape: ({ x }, attributes) => poolShape("maxPool2d", x, attributes),
  family: spatial,
  forward: (k, { x, y }, attributes) => k.maxPool(x.ptr, y.ptr, ...geometryOf(x.shape, attributes)),
  vjp: { x: ({ x, y, dy }, attributes) => maxPool2dGradient(x, y, dy, attributes) },
  // Finite differences want the values of a window further apart than their step.
  samples: [
    { inputs: { x: [2, 4, 6, 3] } },
    { inputs: { x: [1, 5, 7, 9] } },
    { inputs: { x: [2, 5, 6, 4] }, attributes: { size: 3, strides: 2, padding: "same" as const } },
    { inputs: { x: [1, 7, 5, 5] }, attributes: { size: [3, 2], strides: 1, padding: 1 } },
    {
      inputs: { x: [1, 7, 8, 2] },
      attributes: {
        size: 2,
        strides: 3,
        padding: [
          [1, 0],
          [0, 1],
        ],
        ceilMode: true,
      },
    },
    { inputs: { x: [1, 8, 9, 5] }, attributes: { size: [2, 3], strides: [2, 1], dilations: [3, 2] } },
  ].map((sample) => ({ ...sample, apart: 2 ** -5 })),
});

export const maxPool2dGradient: Op<["x", "value", "upstream"], MaxPoolAttributes> = defineOp<
  ["x", "value", "upstream"],
  MaxPoolAttributes
>({
  name: "maxPool2dGradient",
  doc: "Gradient of maxPool2d: each upstream at the first largest of its window, added where windows overlap.",
  inputs: ["x", "value", "upstream"],
  options: optionNames,
  attributes: (given) => readAttributes("maxPool2dGradient", given),
  shape: ({ x, value, upstream }, attributes) => {
    const pooled = poolShape("maxPool2dGradient", x, attributes);
    checkPooled("maxPool2dGradient: value", pooled, value);
    checkPooled("maxPool2dGradient: upstream", pooled, upstream);
    return x;
  },
  family: spatial,
  forward: (k, { x, value, upstream, y }, attributes) =>
    k.maxPoolGradient(x.ptr, value.ptr, upstream.ptr, y.ptr, ...geometryOf(x.shape, attributes)),
  samples: [
    { inputs: { x: [2, 4, 6, 3], value: [2, 2, 3, 3], upstream: [2, 2, 3, 3] } },
    {
      inputs: { x: [1, 5, 6, 5], value: [1, 3, 3, 5], upstream: [1, 3, 3, 5] },
      attributes: { size: 3, strides: 2, padding: "same" },
    },
  ],
});

export const averagePool2d: Op<["x"], AveragePoolAttributes> = defineOp<["x"], AveragePoolAttributes>({
  name: "averagePool2d",
  doc:
    "Mean of each window of x [n, height, width, channels], size 2 and strides = size unless said: of what lies in x, or with " +
    "countPadding of the zeros of the padding too.",
  inputs: ["x"],
  options: ["size", "strides", "padding", "dilations", "ceilMode", "countPadding"],
  attributes: (given) => readAverage("averagePool2d", given),
  shape: ({ x }, attributes) => poolShape("averagePool2d", x, attributes),
  family: spatial,
  forward: (k, { x, y }, attributes) =>
    k.averagePool(x.ptr, y.ptr, ...geometryOf(x.shape, attributes), ...countedBeyond(x.shape, attributes)),
  vjp: { x: ({ x, dy }, attributes) => averagePool2dGradient(dy, { ...attributes, shape: x.shape }) },
  samples: [
    { inputs: { x: [2, 4, 6, 3] } },
    { inputs: { x: [2, 5, 6, 4] }, attributes: { size: 3, strides: 2, padding: "same" } },
    {
      inputs: { x: [1, 7, 8, 2] },
      attributes: {
        size: 2,
        strides: 3,
        padding: [
          [1, 0],
          [0, 1],
        ],
        ceilMode: true,
      },
    },
    { inputs: { x: [1, 8, 9, 5] }, attributes: { size: [2, 3], strides: [2, 1], dilations: [3, 2] } },
    { inputs: { x: [1, 5, 6, 3] }, attributes: { size: 3, strides: 2, padding: 1, countPadding: true } },
    {
      inputs: { x: [1, 6, 6, 4] },
      attributes: { size: 3, strides: 4, padding: 1, countPadding: true, ceilMode: true },
    },
  ],
});

export interface AveragePoolGradientAttributes extends AveragePoolAttributes {
  /** The shape of what was pooled. */
  readonly shape: OpenShape;
}

export const averagePool2dGradient: Op<["upstream"], AveragePoolGradientAttributes> = defineOp<
  ["upstream"],
  AveragePoolGradientAttributes
>({
  name: "averagePool2dGradient",
  doc: "Gradient of averagePool2d: each upstream in equal parts to what its window covers, added where windows overlap.",
  inputs: ["upstream"],
  options: ["size", "strides", "padding", "dilations", "ceilMode", "countPadding", "shape"],
  attributes: ({ shape = [], ...given }) => {
    checkShape("averagePool2dGradient", shape, true);
    return { ...readAverage("averagePool2dGradient", given), shape };
  },
  shape: ({ upstream }, { shape, ...attributes }) => {
    checkPooled("averagePool2dGradient: upstream", poolShape("averagePool2dGradient", shape, attributes), upstream);
    return shape;
  },
  family: spatial,
  forward: (k, { upstream, y }, attributes) =>
    k.averagePoolGradient(
      upstream.ptr,
      y.ptr,
      ...geometryOf(y.shape, attributes),
      ...countedBeyond(y.shape, attributes),
    ),
  vjp: { upstream: ({ dy }, { shape: _, ...attributes }) => averagePool2d(dy, attributes) },
  samples: [
    { inputs: { upstream: [2, 2, 3, 3] }, attributes: { shape: [2, 4, 6, 3] } },
    {
      inputs: { upstream: [1, 3, 3, 5] },
      attributes: { shape: [1, 5, 6, 5], size: 3, strides: 2, padding: 1, countPadding: true },
    },
  ],
});

/** Largest of each window of x [n, length, channels]: as maxPool2d, with one axis. `padding` may be [before, after]. */
export function maxPool1d(x: Node, options: OpOptions<MaxPoolAttributes> = {}): Node {
  checkNode("maxPool1d", "x", x);
  readOptions("maxPool1d", arguments, 1, maxPool2d.record.options);
  const { name, ...given } = options;
  return alongLength("maxPool1d", x, given, name, maxPool2d);
}

/** Mean of each window of x [n, length, channels]: as averagePool2d, with one axis. `padding` may be [before, after]. */
export function averagePool1d(x: Node, options: OpOptions<AveragePoolAttributes> = {}): Node {
  checkNode("averagePool1d", "x", x);
  readOptions("averagePool1d", arguments, 1, averagePool2d.record.options);
  const { name, ...given } = options;
  readAverage("averagePool1d", given, 1);
  return alongLength("averagePool1d", x, given, name, averagePool2d);
}

/** A sequence is a picture of height 1: reshaping costs nothing. */
function alongLength<A extends MaxPoolAttributes>(
  subject: string,
  x: Node,
  given: Partial<A>,
  name: string | undefined,
  pool: Op<["x"], A>,
): Node {
  const { batch, extents, channels } = readSpatial(subject, x.shape, 1);
  const { size, strides, padding, dilations } = readAttributes(subject, given, 1);
  const [, length] = poolShape(subject, x.shape, given, 1);
  const picture = reshape(x, { shape: [batch, 1, ...extents, channels] });
  const attributes = {
    ...given,
    size: [1, ...size],
    strides: [1, ...strides],
    padding: typeof padding === "string" ? padding : [[0, 0], ...padding],
    dilations: [1, ...dilations],
  };
  const pooled = pool(picture, attributes as unknown as OpOptions<A>);
  return reshape(pooled, { shape: [batch, length as number, channels], ...(name !== undefined && { name }) });
}

interface ReadAttributes extends MaxPoolAttributes {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly padding: ReturnType<typeof readPadding>;
  readonly dilations: readonly number[];
}

function readAttributes(subject: string, given: Partial<MaxPoolAttributes>, axes = 2): ReadAttributes {
  const { size = 2, strides = size, padding = "valid", dilations = 1, ceilMode = false } = given;
  checkFlag(`${subject}: ceilMode`, ceilMode);
  return {
    size: readPerAxis(`${subject}: size`, size, axes),
    strides: readPerAxis(`${subject}: strides`, strides, axes),
    padding: readPadding(`${subject}: padding`, padding, axes),
    dilations: readPerAxis(`${subject}: dilations`, dilations, axes),
    ceilMode,
  };
}

function readAverage(subject: string, { countPadding = false, ...given }: Partial<AveragePoolAttributes>, axes = 2) {
  checkFlag(`${subject}: countPadding`, countPadding);
  return { ...readAttributes(subject, given, axes), countPadding };
}

function poolShape(subject: string, x: OpenShape, given: Partial<MaxPoolAttributes>, axes = 2): OpenShape {
  const { batch, extents, channels } = readSpatial(subject, x, axes);
  const attributes = readAttributes(subject, given, axes);
  const { output, before } = placeWindows(subject, extents, attributes);
  extents.forEach((extent, axis) => {
    const stride = attributes.strides[axis] as number;
    const dilation = attributes.dilations[axis] as number;
    const taps = attributes.size[axis] as number;
    const first = -(before[axis] as number);
    const name = axisName(axis, axes);
    const fail = (start: number) => {
      throw new ShapeError(
        `${subject}: every window must cover some of x; along the ${name}, ${extent}, one reaches from ${start} to ` +
          `${start + reachOf(taps, dilation) - 1}${dilation > 1 ? ` in steps of ${dilation}` : ""}; use less padding.`,
      );
    };
    const last = first + ((output[axis] as number) - 1) * stride;
    if (last >= extent) fail(last);
    // Windows that begin before x: the first tap in it, if there is one, is the next multiple of the dilation.
    for (let start = first; start < 0; start += stride) {
      const skipped = Math.ceil(-start / dilation);
      if (skipped >= taps || start + skipped * dilation >= extent) fail(start);
      if (dilation === 1) break;
    }
  });
  return [batch, ...output, channels];
}

function checkPooled(subject: string, pooled: OpenShape, received: OpenShape): void {
  if (formatShape(pooled) !== formatShape(received)) {
    throw new ShapeError(
      `${subject} must have the shape of the pooled x, ${formatShape(pooled)}; it is ${formatShape(received)}.`,
    );
  }
}

type Four = [number, number, number, number];
type Two = [number, number];

/** The arguments of the kernels from n on: see `slide` in assembly/pooling.ts. */
function geometryOf(x: Shape, given: MaxPoolAttributes): [...Four, ...Two, ...Two, ...Two, ...Two, ...Two] {
  const attributes = readAttributes("pool", given);
  const { output, before } = placeWindows("pool", x.slice(1, 3), attributes);
  const two = (list: readonly number[]) => list as unknown as Two;
  const { size, strides, dilations } = attributes;
  return [...(x as unknown as Four), ...two(output), ...two(size), ...two(strides), ...two(dilations), ...two(before)];
}

/** How much padding after x is counted in a mean; -1 for none on any side. */
function countedBeyond(x: Shape, given: AveragePoolAttributes): Two {
  if (!given.countPadding) return [-1, -1];
  return placeWindows("pool", x.slice(1, 3), readAttributes("pool", given)).after as unknown as Two;
}
