// Activations by name, for layers.

import { ArgumentError, describe, readName, ShapeError } from "../errors.js";
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

/** Other names that are in use, folded. */
const aliases: Readonly<Record<string, ActivationName>> = {
  swish: "silu",
  logistic: "sigmoid",
  identity: "linear",
  none: "linear",
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

/** The name of an activation in the spelling of this library. */
export function activationName(subject: string, name: unknown): ActivationName {
  const names = [...Object.keys(activations), "linear"] as ActivationName[];
  return readName(`${subject}: activation`, name, names, aliases, "null, a function or ");
}

/** The function of an activation. */
export function getActivation(subject: string, activation: Activation): (x: Node) => Node {
  if (activation === null) return (x) => x;
  if (typeof activation === "function") return (x) => checked(subject, x, activation(x));
  const name = activationName(subject, activation);
  if (name === "linear") return (x) => x;
  const apply: (x: Node) => Node = activations[name];
  return (x) => apply(x);
}
