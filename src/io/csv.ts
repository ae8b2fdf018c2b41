// The entry point `lanewise/io/csv`: tables as text, and tables of numbers as tensors.

import {
  ArgumentError,
  checkArity,
  checkFlag,
  checkInteger,
  checkOneOf,
  checkOptions,
  DataError,
  describe,
  ShapeError,
} from "../errors.js";
import { formatShape } from "../tensor/shape.js";
import { checkHeld, Tensor } from "../tensor/tensor.js";
import { shortestFloat32 } from "./csv-numbers.js";
import { BrokenQuote, guessRecords, type Records, readRecords, skipLines, WHITESPACE } from "./csv-records.js";
import { type CsvTable, checkNumbers, checkTable, origins } from "./csv-tables.js";
import { readFile } from "./files.js";

export { type CsvTable, type TableToTensorOptions, tableToTensor } from "./csv-tables.js";

export interface DecodeCsvOptions {
  /** Whether the first line holds names. Default true. */
  readonly header?: boolean;
  /**
   * One character, or "whitespace" for runs of blanks and tabs. Default: what a first line such as `sep=;` says, else the
   * first of comma, tab, semicolon and bar under which all rows have the same number of fields, two at least; comma is not
   * tried if it is the decimal mark.
   */
  readonly delimiter?: string;
  /** Lines that begin so are left out. Default none. */
  readonly comment?: string;
  /** Lines before the header that are left out, whatever they hold. Default 0. */
  readonly skipLines?: number;
  /**
   * What happens to a row that does not have as many fields as the header: "refuse" fails, "pad" fills it with empty fields
   * and drops surplus fields that are empty, "skip" leaves the row out. Default "refuse".
   */
  readonly ragged?: "refuse" | "pad" | "skip";
  /** Whether rows begin with a name that the header lacks, as R's write.table writes them; its column is "". Default false. */
  readonly rowNames?: boolean;
  /** The decimal mark of numbers, for `tableToTensor`. Default ".". */
  readonly decimal?: "." | ",";
  /** What separates groups of three digits, for `tableToTensor`: one of `,` `.` `'` `_` and a blank. Default none. */
  readonly thousands?: string;
  /** How bytes are to be read, a label of the Encoding Standard such as "windows-1252". Default UTF-8, or UTF-16 by its mark. */
  readonly encoding?: string;
  /** What messages begin with; by default `decodeCsv`. */
  readonly subject?: string;
}

export interface LoadCsvOptions extends Omit<DecodeCsvOptions, "subject"> {
  /** A larger file is refused unread. Default 512 MiB, the longest text that engines hold. */
  readonly maxBytes?: number;
}

export interface EncodeCsvOptions {
  /** Default ",". */
  readonly delimiter?: string;
  /** Names for the columns of a tensor. Default none: no header. */
  readonly columns?: readonly string[];
}

type Field = string | number | bigint | boolean;

const DECODE_OPTIONS = [
  ...["header", "delimiter", "comment", "skipLines", "ragged", "rowNames", "decimal", "thousands", "encoding"],
  "subject",
];
/** In the order in which they are tried. */
const DELIMITERS = [",", "\t", ";", "|"];
const RAGGED = ["refuse", "pad", "skip"] as const;
const MOST_FILE_BYTES = 2 ** 29;
/** The first line that Excel takes for the delimiter, in quotes too. */
const DECLARED = /("?)sep=([^\r\n])\1(?:\r\n|[\r\n]|$)/iy;

/**
 * The table in a text, or in bytes of UTF-8 or UTF-16. Lines may end in "\n", "\r\n" or "\r", several ways in one text. Empty
 * lines are left out, and in a table of several columns lines of blanks.
 *
 * Fails with DataError if a quote is not closed, a row has more or fewer fields than the header, or two columns have one
 * name; with ArgumentError for options out of range.
 */
export function decodeCsv(source: string | Uint8Array, options: DecodeCsvOptions = {}): CsvTable {
  checkArity("decodeCsv", arguments.length, 2);
  checkOptions("decodeCsv", options, DECODE_OPTIONS);
  const { subject = "decodeCsv", ...rest } = options;
  if (typeof subject !== "string") {
    throw new ArgumentError(`decodeCsv: subject must be a string; received ${describe(subject)}.`);
  }
  return decode(source, checkDecoding("decodeCsv", rest), subject, undefined);
}

/**
 * The table in the file at `path`, as `decodeCsv` reads it.
 *
 * Fails as `decodeCsv` does, naming the file; with DataError if the file is missing, not a regular file, or larger than
 * `maxBytes`; with StateError if there is no file system.
 */
export async function loadCsv(path: string, options: LoadCsvOptions = {}): Promise<CsvTable> {
  checkArity("loadCsv", arguments.length, 2);
  checkOptions("loadCsv", options, [...DECODE_OPTIONS.slice(0, -1), "maxBytes"]);
  const { maxBytes = MOST_FILE_BYTES, ...rest } = options;
  const checked = checkDecoding("loadCsv", rest);
  const bytes = await readFile(path, "loadCsv", maxBytes);
  return decode(bytes, checked, `loadCsv: ${describe(path)}`, path);
}

function checkDecoding(subject: string, options: Omit<DecodeCsvOptions, "subject">) {
  const { header = true, rowNames = false, skipLines: skipped = 0, ragged = "refuse" } = options;
  const { delimiter, comment, decimal, thousands } = options;
  checkFlag(`${subject}: header`, header);
  checkFlag(`${subject}: rowNames`, rowNames);
  checkInteger(`${subject}: skipLines`, skipped, 0);
  checkOneOf(`${subject}: ragged`, ragged, RAGGED);
  if (delimiter !== undefined && delimiter !== WHITESPACE) checkDelimiter(subject, delimiter);
  if (comment !== undefined && (typeof comment !== "string" || comment === "" || comment === delimiter)) {
    throw new ArgumentError(
      `${subject}: comment must be a text other than the delimiter; received ${describe(comment)}.`,
    );
  }
  if (rowNames && !header) throw new ArgumentError(`${subject}: rowNames needs a header; received header: false.`);
  checkNumbers(subject, decimal, thousands);
  return { ...options, header, rowNames, skipped, ragged };
}

function decode(
  source: string | Uint8Array,
  options: ReturnType<typeof checkDecoding>,
  subject: string,
  file: string | undefined,
): CsvTable {
  const { header, rowNames, ragged, decimal, thousands } = options;
  const { rows: records, lines } = recordsOf(textOf(source, options.encoding, subject), options, subject);
  const [first = []] = records;
  const names = header ? first : first.map((_, i) => String(i));
  const columns = rowNames && names.length > 0 ? ["", ...names] : names;
  if (header) {
    records.shift();
    lines.shift();
  }
  const known = new Set<string>();
  for (const name of columns) {
    if (known.has(name)) {
      const remedy = "With header: false the first line is a row.";
      throw new DataError(
        `${subject}: columns must have names of their own; received ${describe(name)} twice. ${remedy}`,
      );
    }
    known.add(name);
  }
  const table = {
    columns,
    ...fitted({ rows: records, lines }, columns.length, ragged, subject),
    ...(decimal !== undefined && { decimal }),
    ...(thousands !== undefined && { thousands }),
  };
  const { lines: kept, ...result } = table;
  origins.set(result, { file, lines: kept });
  return result;
}

function recordsOf(text: string, options: ReturnType<typeof checkDecoding>, subject: string): Records {
  const { skipped, comment, decimal } = options;
  DECLARED.lastIndex = 0;
  const declared = DECLARED.exec(text)?.[2];
  const skip = Math.max(skipped, declared === undefined ? 0 : 1);
  const start = skipLines(text, skip);
  if (start === undefined) {
    throw new DataError(`${subject}: skipLines must leave a line; the text has fewer than ${skip}.`);
  }
  const format = { start, line: skip + 1, comment };
  const delimiter = options.delimiter ?? (declared === '"' ? undefined : declared);
  const candidates = DELIMITERS.filter((each) => each !== decimal && each !== comment);
  try {
    return delimiter === undefined
      ? guessRecords(text, format, candidates)
      : readRecords(text, { ...format, delimiter });
  } catch (error) {
    if (!(error instanceof BrokenQuote)) throw error;
    throw new DataError(`${subject}: ${error.rule}; that of field ${error.field} in line ${error.line} is not.`);
  }
}

/** Rows of `width` fields. */
function fitted({ rows, lines }: Records, width: number, ragged: (typeof RAGGED)[number], subject: string): Records {
  const odd = rows.findIndex((row) => row.length !== width);
  if (odd < 0) return { rows, lines };
  if (ragged === "skip") {
    const fits = rows.map((row) => row.length === width);
    return { rows: rows.filter((_, i) => fits[i]), lines: lines.filter((_, i) => fits[i]) };
  }
  const refuse = (i: number, remedy: string) => {
    const row = rows[i] as string[];
    return new DataError(
      `${subject}: every row must have ${width} fields; row ${i + 1} (line ${lines[i]}) has ${row.length}: ${describe(row)}. ${remedy}`,
    );
  };
  if (ragged === "refuse") {
    const named = rows.every((row) => row.length === width + 1);
    throw refuse(
      odd,
      named
        ? "If rows begin with a name, pass rowNames: true."
        : 'The options delimiter and skipLines may help, and ragged: "pad" or "skip".',
    );
  }
  return {
    rows: rows.map((row, i) => {
      if (row.slice(width).some((field) => field !== "")) {
        throw refuse(i, 'With ragged: "pad" only empty fields can be dropped.');
      }
      return row.length > width ? row.slice(0, width) : [...row, ...new Array<string>(width - row.length).fill("")];
    }),
    lines,
  };
}

/**
 * The text of a table or of a tensor [rows, columns], lines ended by "\r\n" (RFC 4180), the last one too; `decodeCsv` gives
 * the same table back, with the same delimiter if one was chosen. Numbers are as short as they can be and still read back to
 * the bit.
 */
export function encodeCsv(
  source: Tensor | { readonly columns?: readonly string[]; readonly rows: readonly (readonly Field[])[] },
  options: EncodeCsvOptions = {},
): string {
  checkArity("encodeCsv", arguments.length, 2);
  checkOptions("encodeCsv", options, ["delimiter", "columns"]);
  const { delimiter = "," } = options;
  checkDelimiter("encodeCsv", delimiter);
  const rows = source instanceof Tensor ? rowsOf(source) : source?.rows;
  const { columns = source instanceof Tensor ? undefined : source?.columns } = options;
  if (columns !== undefined && !Array.isArray(columns)) {
    throw new ArgumentError(`encodeCsv: columns must be a list of names; received ${describe(columns)}.`);
  }
  checkTable("encodeCsv", { columns: columns ?? [], rows });
  const all: readonly (readonly unknown[])[] = columns === undefined ? rows : [columns, ...rows];
  const width = all[0]?.length ?? 0;
  const odd = all.find((row) => row.length !== width);
  if (odd) {
    throw new ShapeError(`encodeCsv: every row must have ${width} fields; received ${odd.length}: ${describe(odd)}.`);
  }
  if (width === 0) {
    if (rows.length === 0) return "";
    throw new ShapeError(`encodeCsv: a table must have columns; received ${rows.length} rows of none.`);
  }
  const lines = all.map((row) => `${row.map((field) => written(field, delimiter, width)).join(delimiter)}\r\n`);
  // A first line that could be taken for the delimiter, in quotes too, has one before it that is.
  DECLARED.lastIndex = 0;
  return (DECLARED.test(lines[0] as string) ? `sep=${delimiter}\r\n` : "") + lines.join("");
}

/** A field as it is written: in quotes if it could be taken for something else, under a guessed delimiter too. */
function written(field: unknown, delimiter: string, width: number): string {
  if (!["string", "number", "bigint", "boolean"].includes(typeof field)) {
    throw new ArgumentError(`encodeCsv: a field must be a text or a number; received ${describe(field)}.`);
  }
  const text = Object.is(field, -0) ? "-0" : String(field);
  const special = text.includes(delimiter) || /[",\t;|\r\n]|^[\s\ufeff#]|\s$|^sep=/i.test(text);
  // An empty line would be left out.
  return special || (text === "" && width === 1) ? `"${text.replaceAll('"', '""')}"` : text;
}

function textOf(source: unknown, encoding: unknown, subject: string): string {
  if (typeof source === "string" && encoding === undefined) return source.replace(/^\ufeff/, "");
  if (!(source instanceof Uint8Array)) {
    const rule = typeof source === "string" ? "a Uint8Array if there is an encoding" : "a string or a Uint8Array";
    throw new ArgumentError(`${subject}: the source must be ${rule}; received ${describe(source)}.`);
  }
  checkHeld(subject, source);
  // What Excel calls Unicode text.
  const marked = source[0] === 0xff && source[1] === 0xfe ? "utf-16le" : "utf-16be";
  const wide = marked === "utf-16le" || (source[0] === 0xfe && source[1] === 0xff);
  const label = encoding === undefined ? (wide ? marked : "utf-8") : encoding;
  let decoder: TextDecoder;
  try {
    if (typeof label !== "string") throw new TypeError("no label");
    decoder = new TextDecoder(label, { fatal: true });
  } catch {
    throw new ArgumentError(
      `${subject}: encoding must be one that this host knows, such as "utf-8" or "windows-1252"; received ${describe(label)}.`,
    );
  }
  try {
    return decoder.decode(new Uint8Array(source));
  } catch {
    const remedy = encoding === undefined ? ' The option encoding says otherwise: "windows-1252" is common.' : "";
    throw new DataError(`${subject}: the bytes must be text in ${decoder.encoding.toUpperCase()}.${remedy}`);
  }
}

function checkDelimiter(subject: string, delimiter: unknown): void {
  if (typeof delimiter !== "string" || delimiter.length !== 1 || /["\r\n\ufeff]/.test(delimiter)) {
    const runs = subject === "encodeCsv" ? "" : `, or "${WHITESPACE}"`;
    throw new ArgumentError(
      `${subject}: delimiter must be one character, not a quote or a newline${runs}; received ${describe(delimiter)}.`,
    );
  }
}

function rowsOf(tensor: Tensor): string[][] {
  checkHeld("encodeCsv", tensor);
  const { data, shape } = tensor;
  const [count, width] = shape as readonly [number, number];
  if (shape.length !== 2) {
    throw new ShapeError(`encodeCsv: a tensor must have shape [rows, columns]; received ${formatShape(shape)}.`);
  }
  return Array.from({ length: count }, (_, i) =>
    Array.from(data.subarray(i * width, (i + 1) * width), (value) =>
      data instanceof Int32Array ? String(value) : shortestFloat32(value),
    ),
  );
}
