// The typed errors of Lanewise. Every message reads: subject: rule; what was received; remedy if there is one.
// Used by every floor.

import { fold, sameName, suggestion } from "./names.js";

/** A shape does not fit: rank, extent, or number of elements. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

/** A value is outside what is allowed: an option, a label, a name, NaN or Infinity in data. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";
}

/** The call came too early or too late: before `init`, before `compile`, while `fit` is running. */
export class StateError extends Error {
  override readonly name = "StateError";
}

/** A file or a download is missing, truncated, corrupt, or not in the format it should have. */
export class DataError extends Error {
  override readonly name = "DataError";
}

/** How a received value is shown in a message: short, on one line, strings in quotes. Safe on parsed, hostile JSON. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === "function") return value.name ? `function ${value.name}` : "a function";
  if (Array.isArray(value)) {
    const shown = value.slice(0, 6).map((item) => (Array.isArray(item) ? `a list of ${item.length}` : describe(item)));
    return value.length > 6 ? `[${shown.join(", ")}, ... ${value.length} items]` : `[${shown.join(", ")}]`;
  }
  if (ArrayBuffer.isView(value)) {
    const length = (value as { length?: number }).length ?? value.byteLength;
    return `${value.constructor.name}(${length})`;
  }
  if (typeof value === "object" && value !== null) {
    const maker = Object.getPrototypeOf(value)?.constructor?.name;
    return typeof maker === "string" && maker !== "Object" ? maker : "an object";
  }
  return typeof value === "bigint" ? `${value}n` : String(value);
}

/** `one of "a", "b", "c"`, for messages that list what is allowed. */
export function oneOf(names: readonly string[]): string {
  return `one of ${names.map((name) => JSON.stringify(name)).join(", ")}`;
}

/** Fails unless `options` is an object whose keys are all among `names`. */
export function checkOptions(subject: string, options: unknown, names: readonly string[]): asserts options is object {
  const keys = isOptions(options) ? Object.keys(options) : null;
  const unknown = keys?.find((key) => !names.includes(key));
  if (keys !== null && unknown === undefined) return;
  const rule = names.length > 0 ? `an object with ${names.join(", ")}` : "left out; there are none";
  const received = `${describe(unknown ?? options)}${suggestion(unknown, names)}`;
  throw new ArgumentError(`${subject}: options must be ${rule}; received ${endOf(received)}`);
}

/** A plain object, or one of a class of the caller's that has something in it: no list, function, Map, Date or such. */
export function isOptions(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null || Object.keys(value).length > 0;
}

/** Fails unless at most `most` arguments were given: `count` is the caller's `arguments.length`. */
export function checkArity(subject: string, count: number, most: number): void {
  if (count <= most) return;
  const allowed = most === 0 ? "no arguments" : most === 1 ? "one argument" : `at most ${most} arguments`;
  throw new ArgumentError(`${subject}: takes ${allowed}; received ${count}.`);
}

/**
 * Fails where a function of one argument, its options, was given something else or more; where those are bare values, the
 * message has the call that was meant: `names` are the options that other libraries take in this order.
 */
export function checkCall(name: string, given: ArrayLike<unknown>, names: readonly string[]): void {
  const [first] = Array.from(given);
  const bare = typeof first === "number" || typeof first === "string" || Array.isArray(first);
  const values = Array.from(given).filter((value) => !isOptions(value));
  if (!bare || values.length > names.length) {
    checkArity(name, given.length, 1);
    return;
  }
  const meant = named(values, names) + (values.length < given.length ? ", ..." : "");
  const received = Array.from(given, describe).join(", ");
  throw new ArgumentError(
    `${name}: options must be an object; received ${received}; did you mean ${name}({ ${meant} })?`,
  );
}

/** `units: 10, activation: "relu"`: values as options, by the names of their places. */
export function named(values: readonly unknown[], names: readonly string[]): string {
  return values.map((value, i) => `${names[i]}: ${describe(value)}`).join(", ");
}

/** Fails where a function without options was given some: `given` are its `arguments`. An empty object passes. */
export function checkNoOptions(subject: string, given: ArrayLike<unknown>): void {
  checkArity(subject, given.length, 1);
  if (given[0] !== undefined) checkOptions(subject, given[0], []);
}

/** Fails unless `name` is one of `names`; a name that is near one is suggested. */
export function checkOneOf<N extends string>(subject: string, name: unknown, names: readonly N[]): asserts name is N {
  if (typeof name === "string" && names.includes(name as N)) return;
  const received = `${describe(name)}${suggestion(name, names)}`;
  throw new ArgumentError(`${subject} must be ${oneOf(names)}; received ${endOf(received)}`);
}

/**
 * The one of `names` that is meant by `name`, in any spelling or by one of the `aliases`, which are folded; fails where
 * there is none. `others` says what else may stand in its place.
 */
export function readName<N extends string>(
  subject: string,
  name: unknown,
  names: readonly N[],
  aliases: Readonly<Record<string, N>> = {},
  others = "",
): N {
  const key = typeof name === "string" ? fold(name) : "";
  const known = Object.hasOwn(aliases, key) ? aliases[key] : sameName(key, names);
  if (known !== undefined) return known;
  const received = `${describe(name)}${suggestion(name, names)}`;
  throw new ArgumentError(`${subject} must be ${others}${oneOf(names)}; received ${endOf(received)}`);
}

/** A question ends with its own mark. */
function endOf(received: string): string {
  return received.includes("; did you mean ") ? `${received}?` : `${received}.`;
}

/** Says on the console what goes on, but may not be what was meant: no error, since others do it so. */
export function warn(message: string): void {
  globalThis.console?.warn(message);
}

/** Fails unless `value` is true or false. */
export function checkFlag(subject: string, value: unknown): asserts value is boolean {
  if (typeof value !== "boolean") {
    throw new ArgumentError(`${subject} must be true or false; received ${describe(value)}.`);
  }
}

/** Fails unless `value` is a function or absent. */
export function checkCallback(subject: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function") {
    throw new ArgumentError(`${subject} must be a function; received ${describe(value)}.`);
  }
}

/** Fails unless `value` is an integer of at least `least`. */
export function checkInteger(subject: string, value: unknown, least: number): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < least) {
    const rule = least === 1 ? "a positive integer" : least === 0 ? "a non-negative integer" : `an integer >= ${least}`;
    throw new ArgumentError(`${subject} must be ${rule}; received ${describe(value)}.`);
  }
}

/** Fails unless `value` is a number in [0, 1). */
export function checkDecay(subject: string, value: unknown): asserts value is number {
  if (!(typeof value === "number" && value >= 0 && value < 1)) {
    throw new ArgumentError(`${subject} must be a number in [0, 1); received ${describe(value)}.`);
  }
}

/** Fails unless `value` is a finite number in the interval; `open` excludes the lower end. */
export function checkNumber(
  subject: string,
  value: unknown,
  low = -Infinity,
  high = Infinity,
  open = false,
): asserts value is number {
  const number = typeof value === "number" && Number.isFinite(value) ? value : Number.NaN;
  if (!(open ? number > low : number >= low) || !(number <= high)) {
    const lower = low === -Infinity ? "" : ` ${open ? "greater than" : "at least"} ${low}`;
    const upper = high === Infinity ? "" : `${lower ? " and" : ""} at most ${high}`;
    throw new ArgumentError(`${subject} must be a finite number${lower}${upper}; received ${describe(value)}.`);
  }
}
