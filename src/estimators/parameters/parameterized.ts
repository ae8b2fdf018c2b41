// What every estimator, transformer and splitter has: named parameters with defaults, read and set by name, so that a
// search can vary them. Constructors only store and check; fit learns.

import { ArgumentError, checkArity, describe, isOptions } from "../../errors.js";
import { suggestName } from "./suggestion.js";

/** What a class says about its parameters. */
export interface ParameterRules<P extends object> {
  /** The class, as messages name it. */
  readonly kind: string;
  readonly defaults: P;
  /** Fails with ArgumentError where a value is not allowed; `subject` begins the message. */
  readonly check: (subject: string, parameters: P) => void;
  /** Other names for some parameters, with what each stands for: `{ maxIter: "epochs" }`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Other ways to write a value, such as `hiddenUnits: 100` for `[100]`. */
  readonly normalize?: (parameters: P) => P;
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

  /** All parameters, defaults included. Other names can be read too, but are not listed. */
  getParams(): P {
    checkArity(`${this.kind}.getParams`, arguments.length, 0);
    const values: P = { ...this.#values };
    for (const [alias, name] of Object.entries(this.#rules.aliases ?? {})) {
      Object.defineProperty(values, alias, { value: values[name as keyof P], enumerable: false });
    }
    return values;
  }

  /** Changes some parameters; what was learnt stays. An unknown name is refused with the nearest one that exists. */
  setParams(given: Partial<P>): this {
    checkArity(`${this.kind}.setParams`, arguments.length, 1);
    this.#values = this.#merge(`${this.kind}.setParams`, this.#values, given);
    return this;
  }

  #merge(subject: string, values: P, given: Partial<P>): P {
    const { defaults, check, aliases = {}, normalize } = this.#rules;
    if (!isOptions(given)) {
      throw new ArgumentError(`${subject}: parameters must be an object; received ${describe(given)}.`);
    }
    const present = new Map<string, unknown>();
    for (const [name, value] of Object.entries(given)) {
      const own = Object.hasOwn(aliases, name) ? (aliases[name] as string) : name;
      if (!Object.hasOwn(defaults, own)) {
        const remedy = suggestName(name, Object.keys(defaults), Object.keys(aliases));
        throw new ArgumentError(`${subject}: ${this.kind} has no parameter ${describe(name)}; ${remedy}`);
      }
      if (value === undefined) continue;
      if (present.has(own) && !Object.is(present.get(own), value)) {
        throw new ArgumentError(
          `${subject}: ${own} must be given once; received ${describe(present.get(own))} and, as ${name}, ${describe(value)}.`,
        );
      }
      present.set(own, value);
    }
    const written = { ...values, ...Object.fromEntries(present) };
    const merged = normalize ? normalize(written) : written;
    check(subject, merged);
    return merged;
  }
}

/** The names of parameters that `setParams` takes, those that are not listed included. */
export function parameterNames(parameters: object): string[] {
  return Object.getOwnPropertyNames(parameters);
}

/** What `clone` needs to know of an object. */
export interface Cloneable {
  getParams(): object;
  /** For objects whose constructor takes something else than their parameters. */
  clone?(): unknown;
}

/** A new object of the same class with the same parameters, which has learnt nothing. */
export function clone<T extends Cloneable>(original: T): T {
  checkArity("clone", arguments.length, 1);
  if (typeof original?.getParams !== "function") {
    throw new ArgumentError(`clone: needs an estimator, which has getParams(); received ${describe(original)}.`);
  }
  if (typeof original.clone === "function") return original.clone() as T;
  const Kind = original.constructor as new (parameters: object) => T;
  return new Kind(original.getParams());
}
