// LayerNormalization: every example to mean 0 and variance 1 over its last axis.

import { checkArity, checkNumber, checkOptions, ShapeError } from "../errors.js";
import { layerNormalization as normalize } from "../ops/normalization.js";
import type { Node } from "../ops/op.js";
import { formatShape } from "../tensor/shape.js";
import { defineLayer, type Layer, type LayerOptions } from "./layer.js";

export interface LayerNormalizationOptions extends LayerOptions {
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
}

/** y = (x - mean) / sqrt(variance + epsilon) * gamma + beta over the last axis. */
export function layerNormalization(options: LayerNormalizationOptions = {}): Layer {
  checkArity("layerNormalization", arguments.length, 1);
  checkOptions("LayerNormalization", options, ["epsilon", "name", "trainable"]);
  const { epsilon = 1e-3 } = options;
  checkNumber("LayerNormalization: epsilon", epsilon, 0);
  return defineLayer({
    options,
    kind: "LayerNormalization",
    weights: (x: Node, graph) => {
      const width = x.shape[x.shape.length - 1];
      if (typeof width !== "number") {
        throw new ShapeError(
          `LayerNormalization: the last extent of the input must be known; its shape is ${formatShape(x.shape)}.`,
        );
      }
      return {
        gamma: graph.variable("gamma", 1, { shape: [width] }),
        beta: graph.variable("beta", 0, { shape: [width] }),
      };
    },
    result: (x, { gamma, beta }) => normalize(x, gamma, beta, { epsilon }),
  });
}
