import { describe, expect, test } from "vitest";
import type { Row, SuiteReport } from "../../bench/report.js";
import { formatNumber, formatSuite, formatSummary, formatTable, gridOf } from "../../bench/table.js";

describe("formatNumber", () => {
  test.each([
    [0, "0"],
    [58.94, "58.9"],
    [0.012345, "0.0123"],
    [7, "7"],
    [99.96, "100"],
    [123.4, "123"],
    [121_499.6, "121,500"],
    [Number.NaN, "?"],
    [Number.POSITIVE_INFINITY, "?"],
  ])("%d is %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

test("formatSummary shows the range", () => {
  expect(formatSummary({ median: 4.2, min: 4, max: 4.55 }, "x")).toBe("4.2x (4-4.55)");
});

test("formatTable aligns figures to the right", () => {
  expect(
    formatTable(
      ["case", "ms"],
      [
        ["a", "1"],
        ["longer", "1,000"],
      ],
    ),
  ).toBe(["case       ms", "------  -----", "a           1", "longer  1,000"].join("\n"));
});

const row = (name: string, build: Row["build"], median: number, more: Partial<Row> = {}): Row => ({
  suite: "s",
  case: name,
  build,
  metric: "GFLOP/s",
  median,
  min: median,
  max: median,
  ...more,
});

describe("gridOf", () => {
  const two = { median: 2, min: 2, max: 2 };
  const compared = [
    row("a", "javascript", 1),
    row("a", "scalar", 5, { peakFraction: 0.5, speedup: { javascript: two } }),
    row("a", "simd", 20, { peakFraction: 0.876, speedup: { javascript: two, scalar: two } }),
    row("b", "simd", 21),
  ];

  test("a share of the peak that no code in registers can have is not printed", () => {
    const rows = [row("a", "simd", 20, { peakFraction: 1.049 }), row("a", "wide", 90, { peakFraction: 2.12 })];
    const printed = (limit: string) => gridOf(rows, { limit, absent: {} }).rows[0]?.at(-1);
    expect(printed("of peak")).toBe("simd 105, wide not measured");
    // Code may well be faster than a loop that copies memory.
    expect(printed("of copy")).toBe("simd 105, wide 212");
  });

  test("one line per case, plain JavaScript and builds side by side, with ratios and share of the limit", () => {
    const { header, rows } = gridOf(compared, { limit: "of copy", absent: {} });
    expect(header).toEqual([
      "case",
      "plain JavaScript",
      "scalar",
      "simd",
      "simd : JavaScript",
      "simd : scalar",
      "% of copy",
    ]);
    expect(rows).toEqual([
      ["a", "1 (1-1)", "5 (5-5)", "20 (20-20)", "2x (2-2)", "2x (2-2)", "scalar 50, simd 88"],
      ["b", "-", "-", "21 (21-21)", "-", "-", "-"],
    ]);
  });

  test("a variant that does not run here keeps its column, empty", () => {
    const { header, rows } = gridOf(compared, { limit: "of peak", absent: { wide: "no wide gear" } });
    expect(header.slice(3, 5)).toEqual(["simd", "wide"]);
    expect(rows.map((cells) => cells[4])).toEqual(["-", "-"]);
  });

  test("other columns that no row fills are left out", () => {
    const { header } = gridOf([row("a", "relaxed", 3)], { limit: "of peak", absent: { wide: "no wide gear" } });
    expect(header).toEqual(["case", "relaxed"]);
  });
});

test("formatSuite: a table per metric, machine and runtime, what is absent and why, how calm it was", () => {
  const suite: SuiteReport = {
    name: "s",
    title: "a title",
    limit: "of peak",
    rows: [row("a", "scalar", 1), row("a", "simd", 4), row("a", "simd", 9, { metric: "ms" })],
    absent: { wide: "this host has no 256-bit registers" },
    turns: 20,
    calm: 19,
  };
  const host = { cpu: "A processor", cpus: 2, runtime: "Node 20", date: "2026-01-02T03:04:05Z" };
  const text = formatSuite(suite, host, true);
  expect(text.match(/^s, .*$/gm)).toEqual(["s, GFLOP/s: median (min-max), quick", "s, ms: median (min-max), quick"]);
  expect(text).toContain("A processor (2 logical processors, one used), Node 20");
  expect(text).toContain("wide: -, this host has no 256-bit registers.");
  expect(text).toContain("19 of 20 turns were measured on a calm machine.");
});
