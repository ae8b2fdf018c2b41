// Weights of one model for the next: some of them, by name pattern, under other names.

import { ArgumentError, checkArity, checkFlag, checkOptions, describe } from "../../errors.js";
import type { Node } from "../../ops/op.js";
import type { Session } from "../../runtime/session.js";
import type { Tensor } from "../../tensor/tensor.js";
import { checkWeights, setVariables } from "./weights.js";

export interface TransferOptions {
  /** Which of the weights to take, by the names they come with. Default: all. */
  readonly pattern?: RegExp;
  /** The name of the model's variable for a weight. Default: the same. */
  readonly rename?: (name: string) => string;
  /** Whether every weight taken must have its variable. Default true; false leaves out those that have none. */
  readonly strict?: boolean;
}

/** What weights can be copied into; a Model is one. */
export interface HasVariables {
  readonly session: Session;
  readonly variables: readonly Node[];
}

/**
 * Copies weights into the variables of a model, those the names match; the others stay as they are. `weights` is what
 * `getWeights` gives, or a file's tensors. Returns the names of the variables set.
 * Fails with ArgumentError where the pattern matches no weight, a weight has no variable, or two have the same; with
 * ShapeError, naming all, where shapes differ. Then nothing has changed.
 */
export function transferWeights(
  model: HasVariables,
  weights: ReadonlyMap<string, Tensor>,
  options: TransferOptions = {},
): readonly string[] {
  checkArity("transferWeights", arguments.length, 3);
  const subject = "transferWeights";
  if (!Array.isArray(model?.variables) || typeof model.session?.set !== "function") {
    throw new ArgumentError(`${subject}: the first argument must be a model; received ${describe(model)}.`);
  }
  checkOptions(subject, options, ["pattern", "rename", "strict"]);
  const { pattern, rename = (name) => name, strict = true } = options;
  checkFlag(`${subject}: strict`, strict);
  if (typeof rename !== "function") {
    throw new ArgumentError(`${subject}: rename must be a function of a name; received ${describe(rename)}.`);
  }
  checkWeights(subject, weights);
  const taken = [...weights.keys()].filter((name) => matches(subject, name, pattern));
  if (taken.length === 0) {
    const names = [...weights.keys()].join(", ");
    throw new ArgumentError(`${subject}: no weight matches ${pattern ?? "anything"}; there are ${names || "none"}.`);
  }
  const variables = new Map(model.variables.map((variable) => [variable.name, variable]));
  const pairs: (readonly [Node, Tensor])[] = [];
  const strays: string[] = [];
  for (const name of taken) {
    const target = rename(name);
    const variable = variables.get(target);
    if (variable) pairs.push([variable, weights.get(name) as Tensor]);
    else strays.push(target === name ? name : `${name} as ${describe(target)}`);
  }
  const set = pairs.map(([{ name }]) => name);
  const twice = set.find((name, i) => set.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new ArgumentError(`${subject}: every variable takes one weight; ${twice} would be given two.`);
  }
  if ((strict && strays.length > 0) || pairs.length === 0) {
    const names = [...variables.keys()].join(", ");
    throw new ArgumentError(`${subject}: not in the model: ${strays.join(", ")}; its variables are ${names}.`);
  }
  setVariables(subject, model.session, pairs);
  return set;
}

function matches(subject: string, name: string, pattern: RegExp | undefined): boolean {
  if (pattern === undefined) return true;
  if (!(pattern instanceof RegExp)) {
    throw new ArgumentError(`${subject}: pattern must be a regular expression; received ${describe(pattern)}.`);
  }
  return name.search(pattern) >= 0;
}
