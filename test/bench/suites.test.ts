// Every suite runs, its results agree with plain JavaScript, and it gives a row for each variant. How fast is not asked.

import { beforeAll, expect, test } from "vitest";
import { type Engines, startEngines } from "../../bench/host.js";
import { bandwidthLoops } from "../../bench/peak/bandwidth.js";
import { peakLoops } from "../../bench/peak/peak.js";
import type { Bench } from "../../bench/suite.js";
import { suites } from "../../bench/suites/index.js";

let bench: Bench;
let engines: Engines["engines"];

beforeAll(async () => {
  ({ engines } = await startEngines("ordinary"));
  const peaks = new Map(
    await Promise.all([...engines.keys()].map(async (build) => [build, (await peakLoops(build)).slice(0, 1)] as const)),
  );
  bench = {
    engines,
    timing: { rounds: 1, slice: 0, warmUp: 0 },
    quick: true,
    peaks: async () => peaks,
    bandwidth: () => bandwidthLoops(engines.has("simd")),
  };
}, 240_000);

/** cold needs a built package, calls has one build. */
const compared = suites.filter(({ name }) => !["cold", "calls"].includes(name));

test.each(compared)("$name", { timeout: 240_000 }, async ({ name, run }) => {
  const rows = await run(bench);
  const builds = new Set(rows.map(({ build }) => build));
  for (const build of engines.keys()) expect(builds).toContain(build);
  expect(builds.has("javascript")).toBe(!["peak", "profile", "transfer", "conv"].includes(name));
  for (const row of rows) {
    expect(row.suite).toBe(name);
    expect(Number.isFinite(row.median)).toBe(true);
    if (row.peakFraction !== undefined) expect(row.peakFraction).toBeGreaterThan(0);
  }
  const limited = ["gemm", "gemv", "memory", "step", "profile", "predict", "conv"].includes(name);
  expect(rows.some(({ peakFraction }) => peakFraction !== undefined)).toBe(limited);
});
