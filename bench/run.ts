// One suite: engines, peaks and timing for it, then its tables.

import type { BuildName } from "../src/index.js";
import { hostLine, startEngines, thisHost } from "./host.js";
import type { InterleaveOptions } from "./interleave.js";
import { fastestPeakLoops, type PeakLoop } from "./peak/peak.js";
import type { Row } from "./report.js";
import type { Suite } from "./suite.js";
import { formatRows } from "./table.js";

const full: InterleaveOptions = { rounds: 21, slice: 10, warmUp: 150 };
const short: InterleaveOptions = { rounds: 7, slice: 4, warmUp: 60 };

export async function runSuite(suite: Suite, quick: boolean): Promise<Row[]> {
  const engines = await startEngines();
  const timing = quick ? short : full;
  let found: Promise<ReadonlyMap<BuildName, readonly PeakLoop[]>> | undefined;
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
  return rows;
}

async function findPeaks(builds: Iterable<BuildName>, timing: InterleaveOptions) {
  const peaks = new Map<BuildName, readonly PeakLoop[]>();
  for (const build of builds) peaks.set(build, await fastestPeakLoops(build, timing));
  return peaks;
}
