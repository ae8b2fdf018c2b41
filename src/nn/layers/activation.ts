// Activation and Lambda: a function of nodes as a layer of its own.

import { ArgumentError, checkArity, describe } from "../../errors.js";
import type { Node } from "../../ops/op.js";
import { type Activation, getActivation } from "./activations.js";
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions } from "./layer.js";

/** y = activation(x): a name, a function of nodes, or a layer without weights. */
export function activation(apply: Activation, options: LayerOptions = {}): Layer {
  checkArity("activation", arguments.length, 2);
  checkLayerOptions("Activation", options, ["name", "trainable"]);
  const activate = getActivation("Activation", apply);
  const given = { activation: apply, ...options };
  return defineLayer({ options: given, kind: "Activation", pointwise: true, result: (x: Node) => activate(x) });
}

/** A layer of ops: `compute` makes its result of the input's node, without variables. */
export function lambda(compute: (x: Node) => Node, options: LayerOptions = {}): Layer {
  checkArity("lambda", arguments.length, 2);
  checkLayerOptions("Lambda", options, ["name", "trainable"]);
  if (typeof compute !== "function") {
    throw new ArgumentError(`Lambda: compute must be a function of a node; received ${describe(compute)}.`);
  }
  const given = { compute, ...options };
  return defineLayer({ options: given, kind: "Lambda", result: compute });
}
