// One suite: engines, limits and timing for it.

import type { Engine } from "../src/index.js";
import { Gauge } from "./gauge.js";
import { type Gears, startEngines } from "./host.js";
import type { InterleaveOptions } from "./interleave.js";
import { bandwidthLoops } from "./peak/bandwidth.js";
import { fastestPeakLoops, type PeakLoop, peakLoops } from "./peak/peak.js";
import type { Gear, SuiteReport } from "./report.js";
import type { Suite } from "./suite.js";

const full: InterleaveOptions = { rounds: 21, slice: 10, warmUp: 150 };
const short: InterleaveOptions = { rounds: 7, slice: 4, warmUp: 60 };

/** Measures a suite; says what it does, prints no table. */
export async function runSuite(suite: Suite, gears: Gears, quick: boolean): Promise<SuiteReport> {
  const { engines, absent } = await startEngines(gears);
  const gauge = new Gauge(await gaugeJob(engines), quick ? 10_000 : 120_000);
  const timing = { ...(quick ? short : full), gauge };
  const peaks = once(() => findPeaks(engines.keys(), timing));
  const bandwidth = once(() => bandwidthLoops(engines.has("simd") || engines.has("wide")));

  const { name, title, limit = "of peak" } = suite;
  console.log(`\n${name}${gears === "wide" ? ", wide" : ""}: ${title}`);
  const rows = await suite.run({ engines, timing, quick, peaks, bandwidth });
  const { turns, disturbed } = gauge;
  return { name, title, limit, rows, absent: Object.fromEntries(absent), turns, calm: turns - disturbed };
}

/** The same promise at every call. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A third of a millisecond in registers, on whatever the host has. */
async function gaugeJob(engines: ReadonlyMap<Gear, Engine>): Promise<() => unknown> {
  const loops = await peakLoops(engines.size > 1 ? "simd" : "scalar");
  const loop = loops.find(({ shape }) => shape === "chain12x1") as PeakLoop;
  return () => {
    for (let i = 0; i < 8; i++) loop.run();
  };
}

async function findPeaks(builds: Iterable<Gear>, timing: InterleaveOptions) {
  const peaks = new Map<Gear, readonly PeakLoop[]>();
  for (const build of builds) peaks.set(build, await fastestPeakLoops(build, timing));
  return peaks;
}
