// Activation and PReLU: activations as layers of their own.

import { ArgumentError, checkArity, checkOptions, describe, ShapeError } from "../errors.js";
import type { Initializer } from "../graph/graph.js";
import { getInitializer, type InitializerName } from "../initializers/index.js";
import { prelu as withSlopes } from "../ops/activations.js";
import type { Node } from "../ops/op.js";
import { formatShape } from "../tensor/shape.js";
import { type Activation, getActivation } from "./activations.js";
import { type Constraint, defineLayer, type Layer, type LayerOptions, type Regularizer } from "./layer.js";

/** y = activation(x), a name or a function of nodes. */
export function activation(apply: Activation, options: LayerOptions = {}): Layer {
  checkArity("activation", arguments.length, 2);
  checkOptions("Activation", options, ["name", "trainable"]);
  const activate = getActivation("Activation", apply);
  const given = { activation: apply, ...options };
  return defineLayer({ options: given, kind: "Activation", result: (x: Node) => activate(x) });
}

export interface PreluOptions extends LayerOptions {
  /** Of the slopes [units]. Default zeros. */
  readonly alphaInitializer?: InitializerName | Initializer;
  readonly alphaRegularizer?: Regularizer;
  readonly alphaConstraint?: Constraint;
}

const PRELU_NAMES = ["alphaInitializer", "alphaRegularizer", "alphaConstraint", "name", "trainable"];

/** y[n, units] = x where x > 0, else alpha[units] * x, the slopes being learnt.  see: He et al. 2015 */
export function prelu(options: PreluOptions = {}): Layer {
  checkArity("prelu", arguments.length, 1);
  checkOptions("PReLU", options, PRELU_NAMES);
  const { alphaInitializer = "zeros" } = options;
  const initial = getInitializer("PReLU: alphaInitializer", alphaInitializer);
  return defineLayer({
    options,
    kind: "PReLU",
    weights: (x: Node, graph) => {
      const units = x.shape[1];
      if (x.shape.length !== 2 || typeof units !== "number") {
        throw new ShapeError(`PReLU: the input must have shape [null, units]; received ${formatShape(x.shape)}.`);
      }
      return { alpha: graph.variable("alpha", initial, { shape: [units] }) };
    },
    result: (x, { alpha }) => withSlopes(x, alpha),
    regularizers: { alpha: options.alphaRegularizer },
    constraints: { alpha: options.alphaConstraint },
  });
}

/** A layer of ops: `compute` makes its result of the input's node, without variables. */
export function lambda(compute: (x: Node) => Node, options: LayerOptions = {}): Layer {
  checkArity("lambda", arguments.length, 2);
  checkOptions("Lambda", options, ["name", "trainable"]);
  if (typeof compute !== "function") {
    throw new ArgumentError(`Lambda: compute must be a function of a node; received ${describe(compute)}.`);
  }
  const given = { compute, ...options };
  return defineLayer({ options: given, kind: "Lambda", result: compute });
}
