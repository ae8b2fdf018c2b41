// The files of a report from made-up rows: the shape of the JSON, a page that needs nothing else, the Markdown tables.

import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { htmlPage } from "../../bench/html.js";
import { markdownPage, type PeersReport, peersSection } from "../../bench/markdown.js";
import { joinReports, type Report, type Row, reportJson, type SuiteReport } from "../../bench/report.js";

const host = { cpu: "A <fast> processor", cpus: 2, runtime: "Node 20", date: "2026-01-02T03:04:05Z" };
const summary = (median: number) => ({ median, min: median - 1, max: median + 1 });
const row = (name: string, build: Row["build"], median: number, more: Partial<Row> = {}): Row => ({
  suite: "gemm",
  case: name,
  build,
  metric: "GFLOP/s",
  ...summary(median),
  ...more,
});
const rows = [
  row("64 x 64 x 64", "javascript", 2),
  row("64 x 64 x 64", "simd", 40, { peakFraction: 0.8, speedup: { javascript: summary(20) } }),
  row("a | b & c", "javascript", 3),
  row("a | b & c", "simd", 50),
];
const report: Report = {
  host,
  quick: false,
  suites: [
    {
      name: "gemm",
      title: "matrix products",
      limit: "of peak",
      rows,
      absent: { wide: "not on this host" },
      turns: 10,
      calm: 9,
    },
  ],
};

test("the JSON file is { host, rows }, and its rows hold what is documented and no more", () => {
  const parsed = JSON.parse(reportJson(report));
  expect(Object.keys(parsed)).toEqual(["host", "rows"]);
  expect(parsed.host).toEqual(host);
  const common = ["suite", "case", "build", "metric", "median", "min", "max"];
  expect(parsed.rows.map((each: object) => Object.keys(each))).toEqual([
    common,
    [...common, "peakFraction"],
    common,
    common,
  ]);
  expect(parsed.rows[1]).toMatchObject({ case: "64 x 64 x 64", build: "simd", median: 40, peakFraction: 0.8 });
});

test("the HTML page loads nothing, and its charts have a bar for every row, as long as its median", () => {
  const html = htmlPage(report);
  // Namespaces of SVG are names, not addresses to load from.
  expect(html.replaceAll(/xmlns(:\w+)?="[^"]*"/g, "")).not.toMatch(/https?:|\bsrc=|<link|<script|@import|url\(/);
  expect(html).toContain("A &#60;fast&#62; processor");
  expect(html).toContain("wide: -, not on this host.");
  const { document } = parseHTML(html);
  expect(document.querySelectorAll("svg")).toHaveLength(1);
  const bars = [...document.querySelectorAll('g[aria-label="bar"] rect')] as unknown as Element[];
  const widths = bars.map((bar) => Number(bar.getAttribute("width")));
  expect(widths).toHaveLength(rows.length);
  const scale = (widths[0] as number) / 2;
  expect(scale).toBeGreaterThan(1);
  expect(widths.map((width) => Math.round(width / scale))).toEqual([2, 40, 3, 50]);
  const cells = [...document.querySelectorAll("td")] as unknown as Element[];
  expect(cells.map((cell) => cell.textContent)).toContain("a | b & c");
});

test("the Markdown page: date, machine and method, one table per metric, notes", () => {
  const text = markdownPage(report);
  expect(text).toContain("on 2026-01-02: A <fast> processor (2 logical processors, one used), Node 20.");
  expect(text).toMatch(/warm-up.*medians/s);
  expect(text).toContain("| case | plain JavaScript | simd | wide | simd : JavaScript | % of peak |");
  expect(text).toContain("| a \\| b & c | 3 (2-4) | 50 (49-51) | - | - | - |");
  expect(text).toContain("wide: -, not on this host.");
  expect(text).not.toContain("quick run");
  expect(markdownPage({ ...report, quick: true })).toContain("A quick run: a look, not a measurement.");
});

test("the section on other libraries names them, their versions and what is compared", () => {
  const peers: PeersReport = {
    host,
    quick: false,
    versions: { lanewise: "0.1.0", other: "1.2.3" },
    sections: [{ title: "GEMM", notes: "All read.", table: { header: ["case", "other"], rows: [["64", "1"]] } }],
  };
  const text = peersSection(peers);
  expect(text).toContain("lanewise 0.1.0, other 1.2.3.");
  expect(text).not.toContain("quick");
  expect(peersSection({ ...peers, quick: true })).toContain("A quick run: a look, not a measurement.");
  expect(text).toContain("### GEMM\n\nAll read.\n\n| case | other |\n| --- | ---: |\n| 64 | 1 |");
});

test("of the process with the wide gear, its rows alone join the others, each behind its case and metric", () => {
  const [ordinary] = report.suites as [SuiteReport];
  const wide: SuiteReport = {
    ...ordinary,
    rows: [row("a | b & c", "scalar", 9), row("a | b & c", "wide", 80), row("64 x 64 x 64", "wide", 70)],
    absent: {},
    turns: 5,
    calm: 5,
  };
  const joined = joinReports({ ...ordinary, absent: {} }, wide);
  expect(joined.rows.map(({ case: name, build, median }) => [name, build, median])).toEqual([
    ["64 x 64 x 64", "javascript", 2],
    ["64 x 64 x 64", "simd", 40],
    ["64 x 64 x 64", "wide", 70],
    ["a | b & c", "javascript", 3],
    ["a | b & c", "simd", 50],
    ["a | b & c", "wide", 80],
  ]);
  expect(joined).toMatchObject({ absent: {}, turns: 15, calm: 14 });
});
