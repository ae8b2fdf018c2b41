// The report as one HTML page that needs nothing else: charts, tables, and what they were measured on.

import { barChart, legend } from "./charts.js";
import { hostLine } from "./host.js";
import { METHOD, type Report, type SuiteReport, variants } from "./report.js";
import { type Grid, gridsOf, notesOf } from "./table.js";

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1400px; margin: 2rem auto; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; font-size: 13px; margin: 1rem 0; }
td, th { padding: 3px 10px; text-align: right; border-bottom: 1px solid #ddd; white-space: nowrap; }
td:first-child, th:first-child { text-align: left; }
.wide { overflow-x: auto; }
.legend span { margin-right: 1.2em; }
.legend i { display: inline-block; width: 0.9em; height: 0.9em; margin-right: 0.4em; vertical-align: -0.1em; }
svg { max-width: 900px; height: auto; }`;

export function htmlPage({ host, quick, suites }: Report): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Lanewise benchmarks</title>
<style>${STYLE}</style>
<h1>Lanewise benchmarks</h1>
<p>${escapeText(hostLine(host))}, ${host.date.slice(0, 10)}${quick ? ". <b>A quick run: a look, not a measurement.</b>" : ""}</p>
<p>${escapeText(METHOD)}</p>
${suites.map(section).join("\n")}
</html>
`;
}

function section(suite: SuiteReport): string {
  const parts = gridsOf(suite).map(({ metric, grid }) => {
    const rows = suite.rows.filter((row) => row.metric === metric);
    return `<h3>${escapeText(metric)}</h3>\n${barChart(rows, metric)}\n${table(grid)}`;
  });
  const present = variants.filter((variant) => suite.rows.some(({ build }) => build === variant));
  const notes = notesOf(suite).map((note) => `<p>${escapeText(note)}</p>`);
  return `<h2>${escapeText(suite.name)}</h2>
<p>${escapeText(suite.title)}</p>
${[legend(present), ...parts, ...notes].join("\n")}`;
}

function table({ header, rows }: Grid): string {
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`).join("")}</tr>`;
  return `<div class="wide"><table>
${[line(header, "th"), ...rows.map((row) => line(row, "td"))].join("\n")}
</table></div>`;
}

function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
