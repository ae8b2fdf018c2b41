// Tables as people have them: columns of text and numbers, with gaps; what decodeCsv gives, or rows of cells, or records.
// Used by preprocessing and estimators.

import { ArgumentError, describe, ShapeError } from "../../errors.js";
import { Tensor } from "../../tensor/tensor.js";
import { isList, isNamedTable, type NamedTable } from "./rows.js";

/** What stands in a row and a column; null, undefined, NaN and blank text are gaps. */
export type Cell = number | string | boolean | null;

/** A table with names, a Tensor [samples, features], rows of cells, or records with equal keys. */
export type TableLike =
  | Tensor
  | NamedTable
  | readonly ArrayLike<unknown>[]
  | readonly Readonly<Record<string, unknown>>[];

/** The cells by column. */
export interface Table {
  readonly names: readonly string[] | null;
  readonly columns: readonly (readonly Cell[])[];
  readonly rows: number;
}

/**
 * The cells of `x`, `width` columns where that is given.
 *
 * @throws ShapeError if rows differ in length; ArgumentError if there is no row or column, or for a cell that is an object.
 */
export function readTable(subject: string, x: TableLike, width?: number): Table {
  const { names, rows } = rowsOf(subject, x);
  const columns = width ?? names?.length ?? (rows[0]?.length as number | undefined) ?? 0;
  if (rows.length === 0 || columns === 0) {
    throw new ArgumentError(
      `${subject}: x must have at least one sample and one feature; received [${rows.length}, ${columns}].`,
    );
  }
  if (names !== null && names.length !== columns) {
    throw new ShapeError(`${subject}: x must have ${columns} columns, as in fit(); received ${names.length}.`);
  }
  const cells: Cell[][] = Array.from({ length: columns }, () => []);
  rows.forEach((row, i) => {
    if (!isList(row)) {
      throw new ArgumentError(`${subject}: x must hold rows of cells; received ${describe(row)} in row ${i}.`);
    }
    if (row.length !== columns) {
      throw new ShapeError(`${subject}: every row must have ${columns} columns; row ${i} has ${row.length}.`);
    }
    for (let j = 0; j < columns; j++) cells[j]?.push(readCell(subject, row[j], i, names?.[j] ?? j));
  });
  return { names, columns: cells, rows: rows.length };
}

function rowsOf(
  subject: string,
  x: TableLike,
): { names: readonly string[] | null; rows: readonly ArrayLike<unknown>[] } {
  if (x instanceof Tensor) {
    if (x.rank === 2) return { names: null, rows: x.toArray() as number[][] };
    throw new ShapeError(`${subject}: x must have shape [samples, features]; received [${x.shape.join(", ")}].`);
  }
  if (isNamedTable(x)) {
    const wrong = x.columns.find((name, j) => typeof name !== "string" || x.columns.indexOf(name) !== j);
    if (wrong === undefined) return { names: x.columns, rows: x.rows };
    throw new ArgumentError(`${subject}: columns must have different names; received ${describe(wrong)}.`);
  }
  if (!Array.isArray(x)) {
    throw new ArgumentError(
      `${subject}: x must be a table of columns and rows, a Tensor, or a list of rows; received ${describe(x)}.`,
    );
  }
  const [first] = x;
  if (isList(first) || typeof first !== "object" || first === null) return { names: null, rows: x as unknown[][] };
  const names = Object.keys(first);
  const rows = x.map((record: Readonly<Record<string, unknown>>, i) => {
    const keys = typeof record === "object" && record !== null ? Object.keys(record) : [];
    const wrong = keys.find((key) => !Object.hasOwn(first, key));
    if (wrong !== undefined || (keys.length === 0 && names.length > 0)) {
      throw new ArgumentError(
        `${subject}: all records must have the keys of the first; record ${i} has ${describe(wrong ?? record)}.`,
      );
    }
    return names.map((name) => record[name]);
  });
  return { names, rows };
}

function readCell(subject: string, value: unknown, row: number, column: string | number): Cell {
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") return value;
  if (value === null || value === undefined) return null;
  const integer = typeof value === "bigint" ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(integer)) return integer;
  throw new ArgumentError(
    `${subject}: a cell must be a number, text, true, false or null; received ${describe(value)} in row ${row}, ` +
      `column ${describe(column)}.`,
  );
}

/** The number that a cell is, or that its text says; undefined for anything else. */
export function numberIn(cell: unknown): number | undefined {
  if (typeof cell === "number") return cell;
  if (typeof cell === "boolean") return Number(cell);
  if (typeof cell !== "string" || !/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(cell.trim())) return undefined;
  return Number(cell);
}

/** True for null, NaN and blank text. */
export function isGap(cell: unknown): boolean {
  return cell === null || cell === undefined || (typeof cell === "string" ? cell.trim() === "" : Number.isNaN(cell));
}

/** What a column holds, gaps aside: "number" if each cell is a number or the text of one. */
export function typeOf(cells: readonly Cell[]): "number" | "string" | "boolean" {
  const present = cells.filter((cell) => !isGap(cell));
  if (present.length > 0 && present.every((cell) => typeof cell === "boolean")) return "boolean";
  return present.every((cell) => numberIn(cell) !== undefined) ? "number" : "string";
}

/** Columns as a Tensor if all cells are numbers, else as a table with these names. Gaps in numbers become NaN. */
export function joinColumns(
  columns: readonly (readonly Cell[])[],
  names: readonly string[],
  rows: number,
): Tensor | NamedTable {
  const numeric = columns.every((cells) => cells.every((cell) => cell === null || typeof cell === "number"));
  const width = columns.length;
  if (!numeric || width === 0) {
    return { columns: names, rows: Array.from({ length: rows }, (_, i) => columns.map((cells) => cells[i] as Cell)) };
  }
  const data = new Float32Array(rows * width);
  columns.forEach((cells, j) => {
    for (let i = 0; i < rows; i++) data[i * width + j] = (cells[i] as number | null) ?? Number.NaN;
  });
  return new Tensor(data, [rows, width]);
}

/** `x0`, `x1`, ..., for columns without names. */
export function namesFor(count: number, given?: readonly string[] | null, subject?: string): readonly string[] {
  if (subject !== undefined && given !== undefined) {
    const fits = Array.isArray(given) && given.length === count && given.every((name) => typeof name === "string");
    if (!fits) {
      const rule = `inputFeatures must be the names of the ${count} columns that fit saw`;
      throw new ArgumentError(`${subject}: ${rule}; received ${describe(given)}.`);
    }
  }
  return given ?? Array.from({ length: count }, (_, j) => `x${j}`);
}
