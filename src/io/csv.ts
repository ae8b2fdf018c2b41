// The entry point `lanewise/io/csv`: tables as text, and tables of numbers as tensors. Papa Parse reads and quotes.

import Papa from "papaparse";
import { ArgumentError, checkFlag, checkOptions, DataError, describe, oneOf, ShapeError } from "../errors.js";
import { formatShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";

export interface CsvTable {
  /** The names in the first line; without a header "0", "1", ... */
  readonly columns: readonly string[];
  /** The fields as text, quotes removed. All rows are as long as `columns`. */
  readonly rows: readonly (readonly string[])[];
}

export interface DecodeCsvOptions {
  /** Whether the first line holds names. Default true. */
  readonly header?: boolean;
  /** Default: the one of comma, tab, bar and semicolon that fits the first lines. */
  readonly delimiter?: string;
  /** Lines that begin so are left out. Default none. */
  readonly comment?: string;
}

export interface EncodeCsvOptions {
  /** Default ",". */
  readonly delimiter?: string;
  /** Names for the columns of a tensor. Default none: no header. */
  readonly columns?: readonly string[];
}

const DELIMITERS = [",", "\t", "|", ";"];

/**
 * The table in a text, or in bytes of UTF-8. Empty lines are left out.
 *
 * Fails with DataError where a quote is not closed, a row has more or fewer fields than the first, or two columns have one
 * name.
 */
export function decodeCsv(source: string | Uint8Array, options: DecodeCsvOptions = {}): CsvTable {
  checkOptions("decodeCsv", options, ["header", "delimiter", "comment"]);
  const { header = true, delimiter = "", comment } = options;
  checkFlag("decodeCsv: header", header);
  if (delimiter !== "") checkDelimiter("decodeCsv", delimiter);
  if (comment !== undefined && (typeof comment !== "string" || comment === "" || comment === delimiter)) {
    throw new ArgumentError(
      `decodeCsv: comment must be a text other than the delimiter; received ${describe(comment)}.`,
    );
  }
  const { data, errors } = Papa.parse<string[]>(textOf(source), {
    delimiter,
    delimitersToGuess: DELIMITERS,
    comments: comment ?? false,
    skipEmptyLines: true,
  });
  const broken = errors.find(({ type }) => type === "Quotes");
  if (broken) throw new DataError(`decodeCsv: row ${(broken.row ?? 0) + 1}: ${broken.message}.`);
  const [first = []] = data;
  const columns = header ? first : first.map((_, i) => String(i));
  const rows = header ? data.slice(1) : data;
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new DataError(`decodeCsv: columns must have names of their own; received ${describe(twice)} twice.`);
  }
  const at = rows.findIndex((row) => row.length !== columns.length);
  if (at >= 0) {
    throw new DataError(
      `decodeCsv: every row must have ${columns.length} fields; row ${at + 1} has ${(rows[at] as string[]).length}: ${describe(rows[at])}.`,
    );
  }
  return { columns, rows };
}

/**
 * Columns of a table as a tensor [rows, columns] of float32; by default all of them, in order. Empty fields and texts
 * such as "n/a" are refused unless `missing` gives a number for them.
 *
 * Fails with DataError where a field is no number, with ArgumentError for a column that the table lacks.
 */
export function tableToTensor(
  table: CsvTable,
  options: { readonly columns?: readonly string[]; readonly missing?: number } = {},
): Tensor {
  const subject = "tableToTensor";
  checkOptions(subject, options, ["columns", "missing"]);
  checkTable(subject, table);
  const { columns = table.columns, missing } = options;
  if (!Array.isArray(columns)) {
    throw new ArgumentError(`${subject}: columns must be a list of names; received ${describe(columns)}.`);
  }
  if (missing !== undefined && typeof missing !== "number") {
    throw new ArgumentError(`${subject}: missing must be a number; received ${describe(missing)}.`);
  }
  const places = columns.map((name) => {
    const place = table.columns.indexOf(name);
    if (place < 0) {
      throw new ArgumentError(`${subject}: a column must be ${oneOf(table.columns)}; received ${describe(name)}.`);
    }
    return place;
  });
  const data = new Float32Array(table.rows.length * places.length);
  table.rows.forEach((row, i) => {
    places.forEach((place, j) => {
      const field = row[place] as string;
      const value = numberIn(field) ?? missing;
      if (value === undefined) {
        throw new DataError(
          `${subject}: a field must be a number; received ${describe(field)} in row ${i + 1}, column ` +
            `${describe(table.columns[place])}. The option missing stands in for such fields.`,
        );
      }
      data[i * places.length + j] = value;
    });
  });
  return new Tensor(data, [table.rows.length, places.length]);
}

/**
 * The text of a table or of a tensor [rows, columns], lines ended by "\r\n" (RFC 4180), the last one too. Numbers are as
 * short as they can be and still read back to the bit.
 */
export function encodeCsv(
  source: Tensor | { readonly columns?: readonly string[]; readonly rows: readonly (readonly (string | number)[])[] },
  options: EncodeCsvOptions = {},
): string {
  checkOptions("encodeCsv", options, ["delimiter", "columns"]);
  const { delimiter = "," } = options;
  checkDelimiter("encodeCsv", delimiter);
  const rows = source instanceof Tensor ? rowsOf(source) : source?.rows;
  const columns = options.columns ?? (source instanceof Tensor ? undefined : source?.columns);
  checkTable("encodeCsv", { columns: columns ?? [], rows });
  const all = columns === undefined ? rows : [columns, ...rows];
  const width = all[0]?.length ?? 0;
  const odd = all.find((row) => row.length !== width);
  if (odd) {
    throw new ShapeError(`encodeCsv: every row must have ${width} fields; received ${odd.length}: ${describe(odd)}.`);
  }
  if (width === 0) return "";
  return `${Papa.unparse(all as unknown[][], { delimiter, newline: "\r\n" })}\r\n`;
}

function textOf(source: unknown): string {
  if (typeof source === "string") return source.replace(/^\ufeff/, "");
  if (!(source instanceof Uint8Array)) {
    throw new ArgumentError(`decodeCsv: the source must be a string or a Uint8Array; received ${describe(source)}.`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(source));
  } catch {
    throw new DataError("decodeCsv: the bytes must be text in UTF-8. Decode them first and pass the text.");
  }
}

function checkDelimiter(subject: string, delimiter: unknown): void {
  if (typeof delimiter !== "string" || delimiter.length !== 1 || /["\r\n\ufeff]/.test(delimiter)) {
    throw new ArgumentError(
      `${subject}: delimiter must be one character, no quote and no newline; received ${describe(delimiter)}.`,
    );
  }
}

function checkTable(subject: string, table: unknown): asserts table is CsvTable {
  const { columns, rows } = (table ?? {}) as Partial<CsvTable>;
  if (!Array.isArray(columns) || !Array.isArray(rows) || !rows.every(Array.isArray)) {
    throw new ArgumentError(
      `${subject}: a table must have columns and rows, as decodeCsv gives; received ${describe(table)}.`,
    );
  }
}

/** A decimal number, an infinity or NaN; undefined for any other text. */
function numberIn(field: string): number | undefined {
  const text = field.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (word === null) return undefined;
  return word[2]?.toLowerCase() === "nan" ? Number.NaN : word[1] === "-" ? -Infinity : Infinity;
}

function rowsOf({ data, shape }: Tensor): (string | number)[][] {
  const [count, width] = shape as readonly [number, number];
  if (shape.length !== 2) {
    throw new ShapeError(`encodeCsv: a tensor must have shape [rows, columns]; received ${formatShape(shape)}.`);
  }
  return Array.from({ length: count }, (_, i) =>
    Array.from(data.subarray(i * width, (i + 1) * width), (value) => shortest(value)),
  );
}

/** The shortest decimal that a float32 is nearest to. */
function shortest(value: number): string {
  if (Object.is(value, -0)) return "-0";
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
