// Activations by name, for layers.

import { ArgumentError, describe, oneOf, ShapeError } from "../errors.js";
import { isNode } from "../graph/graph.js";
import {
  elu,
  gelu,
  geluTanh,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  logSoftmax,
  relu,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  softsign,
  step,
  tanh,
} from "../ops/activations.js";
import type { Node } from "../ops/op.js";
import { formatShape, sameShape } from "../tensor/shape.js";

const activations = {
  relu,
  sigmoid,
  tanh,
  leakyRelu,
  elu,
  selu,
  softplus,
  softsign,
  gelu,
  geluTanh,
  silu,
  hardSigmoid,
  hardSwish,
  step,
  softmax,
  logSoftmax,
};

export type ActivationName = keyof typeof activations | "linear";
/** A name, a function of nodes, or null for none. */
export type Activation = ActivationName | ((x: Node) => Node) | null;

/** What a function of the caller made of `x`: a node of the same graph and shape. */
function checked(subject: string, x: Node, y: unknown): Node {
  if (!isNode(y) || y.graph !== x.graph) {
    throw new ArgumentError(`${subject}: activation must return a node of the same graph; received ${describe(y)}.`);
  }
  if (!sameShape(x.shape, y.shape)) {
    throw new ShapeError(
      `${subject}: activation must keep the shape, ${formatShape(x.shape)}; received ${formatShape(y.shape)}.`,
    );
  }
  return y;
}

/** The function of an activation. */
export function getActivation(subject: string, activation: Activation): (x: Node) => Node {
  if (activation === null || activation === "linear") return (x) => x;
  if (typeof activation === "function") return (x) => checked(subject, x, activation(x));
  if (!Object.hasOwn(activations, activation)) {
    const names = [...Object.keys(activations), "linear"];
    throw new ArgumentError(
      `${subject}: activation must be null, a function or ${oneOf(names)}; received ${describe(activation)}.`,
    );
  }
  const apply: (x: Node) => Node = activations[activation];
  return (x) => apply(x);
}
