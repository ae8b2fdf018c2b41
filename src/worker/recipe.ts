// What `compile` was given, as plain data and back: optimizers, losses, metrics and schedules of the library by the
// names of their functions and what these were called with.

import { ArgumentError, describe } from "../errors.js";
import { isNode } from "../graph/graph.js";
import * as losses from "../nn/losses/index.js";
import * as metrics from "../nn/metrics/index.js";
import { accumulateGradients } from "../nn/optimizers/accumulation.js";
import { getOptimizer, type OptimizerName } from "../nn/optimizers/index.js";
import { layerwiseRates } from "../nn/optimizers/layerwiseRates.js";
import type { Optimizer } from "../nn/optimizers/optimizer.js";
import * as schedules from "../nn/schedules/index.js";
import type { Schedule } from "../nn/schedules/schedule.js";
import type { CompileOptions, Recipe } from "../training/model/recipe.js";
import { type Form, unflatten } from "../training/model/structure.js";

/** A call of one of the library's functions. */
interface Call {
  readonly kind: string;
  readonly arguments: readonly unknown[];
}

export interface PackedRecipe {
  readonly optimizer: {
    readonly kind: OptimizerName;
    readonly options: object;
    /** The functions around it, with what they were given. */
    readonly wrappers: readonly (readonly [kind: string, given: unknown])[];
  };
  /** One for each output. */
  readonly goals: readonly { readonly loss: Call; readonly weight: number; readonly metrics: readonly Call[] }[];
}

// biome-ignore lint/suspicious/noExplicitAny: each checks what it is called with
type Functions = Readonly<Record<string, (...given: any[]) => unknown>>;

const wrappers: Functions = { layerwiseRates, accumulateGradients };
const wrapperOf = { factors: "layerwiseRates", accumulate: "accumulateGradients" } as const;

/** Fails with ArgumentError where a part is a function of one's own, and names it. */
export function packRecipe(subject: string, { optimizer, goals }: Recipe): PackedRecipe {
  const own = (what: string, names: string) =>
    new ArgumentError(
      `${subject}: functions cannot be sent to a worker; ${what} is one of your own. Take one of ${names}, or train ` +
        "in a worker program of your own, which imports lanewise.",
    );
  const { kind, options, extensions } = optimizer.config;
  const wrappers = Object.entries(extensions).map(
    ([extension, { given }]) => [wrapperOf[extension as keyof typeof wrapperOf], given] as const,
  );
  const { learningRate } = options;
  if (isNode(learningRate)) {
    throw new ArgumentError(`${subject}: the learning rate must be a number or a schedule; it is a node of the graph.`);
  }
  const packSchedule = (schedule: Schedule): { readonly schedule: Call } => {
    const { config } = schedule;
    if (config === undefined) throw own("the learning rate", "schedules");
    const given = config.arguments.map((each) => (typeof each === "function" ? packSchedule(each as Schedule) : each));
    return { schedule: { kind: config.kind, arguments: given } };
  };
  const rate = typeof learningRate === "function" ? packSchedule(learningRate) : learningRate;
  return {
    optimizer: {
      kind: kind as OptimizerName,
      options: { ...options, ...(rate !== undefined && { learningRate: rate }) },
      wrappers,
    },
    goals: goals.map(({ loss, weight, metrics }) => {
      if (loss.config === undefined) throw own(`the loss ${describe(loss.name)}`, "losses");
      return {
        loss: { kind: loss.name, arguments: [loss.config] },
        weight,
        metrics: metrics.map(({ name, config }) => {
          if (config === undefined) throw own(`the metric ${describe(name)}`, "metrics");
          const { kind, ...options } = config;
          return { kind, arguments: [options] };
        }),
      };
    }),
  };
}

/** The options of `compile` for a model with outputs of that form. */
export function unpackRecipe({ optimizer, goals }: PackedRecipe, outputs: Form): CompileOptions<never> {
  const each = goals.map(({ loss, weight, metrics: chosen }) => ({
    loss: make(losses as unknown as Functions, loss) as losses.Loss,
    weight,
    metrics: chosen.map((metric) => make(metrics as unknown as Functions, metric) as metrics.Metric),
  }));
  const shaped = (values: readonly unknown[]) => unflatten(values, outputs);
  return {
    optimizer: unpackOptimizer(optimizer),
    loss: shaped(each.map(({ loss }) => loss)),
    lossWeights: shaped(each.map(({ weight }) => weight)),
    metrics: shaped(each.map(({ metrics }) => metrics)),
  } as CompileOptions<never>;
}

function unpackOptimizer({ kind, options, wrappers: around }: PackedRecipe["optimizer"]): Optimizer {
  const { learningRate: rate, ...rest } = options as { learningRate?: number | { schedule: Call } };
  const learningRate = typeof rate === "object" ? unpackSchedule(rate) : rate;
  const made = getOptimizer(kind, { ...rest, ...(learningRate !== undefined && { learningRate }) });
  return around.reduce(
    (inner, [wrapper, argument]) => make(wrappers, { kind: wrapper, arguments: [inner, argument] }) as Optimizer,
    made,
  );
}

function unpackSchedule({ schedule: { kind, arguments: given } }: { readonly schedule: Call }): Schedule {
  const inner = given.map((each) =>
    typeof each === "object" && each !== null && "schedule" in each ? unpackSchedule(each as never) : each,
  );
  return make(schedules as unknown as Functions, { kind, arguments: inner }) as Schedule;
}

function make(functions: Functions, { kind, arguments: given }: Call): unknown {
  const known = Object.hasOwn(functions, kind) ? functions[kind] : undefined;
  if (known === undefined) throw new ArgumentError(`compile: there is no function ${describe(kind)} here.`);
  return known(...given);
}
