// Convolutions that are views of conv2d or of its gradient: of each channel alone, of sequences, and transposed.

import { ArgumentError, checkInteger, describe, ShapeError } from "../errors.js";
import { formatShape, type Shape } from "../tensor/shape.js";
import { type ConvolutionOptions, conv2d, conv2dInputGradient, readAttributes } from "./convolution.js";
import { reshape } from "./layout.js";
import { checkNode, type Node, readOptions } from "./op.js";
import { axisName, type PerAxis, reachOf, readPadding, readPerAxis, readSpatial } from "./window.js";

/** What `depthwiseConv2d` may be given. */
export type DepthwiseOptions = Omit<ConvolutionOptions, "groups">;

/**
 * Convolution of each channel with kernels of its own: of a kernel [height, width, channels, multiplier], output channel
 * c * multiplier + m is channel c with the kernel [.., c, m]. Options as in `conv2d`.
 */
export function depthwiseConv2d(input: Node, kernel: Node, options: DepthwiseOptions = {}): Node {
  const subject = "depthwiseConv2d";
  readOptions(subject, arguments, 2, ["strides", "padding", "dilations"]);
  const { name = subject, ...given } = options;
  checkNode(subject, "input", input);
  checkNode(subject, "kernel", kernel);
  const { channels } = readSpatial(subject, input.shape, 2, "input");
  if (kernel.shape.length !== 4 || kernel.shape[2] !== channels || channels === 0) {
    throw new ShapeError(
      `${subject}: kernel must be [height, width, input channels, multiplier] with ${channels} channels; ` +
        `received shape ${formatShape(kernel.shape)}.`,
    );
  }
  const [height, width, , multiplier] = kernel.shape as [number, number, number, number];
  readAttributes(subject, given as object);
  const flat = reshape(kernel, { shape: [height, width, 1, channels * multiplier] });
  return conv2d(input, flat, { ...given, groups: channels, name });
}

/**
 * One-dimensional convolution of sequences [batch, length, channels] with a kernel [length, channels / groups, output
 * channels]. Options as in `conv2d`, with one number each; padding `"causal"` goes before the sequence only, so that no output
 * sees what comes after it.
 */
export function conv1d(input: Node, kernel: Node, options: ConvolutionOptions = {}): Node {
  const subject = "conv1d";
  const names = ["strides", "padding", "dilations", "groups"];
  readOptions(subject, arguments, 2, names);
  const { strides = 1, padding = "valid", dilations = 1, groups = 1, name = subject } = options;
  checkNode(subject, "input", input);
  checkNode(subject, "kernel", kernel);
  const [stride] = readPerAxis(`${subject}: strides`, strides, 1) as [number];
  const [dilation] = readPerAxis(`${subject}: dilations`, dilations, 1) as [number];
  const read = readPadding(`${subject}: padding`, padding, 1, ["valid", "same", "causal"]);
  checkInteger(`${subject}: groups`, groups, 1);
  const { batch, extents, channels } = readSpatial(subject, input.shape, 1, "input");
  if (kernel.shape.length !== 3) {
    throw new ShapeError(
      `${subject}: kernel must be [length, input channels / groups, output channels]; ` +
        `received shape ${formatShape(kernel.shape)}.`,
    );
  }
  const reach = reachOf(kernel.shape[0] as number, dilation);
  const pairs = read === "causal" ? [[reach - 1, 0] as const] : read;
  const row = reshape(input, { shape: [batch, 1, extents[0] as number, channels] });
  const y = conv2d(row, reshape(kernel, { shape: [1, ...(kernel.shape as Shape)] }), {
    strides: [1, stride],
    padding: typeof pairs === "string" ? pairs : [[0, 0], pairs[0] as readonly [number, number]],
    dilations: [1, dilation],
    groups,
  });
  return reshape(y, { shape: [batch, ...y.shape.slice(2)] as number[], name });
}

/** What `conv2dTranspose` may be given. */
export interface TransposeOptions extends DepthwiseOptions {
  /** Rows and columns that the output has more than the least, below the strides: which of the sizes that fit. */
  readonly outputPadding?: PerAxis;
}

/**
 * The transpose of a convolution: each pixel of the input [batch, height, width, channels] adds a kernel's worth of pixels to
 * the output, `strides` apart. The kernel is [height, width, output channels, input channels]. Along each axis the output has
 * strides * input pixels with padding `"same"`, and as many as the kernel reaches with `"valid"`; with numbers
 * (input - 1) * stride + reach - padding + outputPadding.
 */
export function conv2dTranspose(input: Node, kernel: Node, options: TransposeOptions = {}): Node {
  const subject = "conv2dTranspose";
  const names = ["strides", "padding", "outputPadding", "dilations"];
  readOptions(subject, arguments, 2, names);
  const { outputPadding, name = subject, ...rest } = options;
  checkNode(subject, "input", input);
  checkNode(subject, "kernel", kernel);
  const { strides, padding, dilations } = readAttributes(subject, rest);
  const more = outputPadding === undefined ? null : readPerAxis(`${subject}: outputPadding`, outputPadding, 2, 0);
  const { extents, channels } = readSpatial(subject, input.shape, 2, "input");
  if (kernel.shape.length !== 4 || kernel.shape[3] !== channels) {
    throw new ShapeError(
      `${subject}: kernel must be [height, width, output channels, input channels] with ${channels} input channels; ` +
        `received shape ${formatShape(kernel.shape)}.`,
    );
  }
  const axes = extents.map((extent, axis) => {
    const at = { subject, axis, extent, stride: strides[axis] as number, more: more?.[axis] };
    const pads = typeof padding === "string" ? padding : (padding[axis] as readonly [number, number]);
    return transposedAxis({ ...at, reach: reachOf(kernel.shape[axis] as number, dilations[axis]), pads });
  });
  const size = axes.map((axis) => axis.size);
  return conv2dInputGradient(kernel, input, { size, strides, padding: axes.map((axis) => axis.pads), dilations, name });
}

interface TransposedAxis {
  readonly subject: string;
  readonly axis: number;
  readonly extent: number;
  readonly stride: number;
  readonly reach: number;
  /** What the output gets beyond the least, if that was said. */
  readonly more: number | undefined;
  readonly pads: string | readonly [before: number, after: number];
}

/** The extent of the output of a transposed convolution, and the padding with which a convolution leads back. */
function transposedAxis(of: TransposedAxis): { size: number; pads: readonly [before: number, after: number] } {
  const { subject, axis, extent, stride, reach, more, pads } = of;
  const name = axisName(axis, 2);
  if (more !== undefined && more >= stride) {
    throw new ArgumentError(
      `${subject}: outputPadding must be below the stride; the ${name} has stride ${stride}, received ${describe(more)}.`,
    );
  }
  const least = (extent - 1) * stride + reach;
  const half = Math.floor(reach / 2);
  let size: number;
  if (typeof pads !== "string") size = least - pads[0] - pads[1] + (more ?? 0);
  else if (more !== undefined) size = least - (pads === "same" ? 2 * half : 0) + more;
  else size = pads === "same" ? extent * stride : extent * stride + Math.max(reach - stride, 0);
  if (size <= 0 || extent === 0) {
    const [before, after] = typeof pads === "string" ? [half, half] : pads;
    throw new ShapeError(
      `${subject}: the output would be empty; ${name} (${extent} - 1) * ${stride} + ${reach} - ${before} - ${after}` +
        `${more ? ` + ${more}` : ""} = ${size}.`,
    );
  }
  if (typeof pads !== "string") return { size, pads };
  const total = pads === "same" ? Math.max(least - size, 0) : 0;
  const before = Math.floor(total / 2);
  return { size, pads: [before, total - before] };
}
