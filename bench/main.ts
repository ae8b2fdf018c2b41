// npm run bench: the suites, their tables, and the JSON file. Each of several suites runs in a process of its own, so
// that none inherits the other's heap or what the engine has learnt about its calls.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArguments, usage } from "./arguments.js";
import { hostLine, startEngines, thisHost } from "./host.js";
import type { InterleaveOptions } from "./interleave.js";
import { fastestPeakLoops, type PeakLoop } from "./peak/peak.js";
import type { Report, Row } from "./report.js";
import type { Bench, Suite } from "./suite.js";
import { suites } from "./suites/index.js";
import { formatRows } from "./table.js";

const full: InterleaveOptions = { rounds: 21, slice: 10, warmUp: 150 };
const short: InterleaveOptions = { rounds: 7, slice: 4, warmUp: 60 };

async function main(): Promise<void> {
  const {
    suites: names,
    quick,
    json,
    help,
  } = parseArguments(
    process.argv.slice(2),
    suites.map(({ name }) => name),
  );
  if (help) {
    console.log(usage(suites));
    return;
  }
  const rows: Row[] = [];
  for (const name of names) {
    if (names.length > 1) rows.push(...(await runApart(name, quick)));
    else rows.push(...(await run(suites.find((suite) => suite.name === name) as Suite, quick)));
  }
  if (json !== null) {
    const report: Report = { host: thisHost(), rows };
    await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
    console.log(`Wrote ${json}.`);
  }
}

async function run(suite: Suite, quick: boolean): Promise<Row[]> {
  const engines = await startEngines();
  const timing = quick ? short : full;
  let peaks: Promise<ReadonlyMap<string, readonly PeakLoop[]>> | undefined;
  const bench: Bench = {
    engines,
    timing,
    quick,
    peaks: () => {
      peaks ??= findPeaks(engines.keys(), timing);
      return peaks as ReturnType<Bench["peaks"]>;
    },
  };
  console.log(`\n${suite.name}: ${suite.title}\n${hostLine(thisHost())}`);
  const absent = (["simd", "relaxed"] as const).filter((build) => !engines.has(build));
  if (absent.length > 0) console.log(`Left out, since this host does not support it: ${absent.join(", ")}.`);
  const rows = await suite.run(bench);
  for (const metric of new Set(rows.map((row) => row.metric))) {
    console.log(`\n${suite.name}, ${metric}: median (min-max)\n`);
    console.log(formatRows(rows.filter((row) => row.metric === metric)));
  }
  return rows;
}

async function findPeaks(builds: Iterable<Parameters<typeof fastestPeakLoops>[0]>, timing: InterleaveOptions) {
  const peaks = new Map<string, readonly PeakLoop[]>();
  for (const build of builds) peaks.set(build, await fastestPeakLoops(build, timing));
  return peaks;
}

/** The same program with one suite; its rows come back in a file. */
async function runApart(name: string, quick: boolean): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "lanewise-bench-"));
  const file = path.join(folder, "rows.json");
  try {
    const options = ["--suite", name, "--json", file, ...(quick ? ["--quick"] : [])];
    await new Promise<void>((resolve, reject) => {
      const program = [...process.execArgv, process.argv[1] as string, ...options];
      const child = execFile(process.execPath, program, (error) => (error ? reject(error) : resolve()));
      child.stdout?.pipe(process.stdout);
      child.stderr?.pipe(process.stderr);
    });
    const { rows } = JSON.parse(await readFile(file, "utf8")) as { rows: Row[] };
    return rows;
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
