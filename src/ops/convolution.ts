// Convolution over pictures and sequences, its gradients and its transpose. Images are [batch, height, width, channels] (NHWC),
// kernels [height, width, input channels / groups, output channels] (HWIO). A convolution is a product of patches with the
// kernel; the patches are read where they lie, never copied side by side. The three records are each other's gradients.

import { checkInteger, ShapeError } from "../errors.js";
import { formatShape, type OpenShape, type Shape } from "../tensor/shape.js";
import { spatial } from "../wasm/spatial.js";
import { isDepthwise, isSliding, writeDepthwise, writeSliding, zeroRow } from "./depthwise.js";
import { biasAndActivation } from "./epilogue.js";
import { defineOp, type Op } from "./op.js";
import {
  type ConvolutionAttributes,
  checkKernel,
  type Patches,
  paddedSize,
  patchesOf,
  patchesWorkspace,
  placePatches,
  writeCopy,
  writeTables,
} from "./patches.js";
import { type Padding, type PerAxis, readPadding, readPerAxis, readSpatial } from "./window.js";

/** What a convolution may be given. */
export interface ConvolutionOptions {
  /** Pixels from window to window; one number for both axes, or one for each. Default 1. */
  readonly strides?: PerAxis;
  /** `"valid"`, the default: windows lie in the input. `"same"`: the output is ceil(input / stride) pixels. Or zeros around. */
  readonly padding?: Padding;
  /** Pixels from tap to tap of a window. Default 1. */
  readonly dilations?: PerAxis;
  /** Equal parts of the input channels that are convolved apart, each into its part of the output channels. Default 1. */
  readonly groups?: number;
  readonly name?: string;
}

/** Options as the records keep them; numbers stand for both axes. */
export function readAttributes(subject: string, given: object): ConvolutionAttributes {
  const { strides = 1, padding = "valid", dilations = 1, groups = 1 } = given as ConvolutionOptions;
  checkInteger(`${subject}: groups`, groups, 1);
  return {
    strides: readPerAxis(`${subject}: strides`, strides, 2),
    padding: readPadding(`${subject}: padding`, padding, 2),
    dilations: readPerAxis(`${subject}: dilations`, dilations, 2),
    groups,
  };
}

/** Height and width of an input, or of a kernel. */
interface Sized extends ConvolutionAttributes {
  readonly size: readonly number[];
}

interface SizedOptions extends ConvolutionOptions {
  readonly size: PerAxis;
}

/** The options of a call beside its name. */
type Given<O> = Required<Omit<O, "name">>;

/** An op whose options are given in more forms than its record keeps: `attributes` of the record reads them all. */
// @__NO_SIDE_EFFECTS__
function defineLoosely<const I extends readonly string[], O, A extends object>(
  record: Parameters<typeof defineOp<I, A>>[0],
): Op<I, Given<O>> {
  return defineOp<I, A>(record) as unknown as Op<I, Given<O>>;
}

function readSized(subject: string, given: Partial<Sized>): Sized {
  return { ...readAttributes(subject, given), size: readPerAxis(`${subject}: size`, given.size, 2) };
}

/** A kernel of one pixel that meets every pixel: a product of matrices. */
function isPointwise(kernel: Shape, { padding, strides, groups }: ConvolutionAttributes): boolean {
  const unpadded = typeof padding === "string" || padding.flat().every((extent) => extent === 0);
  return kernel[0] === 1 && kernel[1] === 1 && groups === 1 && unpadded && strides.every((stride) => stride === 1);
}

const kernelSize = (kernel: Shape) => kernel.slice(0, 2);

function patchesFor(x: Shape, kernel: Shape, attributes: ConvolutionAttributes): Patches {
  return patchesOf(x, kernelSize(kernel), attributes, { depthwise: isDepthwise(kernel, attributes) });
}

export const conv2d: Op<["input", "kernel"], Given<ConvolutionOptions>> = defineLoosely<
  ["input", "kernel"],
  ConvolutionOptions,
  ConvolutionAttributes
>({
  name: "conv2d",
  doc:
    "Two-dimensional convolution (a correlation: the kernel is not flipped) of images [batch, height, width, channels] with a " +
    "kernel [height, width, channels / groups, output channels]. Each element adds its products in the order of the kernel, of 3 x 3 depthwise ones column by column.",
  inputs: ["input", "kernel"],
  options: ["strides", "padding", "dilations", "groups"],
  attributes: (given) => readAttributes("conv2d", given),
  family: spatial,
  shape: ({ input, kernel }, attributes) => {
    const { channels } = readSpatial("conv2d", input, 2, "input");
    const size = kernelSize(checkKernel("conv2d", kernel, channels, attributes.groups));
    const { batch, output } = placePatches("conv2d", input, size, attributes);
    return [batch, ...output, kernel[3] as number];
  },
  takes: ["bias", "activation"],
  workspace: (k, { input, kernel, y }, attributes) => {
    const [, , ofGroup, outputs] = kernel as [number, number, number, number];
    if (isPointwise(kernel, attributes)) return k.gemmWorkspace(pixelsOf(y), outputs, ofGroup);
    if (isSliding(kernel, attributes)) return 4 * zeroRow(input);
    const patches = patchesFor(input, kernel, attributes);
    const { runCount, runLength } = patches;
    return patchesWorkspace(patches) + k.gemmRowsWorkspace(outputs / attributes.groups, runCount * runLength);
  },
  forward: (k, { input, kernel, y }, attributes, { workspace, epilogue }) => {
    const [, , ofGroup, outputs] = kernel.shape as [number, number, number, number];
    const [bias, activation] = biasAndActivation(epilogue);
    if (isPointwise(kernel.shape, attributes)) {
      const pixels = pixelsOf(y.shape);
      k.gemm(
        pixels,
        outputs,
        ofGroup,
        input.ptr,
        ofGroup,
        1,
        kernel.ptr,
        outputs,
        1,
        y.ptr,
        bias,
        activation,
        workspace,
      );
      return;
    }
    const patches = patchesFor(input.shape, kernel.shape, attributes);
    const { pixels, runCount, runLength } = patches;
    if (isDepthwise(kernel.shape, attributes)) {
      writeDepthwise(k, { input, kernel, y }, attributes, { patches, workspace, bias });
      k.epilogue(y.ptr, 4 * outputs, pixels, outputs, 0, activation);
      return;
    }
    const placed = writeTables(k, patches, input.ptr, workspace);
    writeCopy(k, patches, input.ptr, placed);
    const { table, runs, images, rest } = placed;
    const n = outputs / attributes.groups;
    for (let group = 0; group < attributes.groups; group++) {
      const from = images + 4 * group * ofGroup;
      const first = 4 * group * n;
      const [w, to] = [kernel.ptr + first, y.ptr + first];
      const ofBias = bias === 0 ? 0 : bias + first;
      k.gemmRows(
        pixels,
        n,
        from,
        table,
        runs,
        runCount,
        runLength,
        w,
        outputs,
        1,
        to,
        outputs,
        ofBias,
        activation,
        rest,
      );
    }
  },
  vjp: {
    input: ({ input, kernel, dy }, attributes) =>
      conv2dInputGradient(kernel, dy, { ...attributes, size: input.shape.slice(1, 3) as number[] }),
    kernel: ({ input, kernel, dy }, attributes) =>
      conv2dKernelGradient(input, dy, { ...attributes, size: kernelSize(kernel.shape as Shape) }),
  },
  samples: [
    { inputs: { input: [2, 5, 6, 3], kernel: [3, 2, 3, 4] } },
    { inputs: { input: [1, 6, 5, 2], kernel: [3, 3, 2, 9] }, attributes: { padding: "same", strides: 2 } },
    { inputs: { input: [2, 7, 6, 4], kernel: [2, 3, 2, 6] }, attributes: { groups: 2, dilations: [2, 1], padding: 1 } },
    { inputs: { input: [2, 5, 5, 6], kernel: [3, 3, 1, 6] }, attributes: { groups: 6, padding: "same" } },
    { inputs: { input: [2, 5, 6, 8], kernel: [3, 3, 1, 8] }, attributes: { groups: 8, padding: "same" } },
    { inputs: { input: [1, 1, 1, 4], kernel: [3, 3, 1, 4] }, attributes: { groups: 4, padding: [2, [1, 4]] } },
    { inputs: { input: [2, 3, 4, 5], kernel: [1, 1, 5, 7] } },
    {
      inputs: { input: [1, 4, 5, 2], kernel: [2, 3, 2, 3] },
      attributes: {
        padding: [
          [2, 0],
          [1, 3],
        ],
        strides: [2, 1],
        dilations: [1, 2],
      },
    },
  ],
});

function pixelsOf([batch, height, width]: Shape): number {
  return (batch as number) * (height as number) * (width as number);
}

export const conv2dInputGradient: Op<["kernel", "gradient"], Given<SizedOptions>> = defineLoosely<
  ["kernel", "gradient"],
  SizedOptions,
  Sized
>({
  name: "conv2dInputGradient",
  doc:
    "Gradient of conv2d with respect to an input of the height and width `size`: what each output pixel gives its patch is " +
    "added there, pixel after pixel. It is the transposed convolution of the gradient of the output.",
  inputs: ["kernel", "gradient"],
  options: ["size", "strides", "padding", "dilations", "groups"],
  attributes: (given) => readSized("conv2dInputGradient", given),
  family: spatial,
  shape: ({ kernel, gradient }, attributes) => {
    const subject = "conv2dInputGradient";
    const [, , ofGroup, outputs] = checkKernel(subject, kernel, null, attributes.groups) as number[];
    const { batch } = readSpatial(subject, gradient, 2, "gradient");
    const shape = [batch, ...attributes.size, (ofGroup as number) * attributes.groups];
    const { output } = placePatches(subject, shape, kernelSize(kernel as Shape), attributes);
    checkGradient(subject, gradient, [batch, ...output, outputs as number]);
    return shape;
  },
  workspace: (k, { kernel, gradient, y }, attributes) => {
    if (isSliding(kernel, attributes)) return 4 * zeroRow(gradient);
    const patches = patchesFor(y, kernel, attributes);
    const { runCount, runLength } = patches;
    const n = (kernel[3] as number) / attributes.groups;
    const rest = isDepthwise(kernel, attributes) ? 0 : k.patchInputGradientWorkspace(n, runCount * runLength);
    return patchesWorkspace(patches) + rest;
  },
  forward: (k, { kernel, gradient, y }, attributes, { workspace }) => {
    const [, , ofGroup, outputs] = kernel.shape as [number, number, number, number];
    const patches = patchesFor(y.shape, kernel.shape, attributes);
    const { pixels, runCount, runLength, height, width, channels, padded, top, left } = patches;
    if (isSliding(kernel.shape, attributes)) {
      writeSliding(k, [gradient, kernel, y], [2 - top, 2 - left], { turned: true, zeros: workspace });
      return;
    }
    const { table, runs, images, rest } = writeTables(k, patches, y.ptr, workspace);
    k.fill(images, 0, paddedSize(patches));
    if (isDepthwise(kernel.shape, attributes)) {
      k.depthwiseInputGradient(pixels, channels, images, table, runs, runCount, kernel.ptr, gradient.ptr);
    } else {
      const n = outputs / attributes.groups;
      for (let group = 0; group < attributes.groups; group++) {
        const to = images + 4 * group * ofGroup;
        const first = 4 * group * n;
        const [from, w] = [gradient.ptr + first, kernel.ptr + first];
        k.patchInputGradient(pixels, n, to, table, runs, runCount, runLength, from, outputs, w, outputs, rest);
      }
    }
    if (patches.copies) {
      k.cropImages(images, patches.images, padded.height, padded.width, channels, y.ptr, height, width, top, left);
    }
  },
  vjp: {
    kernel: ({ kernel, gradient, dy }, attributes) =>
      conv2dKernelGradient(dy, gradient, { ...attributes, size: kernelSize(kernel.shape as Shape) }),
    gradient: ({ kernel, dy }, attributes) => conv2d(dy, kernel, withoutSize(attributes)),
  },
  samples: [
    { inputs: { kernel: [3, 2, 3, 4], gradient: [2, 3, 5, 4] }, attributes: { size: [5, 6] } },
    {
      inputs: { kernel: [3, 3, 2, 9], gradient: [1, 3, 3, 9] },
      attributes: { size: [6, 5], padding: "same", strides: 2 },
    },
    {
      inputs: { kernel: [2, 3, 2, 6], gradient: [2, 7, 6, 6] },
      attributes: { size: [7, 6], groups: 2, dilations: [2, 1], padding: 1 },
    },
    { inputs: { kernel: [3, 3, 1, 6], gradient: [2, 5, 5, 6] }, attributes: { size: 5, groups: 6, padding: "same" } },
    { inputs: { kernel: [3, 3, 1, 4], gradient: [2, 3, 5, 4] }, attributes: { size: [5, 7], groups: 4 } },
  ],
});

export const conv2dKernelGradient: Op<["input", "gradient"], Given<SizedOptions>> = defineLoosely<
  ["input", "gradient"],
  SizedOptions,
  Sized
>({
  name: "conv2dKernelGradient",
  doc:
    "Gradient of conv2d with respect to a kernel of the height and width `size`: the sum over all output pixels, 128 at a time " +
    "and then these sums, in order.",
  inputs: ["input", "gradient"],
  options: ["size", "strides", "padding", "dilations", "groups"],
  attributes: (given) => readSized("conv2dKernelGradient", given),
  family: spatial,
  shape: ({ input, gradient }, attributes) => {
    const subject = "conv2dKernelGradient";
    const { size, groups } = attributes;
    const { batch, output, channels } = placePatches(subject, input, size, attributes);
    const outputs = gradient.at(-1) as number;
    checkGradient(subject, gradient, [batch, ...output, outputs]);
    return checkKernel(subject, [...size, channels / groups, outputs], channels, groups);
  },
  workspace: (k, { input, y }, attributes) => {
    const patches = gradientPatches(input, y, attributes);
    return patchesWorkspace(patches) + k.patchKernelGradientWorkspace((y[3] as number) / attributes.groups);
  },
  forward: (k, { input, gradient, y }, attributes, { workspace }) => {
    const [, , ofGroup, outputs] = y.shape as [number, number, number, number];
    const patches = gradientPatches(input.shape, y.shape, attributes);
    const { pixels, runCount, runLength } = patches;
    const placed = writeTables(k, patches, input.ptr, workspace);
    writeCopy(k, patches, input.ptr, placed);
    const { table, runs, images, rest } = placed;
    if (isDepthwise(y.shape, attributes)) {
      k.depthwiseKernelGradient(pixels, outputs, images, table, runs, runCount, gradient.ptr, y.ptr);
      return;
    }
    const n = outputs / attributes.groups;
    for (let group = 0; group < attributes.groups; group++) {
      const from = images + 4 * group * ofGroup;
      const first = 4 * group * n;
      const [given, to] = [gradient.ptr + first, y.ptr + first];
      k.patchKernelGradient(pixels, n, from, table, runs, runCount, runLength, given, outputs, to, outputs, rest);
    }
  },
  vjp: {
    input: ({ input, gradient, dy }, attributes) =>
      conv2dInputGradient(dy, gradient, { ...attributes, size: input.shape.slice(1, 3) as number[] }),
    gradient: ({ input, dy }, attributes) => conv2d(input, dy, withoutSize(attributes)),
  },
  samples: [
    { inputs: { input: [2, 5, 6, 3], gradient: [2, 3, 5, 4] }, attributes: { size: [3, 2] } },
    {
      inputs: { input: [1, 6, 5, 2], gradient: [1, 3, 3, 9] },
      attributes: { size: 3, padding: "same", strides: 2 },
    },
    {
      inputs: { input: [2, 7, 6, 4], gradient: [2, 7, 6, 6] },
      attributes: { size: [2, 3], groups: 2, dilations: [2, 1], padding: 1 },
    },
    { inputs: { input: [2, 5, 5, 6], gradient: [2, 5, 5, 6] }, attributes: { size: 3, groups: 6, padding: "same" } },
    { inputs: { input: [1, 3, 4, 128], gradient: [1, 2, 2, 5] }, attributes: { size: [2, 3] } },
  ],
});

/** The patches whose pixels a weight's gradient runs along. */
function gradientPatches(input: Shape, kernel: Shape, attributes: Sized): Patches {
  const depthwise = isDepthwise(kernel, attributes);
  return patchesOf(input, attributes.size, attributes, { depthwise, spread: !depthwise });
}

function withoutSize({ strides, padding, dilations, groups }: Sized): ConvolutionAttributes {
  return { strides, padding, dilations, groups };
}

/** Fails unless the gradient of an output has the output's shape. */
function checkGradient(subject: string, gradient: OpenShape, output: OpenShape): void {
  if (gradient.length === output.length && gradient.every((extent, axis) => extent === output[axis])) return;
  throw new ShapeError(
    `${subject}: gradient must have the shape of the output, ${formatShape(output)}; received ${formatShape(gradient)}.`,
  );
}
