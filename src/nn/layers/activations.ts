// Activations by name, for layers.

import { ArgumentError, checkArity, describe, readName, ShapeError } from "../../errors.js";
import { isNode } from "../../graph/graph.js";
import * as elementwise from "../../ops/activations.js";
import type { Node } from "../../ops/op.js";
import { logSoftmax, softmax } from "../../ops/softmax.js";
import { formatShape, sameShape } from "../../tensor/shape.js";
import { isLayer, type Layer } from "./layer.js";

/** By their names: all of ops/activations.ts, and those that work on rows. Bundlers keep a bare spread, a pure call they drop. */
const activations = /* @__PURE__ */ (() => ({ ...elementwise, softmax, logSoftmax }))();

/** Other names that are in use, folded. */
const aliases: Readonly<Record<string, ActivationName>> = {
  swish: "silu",
  logistic: "sigmoid",
  identity: "linear",
  none: "linear",
  hardsilu: "hardSwish",
  gelunew: "geluTanh",
};

export type ActivationName = keyof typeof activations | "linear";
/**
 * A name, a function of nodes, a layer without weights such as `layers.leakyRelu({ alpha: 0.1 })`, or null for none.
 * Names are found in other spellings too: `leaky_relu`, `ReLU`, `swish`.
 */
export type Activation = ActivationName | "swish" | ((x: Node) => Node) | Layer | null;

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

/** All names of activations, as layers take them: choices of a search or of a page. */
export function activationNames(): ActivationName[] {
  checkArity("activationNames", arguments.length, 0);
  return [...(Object.keys(activations) as (keyof typeof activations)[]), "linear"];
}

/** The name of an activation in the spelling of this library. */
export function activationName(subject: string, name: unknown): ActivationName {
  return readName(
    `${subject}: activation`,
    name,
    activationNames(),
    aliases,
    "null, a function, a layer without weights or ",
  );
}

/** The function of an activation. */
export function getActivation(subject: string, activation: Activation): (x: Node) => Node {
  if (activation === null) return (x) => x;
  if (isLayer(activation)) {
    const { kind, compute } = activation;
    if (compute) return (x) => checked(subject, x, compute(x));
    throw new ArgumentError(`${subject}: an activation must have no weights; ${kind} has. Put it after this layer.`);
  }
  if (typeof activation === "function") return (x) => checked(subject, x, activation(x));
  const name = activationName(subject, activation);
  if (name === "linear") return (x) => x;
  const apply: (x: Node) => Node = activations[name];
  return (x) => apply(x);
}
