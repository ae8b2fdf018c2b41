// LayerNormalization: every example to mean 0 and variance 1 over its last axis.

import { checkCall, checkFlag, checkNumber, ShapeError } from "../../errors.js";
import { add, multiply } from "../../ops/arithmetic.js";
import { standardize } from "../../ops/normalization.js";
import type { Node } from "../../ops/op.js";
import { formatShape } from "../../tensor/shape.js";
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions } from "./layer.js";

export interface LayerNormalizationOptions extends LayerOptions {
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
  /** Whether to add beta [width]. Default true. */
  readonly center?: boolean;
  /** Whether to multiply by gamma [width]. Default true. */
  readonly scale?: boolean;
}

const NAMES = ["epsilon", "center", "scale", "name", "trainable"];

/** y = (x - mean) / sqrt(variance + epsilon) * gamma + beta over the last axis. */
export function layerNormalization(options: LayerNormalizationOptions = {}): Layer {
  checkCall("layerNormalization", arguments, ["axis"]);
  checkLayerOptions("LayerNormalization", options, NAMES);
  const { epsilon = 1e-3, center = true, scale = true } = options;
  checkNumber("LayerNormalization: epsilon", epsilon, 0);
  checkFlag("LayerNormalization: center", center);
  checkFlag("LayerNormalization: scale", scale);
  return defineLayer({
    options,
    kind: "LayerNormalization",
    pointwise: true,
    weights: (x: Node, graph) => {
      const width = x.shape[x.shape.length - 1];
      if (typeof width !== "number") {
        throw new ShapeError(
          `LayerNormalization: the last extent of the input must be known; its shape is ${formatShape(x.shape)}.`,
        );
      }
      return {
        gamma: scale ? graph.variable("gamma", 1, { shape: [width] }) : null,
        beta: center ? graph.variable("beta", 0, { shape: [width] }) : null,
      };
    },
    result: (x, { gamma, beta }) => {
      const standard = standardize(x, [-1], epsilon);
      const scaled = gamma ? multiply(standard, gamma) : standard;
      return beta ? add(scaled, beta) : scaled;
    },
  });
}
