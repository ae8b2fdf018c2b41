// Activations by name, for layers.

import { ArgumentError, describe, oneOf } from "../errors.js";
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

/** The function of an activation. */
export function getActivation(subject: string, activation: Activation): (x: Node) => Node {
  if (activation === null || activation === "linear") return (x) => x;
  if (typeof activation === "function") return activation;
  if (!Object.hasOwn(activations, activation)) {
    const names = [...Object.keys(activations), "linear"];
    throw new ArgumentError(
      `${subject}: activation must be null, a function or ${oneOf(names)}; received ${describe(activation)}.`,
    );
  }
  const apply: (x: Node) => Node = activations[activation];
  return (x) => apply(x);
}
