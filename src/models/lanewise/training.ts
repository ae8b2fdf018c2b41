// What a model's file keeps for the next `fit`: what is frozen, what `compile` was given, and on request the state of the
// optimizer and how far the training has come.

import { ArgumentError, DataError, describe, StateError, warn } from "../../errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { TrainingPosition } from "../../training/callbacks/callback.js";
import { formOf } from "../../training/model/structure.js";
import { type AnyModel, sound } from "./architecture.js";
import { type Compiled, compiledOf, compileOptionsOf } from "./compiled.js";

/** JSON. */
interface TrainingTold {
  readonly compile: Compiled;
  /** Names of variables. */
  readonly frozen: readonly string[];
  /** How far it has come; only together with the optimizer's state. */
  readonly position?: Omit<TrainingPosition, "callbacks">;
}

/** Before the names of the optimizer's variables, which are numbered: in another graph they may have other names. */
const PREFIX = "optimizer/";

/** Whether a tensor of a file belongs to the optimizer: no variable of a layer has a number for its whole name. */
export function isOfTraining(name: string): boolean {
  return /^optimizer\/\d+$/.test(name);
}

/** What the file is to say, and the tensors beside the weights; null before `compile`, or if that was given what is no data. */
export function trainingTold(
  subject: string,
  model: AnyModel,
  withState: boolean,
): { readonly told: TrainingTold; readonly tensors: ReadonlyMap<string, Tensor> } | null {
  const { recipe, variables, graph, session } = model;
  if (recipe === null) {
    if (withState) throw new StateError(`${subject}: there is no state of the optimizer; call compile() first.`);
    return null;
  }
  const own = new Set<string>();
  const names = variables.map(({ name }) => name);
  const compile = compiledOf(recipe, names, (part) => own.add(part));
  if (own.size > 0) {
    const reason = `what compile was given is not kept: ${[...own].join(" and ")} is one of your own`;
    if (withState) throw new ArgumentError(`${subject}: the optimizer's state goes with it, and ${reason}.`);
    warn(`${subject}: ${reason}. Call compile() again after loading.`);
    return null;
  }
  const frozen = variables.filter((variable) => graph.isFrozen(variable)).map(({ name }) => name);
  if (!withState) return { told: { compile, frozen }, tensors: new Map() };
  const { callbacks: _, ...position } = model.getState().training;
  const kept = model.trainingVariables;
  const values = session.run(kept);
  return {
    told: { compile, frozen, position },
    tensors: new Map(kept.map((_, i) => [`${PREFIX}${i}`, values[i] as Tensor])),
  };
}

/** Freezes and compiles the model as the file says, and sets the optimizer's state if it is there. */
export function restoreTraining(
  subject: string,
  model: AnyModel,
  told: unknown,
  tensors: ReadonlyMap<string, Tensor>,
): void {
  const { compile, frozen, position } = (told ?? {}) as Partial<Record<keyof TrainingTold, unknown>>;
  if (!Array.isArray(frozen)) {
    throw new DataError(`${subject}: frozen must be a list of names; received ${describe(frozen)}.`);
  }
  const { graph, variables } = model;
  const named = new Set(frozen);
  for (const isFrozen of [true, false]) {
    graph.setFrozen(
      variables.filter(({ name }) => named.has(name) === isFrozen),
      isFrozen,
    );
  }
  sound(subject, "what compile is given", () =>
    model.compile(compileOptionsOf(subject, compile, formOf(model.outputs))),
  );
  if (position === undefined) return;
  const kept = model.trainingVariables;
  const count = [...tensors.keys()].filter(isOfTraining).length;
  if (count !== kept.length) {
    throw new DataError(`${subject}: the optimizer's state must hold ${kept.length} tensors; received ${count}.`);
  }
  const state = new Map(model.getState().tensors);
  kept.forEach(({ name }, i) => {
    const value = tensors.get(`${PREFIX}${i}`);
    if (value === undefined) throw new DataError(`${subject}: the optimizer's state has no tensor ${PREFIX}${i}.`);
    state.set(name, value);
  });
  const training = { ...(position as TrainingPosition), callbacks: {} };
  sound(subject, "the optimizer's state", () => model.setState({ tensors: state, training }));
}
