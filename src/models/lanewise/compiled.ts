// What `compile` was given as plain data and back, and the state of a training. Files keep it, and workers are sent it.

import { DataError, describe } from "../../errors.js";
import { isNode } from "../../graph/graph.js";
import type { Description } from "../../nn/description.js";
import { fromDescription, toDescription } from "../../nn/registry.js";
import type { CompileOptions, Recipe } from "../../training/model/recipe.js";
import { type Form, unflatten } from "../../training/model/structure.js";

/** JSON. */
export interface Compiled {
  readonly optimizer: Description;
  /** One for each output. */
  readonly outputs: readonly {
    readonly loss: Description;
    readonly weight: number;
    readonly metrics: readonly Description[];
  }[];
}

/**
 * A recipe as data, for a model with variables of these names. `own` hears of each part that is a function of the caller's,
 * such as `the loss "mine"`: there is no data for that.
 */
export function compiledOf(
  { optimizer, goals }: Recipe,
  variables: readonly string[],
  own: (part: string) => void,
): Compiled {
  const tell = (family: "loss" | "metric", { name, config }: { name: string; config?: Description | undefined }) =>
    toDescription(
      family,
      { config },
      { refuse: (option) => own(`${option ? `${option} of ` : ""}the ${family} ${describe(name)}`) },
    );
  const refuse = (option: string | null, value: unknown) => {
    const isRate = option === "learningRate" || option === "schedule";
    const part = isRate ? "the learning rate" : option === null ? "the optimizer" : `${option} of the optimizer`;
    own(isNode(value) ? `${part}, a node of the graph,` : part);
  };
  return {
    optimizer: toDescription("optimizer", optimizer, { refuse, variables }),
    outputs: goals.map(({ loss, weight, metrics }) => ({
      loss: tell("loss", loss),
      weight,
      metrics: metrics.map((metric) => tell("metric", metric)),
    })),
  };
}

/** The options of `compile` for a model with outputs of that form. Fails with DataError if the data are not of its outputs. */
export function compileOptionsOf(subject: string, compiled: unknown, form: Form): CompileOptions<never> {
  const { optimizer, outputs } = (compiled ?? {}) as Partial<Record<keyof Compiled, unknown>>;
  const count = form.keys?.length ?? 1;
  if (!Array.isArray(outputs) || outputs.length !== count) {
    throw new DataError(
      `${subject}: compile must say what each of ${count} outputs is trained for; received ${describe(outputs)}.`,
    );
  }
  const each = outputs.map((output: Partial<Compiled["outputs"][number]> | null) => {
    const { loss, weight, metrics } = output ?? {};
    if (!Array.isArray(metrics)) {
      throw new DataError(`${subject}: the metrics must be a list; received ${describe(metrics)}.`);
    }
    return {
      loss: fromDescription(`${subject}: the loss`, "loss", loss),
      weight,
      metrics: metrics.map((metric) => fromDescription(`${subject}: a metric`, "metric", metric)),
    };
  });
  const shaped = (values: readonly unknown[]) => unflatten(values, form);
  return {
    optimizer: fromDescription(`${subject}: the optimizer`, "optimizer", optimizer),
    loss: shaped(each.map(({ loss }) => loss)),
    lossWeights: shaped(each.map(({ weight }) => weight)),
    metrics: shaped(each.map(({ metrics }) => metrics)),
  } as CompileOptions<never>;
}
