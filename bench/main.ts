// npm run bench: the suites one after the other, their tables, and the JSON file. Each runs in a process of its own, so
// that none inherits another's heap or what the engine has learnt about its calls.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArguments, usage } from "./arguments.js";
import { thisHost } from "./host.js";
import type { Report, Row } from "./report.js";
import { suites } from "./suites/index.js";

const part = fileURLToPath(new URL("part.ts", import.meta.url));

async function main(): Promise<void> {
  const known = suites.map(({ name }) => name);
  const { suites: names, quick, json, help } = parseArguments(process.argv.slice(2), known);
  if (help) {
    console.log(usage(suites));
    return;
  }
  const rows: Row[] = [];
  for (const name of names) rows.push(...(await runApart(name, quick)));
  if (json !== null) {
    const report: Report = { host: thisHost(), rows };
    await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
    console.log(`\nWrote ${json}.`);
  }
}

async function runApart(name: string, quick: boolean): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "lanewise-bench-"));
  const file = path.join(folder, "rows.json");
  try {
    // execArgv holds what makes Node read TypeScript.
    const program = [...process.execArgv, part, name, quick ? "quick" : "full", file];
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
