// npm run bench: the suites one after the other, their tables, and the files asked for. Each runs in a process of its own, so
// that none inherits another's heap or what the engine has learnt about its calls.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArguments, usage } from "./arguments.js";
import { type Gears, thisHost } from "./host.js";
import { htmlPage } from "./html.js";
import { markdownPage, type PeersReport, peersSection } from "./markdown.js";
import { joinReports, type Report, reportJson, type SuiteReport } from "./report.js";
import { suites } from "./suites/index.js";
import { formatSuite } from "./table.js";

const peersFile = new URL("peers/results.json", import.meta.url);
const part = fileURLToPath(new URL("part.ts", import.meta.url));

async function main(): Promise<void> {
  const known = suites.map(({ name }) => name);
  const { suites: names, quick, json, html, markdown, help } = parseArguments(process.argv.slice(2), known);
  if (help) {
    console.log(usage(suites));
    return;
  }
  const host = thisHost();
  const reports: SuiteReport[] = [];
  for (const name of names) {
    const ordinary = await runApart(name, "ordinary", quick);
    const suite = "wide" in ordinary.absent ? ordinary : joinReports(ordinary, await runApart(name, "wide", quick));
    console.log(`\n${formatSuite(suite, host, quick)}`);
    reports.push(suite);
  }
  const report: Report = { host, quick, suites: reports };
  const write = async (file: string | null, text: (report: Report) => string | Promise<string>) => {
    if (file === null) return;
    await writeFile(file, await text(report));
    console.log(`\nWrote ${file}.`);
  };
  await write(json, reportJson);
  await write(html, htmlPage);
  await write(markdown, async () => `${markdownPage(report)}${await readPeers()}`);
}

/** The part about other libraries, where it has been measured. */
async function readPeers(): Promise<string> {
  const text = await readFile(peersFile, "utf8").catch(() => null);
  return text === null ? "" : `\n${peersSection(JSON.parse(text) as PeersReport)}`;
}

async function runApart(name: string, gears: Gears, quick: boolean): Promise<SuiteReport> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "lanewise-bench-"));
  const file = path.join(folder, "report.json");
  try {
    // execArgv holds what makes Node read TypeScript.
    const program = [...process.execArgv, part, name, gears, quick ? "quick" : "full", file];
    const child = spawn(process.execPath, program, { stdio: "inherit" });
    const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
    if (code !== 0) throw new Error(`bench: the suite ${name} has failed.`);
    return JSON.parse(await readFile(file, "utf8"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
