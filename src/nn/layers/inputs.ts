// Layers that prepare inputs: Rescaling, Normalization, Discretization, CategoryEncoding; and ActivityRegularization.

import {
  ArgumentError,
  checkArity,
  checkCall,
  checkInteger,
  checkNumber,
  checkOneOf,
  describe,
  ShapeError,
  StateError,
} from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import { affine, divide, greaterEqual, maximum, subtract } from "../../ops/arithmetic.js";
import { max } from "../../ops/extremes.js";
import { oneHot } from "../../ops/indexing.js";
import { concatenate, reshape } from "../../ops/layout.js";
import type { Node } from "../../ops/op.js";
import { argmax } from "../../ops/ranking.js";
import { broadcastTo, sum } from "../../ops/reductions.js";
import { sqrt } from "../../ops/unary.js";
import { formatShape } from "../../tensor/shape.js";
import { Tensor, type TensorLike, tensor } from "../../tensor/tensor.js";
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions } from "./layer.js";
import { l1l2 } from "./regularizers.js";

export interface RescalingOptions extends LayerOptions {
  readonly scale: number;
  /** Default 0. */
  readonly offset?: number;
}

/** y = scale * x + offset: `scale: 1 / 255` for bytes. */
export function rescaling(options: RescalingOptions): Layer {
  checkCall("rescaling", arguments, ["scale", "offset"]);
  checkLayerOptions("Rescaling", options, ["scale", "offset", "name", "trainable"]);
  const { scale, offset = 0 } = options;
  checkNumber("Rescaling: scale", scale);
  checkNumber("Rescaling: offset", offset);
  return defineLayer({
    options,
    kind: "Rescaling",
    pointwise: true,
    result: (x: Node) => affine(x, { scale, shift: offset }),
  });
}

export interface ActivityRegularizationOptions extends LayerOptions {
  /** Factor of the sum of |x|. Default 0. */
  readonly l1?: number;
  /** Factor of the sum of x^2. Default 0. */
  readonly l2?: number;
}

/** x as it is; the loss grows by a penalty on it, the mean over the examples. */
export function activityRegularization(options: ActivityRegularizationOptions = {}): Layer {
  checkCall("activityRegularization", arguments, ["l1", "l2"]);
  checkLayerOptions("ActivityRegularization", options, ["l1", "l2", "name", "trainable"]);
  const { l1 = 0, l2 = 0 } = options;
  checkNumber("ActivityRegularization: l1", l1, 0);
  checkNumber("ActivityRegularization: l2", l2, 0);
  return defineLayer({
    options,
    kind: "ActivityRegularization",
    pointwise: true,
    // A node of its own, so that a penalty is told from that of the layer before.
    result: (x: Node) => affine(x),
    activityRegularizer: l1l2({ l1, l2 }),
  });
}

export interface NormalizationOptions extends LayerOptions {
  /** Of each feature, or one number for all. Without it `adapt` learns them. */
  readonly mean?: number | readonly number[];
  /** Given together with the mean. */
  readonly variance?: number | readonly number[];
}

export interface NormalizationLayer extends Layer {
  /** Takes mean and variance of each feature, along the last axis, from data [count, ..., features]. Before it is applied. */
  adapt(data: TensorLike): this;
}

/**
 * y = (x - mean) / sqrt(variance), by feature along the last axis, with the mean and the biased variance of the data that
 * `adapt` was given, or those given. A feature that never changes becomes 0.
 */
export function normalization(options: NormalizationOptions = {}): NormalizationLayer {
  checkArity("normalization", arguments.length, 1);
  checkLayerOptions("Normalization", options, ["mean", "variance", "name", "trainable"]);
  const { mean, variance } = options;
  if ((mean === undefined) !== (variance === undefined)) {
    throw new ArgumentError("Normalization: mean and variance must be given together, or neither.");
  }
  let moments =
    mean === undefined || variance === undefined
      ? undefined
      : { mean: numbersOf("mean", mean), variance: numbersOf("variance", variance, 0) };
  const layer = defineLayer({
    options,
    kind: "Normalization",
    pointwise: true,
    weights: (x: Node, graph) => {
      const features = x.shape.at(-1);
      if (moments === undefined) {
        throw new StateError("Normalization: call adapt(data) first, or give mean and variance.");
      }
      const known = moments;
      if (typeof features !== "number") {
        throw new ShapeError(`Normalization: the last extent must be known; the input is ${formatShape(x.shape)}.`);
      }
      const variable = (name: "mean" | "variance") => {
        const values = known[name];
        if (values.length !== 1 && values.length !== features) {
          throw new ShapeError(
            `Normalization: ${name} must have one number for each of ${features} features; received ${values.length}.`,
          );
        }
        if (values.length === 1) {
          return graph.variable(name, values[0] as number, { shape: [features], trainable: false });
        }
        return graph.variable(name, values, { shape: [features], trainable: false });
      };
      return { mean: variable("mean"), variance: variable("variance") };
    },
    result: (x, { mean, variance }) => {
      // Keras's bound, below which a feature counts as constant.
      const least = (x.graph as Graph).constant("least", 1e-7, { shape: [] });
      return divide(subtract(x, mean), maximum(sqrt(variance), least));
    },
  });
  const adapt = function (this: NormalizationLayer, data: TensorLike) {
    checkArity("Normalization.adapt", arguments.length, 1);
    const given = data instanceof Tensor ? data : tensor(data);
    const features = given.shape.at(-1) as number;
    if (given.rank < 2 || given.size === 0) {
      throw new ShapeError(
        `Normalization.adapt: data must have shape [count, ..., features]; received ${formatShape(given.shape)}.`,
      );
    }
    moments = momentsOf(given.data, features);
    return this;
  };
  return Object.assign(layer, { adapt }) as NormalizationLayer;
}

/** In float64, in two passes. */
function momentsOf(data: ArrayLike<number>, features: number): { mean: Float32Array; variance: Float32Array } {
  const count = data.length / features;
  const mean = new Float64Array(features);
  const variance = new Float64Array(features);
  for (let i = 0; i < data.length; i++)
    mean[i % features] = (mean[i % features] as number) + (data[i] as number) / count;
  for (let i = 0; i < data.length; i++) {
    const distance = (data[i] as number) - (mean[i % features] as number);
    variance[i % features] = (variance[i % features] as number) + (distance * distance) / count;
  }
  if (!mean.every(Number.isFinite) || !variance.every(Number.isFinite)) {
    throw new ArgumentError("Normalization.adapt: data must be finite; received NaN or Infinity.");
  }
  return { mean: Float32Array.from(mean), variance: Float32Array.from(variance) };
}

function numbersOf(name: string, given: unknown, least = -Infinity): Float32Array {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  for (const each of list) checkNumber(`Normalization: ${name}`, each, least);
  if (list.length === 0) throw new ArgumentError(`Normalization: ${name} must not be empty.`);
  return Float32Array.from(list as number[]);
}

/** What whole numbers become: themselves, ones and zeros for each, ones for all that occur, or how often each occurs. */
export type EncodingMode = "int" | "oneHot" | "multiHot" | "count";

export interface CategoryEncodingOptions extends LayerOptions {
  /** Number of categories: inputs lie in [0, numTokens). */
  readonly numTokens: number;
  /** Default "multiHot". */
  readonly outputMode?: Exclude<EncodingMode, "int">;
}

/**
 * Numbers of categories [null, k], int32, as ones and zeros [null, numTokens]: which of them occur in an example, or how
 * often each does. "oneHot" takes [null, 1]. A number out of range counts as none.
 */
export function categoryEncoding(options: CategoryEncodingOptions): Layer {
  checkCall("categoryEncoding", arguments, ["numTokens"]);
  checkLayerOptions("CategoryEncoding", options, ["numTokens", "outputMode", "name", "trainable"]);
  const { numTokens, outputMode = "multiHot" } = options;
  checkInteger("CategoryEncoding: numTokens", numTokens, 1);
  checkOneOf("CategoryEncoding: outputMode", outputMode, ["oneHot", "multiHot", "count"]);
  return defineLayer({
    options,
    kind: "CategoryEncoding",
    inputType: "int32",
    result: (x: Node) => {
      if (x.dtype !== "int32")
        throw new ShapeError(`CategoryEncoding: the input must be int32; ${x.name} is ${x.dtype}.`);
      return encoded("CategoryEncoding", x, numTokens, outputMode);
    },
  });
}

function encoded(kind: string, x: Node, depth: number, mode: EncodingMode): Node {
  const [batch, count, ...rest] = x.shape;
  if (batch === undefined || typeof count !== "number" || rest.length > 0) {
    throw new ShapeError(`${kind}: the input must have shape [null, count]; received ${formatShape(x.shape)}.`);
  }
  if (mode === "int") return x;
  const each = oneHot(x, { depth });
  if (mode === "multiHot") return max(each, { axis: 1 });
  if (mode === "count") return sum(each, { axis: 1 });
  if (count !== 1) {
    throw new ShapeError(
      `${kind}: "oneHot" takes one number in an example, [null, 1]; received ${formatShape(x.shape)}.`,
    );
  }
  return reshape(each, { shape: [batch, depth] });
}

export interface DiscretizationOptions extends LayerOptions {
  /** Rising numbers, the ends between bins: [0, 1] makes three, below 0, from 0 to 1, from 1 on. Without it `adapt` learns them. */
  readonly binBoundaries?: readonly number[];
  /** How many bins `adapt` makes. */
  readonly numBins?: number;
  /** Default "int": the number of the bin. */
  readonly outputMode?: EncodingMode;
}

export interface DiscretizationLayer extends Layer {
  /** Takes the boundaries from data: quantiles, so that the bins hold about equally many. Before it is applied. */
  adapt(data: TensorLike): this;
}

/** The number of the bin that a value lies in, int32, or its encoding as of categoryEncoding. A NaN lies in the first. */
export function discretization(options: DiscretizationOptions): DiscretizationLayer {
  checkCall("discretization", arguments, ["binBoundaries"]);
  checkLayerOptions("Discretization", options, ["binBoundaries", "numBins", "outputMode", "name", "trainable"]);
  const { binBoundaries, numBins, outputMode = "int" } = options;
  if ((binBoundaries === undefined) === (numBins === undefined)) {
    throw new ArgumentError("Discretization: give either binBoundaries or numBins.");
  }
  if (numBins !== undefined) checkInteger("Discretization: numBins", numBins, 2);
  checkOneOf("Discretization: outputMode", outputMode, ["int", "oneHot", "multiHot", "count"]);
  if (binBoundaries !== undefined) checkRising(binBoundaries);
  const given: { binBoundaries?: readonly number[] } & DiscretizationOptions = { ...options };
  const layer = defineLayer({
    options: given,
    kind: "Discretization",
    result: (x: Node) => {
      const boundaries = given.binBoundaries;
      if (boundaries === undefined) {
        throw new StateError("Discretization: call adapt(data) first, or give binBoundaries.");
      }
      const [batch, count, ...rest] = x.shape;
      if (batch === undefined || typeof count !== "number" || rest.length > 0) {
        throw new ShapeError(
          `Discretization: the input must have shape [null, count]; received ${formatShape(x.shape)}.`,
        );
      }
      const graph = x.graph as Graph;
      const reached = greaterEqual(
        reshape(x, { shape: [batch, count, 1] }),
        graph.constant("boundaries", Float32Array.from(boundaries)),
      );
      // Of 1, 1, 1, 0, 0 less the same moved on by one, the 1 that stays stands at the bin.
      const one = broadcastTo(graph.constant("one", 1, { shape: [] }), { shape: [batch, count, 1] });
      const zero = broadcastTo(graph.constant("zero", 0, { shape: [] }), { shape: [batch, count, 1] });
      const bins = subtract(concatenate([one, reached], { axis: 2 }), concatenate([reached, zero], { axis: 2 }));
      return encoded("Discretization", argmax(bins), boundaries.length + 1, outputMode);
    },
  });
  const adapt = function (this: DiscretizationLayer, data: TensorLike) {
    checkArity("Discretization.adapt", arguments.length, 1);
    if (numBins === undefined) {
      throw new StateError(
        "Discretization.adapt: the boundaries are given; leave out binBoundaries, and give numBins.",
      );
    }
    const seen = data instanceof Tensor ? data : tensor(data);
    const values = Float32Array.from(seen.data).sort();
    if (seen.rank === 0 || values.length === 0 || !values.every(Number.isFinite)) {
      throw new ArgumentError(`Discretization.adapt: data must be finite and not empty; received ${describe(values)}.`);
    }
    const quantiles = Array.from({ length: numBins - 1 }, (_, i) => {
      const at = ((i + 1) / numBins) * (values.length - 1);
      const low = Math.floor(at);
      const [a, b] = [values[low] as number, values[Math.min(low + 1, values.length - 1)] as number];
      return Math.fround(a + (at - low) * (b - a));
    });
    given.binBoundaries = [...new Set(quantiles)];
    // Now that the boundaries are known, they are what the layer is made of.
    delete (given as { numBins?: number }).numBins;
    return this;
  };
  return Object.assign(layer, { adapt }) as DiscretizationLayer;
}

function checkRising(boundaries: unknown): void {
  const isRising =
    Array.isArray(boundaries) &&
    boundaries.length > 0 &&
    boundaries.every((each, i) => Number.isFinite(each) && (i === 0 || each > boundaries[i - 1]));
  if (!isRising) {
    throw new ArgumentError(
      `Discretization: binBoundaries must be rising finite numbers; received ${describe(boundaries)}.`,
    );
  }
}
