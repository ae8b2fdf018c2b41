// A model of layers in a row.

import { ArgumentError, checkArity, checkOptions, describe, ShapeError } from "../../errors.js";
import { Graph } from "../../graph/graph.js";
import type { Layer } from "../../nn/layers/layer.js";
import type { Node } from "../../ops/op.js";
import { checkShape, formatShape, type Shape } from "../../tensor/shape.js";
import type { Engine } from "../../wasm/engine.js";
import { Model } from "./model.js";
import { sessionOf } from "./sessions.js";

export interface ModelOptions {
  /** Shape of one example, `[784]`. Without it the first `fit` tells. */
  readonly inputShape?: Shape;
  /** Seed of initial weights and shuffling, an integer in [0, 2^53). Default 0. */
  readonly seed?: number;
  /** The build to run on. Default: that of the last `init`. */
  readonly engine?: Engine;
}

/** The function that makes layers has an `apply` too, that of all functions. */
function isLayer(value: unknown): boolean {
  return typeof value === "object" && typeof (value as Layer | null)?.apply === "function";
}

/** Layers in a row, each behind the one before, in a graph of their own. */
export function sequential(layers: readonly Layer[], options: ModelOptions = {}): Model {
  checkArity("sequential", arguments.length, 2);
  if (!Array.isArray(layers) || layers.length === 0 || !layers.every(isLayer)) {
    throw new ArgumentError(`Model: layers must be a non-empty list of layers; received ${describe(layers)}.`);
  }
  checkOptions("Model", options, ["inputShape", "seed", "engine"]);
  const { inputShape, seed = 0, engine } = options;
  const grow = (graph: Graph, shape: Shape) => {
    const inputs = graph.placeholder("input", [null, ...shape], layers[0]?.inputType);
    return { inputs, outputs: layers.reduce<Node>((x, layer) => layer.apply(x), inputs) };
  };
  const graph = new Graph({ seed });
  const session = sessionOf(graph, engine === undefined ? {} : { engine });
  if (inputShape === undefined) return new Model(session, grow);
  checkShape("Model: inputShape", inputShape);
  if (inputShape.includes(0)) {
    throw new ShapeError(`Model: inputShape must hold positive integers; received ${formatShape(inputShape)}.`);
  }
  return new Model(session, grow(graph, inputShape as Shape));
}
