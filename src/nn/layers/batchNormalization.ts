// BatchNormalization: every channel to mean 0 and variance 1, over the batch while training, by running means after.

import { ArgumentError, checkCall, checkFlag, checkNumber, describe, ShapeError } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import { multiply } from "../../ops/arithmetic.js";
import { batchNormalize, channelMoments } from "../../ops/batchNormalization.js";
import { inverseOrder, transpose } from "../../ops/layout.js";
import { choose, inverseRoot, unlessFrozen } from "../../ops/normalization.js";
import type { Node } from "../../ops/op.js";
import { broadcastTo } from "../../ops/reductions.js";
import { resultOf } from "../../ops/results.js";
import { movingAverage } from "../../ops/update.js";
import { formatShape } from "../../tensor/shape.js";
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions } from "./layer.js";

export interface BatchNormalizationOptions extends LayerOptions {
  /** The axis of the channels. Default -1, the last. */
  readonly axis?: number;
  /** Share of the old running mean and variance that each step keeps, in [0, 1]. Default 0.99. */
  readonly momentum?: number;
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
  /** Whether to add beta [channels]. Default true. */
  readonly center?: boolean;
  /** Whether to multiply by gamma [channels]. Default true. */
  readonly scale?: boolean;
}

const NAMES = ["axis", "momentum", "epsilon", "center", "scale", "name", "trainable"];

/**
 * y = (x - mean) / sqrt(variance + epsilon) * gamma + beta for each channel, the variance being the biased one, also in
 * its running mean (Keras's rule).  see: Ioffe & Szegedy 2015
 * Frozen, it runs as after training, by its running means, which stay as they are.
 */
export function batchNormalization(options: BatchNormalizationOptions = {}): Layer {
  checkCall("batchNormalization", arguments, ["axis"]);
  checkLayerOptions("BatchNormalization", options, NAMES);
  const { axis = -1, momentum = 0.99, epsilon = 1e-3, center = true, scale = true } = options;
  if (!Number.isSafeInteger(axis)) {
    throw new ArgumentError(`BatchNormalization: axis must be an integer; received ${describe(axis)}.`);
  }
  checkNumber("BatchNormalization: momentum", momentum, 0, 1);
  checkNumber("BatchNormalization: epsilon", epsilon, 0);
  checkFlag("BatchNormalization: center", center);
  checkFlag("BatchNormalization: scale", scale);
  return defineLayer({
    options,
    kind: "BatchNormalization",
    pointwise: axis === -1,
    weights: (x: Node, graph) => {
      const shape = [channelsOf(x, axis)];
      return {
        gamma: scale ? graph.variable("gamma", 1, { shape }) : null,
        beta: center ? graph.variable("beta", 0, { shape }) : null,
        movingMean: graph.variable("movingMean", 0, { shape, trainable: false }),
        movingVariance: graph.variable("movingVariance", 1, { shape, trainable: false }),
      };
    },
    result: (x, { gamma, beta, movingMean, movingVariance }) => {
      const graph = x.graph as Graph;
      const channels = channelsOf(x, axis);
      const rank = x.shape.length;
      const order = lastAxis(axis < 0 ? axis + rank : axis, rank);
      const input = order ? transpose(x, { axes: order }) : x;
      const training = unlessFrozen(graph.training, movingMean);
      const batchMean = channelMoments(input);
      const batchVariance = resultOf(batchMean, "variance");
      const mean = choose(training, batchMean, movingMean);
      const root = inverseRoot(choose(training, batchVariance, movingVariance), { epsilon });
      const scaleBy = gamma ? multiply(root, gamma) : root;
      const shiftBy = beta ?? broadcastTo(graph.constant("noShift", 0, { shape: [] }), { shape: [channels] });
      const y = batchNormalize(input, mean, root, scaleBy, shiftBy, training);

      const step = graph.variable("batches", 0, { shape: [], trainable: false, dtype: "int32" });
      const state = { rate: null, slots: [], step };
      graph.addUpdate(movingAverage([movingMean, movingVariance], [batchMean, batchVariance], state, { momentum }));
      return order ? transpose(y, { axes: inverseOrder(order) }) : y;
    },
  });
}

/** The order of axes that puts one of them last; null where it is. */
function lastAxis(at: number, rank: number): number[] | null {
  if (at === rank - 1) return null;
  return [...Array.from({ length: rank }, (_, i) => i).filter((i) => i !== at), at];
}

function channelsOf(x: Node, axis: number): number {
  const channels = x.shape[axis < 0 ? axis + x.shape.length : axis];
  if (typeof channels === "number") return channels;
  throw new ShapeError(
    `BatchNormalization: axis ${axis} must be an axis of known extent; the input has shape ${formatShape(x.shape)}.`,
  );
}
