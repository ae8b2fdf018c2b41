// Convolution layers that look at each channel alone: DepthwiseConv2D, and SeparableConv2D, which then mixes the channels of each
// pixel. Both have far fewer weights and multiplications than Conv2D.

import { checkCall, checkInteger } from "../../errors.js";
import type { Initializer } from "../../graph/graph.js";
import { conv2d } from "../../ops/convolution.js";
import { depthwiseConv2d as convolve } from "../../ops/convolutionForms.js";
import type { Node } from "../../ops/op.js";
import { placeWindows, readSpatial } from "../../ops/window.js";
import { getInitializer, type InitializerName } from "../initializers/index.js";
import { finish, readWindowed, type WindowedOptions } from "./convolution.js";
import { type Constraint, defineLayer, type Layer, type Regularizer } from "./layer.js";

export interface DepthwiseConvolutionOptions extends WindowedOptions {
  /** Number of outputs of each channel. Default 1. */
  readonly depthMultiplier?: number;
  /** Of the kernel [height, width, channels, depthMultiplier]. Default glorotUniform. */
  readonly depthwiseInitializer?: InitializerName | Initializer;
  readonly depthwiseRegularizer?: Regularizer;
  readonly depthwiseConstraint?: Constraint;
}

export interface SeparableConvolutionOptions extends DepthwiseConvolutionOptions {
  /** Number of output channels, a positive integer. */
  readonly filters: number;
  /** Of the kernel [1, 1, channels * depthMultiplier, filters]. Default glorotUniform. */
  readonly pointwiseInitializer?: InitializerName | Initializer;
  readonly pointwiseRegularizer?: Regularizer;
  readonly pointwiseConstraint?: Constraint;
}

const DEPTHWISE = ["depthMultiplier", "depthwiseInitializer", "depthwiseRegularizer", "depthwiseConstraint"] as const;
const POINTWISE = ["filters", "pointwiseInitializer", "pointwiseRegularizer", "pointwiseConstraint"] as const;

/**
 * Each channel convolved with kernels of its own: [null, height, width, channels] becomes
 * [null, (height - kernelSize) / strides + 1, ..., channels * depthMultiplier].
 */
export function depthwiseConv2d(options: DepthwiseConvolutionOptions): Layer {
  checkCall("depthwiseConv2d", arguments, ["kernelSize", "strides"]);
  const kind = "DepthwiseConv2D";
  const { activate, biasOf, ...geometry } = readWindowed(kind, 2, options, DEPTHWISE);
  const { size, strides, padding, dilations } = geometry;
  const { multiplier, initial } = readDepthwise(kind, options);
  return defineLayer({
    options,
    kind,
    weights: (x: Node, graph) => {
      const { extents, channels } = readSpatial(kind, x.shape, 2, "the input");
      placeWindows(kind, extents, geometry);
      const shape = [...size, channels, multiplier];
      const depthwiseKernel = graph.variable("depthwiseKernel", initial, { shape });
      return { depthwiseKernel, bias: biasOf(graph, channels * multiplier) };
    },
    result: (x, { depthwiseKernel, bias }) => {
      placeWindows(kind, readSpatial(kind, x.shape, 2, "the input").extents, geometry);
      return finish(convolve(x, depthwiseKernel, { strides, padding, dilations }), bias, activate);
    },
    regularizers: { depthwiseKernel: options.depthwiseRegularizer, bias: options.biasRegularizer },
    constraints: { depthwiseKernel: options.depthwiseConstraint, bias: options.biasConstraint },
    activityRegularizer: options.activityRegularizer,
  });
}

/**
 * Each channel convolved with kernels of its own, then the channels of each pixel mixed: [null, height, width, channels] becomes
 * [null, (height - kernelSize) / strides + 1, ..., filters].  see: Chollet 2017
 */
export function separableConv2d(options: SeparableConvolutionOptions): Layer {
  checkCall("separableConv2d", arguments, ["filters", "kernelSize", "strides"]);
  const kind = "SeparableConv2D";
  const { activate, biasOf, ...geometry } = readWindowed(kind, 2, options, [...DEPTHWISE, ...POINTWISE]);
  const { size, strides, padding, dilations } = geometry;
  const { multiplier, initial } = readDepthwise(kind, options);
  const { filters, pointwiseInitializer = "glorotUniform" } = options;
  checkInteger(`${kind}: filters`, filters, 1);
  const initialPointwise = getInitializer(`${kind}: pointwiseInitializer`, pointwiseInitializer);
  return defineLayer({
    options,
    kind,
    weights: (x: Node, graph) => {
      const { extents, channels } = readSpatial(kind, x.shape, 2, "the input");
      placeWindows(kind, extents, geometry);
      const variable = (name: string, initializer: Initializer, shape: readonly number[]) =>
        graph.variable(name, initializer, { shape });
      return {
        depthwiseKernel: variable("depthwiseKernel", initial, [...size, channels, multiplier]),
        pointwiseKernel: variable("pointwiseKernel", initialPointwise, [1, 1, channels * multiplier, filters]),
        bias: biasOf(graph, filters),
      };
    },
    result: (x, { depthwiseKernel, pointwiseKernel, bias }) => {
      placeWindows(kind, readSpatial(kind, x.shape, 2, "the input").extents, geometry);
      const apart = convolve(x, depthwiseKernel, { strides, padding, dilations });
      return finish(conv2d(apart, pointwiseKernel), bias, activate);
    },
    regularizers: {
      depthwiseKernel: options.depthwiseRegularizer,
      pointwiseKernel: options.pointwiseRegularizer,
      bias: options.biasRegularizer,
    },
    constraints: {
      depthwiseKernel: options.depthwiseConstraint,
      pointwiseKernel: options.pointwiseConstraint,
      bias: options.biasConstraint,
    },
    activityRegularizer: options.activityRegularizer,
  });
}

function readDepthwise(kind: string, options: DepthwiseConvolutionOptions) {
  const { depthMultiplier = 1, depthwiseInitializer = "glorotUniform" } = options;
  checkInteger(`${kind}: depthMultiplier`, depthMultiplier, 1);
  const initial = getInitializer(`${kind}: depthwiseInitializer`, depthwiseInitializer);
  return { multiplier: depthMultiplier, initial };
}
