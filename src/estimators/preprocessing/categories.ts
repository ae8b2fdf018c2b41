// The categories of columns of text, numbers or flags, for the encoders. null stands for a gap, which is a category too.

import { ArgumentError, describe } from "../../errors.js";
import { classesOf, type Label, readLabels } from "../samples/labels.js";
import type { Cell, Table } from "../samples/table.js";
import { checkClasses, checkList } from "./state.js";

export type Category = Label | null;

/** In sorted order, a gap last. "auto" takes those that occur; lists name them for each column, in their order. */
export function learnCategories(
  subject: string,
  { columns, names }: Table,
  given: "auto" | readonly (readonly Category[])[],
): readonly (readonly Category[])[] {
  if (given !== "auto" && given.length !== columns.length) {
    throw new ArgumentError(
      `${subject}: categories must have a list for each of the ${columns.length} columns; received ${given.length}.`,
    );
  }
  return columns.map((cells, j) => {
    const column = readColumn(subject, cells, names?.[j] ?? j);
    if (given === "auto") return sortedCategories(column);
    const known = given[j] as readonly Category[];
    const unknown = column.findIndex((cell) => !known.includes(cell));
    if (unknown < 0) return known;
    throw new ArgumentError(
      `${subject}: categories of column ${describe(names?.[j] ?? j)} must be among ${describe([...known])}; ` +
        `received ${describe(column[unknown])} in row ${unknown}.`,
    );
  });
}

/** The cells of a column, of one type, with NaN as a gap. */
export function readColumn(subject: string, cells: readonly Cell[], column: string | number): readonly Category[] {
  const present = cells.filter((cell) => !isMissing(cell));
  if (present.length > 0) readLabels(`${subject}: column ${describe(column)}`, present as Label[]);
  return cells.map((cell) => (isMissing(cell) ? null : cell));
}

function isMissing(cell: Cell): boolean {
  return cell === null || Number.isNaN(cell);
}

function sortedCategories(column: readonly Category[]): readonly Category[] {
  const sorted = classesOf(column.filter((cell) => cell !== null) as Label[]);
  return column.includes(null) ? [...sorted, null] : sorted;
}

export function checkGiven(subject: string, categories: unknown): void {
  if (categories === "auto") return;
  const lists =
    Array.isArray(categories) && categories.length > 0 && categories.every(Array.isArray) ? categories : null;
  const sound = lists?.every((list) => list.length > 0 && new Set(list).size === list.length);
  if (sound) return;
  throw new ArgumentError(
    `${subject}: categories must be "auto" or a list of different values for each column; received ${describe(categories)}.`,
  );
}

/** Categories of a state: a list for each column, in order unless the parameters name them. */
export function checkCategories(
  subject: string,
  state: unknown,
  given: "auto" | readonly (readonly Category[])[],
): readonly (readonly Category[])[] {
  return checkList(subject, state).map((entry, j) => {
    const list = checkList(`${subject}: categories of column ${j}`, entry) as readonly Category[];
    if (given !== "auto") {
      if (JSON.stringify(given[j]) === JSON.stringify(list)) return list;
      throw new ArgumentError(`${subject}: categories must be those of the parameters; received ${describe(list)}.`);
    }
    const present = list.at(-1) === null ? list.slice(0, -1) : list;
    if (present.length > 0) checkClasses(`${subject}: column ${j}`, present);
    return list;
  });
}
