// The weights of a model as named tensors, out and in.

import { ArgumentError, describe, ShapeError } from "../../errors.js";
import type { Node } from "../../ops/op.js";
import type { Session } from "../../runtime/session.js";
import { formatShape, type Shape, sameShape, sizeOf } from "../../tensor/shape.js";
import { readTensor, Tensor, type TensorLike } from "../../tensor/tensor.js";

/** Copies of the values of variables, by name. As JSON they are nested lists by name, which `setWeights` reads. */
export function readWeights(session: Session, variables: readonly Node[]): ReadonlyMap<string, Tensor> {
  const values = session.run(variables);
  const weights = new Map(variables.map((variable, i) => [variable.name, values[i] as Tensor]));
  // A Map is {} as JSON, without a word.
  const toJSON = () => Object.fromEntries([...weights].map(([name, value]) => [name, value.toArray()]));
  return Object.defineProperty(weights, "toJSON", { value: toJSON });
}

/** Weights as a caller gives them: by name, in a Map or an object, or in the order of the variables. */
export type WeightsLike =
  | ReadonlyMap<string, TensorLike>
  | Readonly<Record<string, TensorLike>>
  | readonly TensorLike[];

/** The weights as tensors by name: a flat typed array takes the shape of its variable. */
export function namedWeights(
  subject: string,
  variables: readonly Node[],
  weights: WeightsLike,
): ReadonlyMap<string, Tensor> {
  const plain = typeof weights === "object" && weights !== null && !ArrayBuffer.isView(weights);
  if (!plain || weights instanceof Tensor) {
    throw new ArgumentError(
      `${subject}: weights must be a Map of tensors by name, such as getWeights gives, an object, or a list in the order ` +
        `of the variables; received ${describe(weights)}.`,
    );
  }
  if (Array.isArray(weights) && weights.length !== variables.length) {
    throw new ArgumentError(
      `${subject}: a list of weights must hold one for each variable, ${variables.length}; received ${weights.length}.`,
    );
  }
  const pairs: Iterable<readonly [string, TensorLike]> = Array.isArray(weights)
    ? weights.map((value: TensorLike, i) => [(variables[i] as Node).name, value] as const)
    : weights instanceof Map
      ? weights
      : Object.entries(weights);
  const shapes = new Map(variables.map(({ name, shape }) => [name, shape as Shape]));
  return new Map(
    [...pairs].map(([name, value]) => {
      const given = readTensor(`${subject}: ${name}`, value, "float32");
      const shape = shapes.get(name);
      const fills = ArrayBuffer.isView(value) && shape !== undefined && sizeOf(shape) === given.size;
      return [name, fills ? given.reshape(shape) : given];
    }),
  );
}

/** Sets exactly these variables; the names and shapes must be theirs, or nothing is changed. */
export function writeWeights(
  subject: string,
  session: Session,
  variables: readonly Node[],
  weights: ReadonlyMap<string, Tensor>,
): void {
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
