// Convolution layers: Conv1D over sequences, Conv2D over pictures, and Conv2DTranspose, which makes pictures larger. Pictures are
// [batch, height, width, channels], kernels [height, width, inputs, outputs].

import { ArgumentError, checkCall, checkFlag, checkInteger, ShapeError } from "../../errors.js";
import type { Graph, Initializer } from "../../graph/graph.js";
import { biasAdd } from "../../ops/arithmetic.js";
import { conv2d as convolve2d } from "../../ops/convolution.js";
import { conv1d as convolve1d, conv2dTranspose as convolveBack } from "../../ops/convolutionForms.js";
import type { Node } from "../../ops/op.js";
import {
  axisName,
  type Padding,
  type PaddingWord,
  type PerAxis,
  placeWindows,
  type ReadPadding,
  reachOf,
  readPadding,
  readPerAxis,
  readSpatial,
} from "../../ops/window.js";
import { getInitializer, type InitializerName } from "../initializers/index.js";
import { type Activation, getActivation } from "./activations.js";
import {
  type Constraint,
  checkLayerOptions,
  defineLayer,
  type Layer,
  type LayerOptions,
  type Regularizer,
} from "./layer.js";

/** What all convolution layers take. */
export interface WindowedOptions extends LayerOptions {
  /** Extent of the window: one number for all axes, or one for each. */
  readonly kernelSize: PerAxis;
  /** How far the window moves. Default 1. */
  readonly strides?: PerAxis;
  /**
   * `"valid"`, the default: windows lie inside. `"same"`: zeros around the input, so that the output is ceil(extent / strides)
   * long. Or a number of zeros on all sides, or [before, after] for each axis.
   */
  readonly padding?: Padding;
  /** How far what the window covers lies apart. Default 1. */
  readonly dilationRate?: PerAxis;
  /** Default null: none. */
  readonly activation?: Activation;
  /** Default true. */
  readonly useBias?: boolean;
  /** Of the bias [outputs]. Default zeros. */
  readonly biasInitializer?: InitializerName | Initializer;
  readonly biasRegularizer?: Regularizer;
  /** Of the result, activation included; divided by the batch size. */
  readonly activityRegularizer?: Regularizer;
  readonly biasConstraint?: Constraint;
}

export interface KernelOptions extends WindowedOptions {
  /** Number of output channels, a positive integer. */
  readonly filters: number;
  /** Of the kernel. Default glorotUniform. */
  readonly kernelInitializer?: InitializerName | Initializer;
  readonly kernelRegularizer?: Regularizer;
  readonly kernelConstraint?: Constraint;
}

export interface ConvolutionLayerOptions extends KernelOptions {
  /** Input channels and filters fall into so many groups, each seeing its own channels alone. Default 1. */
  readonly groups?: number;
}

export interface TransposedConvolutionOptions extends KernelOptions {
  /** Rows and columns more at the end, below the strides. Default null: as many as make the output strides * extent. */
  readonly outputPadding?: PerAxis | null;
}

const WINDOWED = [
  "kernelSize",
  "strides",
  "padding",
  "dilationRate",
  "activation",
  "useBias",
  "biasInitializer",
  "biasRegularizer",
  "activityRegularizer",
  "biasConstraint",
  "name",
  "trainable",
] as const;
const KERNEL = ["filters", "kernelInitializer", "kernelRegularizer", "kernelConstraint"] as const;

/** The options of a convolution layer, read: lists with a number for each axis, functions for names. */
export function readWindowed(
  kind: string,
  axes: number,
  options: WindowedOptions,
  more: readonly string[],
  words: readonly PaddingWord[] = ["valid", "same"],
) {
  checkLayerOptions(kind, options, [...WINDOWED, ...more]);
  const { kernelSize, strides = 1, padding = "valid", dilationRate = 1, activation = null, useBias = true } = options;
  checkFlag(`${kind}: useBias`, useBias);
  const { biasInitializer = "zeros" } = options;
  const initialBias = getInitializer(`${kind}: biasInitializer`, biasInitializer);
  return {
    size: readPerAxis(`${kind}: kernelSize`, kernelSize, axes),
    strides: readPerAxis(`${kind}: strides`, strides, axes),
    padding: readPadding(`${kind}: padding`, padding, axes, words),
    dilations: readPerAxis(`${kind}: dilationRate`, dilationRate, axes),
    activate: getActivation(kind, activation),
    /** The variable of the bias; null where there is none. */
    biasOf: (graph: Graph, outputs: number) =>
      useBias ? graph.variable("bias", initialBias, { shape: [outputs] }) : null,
  };
}

/** The convolution with its bias and its activation, which are fused into it. */
export function finish(y: Node, bias: Node | null, activate: (x: Node) => Node): Node {
  return activate(bias ? biasAdd(y, bias) : y);
}

/**
 * Convolution over sequences: [null, length, channels] becomes [null, (length - kernelSize) / strides + 1, filters], with a
 * kernel [kernelSize, channels / groups, filters]. Padding `"causal"` goes before the sequence only.
 */
export function conv1d(options: ConvolutionLayerOptions): Layer {
  checkCall("conv1d", arguments, ["filters", "kernelSize", "strides"]);
  return convolution("Conv1D", 1, options, convolve1d, ["valid", "same", "causal"]);
}

/**
 * Convolution over pictures: [null, height, width, channels] becomes [null, (height - kernelSize) / strides + 1, ..., filters],
 * with a kernel [height, width, channels / groups, filters]. The kernel is not flipped.
 */
export function conv2d(options: ConvolutionLayerOptions): Layer {
  checkCall("conv2d", arguments, ["filters", "kernelSize", "strides"]);
  return convolution("Conv2D", 2, options, convolve2d, ["valid", "same"]);
}

interface Geometry {
  readonly strides: readonly number[];
  readonly padding: ReadPadding;
  readonly dilations: readonly number[];
  readonly groups: number;
}

function convolution(
  kind: string,
  axes: number,
  options: ConvolutionLayerOptions,
  convolve: (x: Node, kernel: Node, geometry: Geometry) => Node,
  words: readonly PaddingWord[],
): Layer {
  const { activate, biasOf, ...geometry } = readWindowed(kind, axes, options, [...KERNEL, "groups"], words);
  const { size, strides, padding, dilations } = geometry;
  const { filters, groups = 1 } = options;
  const initialKernel = readKernel(kind, options);
  checkInteger(`${kind}: groups`, groups, 1);
  if (filters % groups !== 0) {
    throw new ArgumentError(`${kind}: groups must divide filters; received ${filters} filters, ${groups} groups.`);
  }
  return defineLayer({
    options,
    kind,
    weights: (x: Node, graph) => {
      const { extents, channels } = readSpatial(kind, x.shape, axes, "the input");
      if (channels === 0 || channels % groups !== 0) {
        throw new ShapeError(
          `${kind}: groups must divide the channels; ${channels} / ${groups} = ${channels / groups}.`,
        );
      }
      placeWindows(kind, extents, geometry);
      const kernel = graph.variable("kernel", initialKernel, { shape: [...size, channels / groups, filters] });
      return { kernel, bias: biasOf(graph, filters) };
    },
    result: (x, { kernel, bias }) => {
      placeWindows(kind, readSpatial(kind, x.shape, axes, "the input").extents, geometry);
      return finish(convolve(x, kernel, { strides, padding, dilations, groups }), bias, activate);
    },
    regularizers: { kernel: options.kernelRegularizer, bias: options.biasRegularizer },
    constraints: { kernel: options.kernelConstraint, bias: options.biasConstraint },
    activityRegularizer: options.activityRegularizer,
  });
}

/**
 * Transposed convolution: each pixel of [null, height, width, channels] adds a kernel's worth of pixels to the output,
 * `strides` apart. The kernel is [height, width, filters, channels]. The output is strides * extent long with padding
 * `"same"`, strides * extent + max(kernelSize - strides, 0) with `"valid"`.
 */
export function conv2dTranspose(options: TransposedConvolutionOptions): Layer {
  checkCall("conv2dTranspose", arguments, ["filters", "kernelSize", "strides"]);
  const kind = "Conv2DTranspose";
  const { activate, biasOf, size, ...geometry } = readWindowed(kind, 2, options, [...KERNEL, "outputPadding"]);
  const { filters, outputPadding = null } = options;
  const initialKernel = readKernel(kind, options);
  const more = outputPadding === null ? null : readPerAxis(`${kind}: outputPadding`, outputPadding, 2, 0);
  if (more?.some((extent, axis) => extent >= (geometry.strides[axis] as number))) {
    throw new ArgumentError(
      `${kind}: outputPadding must be below the strides; received [${more.join(", ")}] and ` +
        `[${geometry.strides.join(", ")}].`,
    );
  }
  return defineLayer({
    options,
    kind,
    weights: (x: Node, graph) => {
      const { extents, channels } = readSpatial(kind, x.shape, 2, "the input");
      checkTransposed(kind, extents, size, geometry, more ?? [0, 0]);
      const kernel = graph.variable("kernel", initialKernel, { shape: [...size, filters, channels] });
      return { kernel, bias: biasOf(graph, filters) };
    },
    result: (x, { kernel, bias }) =>
      finish(convolveBack(x, kernel, { ...geometry, ...(more && { outputPadding: more }) }), bias, activate),
    regularizers: { kernel: options.kernelRegularizer, bias: options.biasRegularizer },
    constraints: { kernel: options.kernelConstraint, bias: options.biasConstraint },
    activityRegularizer: options.activityRegularizer,
  });
}

/** Padding takes away from what a transposed convolution makes: something must be left. */
function checkTransposed(
  kind: string,
  extents: readonly number[],
  size: readonly number[],
  { strides, padding, dilations }: Omit<Geometry, "groups">,
  more: readonly number[],
): void {
  extents.forEach((extent, axis) => {
    const [before, after] = typeof padding === "string" ? [0, 0] : (padding[axis] as readonly [number, number]);
    const reach = reachOf(size[axis] as number, dilations[axis]);
    const left = (extent - 1) * (strides[axis] as number) + reach - before - after + (more[axis] as number);
    if (left > 0 && extent > 0) return;
    throw new ShapeError(
      `${kind}: the output would be empty; ${axisName(axis, 2)} (${extent} - 1) * ${strides[axis]} + ${reach} - ${before} - ` +
        `${after} + ${more[axis]} = ${left}.`,
    );
  });
}

function readKernel(kind: string, { filters, kernelInitializer = "glorotUniform" }: KernelOptions) {
  checkInteger(`${kind}: filters`, filters, 1);
  return getInitializer(`${kind}: kernelInitializer`, kernelInitializer);
}
