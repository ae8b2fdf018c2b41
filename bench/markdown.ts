// docs/BENCHMARKS.md: the tables of a run, and beside them those of other libraries (bench/peers).

import { type Host, hostLine } from "./host.js";
import { METHOD, type Report, type SuiteReport } from "./report.js";
import { type Grid, gridsOf, notesOf } from "./table.js";

const QUICK = " **A quick run: a look, not a measurement.**";

export function markdownPage({ host, quick, suites }: Report): string {
  return `# Benchmarks

Written by \`npm run bench -- --markdown docs/BENCHMARKS.md\` on ${host.date.slice(0, 10)}: ${hostLine(host)}.${quick ? QUICK : ""}

${METHOD} \`%\` columns are shares of what the machine can do at most: the register-only multiply-add loop of the same build
(peak), or a loop that copies or reads as many bytes from the same cache. \`npm run bench\` gives the figures of your machine.

${suites.map(section).join("\n\n")}
`;
}

function section(suite: SuiteReport): string {
  const parts = gridsOf(suite).map(({ metric, grid }) => `${metric}, median (min-max):\n\n${markdownTable(grid)}`);
  return [`## ${suite.name}`, `${suite.title}.`, ...parts, ...notesOf(suite)].join("\n\n");
}

/** Figures to the right, the first column to the left. */
export function markdownTable({ header, rows }: Grid): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), line(header.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** What bench/peers/main.mjs writes: tables ready to be shown, each with what is compared. */
export interface PeersReport {
  readonly host: Host;
  readonly quick: boolean;
  /** Libraries and their versions. */
  readonly versions: Readonly<Record<string, string>>;
  readonly sections: readonly { readonly title: string; readonly notes: string; readonly table: Grid }[];
}

export function peersSection({ host, quick, versions, sections }: PeersReport): string {
  const libraries = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const parts = sections.map(({ title, notes, table }) => `### ${title}\n\n${notes}\n\n${markdownTable(table)}`);
  return `## Other libraries

Written by \`npm run bench\` in bench/peers on ${host.date.slice(0, 10)}: ${hostLine(host)}.${quick ? QUICK : ""}
${libraries.join(", ")}.

${parts.join("\n\n")}
`;
}
