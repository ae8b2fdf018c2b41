// ColumnTransformer: each group of columns through a transformer of its own, the results side by side.

import { ArgumentError, checkArity, checkFlag, checkOptions, describe, ShapeError } from "../errors.js";
import { Tensor } from "../tensor/tensor.js";
import { nestedParams, setNestedParams } from "./parameters/nested.js";
import { clone } from "./parameters/parameterized.js";
import type { PipelineStep } from "./pipeline.js";
import { type Columns, checkColumns, resolveColumns } from "./preprocessing/columnSelection.js";
import { checkList, checkRecord } from "./preprocessing/state.js";
import { requireFitted } from "./preprocessing/transformer.js";
import type { NamedTable } from "./samples/rows.js";
import {
  type Cell,
  isGap,
  joinColumns,
  namesFor,
  numberIn,
  readTable,
  type Table,
  type TableLike,
  typeOf,
} from "./samples/table.js";

/** A transformer, "passthrough" to keep the columns as they are, or "drop" to leave them out. */
export type ColumnStep = PipelineStep | "passthrough" | "drop";
export type NamedColumns = readonly [name: string, step: ColumnStep, columns: Columns];

export interface ColumnTransformerOptions {
  /** What becomes of the columns that no step names. Default "drop". */
  readonly remainder?: ColumnStep;
  /** Put the name of the step before each name of a column: `scaler__age`. Default true. */
  readonly verboseFeatureNamesOut?: boolean;
}

export interface ColumnTransformerState {
  /** The names of the columns that fit saw; null if they had none. */
  readonly names: readonly string[] | null;
  readonly width: number;
  /** The numbers of the columns of each step, those of the remainder last. */
  readonly columns: readonly (readonly number[])[];
  /** The numbers of the columns that held text, which "passthrough" leaves as they are. */
  readonly text: readonly number[];
}

/**
 * Transforms columns of a table apart and joins what comes of them: a Tensor if all of it is numbers, else a table. Takes
 * what decodeCsv gives, rows, records and tensors. The steps are fitted where they stand, as those of a pipeline.
 */
export class ColumnTransformer {
  readonly kind = "ColumnTransformer";
  readonly transformers: readonly NamedColumns[];
  #remainder: ColumnStep;
  #verbose: boolean;
  #learnt: ColumnTransformerState | null = null;

  /** Names, steps and columns: `[["numbers", new StandardScaler(), ["age", "height"]], ["city", new OneHotEncoder(), "city"]]`. */
  constructor(transformers: readonly NamedColumns[], options: ColumnTransformerOptions = {}) {
    const subject = "ColumnTransformer";
    checkArity(subject, arguments.length, 2);
    checkOptions(subject, options, ["remainder", "verboseFeatureNamesOut"]);
    const { remainder = "drop", verboseFeatureNamesOut = true } = options;
    checkFlag(`${subject}: verboseFeatureNamesOut`, verboseFeatureNamesOut);
    checkStep(`${subject}: remainder`, remainder);
    if (!Array.isArray(transformers) || transformers.length === 0) {
      throw new ArgumentError(
        `${subject}: transformers must be a list of [name, step, columns]; received ${describe(transformers)}.`,
      );
    }
    const names = transformers.map((entry) => {
      if (!Array.isArray(entry) || entry.length !== 3) {
        throw new ArgumentError(`${subject}: each entry must be [name, step, columns]; received ${describe(entry)}.`);
      }
      checkStep(`${subject}: step ${describe(entry[0])}`, entry[1]);
      checkColumns(`${subject}: step ${describe(entry[0])}`, entry[2]);
      return entry[0] as unknown;
    });
    const wrong = names.find(
      (name, i) =>
        typeof name !== "string" ||
        name === "" ||
        name.includes("__") ||
        name === "remainder" ||
        names.indexOf(name) !== i,
    );
    if (wrong !== undefined) {
      throw new ArgumentError(
        `${subject}: names must be unique text without "__", and not "remainder"; received ${describe(wrong)}.`,
      );
    }
    this.transformers = transformers;
    this.#remainder = remainder;
    this.#verbose = verboseFeatureNamesOut;
  }

  /** The options, and the parameters of all steps: `withMean` of the step `scaler` is `scaler__withMean`. */
  getParams(): Record<string, unknown> {
    checkArity("ColumnTransformer.getParams", arguments.length, 0);
    return nestedParams(this.#steps(), { remainder: this.#remainder, verboseFeatureNamesOut: this.#verbose });
  }

  /** Sets parameters by those names. Nothing changes if one of them is unknown or refused. */
  setParams(parameters: object): this {
    const subject = "ColumnTransformer.setParams";
    checkArity(subject, arguments.length, 1);
    const { remainder = this.#remainder, verboseFeatureNamesOut = this.#verbose } = (parameters ??
      {}) as ColumnTransformerOptions;
    checkStep(`${subject}: remainder`, remainder);
    checkFlag(`${subject}: verboseFeatureNamesOut`, verboseFeatureNamesOut);
    setNestedParams(subject, this.#steps(), parameters, ["remainder", "verboseFeatureNamesOut"]);
    this.#remainder = remainder;
    this.#verbose = verboseFeatureNamesOut;
    return this;
  }

  /** The same steps and columns, with nothing learnt. */
  clone(): ColumnTransformer {
    checkArity("ColumnTransformer.clone", arguments.length, 0);
    const copy = (step: ColumnStep) => (typeof step === "string" ? step : clone(step));
    return new ColumnTransformer(
      this.transformers.map(([name, step, columns]) => [name, copy(step), columns]),
      { remainder: copy(this.#remainder), verboseFeatureNamesOut: this.#verbose },
    );
  }

  /** Finds the columns of each step and fits it on them. */
  async fit(x: TableLike, y?: unknown): Promise<this> {
    const subject = "ColumnTransformer.fit";
    checkArity(subject, arguments.length, 2);
    const table = readTable(subject, x);
    const chosen = this.transformers.map(([name, , columns]) =>
      resolveColumns(`${subject}: step ${describe(name)}`, columns, table),
    );
    const used = new Set(chosen.flat());
    const rest = [...table.columns.keys()].filter((j) => !used.has(j));
    const columns = [...chosen, rest];
    for (const [i, step] of this.#all().entries()) {
      const own = columns[i] as number[];
      if (typeof step !== "string" && own.length > 0) await step.fit(part(table, own) as never, y as never);
    }
    const text = table.columns.flatMap((cells, j) => (typeOf(cells) === "number" ? [] : [j]));
    this.#learnt = { names: table.names, width: table.columns.length, columns, text };
    return this;
  }

  /** The results of all steps side by side, in their order; the remainder last. Columns of a table are found by name. */
  async transform(x: TableLike): Promise<Tensor | NamedTable> {
    const subject = "ColumnTransformer.transform";
    checkArity(subject, arguments.length, 1);
    const { names, width, columns, text } = requireFitted(subject, this.#learnt);
    const needed = new Set(
      this.#all().flatMap((step, i) => (step === "drop" ? [] : (columns[i] as readonly number[]))),
    );
    const table = inOrder(subject, readTable(subject, x), names, width, needed);
    const parts: (readonly Cell[])[] = [];
    for (const [i, step] of this.#all().entries()) {
      const own = columns[i] as readonly number[];
      if (step === "drop" || own.length === 0) continue;
      if (step === "passthrough") {
        for (const j of own) parts.push(text.includes(j) ? (table.columns[j] as Cell[]) : asNumbers(subject, table, j));
      }
      if (typeof step !== "string") {
        const made = await step.transform?.(part(table, own) as never);
        const result = readResult(`${subject}: what step ${describe(this.#nameOf(i))} gives`, made as TableLike);
        if (result.rows !== table.rows) {
          throw new ShapeError(
            `${subject}: a step must keep the ${table.rows} samples; ${this.#nameOf(i)} gave ${result.rows}.`,
          );
        }
        parts.push(...result.columns);
      }
    }
    if (parts.length === 0) throw new ArgumentError(`${subject}: a step must keep columns; all were dropped.`);
    return joinColumns(parts, this.#namesOut(parts.length), table.rows);
  }

  async fitTransform(x: TableLike, y?: unknown): Promise<Tensor | NamedTable> {
    checkArity("ColumnTransformer.fitTransform", arguments.length, 2);
    return (await this.fit(x, y)).transform(x);
  }

  /** `step__column` for each column of the result, in order. */
  getFeatureNamesOut(inputFeatures?: readonly string[]): string[] {
    checkArity("ColumnTransformer.getFeatureNamesOut", arguments.length, 1);
    const { names, width, columns } = requireFitted("ColumnTransformer.getFeatureNamesOut", this.#learnt);
    const all =
      inputFeatures === undefined
        ? namesFor(width, names)
        : namesFor(width, inputFeatures, "ColumnTransformer.getFeatureNamesOut");
    const out = this.#all().flatMap((step, i) => {
      const own = (columns[i] as readonly number[]).map((j) => all[j] as string);
      if (step === "drop" || own.length === 0) return [];
      const made = step === "passthrough" ? own : namesOutOf(step, own);
      return made.map((name) => (this.#verbose ? `${this.#nameOf(i)}__${name}` : name));
    });
    const twice = out.find((name, i) => out.indexOf(name) !== i);
    if (twice === undefined) return out;
    throw new ArgumentError(
      `ColumnTransformer.getFeatureNamesOut: names must be unique; ${describe(twice)} comes twice. Set verboseFeatureNamesOut.`,
    );
  }

  /** What was learnt about columns, as plain data; null before fit. What steps have learnt is theirs. */
  getState(): ColumnTransformerState | null {
    checkArity("ColumnTransformer.getState", arguments.length, 0);
    return this.#learnt;
  }
  setState(state: ColumnTransformerState | null): void {
    checkArity("ColumnTransformer.setState", arguments.length, 1);
    if (state !== null) this.#checkState(state);
    this.#learnt = state;
  }

  #checkState(state: unknown): void {
    const subject = "ColumnTransformer.setState";
    const { names, width, columns, text } = checkRecord(subject, state, ["names", "width", "columns", "text"]);
    const sound = (j: unknown) => Number.isInteger(j) && (j as number) >= 0 && (j as number) < (width as number);
    const lists = checkList(`${subject}: columns`, columns, this.transformers.length + 1);
    if (!Number.isSafeInteger(width) || ![...lists, text].every((list) => Array.isArray(list) && list.every(sound))) {
      throw new ArgumentError(`${subject}: columns must be numbers in [0, width); received ${describe(columns)}.`);
    }
    if (names === null) return;
    const list = checkList(`${subject}: names`, names, width as number);
    const wrong = list.find((name, j) => typeof name !== "string" || list.indexOf(name) !== j);
    if (wrong !== undefined)
      throw new ArgumentError(`${subject}: names must be unique text; received ${describe(wrong)}.`);
  }

  #all(): ColumnStep[] {
    return [...this.transformers.map(([, step]) => step), this.#remainder];
  }
  #nameOf(i: number): string {
    return this.transformers[i]?.[0] ?? "remainder";
  }
  /** The steps that are objects, by name. */
  #steps(): [string, PipelineStep][] {
    return this.#all().flatMap((step, i): [string, PipelineStep][] =>
      typeof step === "string" ? [] : [[this.#nameOf(i), step]],
    );
  }

  /** Numbers in place of names that a step of the caller's does not tell. */
  #namesOut(count: number): readonly string[] {
    try {
      const names = this.getFeatureNamesOut();
      if (names.length === count) return names;
    } catch {}
    return namesFor(count);
  }
}

/** A ColumnTransformer whose steps are named after their classes: `[new StandardScaler(), ["age"]], ["drop", "id"]`. */
export function makeColumnTransformer(
  ...parts: readonly (readonly [step: ColumnStep, columns: Columns])[]
): ColumnTransformer {
  const names: string[] = [];
  for (const entry of parts) {
    const step = Array.isArray(entry) ? entry[0] : entry;
    const kind =
      typeof step === "string" ? step : ((step as { kind?: string })?.kind ?? step?.constructor?.name ?? "step");
    const name = kind.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]/, (start: string) => start.toLowerCase());
    const earlier = names.filter((other) => other.replace(/_\d+$/, "") === name).length;
    names.push(earlier === 0 ? name : `${name}_${earlier + 1}`);
  }
  return new ColumnTransformer(
    parts.map(
      (entry, i) =>
        (Array.isArray(entry) ? [names[i] as string, entry[0], entry[1]] : entry) as unknown as NamedColumns,
    ),
  );
}

function checkStep(subject: string, step: unknown): void {
  if (step === "drop" || step === "passthrough") return;
  const { fit, transform, getParams } = (step ?? {}) as Record<string, unknown>;
  if ([fit, transform, getParams].every((method) => typeof method === "function")) return;
  throw new ArgumentError(`${subject} must be a transformer, "passthrough" or "drop"; received ${describe(step)}.`);
}

/** Some columns as a table of their own, under their names or numbers. */
function part({ columns, names, rows }: Table, chosen: readonly number[]): NamedTable {
  const own = chosen.map((j) => names?.[j] ?? `x${j}`);
  // A column may be named twice; a table needs different names.
  const different = own.map((name, i) => (own.indexOf(name) === i ? name : `${name}_${i}`));
  return {
    columns: different,
    rows: Array.from({ length: rows }, (_, i) => chosen.map((j) => columns[j]?.[i] as Cell)),
  };
}

/** The columns that fit saw, in its order: by name if both have names; others, and those that are dropped, may lack. */
function inOrder(
  subject: string,
  table: Table,
  names: readonly string[] | null,
  width: number,
  needed: ReadonlySet<number>,
): Table {
  if (names === null || table.names === null) {
    if (table.columns.length === width) return table;
    throw new ShapeError(`${subject}: x must have ${width} columns, as in fit(); received ${table.columns.length}.`);
  }
  const given = table.names;
  const columns = names.map((name, j) => {
    const at = given.indexOf(name);
    if (at < 0 && !needed.has(j)) return [];
    if (at >= 0) return table.columns[at] as readonly Cell[];
    throw new ArgumentError(
      `${subject}: x must have the column ${describe(name)}, as in fit(); received ${describe([...given])}.`,
    );
  });
  return { names, columns, rows: table.rows };
}

/** Text of numbers becomes numbers, and gaps NaN. */
function asNumbers(subject: string, { columns, names }: Table, j: number): readonly Cell[] {
  return (columns[j] as readonly Cell[]).map((cell, i) => {
    const value = isGap(cell) ? Number.NaN : numberIn(cell);
    if (value !== undefined) return value;
    const place = `row ${i}, column ${describe(names?.[j] ?? j)}`;
    throw new ArgumentError(
      `${subject}: x must hold numbers where fit saw numbers; received ${describe(cell)} in ${place}.`,
    );
  });
}

function readResult(subject: string, made: TableLike): Table {
  if (made instanceof Tensor && made.rank === 1) return readTable(subject, made.reshape([made.size, 1]));
  return readTable(subject, made);
}

function namesOutOf(step: PipelineStep, names: readonly string[]): readonly string[] {
  const { getFeatureNamesOut } = step as { getFeatureNamesOut?(names: readonly string[]): readonly string[] };
  return typeof getFeatureNamesOut === "function" ? getFeatureNamesOut.call(step, names) : names;
}
