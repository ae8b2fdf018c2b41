// LayerNormalization: every example to mean 0 and variance 1 over its last axis.

import { checkNumber, ShapeError } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import { layerNormalization as normalize } from "../ops/normalization.js";
import type { Node } from "../ops/op.js";
import { formatShape } from "../tensor/shape.js";
import type { Layer } from "./layer.js";

export interface LayerNormalizationOptions {
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
  readonly name?: string;
}

/** y = (x - mean) / sqrt(variance + epsilon) * gamma + beta over the last axis. */
export function layerNormalization(options: LayerNormalizationOptions = {}): Layer {
  const { epsilon = 1e-3, name } = options;
  checkNumber("LayerNormalization: epsilon", epsilon, 0);
  return {
    kind: "LayerNormalization",
    name,
    apply: (x: Node) => {
      const width = x.shape[x.shape.length - 1];
      if (typeof width !== "number") {
        throw new ShapeError(
          `LayerNormalization: the last extent of the input must be known; its shape is ${formatShape(x.shape)}.`,
        );
      }
      const graph = x.graph as Graph;
      const gamma = graph.variable("gamma", 1, { shape: [width] });
      const beta = graph.variable("beta", 0, { shape: [width] });
      return { y: normalize(x, gamma, beta, { epsilon }), variables: [gamma, beta] };
    },
  };
}
