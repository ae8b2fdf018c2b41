import { describe, expect, test } from "vitest";
import type { Row } from "../../bench/report.js";
import { formatNumber, formatRows, formatSummary, formatTable } from "../../bench/table.js";

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

describe("formatRows", () => {
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

  test("one line per case, plain JavaScript and builds side by side, with ratios and share of the peak", () => {
    const two = { median: 2, min: 2, max: 2 };
    const text = formatRows([
      row("a", "javascript", 1),
      row("a", "scalar", 5, { peakFraction: 0.5, speedup: { javascript: two } }),
      row("a", "simd", 20, { peakFraction: 0.876, speedup: { javascript: two, scalar: two } }),
      row("b", "simd", 21),
    ]);
    const lines = text.split("\n").map((line) => line.split(/ {2,}/));
    expect(lines[0]).toEqual([
      "case",
      "plain JavaScript",
      "scalar",
      "simd",
      "simd : JavaScript",
      "simd : scalar",
      "% of peak",
    ]);
    expect(lines[2]).toEqual(["a", "1 (1-1)", "5 (5-5)", "20 (20-20)", "2x (2-2)", "2x (2-2)", "scalar 50, simd 88"]);
    expect(lines[3]).toEqual(["b", "-", "-", "21 (21-21)", "-", "-", "-"]);
  });

  test("columns that no row fills are left out", () => {
    expect(formatRows([row("a", "relaxed", 3)]).split("\n")[0]).toMatch(/^case +relaxed$/);
  });
});
