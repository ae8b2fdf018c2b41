// Activations as layers that take numbers of their own, in Keras's words: ReLU, LeakyReLU, ELU, ThresholdedReLU, Softmax and
// HardSigmoid. Without weights, so each may also be the `activation` of another layer.

import { ArgumentError, checkCall, checkInteger, checkNumber } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import {
  elu as eluOp,
  hardSigmoid as hardSigmoidOp,
  leakyRelu as leakyReluOp,
  relu as reluOp,
} from "../../ops/activations.js";
import { add, divide, greater, greaterEqual, maximum, minimum, multiply, subtract } from "../../ops/arithmetic.js";
import { max } from "../../ops/extremes.js";
import { stopGradient } from "../../ops/layout.js";
import type { Node } from "../../ops/op.js";
import { sum } from "../../ops/reductions.js";
import { softmax as softmaxOp } from "../../ops/softmax.js";
import { exp } from "../../ops/unary.js";
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions } from "./layer.js";

export interface ReluOptions extends LayerOptions {
  /** The largest result, at least 0. Default null: none. */
  readonly maxValue?: number | null;
  /** Slope below the threshold, at least 0. Default 0. */
  readonly negativeSlope?: number;
  /** Below it lies the part with the negative slope; at least 0. Default 0. */
  readonly threshold?: number;
}

/** y = maxValue where x >= maxValue, else x where x >= threshold, else negativeSlope * (x - threshold). */
export function relu(options: ReluOptions = {}): Layer {
  checkCall("relu", arguments, ["maxValue", "negativeSlope", "threshold"]);
  checkLayerOptions("ReLU", options, ["maxValue", "negativeSlope", "threshold", "name", "trainable"]);
  const { maxValue = null, negativeSlope = 0, threshold = 0 } = options;
  if (maxValue !== null) checkNumber("ReLU: maxValue", maxValue, 0);
  checkNumber("ReLU: negativeSlope", negativeSlope, 0);
  checkNumber("ReLU: threshold", threshold, 0);
  const rectified = (x: Node): Node => {
    if (threshold === 0) return negativeSlope === 0 ? reluOp(x) : leakyReluOp(x, { alpha: negativeSlope });
    const at = scalar(x, threshold);
    const above = multiply(maximum(x, at), greaterEqual(x, at));
    if (negativeSlope === 0) return above;
    return add(above, multiply(minimum(subtract(x, at), scalar(x, 0)), scalar(x, negativeSlope)));
  };
  return defineLayer({
    options,
    kind: "ReLU",
    pointwise: true,
    result: (x: Node) => (maxValue === null ? rectified(x) : minimum(rectified(x), scalar(x, maxValue))),
  });
}

export interface LeakyReluOptions extends LayerOptions {
  /** Slope below 0, at least 0. Default 0.3. */
  readonly alpha?: number;
  /** The name of alpha in Keras 3. */
  readonly negativeSlope?: number;
}

/** y = x where x > 0, else alpha * x. As an activation by name, "leakyRelu", alpha is 0.2; both are Keras's defaults. */
export function leakyRelu(options: LeakyReluOptions = {}): Layer {
  checkCall("leakyRelu", arguments, ["alpha"]);
  checkLayerOptions("LeakyReLU", options, ["alpha", "negativeSlope", "name", "trainable"]);
  const { alpha, negativeSlope, ...rest } = options;
  if (alpha !== undefined && negativeSlope !== undefined) {
    throw new ArgumentError("LeakyReLU: alpha and negativeSlope are two names of one number; received both.");
  }
  const given = alpha === undefined ? negativeSlope : alpha;
  const slope = given === undefined ? 0.3 : given;
  checkNumber("LeakyReLU: alpha", slope, 0);
  return defineLayer({
    options: { ...rest, alpha: slope } as LayerOptions,
    kind: "LeakyReLU",
    pointwise: true,
    result: (x: Node) => leakyReluOp(x, { alpha: slope }),
  });
}

export interface EluOptions extends LayerOptions {
  /** At least 0. Default 1. */
  readonly alpha?: number;
}

/** y = x where x > 0, else alpha * (e^x - 1). */
export function elu(options: EluOptions = {}): Layer {
  checkCall("elu", arguments, ["alpha"]);
  checkLayerOptions("ELU", options, ["alpha", "name", "trainable"]);
  const { alpha = 1 } = options;
  checkNumber("ELU: alpha", alpha, 0);
  return defineLayer({ options, kind: "ELU", pointwise: true, result: (x: Node) => eluOp(x, { alpha }) });
}

export interface ThresholdedReluOptions extends LayerOptions {
  /** At least 0. Default 1. */
  readonly theta?: number;
}

/** y = x where x > theta, else 0.  see: Konda, Memisevic & Krueger 2014 */
export function thresholdedRelu(options: ThresholdedReluOptions = {}): Layer {
  checkCall("thresholdedRelu", arguments, ["theta"]);
  checkLayerOptions("ThresholdedReLU", options, ["theta", "name", "trainable"]);
  const { theta = 1 } = options;
  checkNumber("ThresholdedReLU: theta", theta, 0);
  return defineLayer({
    options,
    kind: "ThresholdedReLU",
    pointwise: true,
    // The maximum spares what lies below from being multiplied: -Infinity times 0 would be NaN.
    result: (x: Node) => multiply(maximum(x, scalar(x, theta)), greater(x, scalar(x, theta))),
  });
}

export interface SoftmaxOptions extends LayerOptions {
  /** Along which the results add up to 1. Default -1, the last. */
  readonly axis?: number;
}

/** y = exp(x) / sum(exp(x)) along an axis. */
export function softmax(options: SoftmaxOptions = {}): Layer {
  checkCall("softmax", arguments, ["axis"]);
  checkLayerOptions("Softmax", options, ["axis", "name", "trainable"]);
  const { axis = -1 } = options;
  checkInteger("Softmax: axis", axis, Number.MIN_SAFE_INTEGER);
  return defineLayer({
    options,
    kind: "Softmax",
    result: (x: Node) => {
      if (x.shape.length >= 2 && (axis === -1 || axis === x.shape.length - 1)) return softmaxOp(x);
      const powers = exp(subtract(x, stopGradient(max(x, { axis, keepDims: true }))));
      return divide(powers, sum(powers, { axis, keepDims: true }));
    },
  });
}

export interface HardSigmoidOptions extends LayerOptions {
  /** Greater than 0. Default 1 / 6, as in Keras 3 and PyTorch; Keras 2 and TensorFlow.js have 0.2. */
  readonly slope?: number;
}

/** y = slope * x + 1 / 2 within [0, 1]. */
export function hardSigmoid(options: HardSigmoidOptions = {}): Layer {
  checkCall("hardSigmoid", arguments, ["slope"]);
  checkLayerOptions("HardSigmoid", options, ["slope", "name", "trainable"]);
  const { slope = 1 / 6 } = options;
  checkNumber("HardSigmoid: slope", slope, 0, Infinity, true);
  return defineLayer({
    options,
    kind: "HardSigmoid",
    pointwise: true,
    result: (x: Node) => hardSigmoidOp(x, { slope }),
  });
}

function scalar(near: Node, value: number): Node {
  return (near.graph as Graph).constant("number", value, { shape: [] });
}
