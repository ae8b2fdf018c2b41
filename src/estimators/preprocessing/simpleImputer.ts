// SimpleImputer: gaps in columns are filled with a statistic of the column, or with a constant.

import { ArgumentError, checkArity, checkFlag, checkOneOf, describe, warn } from "../../errors.js";
import { sameName } from "../../names.js";
import type { Tensor } from "../../tensor/tensor.js";
import { Parameterized } from "../parameters/parameterized.js";
import type { NamedTable } from "../samples/rows.js";
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
} from "../samples/table.js";
import { checkList, checkRecord } from "./state.js";
import { requireFitted } from "./transformer.js";

const strategies = ["mean", "median", "mostFrequent", "constant"] as const;

export interface SimpleImputerParameters {
  /** What is filled: NaN means every gap, which is NaN, null and blank text; else the cells equal to this. Default NaN. */
  readonly missingValues: number | string | null;
  /**
   * "mean" and "median" of a column of numbers; "mostFrequent", of equally frequent values the least; "constant",
   * `fillValue`. Default "mean".
   */
  readonly strategy: (typeof strategies)[number];
  /** For "constant". Default null: 0 in columns of numbers, "missing_value" in columns of text. */
  readonly fillValue: number | string | boolean | null;
  /** Append a column of 0 and 1 for each column that had gaps in fit: where they were. Default false. */
  readonly addIndicator: boolean;
  /** Keep a column that fit saw only gaps of, filled with 0, instead of leaving it out. Default false. */
  readonly keepEmptyFeatures: boolean;
}

const rules = {
  kind: "SimpleImputer",
  defaults: {
    missingValues: Number.NaN,
    strategy: "mean",
    fillValue: null,
    addIndicator: false,
    keepEmptyFeatures: false,
  } as SimpleImputerParameters,
  normalize: (given: SimpleImputerParameters) => ({
    ...given,
    strategy: (typeof given.strategy === "string" && sameName(given.strategy, strategies)) || given.strategy,
  }),
  check: (subject: string, parameters: SimpleImputerParameters) => {
    const { missingValues, strategy, fillValue, addIndicator, keepEmptyFeatures } = parameters;
    checkOneOf(`${subject}: strategy`, strategy, strategies);
    if (missingValues !== null && typeof missingValues !== "number" && typeof missingValues !== "string") {
      throw new ArgumentError(
        `${subject}: missingValues must be a number, NaN, text or null; received ${describe(missingValues)}.`,
      );
    }
    if (fillValue !== null && !["number", "string", "boolean"].includes(typeof fillValue)) {
      throw new ArgumentError(`${subject}: fillValue must be a number, text or null; received ${describe(fillValue)}.`);
    }
    checkFlag(`${subject}: addIndicator`, addIndicator);
    checkFlag(`${subject}: keepEmptyFeatures`, keepEmptyFeatures);
  },
};

interface Learnt {
  /** What fills each column; null where fit saw only gaps. */
  readonly statistics: readonly Cell[];
  /** The columns that had gaps. */
  readonly indicators: readonly number[];
}

/** Fills gaps, column by column. Text that is a number counts as one where numbers are wanted. */
export class SimpleImputer extends Parameterized<SimpleImputerParameters> {
  #learnt: Learnt | null = null;

  constructor(parameters: Partial<SimpleImputerParameters> = {}) {
    checkArity("SimpleImputer", arguments.length, 1);
    super(rules, parameters);
  }

  /** What fills each column; null for a column that fit saw only gaps of. */
  get statistics(): readonly Cell[] {
    return requireFitted("SimpleImputer.statistics", this.#learnt).statistics;
  }

  /** Learns what fills each column. */
  fit(x: TableLike): this {
    const subject = "SimpleImputer.fit";
    checkArity(subject, arguments.length, 2);
    const { columns, names } = readTable(subject, x);
    const found = columns.map((cells, j) => this.#statistic(subject, cells, names?.[j] ?? j));
    const indicators = columns.flatMap((cells, j) => (cells.some((cell) => this.#isMissing(cell)) ? [j] : []));
    const empty = found.indexOf(null);
    if (empty >= 0 && !this.getParams().keepEmptyFeatures) {
      warn(`${subject}: column ${describe(names?.[empty] ?? empty)} has gaps only and is left out.`);
    }
    this.#learnt = { statistics: found, indicators };
    return this;
  }

  /** The columns without gaps: a Tensor if all are numbers, else a table of cells. */
  transform(x: TableLike): Tensor | NamedTable {
    const subject = "SimpleImputer.transform";
    checkArity(subject, arguments.length, 1);
    const { statistics, indicators } = requireFitted(subject, this.#learnt);
    const table = readTable(subject, x, statistics.length);
    const { addIndicator } = this.getParams();
    const filled = this.#kept(statistics).map((j) => this.#filled(subject, table, j, statistics[j] as Cell));
    const flags = (addIndicator ? indicators : []).map((j) =>
      (table.columns[j] as readonly Cell[]).map((cell) => Number(this.#isMissing(cell))),
    );
    return joinColumns(
      [...filled, ...flags],
      this.getFeatureNamesOut(namesFor(statistics.length, table.names)),
      table.rows,
    );
  }

  fitTransform(x: TableLike): Tensor | NamedTable {
    checkArity("SimpleImputer.fitTransform", arguments.length, 2);
    return this.fit(x).transform(x);
  }

  /** The names of the columns that are kept, and `missingindicator_age` for each column that tells where gaps were. */
  getFeatureNamesOut(inputFeatures?: readonly string[]): string[] {
    checkArity("SimpleImputer.getFeatureNamesOut", arguments.length, 1);
    const { statistics, indicators } = requireFitted("SimpleImputer.getFeatureNamesOut", this.#learnt);
    const names = namesFor(statistics.length, inputFeatures, "SimpleImputer.getFeatureNamesOut");
    const flags = this.getParams().addIndicator ? indicators.map((j) => `missingindicator_${names[j]}`) : [];
    return [...this.#kept(statistics).map((j) => names[j] as string), ...flags];
  }

  /** What was learnt, as plain data; null before fit. */
  getState(): Learnt | null {
    checkArity("SimpleImputer.getState", arguments.length, 0);
    return this.#learnt;
  }
  setState(state: Learnt | null): void {
    checkArity("SimpleImputer.setState", arguments.length, 1);
    if (state !== null) {
      const subject = "SimpleImputer.setState";
      const { statistics, indicators } = checkRecord(subject, state, ["statistics", "indicators"]);
      const values = checkList(`${subject}: statistics`, statistics);
      const wrong = values.find((value) => value !== null && typeof value === "object");
      if (wrong !== undefined) {
        throw new ArgumentError(`${subject}: statistics must be numbers, text or null; received ${describe(wrong)}.`);
      }
      const places = Array.isArray(indicators) ? indicators : [null];
      const odd = places.find(
        (j, i) => !Number.isInteger(j) || j < 0 || j >= values.length || (i > 0 && j <= places[i - 1]),
      );
      if (odd !== undefined) {
        throw new ArgumentError(`${subject}: indicators must be columns in order; received ${describe(indicators)}.`);
      }
    }
    this.#learnt = state;
  }

  #isMissing(cell: Cell): boolean {
    const { missingValues } = this.getParams();
    if (Number.isNaN(missingValues)) return isGap(cell);
    if (typeof missingValues !== "number") return cell === missingValues;
    return numberIn(cell) === missingValues;
  }

  #kept(statistics: readonly Cell[]): number[] {
    const { keepEmptyFeatures } = this.getParams();
    return [...statistics.keys()].filter((j) => keepEmptyFeatures || statistics[j] !== null);
  }

  #statistic(subject: string, cells: readonly Cell[], column: string | number): Cell {
    const { strategy, fillValue } = this.getParams();
    const present = cells.filter((cell) => !this.#isMissing(cell));
    if (strategy === "constant") return fillValue ?? (typeOf(present) === "string" ? "missing_value" : 0);
    if (present.length === 0) return null;
    if (strategy === "mostFrequent") return mostFrequent(present);
    const numbers = present.map((cell, i) => {
      const value = numberIn(cell);
      if (value !== undefined && Number.isFinite(value)) return value;
      throw new ArgumentError(
        `${subject}: strategy ${describe(strategy)} needs finite numbers; column ${describe(column)} holds ` +
          `${describe(cell)}, its cell ${i} that is not a gap. "mostFrequent" and "constant" fill text.`,
      );
    });
    return strategy === "mean" ? meanOf(numbers) : medianOf(numbers);
  }

  /** A column without gaps, as numbers if it holds numbers and is filled with one. */
  #filled(subject: string, { columns, names }: Table, j: number, fill: Cell): readonly Cell[] {
    const { strategy } = this.getParams();
    const cells = (columns[j] as readonly Cell[]).map((cell) => (this.#isMissing(cell) ? (fill ?? 0) : cell));
    if (strategy !== "mean" && strategy !== "median") return cells;
    return cells.map((cell, i) => {
      const value = numberIn(cell);
      if (value !== undefined && Number.isFinite(value)) return value;
      const place = `row ${i}, column ${describe(names?.[j] ?? j)}`;
      throw new ArgumentError(
        `${subject}: x must hold finite numbers and gaps; received ${describe(cell)} in ${place}.`,
      );
    });
  }
}

/** Of equally frequent values the least: numbers by value, text by code units. */
function mostFrequent(cells: readonly Cell[]): Cell {
  const counts = new Map<Cell, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  let best: Cell = null;
  let most = 0;
  for (const [cell, count] of counts) {
    if (count < most || (count === most && !((cell as number) < (best as number)))) continue;
    best = cell;
    most = count;
  }
  return best;
}

function meanOf(values: readonly number[]): number {
  const first = values[0] as number;
  return first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
