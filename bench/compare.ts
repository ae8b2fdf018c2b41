// One case on plain JavaScript and on every build, in turns with the peak loops, and the rows that come of it.

import type { NamedBuild } from "../src/index.js";
import { type Case, interleave, type Timing } from "./interleave.js";
import { type Row, type Variant, variants } from "./report.js";
import { ratios, summarize } from "./statistics.js";
import type { Bench } from "./suite.js";

export interface Metric {
  readonly name: string;
  /** The figure from nanoseconds per unit of work. */
  readonly from: (nanoseconds: number) => number;
}

export const perSecond = (unit: string): Metric => ({ name: `${unit}/s`, from: (ns) => 1e9 / ns });
export const gigaflops = (flops: number): Metric => ({ name: "GFLOP/s", from: (ns) => flops / ns });
export const milliseconds = (unit: string): Metric => ({ name: `ms/${unit}`, from: (ns) => ns / 1e6 });
export const microseconds = (unit: string): Metric => ({ name: `µs/${unit}`, from: (ns) => ns / 1e3 });

export interface Comparison {
  readonly suite: string;
  readonly case: string;
  readonly work: ReadonlyMap<Variant, Pick<Case, "run" | "units">>;
  readonly metrics: readonly Metric[];
  /** Floating-point operations per unit of work; with them the rows tell the share of the peak. */
  readonly flops?: number;
}

/** One row per variant and metric. */
export async function compare(bench: Bench, comparison: Comparison): Promise<Row[]> {
  const { suite, work, metrics, flops } = comparison;
  const present = variants.filter((variant) => work.has(variant));
  const cases = present.map((variant): Case => ({ ...(work.get(variant) as Case), name: variant }));
  const loops = flops === undefined ? [] : [...(await bench.peaks())].filter(([build]) => work.has(build));
  const timings = await interleave([...cases, ...loops.flatMap(([, ofBuild]) => ofBuild)], bench.timing);

  const times = new Map<Variant, readonly number[]>();
  present.forEach((variant, i) => {
    times.set(variant, (timings[i] as Timing).rounds);
  });
  const peaks = new Map<Variant, readonly number[]>();
  let next = present.length;
  for (const [build, { length }] of loops) {
    peaks.set(build, bestOfRounds(timings.slice(next, next + length)));
    next += length;
  }

  return present.flatMap((build) => {
    const rounds = times.get(build) as readonly number[];
    const over = (other: Variant) => {
      const theirs = times.get(other);
      return theirs && other !== build ? ratios(theirs, rounds) : undefined;
    };
    const javascript = over("javascript");
    const scalar = build === "javascript" ? undefined : over("scalar");
    const peak = peaks.get(build);
    return metrics.map(
      ({ name, from }): Row => ({
        suite,
        case: comparison.case,
        build,
        metric: name,
        ...summarize(rounds.map(from)),
        ...(peak && flops !== undefined
          ? {
              peakFraction: ratios(
                peak.map((time) => time * flops),
                rounds,
              ).median,
            }
          : {}),
        ...(javascript || scalar
          ? { speedup: { ...(javascript ? { javascript } : {}), ...(scalar ? { scalar } : {}) } }
          : {}),
      }),
    );
  });
}

/** Nanoseconds per floating-point operation of the fastest loop in each round. */
function bestOfRounds(timings: readonly Timing[]): number[] {
  const [first] = timings as [Timing];
  return first.rounds.map((_, round) => Math.min(...timings.map(({ rounds }) => rounds[round] as number)));
}

/** The work of every build that the host has. */
export function onBuilds<T>(bench: Bench, make: (build: NamedBuild) => T): [NamedBuild, T][] {
  return [...bench.engines.keys()].map((build) => [build, make(build)]);
}
