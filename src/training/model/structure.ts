// Inputs and outputs of a model: one value, a list, or a record. What goes in and what comes out has the structure that
// the nodes have.

import { ArgumentError, describe } from "../../errors.js";
import { isNode } from "../../graph/graph.js";
import type { Node } from "../../ops/op.js";

/** One, a list, or a record by names. */
export type Structure<T> = T | readonly T[] | Readonly<Record<string, T>>;

/** A value of type `T` wherever `S` has a node. */
export type Like<S, T> = S extends readonly unknown[]
  ? { readonly [K in keyof S]: T }
  : S extends Node
    ? T
    : { readonly [K in keyof S]: T };

/** The form of a structure: null for one value, else the keys, which are "0", "1", ... in a list. */
export interface Form {
  readonly keys: readonly string[] | null;
  readonly list: boolean;
}

export function formOf(structure: Structure<Node>): Form {
  if (isNode(structure)) return { keys: null, list: false };
  return { keys: Object.keys(structure), list: Array.isArray(structure) };
}

/** The values of a structure in the order of the form; ArgumentError where it has another. `subject` names the whole. */
export function flatten<T>(subject: string, structure: unknown, { keys, list }: Form): readonly T[] {
  if (keys === null) return [structure as T];
  const given = keysOf(structure);
  const fits = given?.length === keys.length && keys.every((key) => given.includes(key));
  if (!fits || Array.isArray(structure) !== list) {
    const rule = list ? `a list of ${keys.length}` : `an object with ${keys.join(", ")}`;
    const ofKeys = given && !Array.isArray(structure) ? `an object with ${given.join(", ")}` : describe(structure);
    const received = Array.isArray(structure) ? `a list of ${structure.length}` : ofKeys;
    throw new ArgumentError(`${subject} must be ${rule}; received ${received}.`);
  }
  return keys.map((key) => (structure as Record<string, T>)[key] as T);
}

/** The keys of a list or a plain object; null for all else, such as a tensor or a typed array. */
function keysOf(value: unknown): readonly string[] | null {
  if (typeof value !== "object" || value === null) return null;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null ? Object.keys(value) : null;
}

/** The structure of that form over the values. */
export function unflatten<T>(values: readonly T[], { keys, list }: Form): Structure<T> {
  if (keys === null) return values[0] as T;
  if (list) return values;
  return Object.fromEntries(keys.map((key, i) => [key, values[i] as T]));
}
