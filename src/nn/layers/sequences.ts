// Layers over sequences [null, steps, features]: RepeatVector, Permute, Masking, TimeDistributed, and means and maxima over steps.

import {
  ArgumentError,
  checkArity,
  checkCall,
  checkFlag,
  checkInteger,
  checkNumber,
  describe,
  ShapeError,
} from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import { divide, greater, maximum, multiply, subtract } from "../../ops/arithmetic.js";
import { max } from "../../ops/extremes.js";
import { concatenate, reshape, slice, stopGradient, transpose } from "../../ops/layout.js";
import type { Node } from "../../ops/op.js";
import { broadcastTo, mean, sum } from "../../ops/reductions.js";
import { abs } from "../../ops/unary.js";
import { formatShape } from "../../tensor/shape.js";
import {
  checkLayerOptions,
  defineLayer,
  definitionOf,
  isLayer,
  type Layer,
  type LayerOptions,
  maskOf,
  setMask,
} from "./layer.js";

export interface RepeatVectorOptions extends LayerOptions {
  /** How often. */
  readonly n: number;
}

/** [null, features] becomes [null, n, features], n times the same. */
export function repeatVector(options: RepeatVectorOptions): Layer {
  checkCall("repeatVector", arguments, ["n"]);
  checkLayerOptions("RepeatVector", options, ["n", "name", "trainable"]);
  const { n } = options;
  checkInteger("RepeatVector: n", n, 1);
  return defineLayer({
    options,
    kind: "RepeatVector",
    result: (x: Node) => {
      const [batch, features, ...rest] = x.shape;
      if (batch === undefined || typeof features !== "number" || rest.length > 0) {
        throw new ShapeError(
          `RepeatVector: the input must have shape [null, features]; received ${formatShape(x.shape)}.`,
        );
      }
      return broadcastTo(reshape(x, { shape: [batch, 1, features] }), { shape: [batch, n, features] });
    },
  });
}

export interface PermuteOptions extends LayerOptions {
  /** The new order of the axes of an example, which are numbered from 1: [2, 1] exchanges two. */
  readonly dims: readonly number[];
}

/** The axes of each example in another order. */
export function permute(options: PermuteOptions): Layer {
  checkCall("permute", arguments, ["dims"]);
  checkLayerOptions("Permute", options, ["dims", "name", "trainable"]);
  const { dims } = options;
  const isOrder = Array.isArray(dims) && [...dims].sort((a, b) => a - b).every((axis, i) => axis === i + 1);
  if (!isOrder) {
    throw new ArgumentError(
      `Permute: dims must hold each axis of an example once, counted from 1; received ${describe(dims)}.`,
    );
  }
  return defineLayer({
    options,
    kind: "Permute",
    result: (x: Node) => {
      if (x.shape.length === dims.length + 1) return transpose(x, { axes: [0, ...dims] });
      throw new ShapeError(
        `Permute: dims must name the ${x.shape.length - 1} axes of an example; received ${describe(dims)}.`,
      );
    },
  });
}

export interface GlobalPoolingOptions extends LayerOptions {
  /** Whether the steps stay as an axis of extent 1. Default false. */
  readonly keepDims?: boolean;
}

/** The mean over the steps: [null, steps, features] becomes [null, features]. Steps that are masked do not count. */
export function globalAveragePooling1d(options: GlobalPoolingOptions = {}): Layer {
  checkArity("globalAveragePooling1d", arguments.length, 1);
  return pooling("GlobalAveragePooling1D", options, (x, keepDims) => {
    const mask = maskOf(x);
    if (mask === undefined) return mean(x, { axis: 1, keepDims });
    const count = maximum(sum(mask, { axis: 1, keepDims }), (x.graph as Graph).constant("least", 1, { shape: [] }));
    return divide(sum(multiply(x, mask), { axis: 1, keepDims }), count);
  });
}

/** The largest of the steps: [null, steps, features] becomes [null, features]. */
export function globalMaxPooling1d(options: GlobalPoolingOptions = {}): Layer {
  checkArity("globalMaxPooling1d", arguments.length, 1);
  return pooling("GlobalMaxPooling1D", options, (x, keepDims) => max(x, { axis: 1, keepDims }));
}

function pooling(kind: string, options: GlobalPoolingOptions, pool: (x: Node, keepDims: boolean) => Node): Layer {
  checkLayerOptions(kind, options, ["keepDims", "name", "trainable"]);
  const { keepDims = false } = options;
  checkFlag(`${kind}: keepDims`, keepDims);
  return defineLayer({
    options,
    kind,
    result: (x: Node) => {
      checkSequence(kind, x);
      return pool(x, keepDims);
    },
  });
}

export interface MaskingOptions extends LayerOptions {
  /** Steps all of whose features are this number do not count. Default 0. */
  readonly maskValue?: number;
}

/**
 * Steps all of whose features are `maskValue` become 0, and do not count for a globalAveragePooling1d further on. The mask
 * goes through layers that work on each step alone: dense, activations, dropout, normalizations.
 */
export function masking(options: MaskingOptions = {}): Layer {
  checkCall("masking", arguments, ["maskValue"]);
  checkLayerOptions("Masking", options, ["maskValue", "name", "trainable"]);
  const { maskValue = 0 } = options;
  checkNumber("Masking: maskValue", maskValue);
  return defineLayer({
    options,
    kind: "Masking",
    result: (x: Node) => {
      checkSequence("Masking", x);
      const graph = x.graph as Graph;
      const value = graph.constant("maskValue", maskValue, { shape: [] });
      const differs = greater(abs(subtract(x, value)), graph.constant("zero", 0, { shape: [] }));
      const mask = stopGradient(max(differs, { axis: -1, keepDims: true }));
      const y = multiply(x, mask);
      setMask(y, mask);
      return y;
    },
  });
}

/** Steps that are computed one by one. */
const MOST_STEPS = 4096;

/**
 * A layer applied to each step of a sequence [null, steps, ...], with the same weights for all. `layer` takes what one step
 * is.
 */
export function timeDistributed(layer: Layer, options: LayerOptions = {}): Layer {
  checkArity("timeDistributed", arguments.length, 2);
  checkLayerOptions("TimeDistributed", options, ["name", "trainable"]);
  const inner = isLayer(layer) ? definitionOf(layer) : undefined;
  if (inner === undefined || inner.joins) {
    throw new ArgumentError(`TimeDistributed: it needs a layer that takes one value; received ${describe(layer)}.`);
  }
  const stepOf = (x: Node, i: number): Node => {
    const [batch, , ...rest] = x.shape as readonly [null, number, ...number[]];
    const begin = x.shape.map((_, axis) => (axis === 1 ? i : 0));
    const size = x.shape.map((_, axis) => (axis === 1 ? 1 : -1));
    return reshape(slice(x, { begin, size }), { shape: [batch, ...rest] });
  };
  return defineLayer({
    options: { layer, ...options } as LayerOptions,
    kind: "TimeDistributed",
    ...(inner.pointwise && { pointwise: true }),
    ...(inner.inputType && { inputType: inner.inputType }),
    ...(inner.weights && {
      weights: (x: Node, graph: Graph) => {
        const steps = checkSequence("TimeDistributed", x);
        if (!inner.pointwise && steps > MOST_STEPS) {
          throw new ShapeError(`TimeDistributed: a sequence may have ${MOST_STEPS} steps; received ${steps}.`);
        }
        return inner.weights?.(inner.pointwise ? x : stepOf(x, 0), graph) ?? {};
      },
    }),
    result: (x: Node, weights) => {
      const steps = checkSequence("TimeDistributed", x);
      if (inner.pointwise) return inner.result(x, weights);
      if (steps > MOST_STEPS) {
        throw new ShapeError(`TimeDistributed: a sequence may have ${MOST_STEPS} steps; received ${steps}.`);
      }
      const results = Array.from({ length: steps }, (_, i) => {
        const y = inner.result(stepOf(x, i), weights);
        const [batch, ...rest] = y.shape as readonly [null, ...number[]];
        return reshape(y, { shape: [batch, 1, ...rest] });
      });
      return concatenate(results, { axis: 1 });
    },
    ...(inner.regularizers && { regularizers: inner.regularizers }),
    ...(inner.constraints && { constraints: inner.constraints }),
    activityRegularizer: inner.activityRegularizer,
  });
}

/** The number of steps; fails unless x is [null, steps, ...]. */
function checkSequence(kind: string, x: Node): number {
  const [, steps] = x.shape;
  if (x.shape.length >= 3 && typeof steps === "number" && steps > 0 && x.shape.lastIndexOf(null) <= 0) return steps;
  throw new ShapeError(`${kind}: the input must have shape [null, steps, ...]; received ${formatShape(x.shape)}.`);
}
