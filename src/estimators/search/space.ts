// What a search varies: for each parameter a list of values, or a distribution. Distributions are maps from [0, 1), so
// that sampling, and the density models of TPE, work on one scale.

import { ArgumentError, checkArity, checkInteger, checkNumber, describe } from "../../errors.js";
import type { RandomStream } from "../../tensor/random.js";
import type { Parameters } from "../parameters/parameterized.js";

export interface Distribution {
  readonly kind: "uniform" | "logUniform" | "intUniform" | "choice";
  /** Plain data that tell one distribution from another, kept with the results. */
  readonly bounds: readonly unknown[];
  /** The value at u in [0, 1); equal parts of [0, 1) are equally probable. */
  at(u: number): unknown;
  /** The place of a value that `at` gave, in [0, 1). */
  placeOf(value: unknown): number;
}

/** For each parameter its values or its distribution. */
export type SearchSpace = Readonly<Record<string, readonly unknown[] | Distribution>>;

/** A number in [low, high). */
export function uniform(low: number, high: number): Distribution {
  checkArity("uniform", arguments.length, 2);
  checkBounds("uniform", low, high, -Infinity);
  return {
    kind: "uniform",
    bounds: [low, high],
    at: (u) => low + u * (high - low),
    placeOf: (value) => ((value as number) - low) / (high - low),
  };
}

/** A number in [low, high), low > 0, whose logarithm is uniform: for learning rates and penalties. */
export function logUniform(low: number, high: number): Distribution {
  checkArity("logUniform", arguments.length, 2);
  checkBounds("logUniform", low, high, 0);
  const ratio = Math.log(high / low);
  return {
    kind: "logUniform",
    bounds: [low, high],
    at: (u) => low * Math.exp(u * ratio),
    placeOf: (value) => Math.log((value as number) / low) / ratio,
  };
}

/** An integer from low to high, both included. */
export function intUniform(low: number, high: number): Distribution {
  checkArity("intUniform", arguments.length, 2);
  checkInteger("intUniform: low", low, Number.MIN_SAFE_INTEGER);
  checkInteger("intUniform: high", high, low);
  const count = high - low + 1;
  return {
    kind: "intUniform",
    bounds: [low, high],
    at: (u) => low + Math.floor(u * count),
    placeOf: (value) => ((value as number) - low + 0.5) / count,
  };
}

/** One of the values, each as probable. */
export function choice(values: readonly unknown[]): Distribution {
  checkArity("choice", arguments.length, 1);
  if (!Array.isArray(values) || values.length === 0) {
    throw new ArgumentError(`choice: values must be a non-empty list; received ${describe(values)}.`);
  }
  return {
    kind: "choice",
    bounds: values,
    at: (u) => values[Math.floor(u * values.length)],
    placeOf: (value) => (values.indexOf(value) + 0.5) / values.length,
  };
}

/** The space with every list as a choice. Fails with ArgumentError where a parameter has no value. */
export function readSpace(subject: string, space: SearchSpace): ReadonlyMap<string, Distribution> {
  if (typeof space !== "object" || space === null || Array.isArray(space) || Object.keys(space).length === 0) {
    throw new ArgumentError(
      `${subject}: the space must name parameters with their values or distributions; received ${describe(space)}.`,
    );
  }
  return new Map(
    Object.entries(space).map(([name, values]) => {
      if (isDistribution(values)) return [name, values];
      if (Array.isArray(values) && values.length > 0) return [name, choice(values)];
      const rule = "must have a non-empty list of values or a distribution";
      throw new ArgumentError(`${subject}: parameter ${describe(name)} ${rule}; received ${describe(values)}.`);
    }),
  );
}

/** One value for each parameter. */
export function sample(space: ReadonlyMap<string, Distribution>, random: RandomStream): Parameters {
  return Object.fromEntries([...space].map(([name, distribution]) => [name, distribution.at(random.uniform())]));
}

function isDistribution(value: unknown): value is Distribution {
  return typeof (value as Distribution | null)?.placeOf === "function";
}

function checkBounds(subject: string, low: unknown, high: unknown, floor: number): void {
  checkNumber(`${subject}: low`, low, floor, Infinity, floor === 0);
  checkNumber(`${subject}: high`, high, low, Infinity, true);
}
