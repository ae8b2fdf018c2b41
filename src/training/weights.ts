// The weights of a model as named tensors, out and in.

import { ArgumentError, describe, ShapeError } from "../errors.js";
import type { Session } from "../graph/session.js";
import type { Node } from "../ops/op.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";

/** Copies of the values of variables, by name. */
export function readWeights(session: Session, variables: readonly Node[]): ReadonlyMap<string, Tensor> {
  const values = session.run(variables);
  return new Map(variables.map((variable, i) => [variable.name, values[i] as Tensor]));
}

/** Sets exactly these variables; the names and shapes must be theirs, or nothing is changed. */
export function writeWeights(
  subject: string,
  session: Session,
  variables: readonly Node[],
  weights: ReadonlyMap<string, Tensor>,
): void {
  checkWeights(subject, weights);
  const names = new Set(variables.map((variable) => variable.name));
  const missing = [...names].filter((name) => !weights.has(name));
  const unknown = [...weights.keys()].filter((name) => !names.has(name));
  if (missing.length + unknown.length > 0) {
    const parts = [
      ...(missing.length > 0 ? [`missing: ${missing.join(", ")}`] : []),
      ...(unknown.length > 0 ? [`not in the model: ${unknown.join(", ")}`] : []),
    ];
    throw new ArgumentError(`${subject}: the weights must be those of the model; ${parts.join("; ")}.`);
  }
  setVariables(
    subject,
    session,
    variables.map((variable) => [variable, weights.get(variable.name) as Tensor]),
  );
}

/** Fails unless `weights` is a Map of tensors. */
export function checkWeights(subject: string, weights: unknown): asserts weights is ReadonlyMap<string, Tensor> {
  if (!(weights instanceof Map)) {
    throw new ArgumentError(`${subject}: weights must be a Map of tensors by name; received ${describe(weights)}.`);
  }
  const stranger = [...weights].find(([, value]) => !(value instanceof Tensor));
  if (stranger) {
    throw new ArgumentError(
      `${subject}: ${stranger[0]} must be a Tensor; received ${describe(stranger[1])}; tensor() makes one.`,
    );
  }
}

/** Sets variables to tensors of their shapes; where one does not fit, ShapeError names all, and nothing is changed. */
export function setVariables(
  subject: string,
  session: Session,
  pairs: readonly (readonly [variable: Node, value: Tensor])[],
): void {
  const misfits = pairs.filter(([variable, value]) => !sameShape(variable.shape, value.shape));
  if (misfits.length > 0) {
    const list = misfits.map(
      ([{ name, shape }, value]) => `${name} is ${formatShape(shape)}, received ${formatShape(value.shape)}`,
    );
    throw new ShapeError(`${subject}: shapes must be those of the model; ${list.join("; ")}.`);
  }
  session.set(pairs);
}
