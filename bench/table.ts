// Tables of text for people: the first column to the left, figures to the right.

import { type Row, type Variant, variants } from "./report.js";
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

interface Column {
  readonly title: string;
  readonly cell: (of: ReadonlyMap<Variant, Row>) => string | undefined;
}

const names: Readonly<Record<Variant, string>> = {
  javascript: "plain JavaScript",
  scalar: "scalar",
  simd: "simd",
  relaxed: "relaxed",
};

const columns: readonly Column[] = [
  ...variants.map(
    (variant): Column => ({
      title: names[variant],
      cell: (of) => {
        const row = of.get(variant);
        return row && formatSummary(row);
      },
    }),
  ),
  speedupColumn("simd", "javascript"),
  speedupColumn("simd", "scalar"),
  {
    title: "% of peak",
    cell: (of) => {
      const parts = [...of.values()].filter(({ peakFraction }) => peakFraction !== undefined);
      if (parts.length === 0) return undefined;
      return parts.map(({ build, peakFraction = 0 }) => `${build} ${Math.round(peakFraction * 100)}`).join(", ");
    },
  },
];

function speedupColumn(variant: Variant, over: "javascript" | "scalar"): Column {
  return {
    title: `${variant} : ${over === "javascript" ? "JavaScript" : over}`,
    cell: (of) => {
      const speedup = of.get(variant)?.speedup?.[over];
      return speedup && formatSummary(speedup, "x");
    },
  };
}

/** The rows of one metric, one line per case; columns that no row fills are left out. */
export function formatRows(rows: readonly Row[]): string {
  const cases = new Map<string, Map<Variant, Row>>();
  for (const row of rows) {
    const known = cases.get(row.case) ?? new Map<Variant, Row>();
    cases.set(row.case, known.set(row.build, row));
  }
  const filled = columns.filter(({ cell }) => [...cases.values()].some((of) => cell(of) !== undefined));
  return formatTable(
    ["case", ...filled.map(({ title }) => title)],
    [...cases].map(([name, of]) => [name, ...filled.map(({ cell }) => cell(of) ?? "-")]),
  );
}
