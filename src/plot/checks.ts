// What the pictures are given, looked at before anything is loaded or drawn.

import { ArgumentError, checkOptions, describe } from "../errors.js";
import { figureOptions } from "./figure.js";

/** Fails unless the options are an object with these names and those of every figure, sizes and texts among them right. */
export function checkFigure(subject: string, options: unknown, names: readonly string[] = []): void {
  checkOptions(subject, options, [...figureOptions, ...names]);
  const given = options as Readonly<Record<string, unknown>>;
  for (const name of ["width", "height"]) {
    const size = given[name];
    if (size === undefined || (typeof size === "number" && size > 0 && size <= MOST_PIXELS)) continue;
    throw new ArgumentError(
      `${subject}: ${name} must be a number of pixels up to ${MOST_PIXELS}; received ${describe(size)}.`,
    );
  }
  for (const name of ["title", "xLabel", "yLabel"]) {
    if (given[name] === undefined || typeof given[name] === "string") continue;
    throw new ArgumentError(`${subject}: ${name} must be a string; received ${describe(given[name])}.`);
  }
  for (const name of ["domain", "range", "xDomain", "yDomain"])
    if (given[name] !== undefined) checkInterval(`${subject}: ${name}`, given[name]);
}

const MOST_PIXELS = 32_768;

function checkInterval(subject: string, value: unknown): void {
  const [low, high] = (Array.isArray(value) ? value : []) as unknown[];
  if (
    Array.isArray(value) &&
    value.length === 2 &&
    Number.isFinite(low) &&
    Number.isFinite(high) &&
    Number(low) < Number(high)
  )
    return;
  throw new ArgumentError(
    `${subject} must be a pair [low, high] of numbers, low below high; received ${describe(value)}.`,
  );
}

/** Fails unless the value is an object of its own making, at least one list of numbers under a name in it. */
export function checkLists(subject: string, value: unknown): void {
  const entries = isRecord(value) ? Object.entries(value) : [];
  const wrong = entries.find(([, list]) => !isNumbers(list));
  if (entries.length > 0 && wrong === undefined) return;
  const received = wrong === undefined ? describe(value) : `${describe(wrong[1])} as ${describe(wrong[0])}`;
  throw new ArgumentError(`${subject} must be an object with at least one list of numbers; received ${received}.`);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** A list or a typed array of numbers; NaN is a gap. */
export function isNumbers(value: unknown): value is ArrayLike<number> {
  if (ArrayBuffer.isView(value))
    return "length" in value && typeof (value as ArrayLike<unknown> & ArrayBufferView)[0] !== "bigint";
  return Array.isArray(value) && value.every((each) => typeof each === "number");
}

export function checkFunction(subject: string, value: unknown): void {
  if (typeof value !== "function")
    throw new ArgumentError(`${subject} must be a function; received ${describe(value)}.`);
}

export function checkPositive(subject: string, value: unknown): void {
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= MOST_PIXELS))
    return;
  throw new ArgumentError(`${subject} must be an integer from 1 to ${MOST_PIXELS}; received ${describe(value)}.`);
}

export function checkTexts(subject: string, value: unknown): void {
  if (value === undefined || (Array.isArray(value) && value.every((each) => typeof each === "string"))) return;
  throw new ArgumentError(`${subject} must be a list of strings; received ${describe(value)}.`);
}
