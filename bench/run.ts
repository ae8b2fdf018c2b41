// One suite: engines, peaks and timing for it, then its tables.

import type { Engine, NamedBuild } from "../src/index.js";
import { Gauge } from "./gauge.js";
import { hostLine, startEngines, thisHost } from "./host.js";
import type { InterleaveOptions } from "./interleave.js";
import { fastestPeakLoops, type PeakLoop, peakLoops } from "./peak/peak.js";
import type { Row } from "./report.js";
import type { Suite } from "./suite.js";
import { formatRows } from "./table.js";

const full: InterleaveOptions = { rounds: 21, slice: 10, warmUp: 150 };
const short: InterleaveOptions = { rounds: 7, slice: 4, warmUp: 60 };

export async function runSuite(suite: Suite, quick: boolean): Promise<Row[]> {
  const engines = await startEngines();
  const gauge = new Gauge(await gaugeJob(engines));
  const timing = { ...(quick ? short : full), gauge };
  let found: Promise<ReadonlyMap<NamedBuild, readonly PeakLoop[]>> | undefined;
  const peaks = () => {
    found ??= findPeaks(engines.keys(), timing);
    return found;
  };

  console.log(`\n${suite.name}: ${suite.title}`);
  const absent = (["simd", "relaxed"] as const).filter((build) => !engines.has(build));
  if (absent.length > 0) console.log(`Left out, since this host does not support it: ${absent.join(", ")}.`);
  const rows = await suite.run({ engines, timing, quick, peaks });
  for (const metric of new Set(rows.map((row) => row.metric))) {
    console.log(`\n${suite.name}, ${metric}: median (min-max)${quick ? ", quick" : ""}\n${hostLine(thisHost())}\n`);
    console.log(formatRows(rows.filter((row) => row.metric === metric)));
  }
  if (gauge.turns > 0) {
    console.log(`\n${gauge.turns - gauge.disturbed} of ${gauge.turns} turns were measured on a calm machine.`);
  }
  return rows;
}

/** A third of a millisecond in registers, on whatever the host has. */
async function gaugeJob(engines: ReadonlyMap<NamedBuild, Engine>): Promise<() => unknown> {
  const loops = await peakLoops(engines.has("simd") ? "simd" : "scalar");
  const loop = loops.find(({ shape }) => shape === "chain12x1") as PeakLoop;
  return () => {
    for (let i = 0; i < 8; i++) loop.run();
  };
}

async function findPeaks(builds: Iterable<NamedBuild>, timing: InterleaveOptions) {
  const peaks = new Map<NamedBuild, readonly PeakLoop[]>();
  for (const build of builds) peaks.set(build, await fastestPeakLoops(build, timing));
  return peaks;
}
