// Tables of text for people: the first column to the left, figures to the right.

import { type Host, hostLine } from "./host.js";
import { type Row, type SuiteReport, type Variant, variantNames, variants } from "./report.js";
import type { Summary } from "./statistics.js";

/** Three significant digits, whole from 100 up, thousands set apart: `58.9`, `0.0123`, `121,000`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "?";
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en-US");
  return size === 0 ? "0" : String(Number(value.toPrecision(3)));
}

/** Median and range: `58.9 (57.2-59.1)`. */
export function formatSummary({ median, min, max }: Summary, unit = ""): string {
  return `${formatNumber(median)}${unit} (${formatNumber(min)}-${formatNumber(max)})`;
}

/** Columns as wide as their widest cell. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((cell, i) => Math.max(cell.length, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

export interface Column {
  readonly title: string;
  readonly cell: (of: ReadonlyMap<Variant, Row>) => string | undefined;
}

const speedupColumn = (variant: Variant, over: "javascript" | "scalar"): Column => ({
  title: `${variant} : ${over === "javascript" ? "JavaScript" : over}`,
  cell: (of) => {
    const speedup = of.get(variant)?.speedup?.[over];
    return speedup && formatSummary(speedup, "x");
  },
});

/** Work in registers is never faster than the loop that does nothing else: where it seems so, an engine has spoilt that loop. */
const MOST_OF_PEAK = 1.05;

function share(fraction: number, limit: string): string {
  return limit === "of peak" && fraction > MOST_OF_PEAK ? "not measured" : String(Math.round(fraction * 100));
}

const columnsOf = (limit: string): readonly Column[] => [
  ...variants.map(
    (variant): Column => ({
      title: variantNames[variant],
      cell: (of) => {
        const row = of.get(variant);
        return row && formatSummary(row);
      },
    }),
  ),
  speedupColumn("simd", "javascript"),
  speedupColumn("simd", "scalar"),
  {
    title: `% ${limit}`,
    cell: (of) => {
      const parts = [...of.values()].filter(({ peakFraction }) => peakFraction !== undefined);
      if (parts.length === 0) return undefined;
      return parts.map(({ build, peakFraction = 0 }) => `${build} ${share(peakFraction, limit)}`).join(", ");
    },
  },
];

/** The lines of a table before they are laid out. */
export interface Grid {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * The rows of one metric, one line per case. Columns that no row fills are left out, except those of absent variants where
 * others are compared: there they stand, empty.
 */
export function gridOf(rows: readonly Row[], { limit, absent }: Pick<SuiteReport, "limit" | "absent">): Grid {
  const cases = new Map<string, Map<Variant, Row>>();
  for (const row of rows) {
    const known = cases.get(row.case) ?? new Map<Variant, Row>();
    cases.set(row.case, known.set(row.build, row));
  }
  const compared = new Set(rows.map(({ build }) => build)).size > 1;
  const missing = compared ? Object.keys(absent).map((variant) => variantNames[variant as Variant]) : [];
  const shown = columnsOf(limit).filter(
    ({ title, cell }) => missing.includes(title) || [...cases.values()].some((of) => cell(of) !== undefined),
  );
  return {
    header: ["case", ...shown.map(({ title }) => title)],
    rows: [...cases].map(([name, of]) => [name, ...shown.map(({ cell }) => cell(of) ?? "-")]),
  };
}

/** The metrics of a suite, each with its grid. */
export function gridsOf(suite: SuiteReport): { readonly metric: string; readonly grid: Grid }[] {
  return [...new Set(suite.rows.map(({ metric }) => metric))].map((metric) => ({
    metric,
    grid: gridOf(
      suite.rows.filter((row) => row.metric === metric),
      suite,
    ),
  }));
}

/** What stands under the tables of a suite: what is absent and why, how calm the machine was. */
export function notesOf({ absent, turns, calm }: SuiteReport): string[] {
  const missing = Object.entries(absent).map(
    ([variant, reason]) => `${variantNames[variant as Variant]}: -, ${reason}.`,
  );
  return turns > 0 ? [...missing, `${calm} of ${turns} turns were measured on a calm machine.`] : missing;
}

/** A suite for the terminal. */
export function formatSuite(suite: SuiteReport, host: Host, quick: boolean): string {
  const tables = gridsOf(suite).map(
    ({ metric, grid }) =>
      `${suite.name}, ${metric}: median (min-max)${quick ? ", quick" : ""}\n${hostLine(host)}\n\n` +
      formatTable(grid.header, grid.rows),
  );
  return [...tables, notesOf(suite).join("\n")].join("\n\n").trimEnd();
}
