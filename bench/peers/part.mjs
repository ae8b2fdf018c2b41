// One suite in a process of its own, started by main.mjs:   part.mjs <suite> <all | wide> <full | quick> <file>
// Writes { versions, absent, rows: [case, library to { median, min, max } of the suite's figure] }.

import { writeFile } from "node:fs/promises";
import { Gauge } from "../gauge.ts";
import { startEngines } from "../host.ts";
import { interleave } from "../interleave.ts";
import { peakLoops } from "../peak/peak.ts";
import { summarize } from "../statistics.ts";
import { startLanewise, startLibraries } from "./libraries/index.mjs";
import { suites } from "./work.mjs";

try {
  await main(...process.argv.slice(2));
  // Some libraries leave workers or timers behind.
  process.exit();
} catch (error) {
  // Not thrown: what tfjs-wasm has put in the way of uncaught errors would print its whole source.
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function main(name, gears, length, file) {
  const quick = length === "quick";
  const suite = suites.find((each) => each.name === name);
  const { engines, absent } = await startEngines(gears === "wide" ? "wide" : "ordinary");
  const libraries = await (gears === "wide" ? startLanewise : startLibraries)(engines);

  const [loop] = (await peakLoops("simd")).filter(({ shape }) => shape === "chain12x1");
  const gauge = new Gauge(
    () => {
      for (let i = 0; i < 8; i++) loop.run();
    },
    quick ? 10_000 : 120_000,
  );

  const rows = [];
  for (const { name: title, figure, prepare, large } of suite.cases) {
    if (large && quick) continue;
    const prepared = await prepare(libraries);
    const timing = quick ? { rounds: 5, slice: 4, warmUp: 100 } : { rounds: large ? 5 : 15, slice: 10, warmUp: 300 };
    const cases = [...prepared].map(([library, run]) => ({ name: library, run }));
    const timings = await interleave(cases, { ...timing, gauge });
    rows.push([title, Object.fromEntries(timings.map(({ name, rounds }) => [name, summarize(rounds.map(figure))]))]);
  }
  const versions = Object.fromEntries(libraries.map(({ name, version }) => [name, version]));
  await writeFile(file, JSON.stringify({ versions, absent: Object.fromEntries(absent), rows }));
}
