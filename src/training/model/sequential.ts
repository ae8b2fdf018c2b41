// A model of layers in a row.

import { ArgumentError, checkArity, checkOptions, describe, ShapeError } from "../../errors.js";
import { Graph } from "../../graph/graph.js";
import type { Layer } from "../../nn/layers/layer.js";
import type { Node } from "../../ops/op.js";
import type { Session } from "../../runtime/session.js";
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

/**
 * Layers in a row, each behind the one before, in a graph of their own. A model may stand for a layer: its weights are shared.
 * Then the graph is that of the first model, and the others move there, as `Model.apply` says; the first's input shape is
 * that of the whole where none is given.
 */
export function sequential(layers: readonly (Layer | Model)[], options: ModelOptions = {}): Model {
  checkArity("sequential", arguments.length, 2);
  if (!Array.isArray(layers) || layers.length === 0 || !layers.every(isLayer)) {
    throw new ArgumentError(`Model: layers must be a non-empty list of layers; received ${describe(layers)}.`);
  }
  checkOptions("Model", options, ["inputShape", "seed", "engine"]);
  const [first] = layers as readonly (Layer | Model)[];
  const host = (layers as readonly (Layer | Model)[]).find((layer) => layer instanceof Model);
  const { inputShape = first instanceof Model ? first.inputShape : undefined, seed, engine } = options;
  const session = host
    ? hostOf(host, options)
    : sessionOf(new Graph(seed === undefined ? {} : { seed }), engine === undefined ? {} : { engine });
  const grow = (graph: Graph, shape: Shape) => {
    const takes = first instanceof Model ? first.inputType : first?.inputType;
    const inputs = graph.placeholder("input", [null, ...shape], takes);
    const values = graph === session.graph ? session : null;
    const after = (x: Node, layer: Layer | Model) =>
      layer instanceof Model ? layer.applyIn(x, values) : layer.apply(x);
    return { inputs, outputs: (layers as readonly (Layer | Model)[]).reduce<Node>(after, inputs) };
  };
  if (inputShape === undefined) return new Model(session, grow);
  checkShape("Model: inputShape", inputShape);
  if (inputShape.includes(0)) {
    throw new ShapeError(`Model: inputShape must hold positive integers; received ${formatShape(inputShape)}.`);
  }
  return new Model(session, grow(session.graph, inputShape as Shape));
}

/** The session of a model that brings its graph; the options must not ask for another. */
function hostOf({ session, graph }: Model, { seed, engine }: ModelOptions): Session {
  if (seed !== undefined && seed !== graph.seed) {
    throw new ArgumentError(`Model: seed must be that of the model among the layers, ${graph.seed}; received ${seed}.`);
  }
  if (engine !== undefined && session.engine !== null && engine !== session.engine) {
    throw new ArgumentError("Model: engine must be that of the model among the layers; received another.");
  }
  return session;
}
