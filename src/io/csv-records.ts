// The records of a delimited text, after RFC 4180 and the habits of those who write such files: lines end in any way outside
// quotes, and the delimiter is found by what fits every record. Each pass reads each character once. Used by csv.ts.

/** How a text is cut into records. */
export interface RecordFormat {
  /** Where the first record begins, and the number of its line in the file, from 1. */
  readonly start: number;
  readonly line: number;
  /** One character, or `WHITESPACE`. */
  readonly delimiter: string;
  readonly comment: string | undefined;
}

export interface Records {
  readonly rows: string[][];
  /** The line of the file, from 1, in which each row begins. */
  readonly lines: number[];
}

/** A quote that is not closed, or text after one; `field` counts from 1. */
export class BrokenQuote {
  constructor(
    readonly rule: string,
    readonly line: number,
    readonly field: number,
  ) {}
}

/** Runs of blanks and tabs between fields, and any at the ends of a line. */
export const WHITESPACE = "whitespace";

const [TAB, LF, CR, BLANK, QUOTE] = [9, 10, 13, 32, 34];

/**
 * All records; empty lines and comments are left out, and in a table of several columns lines of blanks too. With `uniform`
 * it gives up at the first record that shows that not all have the same number of fields, two at least, and returns null;
 * "strictly" also at a quote within a field that does not begin with one.
 *
 * Throws BrokenQuote.
 */
export function readRecords(text: string, format: RecordFormat): Records;
export function readRecords(text: string, format: RecordFormat, uniform: "loosely" | "strictly"): Records | null;
export function readRecords(text: string, format: RecordFormat, uniform?: "loosely" | "strictly"): Records | null {
  const { start, delimiter, comment } = format;
  const runs = delimiter === WHITESPACE;
  const separator = runs ? BLANK : delimiter.charCodeAt(0);
  const end = text.length;
  let at = start;
  let line = format.line;
  /** Whether the field last read stood in quotes, and whether any that did not has one in it. */
  let quoted = false;
  let bare = false;
  const rows: string[][] = [];
  const lines: number[] = [];
  /** Rows that are lines of blanks, which matter in a table of one column alone. */
  const blank: number[] = [];
  let width = 0;

  const separates = (code: number) => code === separator || (runs && code === TAB);
  const isEnd = (code: number) => code === LF || code === CR;

  const plainField = (): string => {
    const from = at;
    while (at < end) {
      const code = text.charCodeAt(at);
      if (separates(code) || isEnd(code)) break;
      if (code === QUOTE) bare = true;
      at++;
    }
    return text.slice(from, at);
  };

  const quotedField = (place: number): string => {
    const begun = line;
    const first = ++at;
    let value = "";
    for (let from = at; ; from = at) {
      const quote = text.indexOf('"', from);
      if (quote < 0) throw new BrokenQuote("a quote must be closed", begun, place);
      at = quote + 1;
      if (text.charCodeAt(at) !== QUOTE) {
        value += text.slice(from, quote);
        break;
      }
      value += text.slice(from, at++);
    }
    line += lineEnds(text, first, at);
    while (separator !== BLANK && text.charCodeAt(at) === BLANK) at++;
    const code = text.charCodeAt(at);
    if (at < end && !separates(code) && !isEnd(code)) {
      throw new BrokenQuote("a delimiter or the end of the line must follow a closing quote", line, place);
    }
    return value;
  };

  const skipRun = () => {
    while (at < end && separates(text.charCodeAt(at))) at++;
  };

  const record = (): string[] => {
    const fields: string[] = [];
    if (runs) skipRun();
    for (;;) {
      quoted = text.charCodeAt(at) === QUOTE;
      fields.push(quoted ? quotedField(fields.length + 1) : plainField());
      if (at >= end || !separates(text.charCodeAt(at))) return fields;
      if (!runs) {
        at++;
        continue;
      }
      skipRun();
      if (at >= end || isEnd(text.charCodeAt(at))) return fields;
    }
  };

  while (at < end) {
    const begun = line;
    if (comment !== undefined && text.startsWith(comment, at)) {
      while (at < end && !isEnd(text.charCodeAt(at))) at++;
    } else {
      const fields = record();
      const single = fields.length === 1 && !quoted ? (fields[0] as string) : undefined;
      const blanks = single !== undefined && isBlank(single);
      if (!blanks && width === 0) width = fields.length;
      if (uniform !== undefined) {
        if (!blanks && (width < 2 || fields.length !== width)) return null;
        if (bare && uniform === "strictly") return null;
      }
      if (single !== "" && !(blanks && (uniform !== undefined || width > 1))) {
        if (blanks) blank.push(rows.length);
        rows.push(fields);
        lines.push(begun);
      }
    }
    if (text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF) at++;
    at++;
    line++;
  }
  if (uniform !== undefined && width < 2) return null;
  if (width < 2 || blank.length === 0) return { rows, lines };
  const left = new Set(blank);
  return { rows: rows.filter((_, i) => !left.has(i)), lines: lines.filter((_, i) => !left.has(i)) };
}

/**
 * The records under the delimiter that fits: the first of `candidates` that cuts every record into the same number of
 * fields, two at least. One that leaves quotes within fields, or that a blank always follows as in prose, gives way to
 * another that fits. If none does, the one that cuts the first record and as many others as possible alike; else the first.
 */
export function guessRecords(
  text: string,
  format: Omit<RecordFormat, "delimiter">,
  candidates: readonly string[],
): Records {
  const present = candidates.filter((delimiter) => text.includes(delimiter, format.start));
  for (const [uniform, prose] of [
    ["strictly", false],
    ["strictly", true],
    ["loosely", true],
  ] as const) {
    for (const delimiter of present) {
      const records = unlessBroken(() => readRecords(text, { ...format, delimiter }, uniform));
      if (records !== null && (prose || !isProse(records.rows))) return records;
    }
  }
  let best = candidates[0] as string;
  let most = 0;
  for (const delimiter of present) {
    const { rows } = unlessBroken(() => readRecords(text, { ...format, delimiter })) ?? { rows: [] };
    const width = rows[0]?.length ?? 0;
    const alike = width > 1 ? rows.filter((row) => row.length === width).length : 0;
    if (alike > most) [best, most] = [delimiter, alike];
  }
  return readRecords(text, { ...format, delimiter: best });
}

/** Past `count` lines from the beginning; undefined where there are not as many. */
export function skipLines(text: string, count: number): number | undefined {
  let at = 0;
  for (let skipped = 0; skipped < count; skipped++) {
    if (at >= text.length) return undefined;
    while (at < text.length && text.charCodeAt(at) !== LF && text.charCodeAt(at) !== CR) at++;
    if (text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF) at++;
    at++;
  }
  return Math.min(at, text.length);
}

/** Null where a quote is broken, which it may be under a delimiter that is not the one of the text. */
function unlessBroken<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof BrokenQuote) return null;
    throw error;
  }
}

function isProse(rows: readonly (readonly string[])[]): boolean {
  return rows.every((row) => row.every((field, i) => i === 0 || field.startsWith(" ")));
}

function isBlank(field: string): boolean {
  return /^[ \t]*$/.test(field);
}

function lineEnds(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code === LF || (code === CR && text.charCodeAt(i + 1) !== LF)) count++;
  }
  return count;
}
