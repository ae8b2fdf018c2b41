// Regularizers and constraints, functions that layers take as options, as JSON: in an architecture, where they tell
// their `config`, and as Keras writes them. Used by architecture.ts, kinds.ts and keras-layers.ts.

import { DataError, describe, oneOf } from "../../errors.js";
import { maxNorm, minMaxNorm, nonNeg, unitNorm } from "../../nn/layers/constraints.js";
import type { Constraint, Regularizer } from "../../nn/layers/layer.js";
import { l1, l1l2, l2 } from "../../nn/layers/regularizers.js";

type Config = Readonly<Record<string, unknown>>;
type Rule = Regularizer | Constraint;

/** The kinds for options whose names end so; each function checks what a file says of it. */
function kindsFor(option: string): Readonly<Record<string, (config: never) => Rule>> {
  if (option.endsWith("Regularizer")) return { l1l2: penalty };
  return {
    maxNorm: ({ limit, axis }: { limit: number; axis: number }) => maxNorm(limit, { axis }),
    unitNorm: ({ axis }: { axis: number }) => unitNorm({ axis }),
    minMaxNorm: ({ min, max, rate, axis }: { min: number; max: number; rate: number; axis: number }) =>
      minMaxNorm({ min, max, rate, axis }),
    nonNeg: () => nonNeg(),
  };
}

export function isRule(option: string): boolean {
  return /(Regularizer|Constraint)$/.test(option);
}

/** The config of one of the library's; undefined for any other function. */
export function configOf(rule: unknown): Config | undefined {
  return (rule as { config?: Config }).config;
}

/** What the config of a file stands for. DataError where it is none, ArgumentError where its numbers are wrong. */
export function makeRule(option: string, config: unknown): Rule {
  const kinds = kindsFor(option);
  const { kind } = (config ?? {}) as { kind?: unknown };
  const make = typeof kind === "string" && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (make === undefined) {
    throw new DataError(`${option}: its kind must be ${oneOf(Object.keys(kinds))}; received ${describe(kind)}.`);
  }
  return make(config as never);
}

/** The config of what Keras 2 and 3 and TensorFlow.js write down; undefined where there is no such thing here. */
export function ruleFromKeras(value: unknown): Config | undefined {
  const { class_name: name, config } = (value ?? {}) as { class_name?: unknown; config?: unknown };
  const { l1: first, l2: second, max_value: limit, min_value: min, rate, axis } = (config ?? {}) as Config;
  const found = {
    L1: { kind: "l1l2", l1: first, l2: 0 },
    L2: { kind: "l1l2", l1: 0, l2: second },
    L1L2: { kind: "l1l2", l1: first, l2: second },
    MaxNorm: { kind: "maxNorm", limit, axis },
    UnitNorm: { kind: "unitNorm", axis },
    MinMaxNorm: { kind: "minMaxNorm", min, max: limit, rate, axis },
    NonNeg: { kind: "nonNeg" },
  }[String(name)];
  return found && Object.values(found).every((part) => typeof part === "string" || Number.isFinite(part))
    ? found
    : undefined;
}

/** As Keras writes a config of `configOf`. */
export function ruleToKeras({ kind, limit, min, max, ...rest }: Config): unknown {
  const name = { l1l2: "L1L2", maxNorm: "MaxNorm", unitNorm: "UnitNorm", minMaxNorm: "MinMaxNorm", nonNeg: "NonNeg" }[
    String(kind)
  ];
  const bounds =
    kind === "maxNorm" ? { max_value: limit } : kind === "minMaxNorm" ? { min_value: min, max_value: max } : {};
  return { class_name: name, config: { ...bounds, ...rest } };
}

/** Without a part that is 0, as whoever wrote `l2(0.01)` meant it. */
function penalty({ l1: first, l2: second }: { l1: number; l2: number }): Regularizer {
  if (first === 0) return l2(second);
  return second === 0 ? l1(first) : l1l2({ l1: first, l2: second });
}
