// Class labels as estimators take them: numbers, strings or booleans, one per sample; and the numbers that a regressor
// learns. Used by scores, preprocessing, splits, search and estimators.

import { ArgumentError, describe, ShapeError } from "../../errors.js";
import { checkHeld, Tensor } from "../../tensor/tensor.js";
import { type Matrix, readMatrix } from "./matrix.js";
import { isList } from "./rows.js";

export type Label = number | string | boolean;
/** One label per sample: a list, a typed array, or a Tensor [samples]; a single column of them counts as such too. */
export type LabelsLike = Tensor | ArrayLike<Label | bigint> | readonly ArrayLike<Label | bigint>[];
/** One number per sample, or a row of numbers where there are several outputs. */
export type TargetsLike = Tensor | ArrayLike<number | bigint> | readonly ArrayLike<number>[];

/**
 * The labels as a list. Integers of 64 bits become numbers.
 *
 * @throws ShapeError if their number is not `count`, or if there are several per sample; ArgumentError for NaN, for anything
 * that is not a label, and if types are mixed, since 1, "1" and true would be three classes.
 */
export function readLabels(subject: string, y: LabelsLike, count?: number): readonly Label[] {
  const list = asList(subject, y);
  if (list.length === 0) throw new ArgumentError(`${subject}: there must be at least one label; received none.`);
  if (count !== undefined && list.length !== count) {
    throw new ShapeError(`${subject}: there must be one label per sample; received ${list.length} for ${count}.`);
  }
  const labels = list.map((label) => {
    const integer = typeof label === "bigint" ? Number(label) : Number.NaN;
    return Number.isSafeInteger(integer) ? integer : label;
  });
  const type = typeof labels[0];
  const at = labels.findIndex(
    (label) => !["number", "string", "boolean"].includes(typeof label) || typeof label !== type || Number.isNaN(label),
  );
  if (at >= 0) {
    const rule = "labels must be all numbers, all strings or all booleans, and not NaN";
    throw new ArgumentError(`${subject}: ${rule}; received ${describe(labels[at])} at index ${at}.`);
  }
  return labels as Label[];
}

/** The entries of a list, a vector, or a matrix of one column. */
function asList(subject: string, y: LabelsLike): unknown[] {
  const severally = (received: string) =>
    new ShapeError(`${subject}: labels must have shape [samples]; received ${received}.`);
  if (y instanceof Tensor) {
    checkHeld(subject, y);
    if (y.rank !== 1 && !(y.rank === 2 && y.shape[1] === 1)) throw severally(`[${y.shape.join(", ")}]`);
    return Array.from(y.data);
  }
  if (!isList(y)) throw new ArgumentError(`${subject}: labels must be a list; received ${describe(y)}.`);
  return Array.from(y as ArrayLike<unknown>, (entry, i) => {
    if (!isList(entry)) return entry;
    if (entry.length !== 1) throw severally(`${entry.length} values in row ${i}`);
    return entry[0];
  });
}

/** The different labels in order: numbers by value, strings by code units, false before true. */
export function classesOf(labels: readonly Label[]): readonly Label[] {
  return [...new Set(labels)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/**
 * For each label its place in `classes`.
 *
 * @throws ArgumentError for a label that is not among them.
 */
export function indicesOf(subject: string, labels: readonly Label[], classes: readonly Label[]): Int32Array {
  const places = new Map(classes.map((label, i) => [label, i]));
  return Int32Array.from(labels, (label, i) => {
    const place = places.get(label);
    if (place !== undefined) return place;
    const known = describe([...classes]);
    throw new ArgumentError(`${subject}: labels must be among ${known}; received ${describe(label)} at index ${i}.`);
  });
}

/** Targets as a matrix, one column for a plain list; `count` rows where that is given. */
export function readTargets(subject: string, y: TargetsLike, count?: number): Matrix {
  const flat = y instanceof Tensor ? y.rank === 1 : !Array.isArray(y) || !isList(y[0]);
  const rows = flat ? Array.from(readLabels(subject, y as LabelsLike), (value) => [value as number]) : y;
  const targets = readMatrix(`${subject}: targets`, rows as Tensor);
  if (count !== undefined && targets.rows !== count) {
    throw new ShapeError(`${subject}: there must be one target per sample; received ${targets.rows} for ${count}.`);
  }
  return targets;
}
