// Things of the library as plain data and back: their descriptions, whose options may hold others in their turn. Model
// files, workers and clones go through here. Which family an option belongs to is told by its name.

import { DataError, describe, oneOf } from "../errors.js";
import { isNode } from "../graph/graph.js";
import type { Described, Description, Makers } from "./description.js";
import { initializerKinds } from "./initializers/kinds.js";
import { layerKinds } from "./layers/kinds.js";
import { isLayer } from "./layers/layer.js";
import { constraintKinds, regularizerKinds } from "./layers/ruleKinds.js";
import { lossKinds } from "./losses/kinds.js";
import { metricKinds } from "./metrics/kinds.js";
import { optimizerKinds } from "./optimizers/kinds.js";
import { scheduleKinds } from "./schedules/kinds.js";

const families = {
  layer: layerKinds,
  regularizer: regularizerKinds,
  constraint: constraintKinds,
  initializer: initializerKinds,
  loss: lossKinds,
  metric: metricKinds,
  optimizer: optimizerKinds,
  schedule: scheduleKinds,
} satisfies Readonly<Record<string, Makers>>;

export type Family = keyof typeof families;

/** Whether there is something of that kind. */
export function isKind(family: Family, kind: unknown): kind is string {
  return typeof kind === "string" && Object.hasOwn(families[family], kind);
}

/** The family of what an option of that name may hold; undefined for plain values. */
function familyOf(option: string): Family | undefined {
  const ending = /(Regularizer|Constraint|Initializer)$/.exec(option)?.[1];
  if (ending !== undefined) return ending.toLowerCase() as Family;
  return Object.hasOwn(holders, option) ? holders[option as keyof typeof holders] : undefined;
}
const holders = {
  activation: "layer",
  layer: "layer",
  optimizer: "optimizer",
  learningRate: "schedule",
  schedule: "schedule",
} as const;

/** What goes into a description beside the thing. */
export interface Telling {
  /** Hears of what JSON cannot say, such as functions of the caller's own, and of the option that holds it; null for the thing itself. */
  readonly refuse: (option: string | null, value: unknown) => void;
  /** Names of variables: patterns are kept as those of them that they match. Default none. */
  readonly variables?: readonly string[];
}

/** The description of a thing of the library as JSON. */
export function toDescription(family: Family, thing: unknown, telling: Telling): Description {
  const told = isLayer(thing) ? thing : (thing as Described | null)?.config;
  if (told === undefined || !isKind(family, told.kind)) telling.refuse(null, thing);
  const { kind = "", options = {} } = told ?? {};
  return { kind, options: plainOptions(options, telling) };
}

/** Options as JSON. */
export function plainOptions(options: object, telling: Telling): Readonly<Record<string, unknown>> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([option, value]) => [option, plain(option, value, telling)]));
}

function plain(option: string, value: unknown, telling: Telling): unknown {
  const { refuse, variables = [] } = telling;
  const within = (each: unknown) => plain(option, each, telling);
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (value instanceof RegExp) return { names: variables.filter((name) => name.search(value) >= 0) };
  if (Array.isArray(value)) return value.map(within);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Float32Array, within);
  const family = familyOf(option);
  const isThing = typeof value === "function" || (typeof value === "object" && !isNode(value));
  if (family !== undefined && isThing) {
    return toDescription(family, value, { ...telling, refuse: (inner, odd) => refuse(inner ?? option, odd) });
  }
  const prototype = typeof value === "object" ? Object.getPrototypeOf(value) : undefined;
  if (prototype === Object.prototype || prototype === null) return plainOptions(value as object, telling);
  refuse(option, value);
  return null;
}

/** How descriptions become things. */
export interface Making {
  /** Changes the options of a kind before they are used. */
  readonly adapt?: (kind: string, options: Description["options"]) => object;
}

/**
 * What a description stands for. Fails with DataError if there is no such kind, and as the function that makes it does if
 * that refuses its options. `place` names it in messages.
 */
export function fromDescription(place: string, family: Family, description: unknown, making: Making = {}): unknown {
  return made(place, family, description, making, []);
}

/** `above` are the options that hold it, from the outermost. */
function made(place: string, family: Family, description: unknown, making: Making, above: readonly string[]): unknown {
  checkLevel(place, family, above);
  const { kind, ...rest } = isObject(description) ? description : {};
  if (!isKind(family, kind)) {
    const kinds = oneOf(Object.keys(families[family]));
    throw new DataError(`${place}: its kind must be ${kinds}; received ${describe(kind)}.`);
  }
  // Files of the first version have the options of regularizers and constraints beside the kind.
  const options = rest.options === undefined ? rest : rest.options;
  if (!isObject(options))
    throw new DataError(`${place}: its options must be an object; received ${describe(options)}.`);
  const given = Object.entries(options).map(([option, value]) => {
    const of = familyOf(option);
    const isHeld = of !== undefined && (isObject(value) || always.includes(of) || option === "layer");
    return [option, isHeld ? made(option, of, value, making, [...above, option]) : revived(value)] as const;
  });
  const { adapt = (_, options) => options } = making;
  return ((families[family] as Makers)[kind] as (options: object) => unknown)(adapt(kind, Object.fromEntries(given)));
}

/** Families whose members have no other form: others may be a name or a number. */
const always: readonly Family[] = ["regularizer", "constraint"];

/** How deep descriptions may hold others: data must not decide how much time and stack are used. */
const MOST_LEVELS = 16;

function checkLevel(place: string, family: Family, above: readonly string[]): void {
  const option = above.at(-1) as string;
  const holding = above.slice(0, -1);
  if (family === "layer" && (holding.includes(option) || holding.includes("activation"))) {
    throw new DataError(`${place}: it must be a layer without another in it.`);
  }
  if (above.length > MOST_LEVELS) throw new DataError(`${place}: descriptions may be nested ${MOST_LEVELS} deep.`);
}

/** Lists, and what stands for a pattern as one that matches the same names: no pattern comes out of data. */
function revived(value: unknown, level = 0): unknown {
  // No option has lists in lists beyond that; what has is refused by the function it is given to.
  if (Array.isArray(value) && level < MOST_LEVELS) return value.map((each) => revived(each, level + 1));
  if (!isObject(value) || !Array.isArray(value.names)) return value;
  const names = value.names.map((name) => String(name).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return new RegExp(`^(?:${names.join("|")})$`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
