// Rows from times that are known beforehand: a clock that stands still but while a case runs.

import { expect, test } from "vitest";
import { compare, gigaflops, milliseconds, peakLimit, perSecond } from "../../bench/compare.js";
import type { Row, Variant } from "../../bench/report.js";
import type { Bench } from "../../bench/suite.js";

function fakeBench() {
  let now = 0;
  const spend = (milliseconds: number) => () => {
    now += milliseconds;
  };
  const watch = () => {
    const start = now;
    return () => now - start;
  };
  // Two loops per build; the faster makes 10^6 operations in 1 ms: 1 GFLOP/s.
  const loops = [2, 1].map((time) => ({ name: "", shape: "", units: 1e6, run: spend(time) }));
  const bench: Bench = {
    engines: new Map(),
    timing: { rounds: 3, slice: 1, warmUp: 0, watch },
    quick: true,
    peaks: async () => new Map([["simd", loops]]),
    bandwidth: async () => null,
  };
  return { bench, spend };
}

test("one row per variant and metric, with ratios and share of the peak", async () => {
  const { bench, spend } = fakeBench();
  const work = new Map<Variant, { run: () => void; units?: number }>([
    ["simd", { run: spend(4), units: 2 }],
    ["javascript", { run: spend(40) }],
    ["scalar", { run: spend(8) }],
  ]);
  const rows = await compare(bench, {
    suite: "s",
    case: "c",
    work,
    limit: await peakLimit(bench, 1e6),
    metrics: [perSecond("steps"), milliseconds("step"), gigaflops(1e6)],
  });
  const only = (median: number) => ({ median, min: median, max: median });
  const of = (build: Variant, metric: string, median: number): Row => ({
    suite: "s",
    case: "c",
    build,
    metric,
    ...only(median),
  });
  expect(rows.slice(0, 3)).toEqual([
    of("javascript", "steps/s", 25),
    of("javascript", "ms/step", 40),
    of("javascript", "GFLOP/s", 0.025),
  ]);
  expect(rows[3]).toEqual({ ...of("scalar", "steps/s", 125), speedup: { javascript: only(5) } });
  expect(rows[8]).toEqual({
    ...of("simd", "GFLOP/s", 0.5),
    peakFraction: 0.5,
    speedup: { javascript: only(20), scalar: only(4) },
  });
  expect(rows).toHaveLength(9);
});

test("without operations to count there is no share of the peak", async () => {
  const { bench, spend } = fakeBench();
  const work = new Map<Variant, { run: () => void }>([["simd", { run: spend(1) }]]);
  const [row] = await compare(bench, { suite: "s", case: "c", work, metrics: [perSecond("steps")] });
  expect(row).toEqual({ suite: "s", case: "c", build: "simd", metric: "steps/s", median: 1000, min: 1000, max: 1000 });
});
