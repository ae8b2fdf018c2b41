// Which columns of a table a step is for: by number, name, range, mask, or what they hold.

import { ArgumentError, checkArity, checkOneOf, checkOptions, describe } from "../../errors.js";
import { suggestion } from "../../names.js";
import { namesFor, type Table, typeOf } from "../samples/table.js";

/** From `start` up to, without, `stop`; by names with it. */
export interface ColumnSlice {
  readonly start?: number | string;
  readonly stop?: number | string;
}

/** Columns by what they hold, see `makeColumnSelector`. */
export interface ColumnSelector {
  readonly pattern: string | null;
  /** Of the expression: "i" ignores case. */
  readonly flags: string;
  readonly dtypeInclude: readonly ColumnType[] | null;
  readonly dtypeExclude: readonly ColumnType[] | null;
}

export type ColumnType = "number" | "string" | "boolean";

/** A number (negative: from the end) or name, a list of them, a flag for each column, a range, or a selector. */
export type Columns =
  | number
  | string
  | readonly (number | string)[]
  | readonly boolean[]
  | ColumnSlice
  | ColumnSelector;

const types: readonly ColumnType[] = ["number", "string", "boolean"];

export interface ColumnSelectorOptions {
  /** Names must match this expression. */
  readonly pattern?: string | RegExp;
  /** What columns hold: "number" (text of numbers included), "string", "boolean". */
  readonly dtypeInclude?: ColumnType | readonly ColumnType[];
  readonly dtypeExclude?: ColumnType | readonly ColumnType[];
}

/** Chooses columns when `fit` sees the table: by their names, and by what their cells are, gaps aside. */
export function makeColumnSelector(options: ColumnSelectorOptions = {}): ColumnSelector {
  const subject = "makeColumnSelector";
  checkArity(subject, arguments.length, 1);
  checkOptions(subject, options, ["pattern", "dtypeInclude", "dtypeExclude"]);
  const list = (name: "dtypeInclude" | "dtypeExclude") => {
    const given = options[name];
    if (given === undefined) return null;
    const kinds = [given].flat() as ColumnType[];
    for (const kind of kinds) checkOneOf(`${subject}: ${name}`, kind, types);
    return kinds;
  };
  const { pattern } = options;
  if (pattern !== undefined && typeof pattern !== "string" && !(pattern instanceof RegExp)) {
    throw new ArgumentError(`${subject}: pattern must be an expression; received ${describe(pattern)}.`);
  }
  const expression = pattern === undefined ? null : compile(subject, pattern);
  const [source, flags] = [expression?.source ?? null, (expression?.flags ?? "").replace(/[gy]/g, "")];
  return { pattern: source, flags, dtypeInclude: list("dtypeInclude"), dtypeExclude: list("dtypeExclude") };
}

/** Fails unless `columns` has one of the forms of `Columns`; whether a table has them, only `fit` can tell. */
export function checkColumns(subject: string, columns: unknown): asserts columns is Columns {
  const isPlace = (each: unknown) => typeof each === "string" || Number.isInteger(each);
  if (isPlace(columns)) return;
  if (Array.isArray(columns) && (columns.every(isPlace) || columns.every((flag) => typeof flag === "boolean"))) return;
  if (typeof columns === "object" && columns !== null && !Array.isArray(columns)) {
    if (!Object.hasOwn(columns, "dtypeInclude")) {
      checkOptions(`${subject}: columns`, columns, ["start", "stop"]);
      const { start = 0, stop = 0 } = columns as ColumnSlice;
      if (isPlace(start) && isPlace(stop)) return;
    } else {
      const { pattern, flags, dtypeInclude, dtypeExclude, ...more } = columns as Record<string, unknown>;
      const areTypes = (list: unknown) =>
        list === null || (Array.isArray(list) && list.every((type) => types.includes(type as ColumnType)));
      const words = (pattern === null || typeof pattern === "string") && typeof flags === "string";
      if (words && areTypes(dtypeInclude) && areTypes(dtypeExclude) && Object.keys(more).length === 0) {
        compile(subject, pattern ?? "", flags);
        return;
      }
    }
  }
  throw new ArgumentError(
    `${subject}: columns must be numbers, names, flags, { start, stop } or makeColumnSelector(...); received ${describe(columns)}.`,
  );
}

function compile(subject: string, pattern: string | RegExp, flags?: string): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    throw new ArgumentError(`${subject}: pattern must be an expression; received ${describe(pattern)}.`, {
      cause: error,
    });
  }
}

/** The numbers of the columns, in the order in which they are named. */
export function resolveColumns(subject: string, columns: Columns, table: Table): number[] {
  const { names } = table;
  const count = table.columns.length;
  const fail = (received: unknown, meant = ""): never => {
    const rule = names ? `a name, one of ${describe([...names])}, or a number` : "a number";
    throw new ArgumentError(
      `${subject}: a column must be ${rule} in [-${count}, ${count}); received ${describe(received)}${meant}${meant ? "?" : "."}`,
    );
  };
  const place = (column: number | string): number => {
    if (typeof column === "string") {
      const at = names?.indexOf(column) ?? -1;
      return at >= 0 ? at : fail(column, suggestion(column, names ?? []));
    }
    if (!Number.isInteger(column) || column < -count || column >= count) return fail(column);
    return column < 0 ? column + count : column;
  };
  if (typeof columns === "number" || typeof columns === "string") return [place(columns)];
  if (Array.isArray(columns)) {
    if (columns.length > 0 && columns.every((flag) => typeof flag === "boolean")) {
      if (columns.length === count) return columns.flatMap((flag, j) => (flag ? [j] : []));
      throw new ArgumentError(`${subject}: a mask must have ${count} flags; received ${columns.length}.`);
    }
    return columns.map(place);
  }
  if (typeof columns !== "object" || columns === null) return fail(columns);
  if ("dtypeInclude" in columns) return selected(columns, table);
  checkOptions(`${subject}: columns`, columns, ["start", "stop"]);
  const { start = 0, stop = count } = columns as ColumnSlice;
  const bound = (at: number | string, after: number) => {
    if (typeof at === "string") return place(at) + after;
    if (!Number.isInteger(at)) return fail(at);
    return Math.min(count, Math.max(0, at < 0 ? at + count : at));
  };
  const [from, to] = [bound(start, 0), bound(stop, 1)];
  return Array.from({ length: Math.max(0, to - from) }, (_, j) => from + j);
}

function selected({ pattern, flags, dtypeInclude, dtypeExclude }: ColumnSelector, table: Table): number[] {
  const expression = pattern === null ? null : new RegExp(pattern, flags);
  const names = namesFor(table.columns.length, table.names);
  return table.columns.flatMap((cells, j) => {
    const type = typeOf(cells);
    const named = expression === null || expression.test(names[j] as string);
    return named && (dtypeInclude?.includes(type) ?? true) && !dtypeExclude?.includes(type) ? [j] : [];
  });
}
