// What every estimator, transformer and splitter has: named parameters with defaults, read and set by name, so that a
// search can vary them. Constructors only store and check; fit learns.

import { ArgumentError, describe } from "../errors.js";
import { suggestName } from "./suggestion.js";

/** What a class says about its parameters. */
export interface ParameterRules<P extends object> {
  /** The class, as messages name it. */
  readonly kind: string;
  readonly defaults: P;
  /** Fails with ArgumentError where a value is not allowed; `subject` begins the message. */
  readonly check: (subject: string, parameters: P) => void;
}

export type Parameters = Readonly<Record<string, unknown>>;

export abstract class Parameterized<P extends object> {
  readonly #rules: ParameterRules<P>;
  #values: P;

  constructor(rules: ParameterRules<P>, given: Partial<P>) {
    this.#rules = rules;
    this.#values = this.#merge(rules.kind, rules.defaults, given);
  }

  /** The name of the class, which also names it in saved files. */
  get kind(): string {
    return this.#rules.kind;
  }

  /** All parameters, defaults included. */
  getParams(): P {
    return { ...this.#values };
  }

  /** Changes some parameters; what was learnt stays. An unknown name is refused with the nearest one that exists. */
  setParams(given: Partial<P>): this {
    this.#values = this.#merge(`${this.kind}.setParams`, this.#values, given);
    return this;
  }

  #merge(subject: string, values: P, given: Partial<P>): P {
    const { defaults, check } = this.#rules;
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
      throw new ArgumentError(`${subject}: parameters must be an object; received ${describe(given)}.`);
    }
    const unknown = Object.keys(given).find((name) => !Object.hasOwn(defaults, name));
    if (unknown !== undefined) {
      const remedy = suggestName(unknown, Object.keys(defaults));
      throw new ArgumentError(`${subject}: ${this.kind} has no parameter ${describe(unknown)}; ${remedy}`);
    }
    const present = Object.entries(given).filter(([, value]) => value !== undefined);
    const merged = { ...values, ...Object.fromEntries(present) };
    check(subject, merged);
    return merged;
  }
}

/** What `clone` needs to know of an object. */
export interface Cloneable {
  getParams(): object;
  /** For objects whose constructor takes something else than their parameters. */
  clone?(): unknown;
}

/** A new object of the same class with the same parameters, which has learnt nothing. */
export function clone<T extends Cloneable>(original: T): T {
  if (typeof original?.getParams !== "function") {
    throw new ArgumentError(`clone: needs an estimator, which has getParams(); received ${describe(original)}.`);
  }
  if (typeof original.clone === "function") return original.clone() as T;
  const Kind = original.constructor as new (parameters: object) => T;
  return new Kind(original.getParams());
}
