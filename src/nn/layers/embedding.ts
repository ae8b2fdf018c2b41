// Embedding: a row of numbers for each index.

import { checkCall, checkInteger, ShapeError } from "../../errors.js";
import type { Initializer } from "../../graph/graph.js";
import { gather } from "../../ops/indexing.js";
import type { Node } from "../../ops/op.js";
import { randomUniform } from "../../ops/random.js";
import { getInitializer, type InitializerName } from "../initializers/index.js";
import {
  type Constraint,
  checkLayerOptions,
  defineLayer,
  type Layer,
  type LayerOptions,
  type Regularizer,
} from "./layer.js";

export interface EmbeddingOptions extends LayerOptions {
  /** Number of rows: indices lie in [0, inputDim). */
  readonly inputDim: number;
  /** Width of a row. */
  readonly outputDim: number;
  /** Of the rows [inputDim, outputDim]. Default: uniform in [-0.05, 0.05). */
  readonly embeddingsInitializer?: InitializerName | Initializer;
  readonly embeddingsRegularizer?: Regularizer;
  readonly embeddingsConstraint?: Constraint;
}

const NAMES = [
  "inputDim",
  "outputDim",
  "embeddingsInitializer",
  "embeddingsRegularizer",
  "embeddingsConstraint",
  "name",
  "trainable",
];

/** y[n, ..., outputDim] = embeddings[x[n, ...]], x being int32. A model that begins with it takes integers. */
export function embedding(options: EmbeddingOptions): Layer {
  checkCall("embedding", arguments, ["inputDim", "outputDim"]);
  checkLayerOptions("Embedding", options, NAMES);
  const { inputDim, outputDim, embeddingsInitializer: chosen } = options;
  checkInteger("Embedding: inputDim", inputDim, 1);
  checkInteger("Embedding: outputDim", outputDim, 1);
  const initial = chosen === undefined ? small : getInitializer("Embedding: embeddingsInitializer", chosen);
  return defineLayer({
    options,
    kind: "Embedding",
    inputType: "int32",
    weights: (x: Node, graph) => {
      if (x.dtype !== "int32") {
        throw new ShapeError(`Embedding: the input must be int32; ${x.name} is ${x.dtype}.`);
      }
      return { embeddings: graph.variable("embeddings", initial, { shape: [inputDim, outputDim] }) };
    },
    result: (x, { embeddings }) => gather(embeddings, x),
    regularizers: { embeddings: options.embeddingsRegularizer },
    constraints: { embeddings: options.embeddingsConstraint },
  });
}

const small: Initializer = (graph, shape, stream) =>
  randomUniform(graph, { shape, low: -0.05, high: 0.05, stream, name: "embeddings/initial" });
