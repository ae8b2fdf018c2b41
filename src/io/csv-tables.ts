// Tables of text, and their columns as tensors of numbers. Used by csv.ts.

import { ArgumentError, checkArity, checkOneOf, checkOptions, DataError, describe } from "../errors.js";
import { suggestion } from "../names.js";
import { Tensor } from "../tensor/tensor.js";
import { isInfinity, numberReader, THOUSANDS } from "./csv-numbers.js";

export interface CsvTable {
  /** The names in the first line; without a header "0", "1", ... */
  readonly columns: readonly string[];
  /** The fields as text, quotes removed. All rows are as long as `columns`. */
  readonly rows: readonly (readonly string[])[];
  /** How numbers are written, if the options of `decodeCsv` said so; `tableToTensor` reads them accordingly. */
  readonly decimal?: "." | ",";
  readonly thousands?: string;
}

export interface TableToTensorOptions {
  /** Default all, in order. */
  readonly columns?: readonly string[];
  /** Stands for empty fields and texts such as "n/a". Default none: they are refused. */
  readonly missing?: number;
  /** Default that of the table, else ".". */
  readonly decimal?: "." | ",";
  /** Default that of the table, else none. */
  readonly thousands?: string;
}

/** Where tables were read from, for the messages about their fields. */
export const origins = new WeakMap<
  CsvTable,
  { readonly file: string | undefined; readonly lines: readonly number[] }
>();

/**
 * Columns of a table as a tensor [rows, columns] of float32; by default all of them, in order. Empty fields and texts
 * such as "n/a" are refused unless `missing` gives a number for them.
 *
 * Fails with DataError if a field is not a number, or one beyond the range of float32; with ArgumentError for a column that
 * the table lacks.
 */
export function tableToTensor(table: CsvTable, options: TableToTensorOptions = {}): Tensor {
  const subject = "tableToTensor";
  checkArity(subject, arguments.length, 2);
  checkOptions(subject, options, ["columns", "missing", "decimal", "thousands"]);
  checkTable(subject, table);
  const { columns = table.columns, missing, decimal = table.decimal ?? ".", thousands = table.thousands } = options;
  checkNumbers(subject, decimal, thousands);
  if (missing !== undefined && (typeof missing !== "number" || isBeyond(missing))) {
    throw new ArgumentError(`${subject}: missing must be a number that fits float32; received ${describe(missing)}.`);
  }
  const places = placesOf(subject, columns, table.columns);
  const numberIn = numberReader({ decimal, thousands });
  const data = new Float32Array(table.rows.length * places.length);
  table.rows.forEach((row, i) => {
    places.forEach((place, j) => {
      const field: unknown = row[place];
      const value = typeof field === "string" ? numberIn(field) : typeof field === "number" ? field : undefined;
      const number = value ?? missing;
      if (number === undefined) {
        throw new DataError(
          `${subject}: a field must be a number; ${placeOf(table, i, place)}. The option missing stands in for such fields.`,
        );
      }
      if (isBeyond(number) || (Math.abs(number) === Infinity && value !== undefined && !isInfinity(String(field)))) {
        throw new DataError(`${subject}: numbers must fit float32, at most 3.4028235e38; ${placeOf(table, i, place)}.`);
      }
      data[i * places.length + j] = number;
    });
  });
  return new Tensor(data, [table.rows.length, places.length]);
}

/** A finite number that float32 rounds to infinity. */
function isBeyond(value: number): boolean {
  return Number.isFinite(value) && !Number.isFinite(Math.fround(value));
}

/** `received "a" in row 1 (line 2 of "iris.csv"), column "class"` */
function placeOf(table: CsvTable, row: number, column: number): string {
  const origin = origins.get(table);
  const line = origin?.lines[row];
  const of = origin?.file === undefined ? "" : ` of ${describe(origin.file)}`;
  const where = line === undefined ? "" : ` (line ${line}${of})`;
  return `received ${describe(table.rows[row]?.[column])} in row ${row + 1}${where}, column ${describe(table.columns[column])}`;
}

function placesOf(subject: string, columns: unknown, known: readonly string[]): number[] {
  if (!Array.isArray(columns)) {
    throw new ArgumentError(`${subject}: columns must be a list of names; received ${describe(columns)}.`);
  }
  const places = new Map(known.map((name, place) => [name, place]));
  return columns.map((name: unknown) => {
    const place = places.get(name as string);
    if (place === undefined) {
      const shown = known
        .slice(0, 20)
        .map((each) => JSON.stringify(each))
        .join(", ");
      const more = known.length > 20 ? `, ... ${known.length} in all` : "";
      const meant = suggestion(name, known);
      throw new ArgumentError(
        `${subject}: a column must be one of ${shown}${more}; received ${describe(name)}${meant === "" ? "." : `${meant}?`}`,
      );
    }
    return place;
  });
}

/** Fails with ArgumentError unless these are marks of numbers, or absent. */
export function checkNumbers(subject: string, decimal: unknown, thousands: unknown): void {
  if (decimal !== undefined) checkOneOf(`${subject}: decimal`, decimal, [".", ","]);
  if (thousands === undefined) return;
  checkOneOf(`${subject}: thousands`, thousands, Object.keys(THOUSANDS));
  if (thousands === (decimal ?? ".")) {
    throw new ArgumentError(`${subject}: thousands must not be the decimal mark; received ${describe(thousands)}.`);
  }
}

/** Fails with ArgumentError unless there are columns and rows. */
export function checkTable(subject: string, table: unknown): asserts table is CsvTable {
  const { columns, rows } = (table ?? {}) as Partial<CsvTable>;
  if (!Array.isArray(columns) || !Array.isArray(rows) || !rows.every(Array.isArray)) {
    throw new ArgumentError(
      `${subject}: a table must have columns and rows, as decodeCsv gives; received ${describe(table)}.`,
    );
  }
}
