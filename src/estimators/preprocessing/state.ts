// What `setState` is given is checked before anything is built of it, since states come from files. Used by all
// transformers and estimators.

import { ArgumentError, describe } from "../../errors.js";
import { type Label, readLabels } from "../samples/labels.js";

/** Plain data with fields among `names`; what the fields hold is for the caller to check. */
export function checkRecord(
  subject: string,
  state: unknown,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  const isRecord = typeof state === "object" && state !== null && !Array.isArray(state) && !ArrayBuffer.isView(state);
  const unknown = isRecord ? Object.keys(state).find((name) => !names.includes(name)) : undefined;
  if (isRecord && unknown === undefined) return state as Record<string, unknown>;
  throw new ArgumentError(
    `${subject}: the state must be null or an object with ${names.join(", ")}; received ${describe(unknown ?? state)}.`,
  );
}

/** A list, of `length` entries where that is given. */
export function checkList(subject: string, value: unknown, length?: number): readonly unknown[] {
  if (Array.isArray(value) && (length === undefined ? value.length > 0 : value.length === length)) return value;
  const rule = length === undefined ? "a non-empty list" : `a list of ${length}`;
  throw new ArgumentError(`${subject} must be ${rule}; received ${describe(value)}.`);
}

/** Finite numbers, of at least `low`; with `open` greater than that. */
export function checkNumbers(
  subject: string,
  value: unknown,
  length?: number,
  low = -Infinity,
  open = false,
): readonly number[] {
  const list = checkList(subject, value, length);
  const wrong = list.find(
    (each) => !Number.isFinite(each) || (open ? (each as number) <= low : (each as number) < low),
  );
  if (wrong === undefined && list.length === Object.keys(list).length) return list as number[];
  const bound = low === -Infinity ? "" : ` ${open ? "greater than" : "of at least"} ${low}`;
  throw new ArgumentError(`${subject} must hold finite numbers${bound}; received ${describe(wrong)}.`);
}

/** Different labels of one type in order. */
export function checkClasses(subject: string, value: unknown): readonly Label[] {
  const classes = readLabels(`${subject}: classes`, checkList(`${subject}: classes`, value) as Label[]);
  const at = classes.findIndex((label, i) => i > 0 && !((classes[i - 1] as Label) < label));
  if (at < 0) return classes;
  throw new ArgumentError(
    `${subject}: classes must be different and sorted; received ${describe(classes[at])} after ${describe(classes[at - 1])}.`,
  );
}
