// One case on plain JavaScript and on every build, in turns with the peak loops, and the rows that come of it.

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
export const nanoseconds = (unit: string): Metric => ({ name: `ns/${unit}`, from: (ns) => ns });
export const microseconds = (unit: string): Metric => ({ name: `µs/${unit}`, from: (ns) => ns / 1e3 });

/** The fastest that a unit of work could be: some loops for each variant, timed in the same rounds, times an amount. */
export interface Limit {
  readonly loops: ReadonlyMap<Variant, readonly Case[]>;
  /** How many of the loops' units one unit of work amounts to. */
  readonly amount: number;
}

export interface Comparison {
  readonly suite: string;
  readonly case: string;
  readonly work: ReadonlyMap<Variant, Pick<Case, "run" | "units">>;
  readonly metrics: readonly Metric[];
  /** With it the rows tell their share of the limit. */
  readonly limit?: Limit | null;
}

/** The multiply-add peak of each build, for work of so many floating-point operations. */
export async function peakLimit(bench: Bench, flops: number): Promise<Limit> {
  return { loops: await bench.peaks(), amount: flops };
}

/** Memory moved at the speed of a copy, for work on so many bytes that moves `bytes`; null where there is no such loop. */
export async function copyLimit(bench: Bench, bytes: number, workingSet = bytes): Promise<Limit | null> {
  return sameForAll(bench, (await bench.bandwidth())?.copy(workingSet), bytes);
}

/** Memory read only, likewise. */
export async function readLimit(bench: Bench, bytes: number, workingSet = bytes): Promise<Limit | null> {
  return sameForAll(bench, (await bench.bandwidth())?.read(workingSet), bytes);
}

function sameForAll(bench: Bench, loop: Case | undefined, amount: number): Limit | null {
  return loop ? { loops: new Map([...bench.engines.keys()].map((build) => [build, [loop]])), amount } : null;
}

/** One row per variant and metric. */
export async function compare(bench: Bench, comparison: Comparison): Promise<Row[]> {
  const { suite, work, metrics, limit } = comparison;
  const present = variants.filter((variant) => work.has(variant));
  const loops = new Set(present.flatMap((variant) => limit?.loops.get(variant) ?? []));
  const cases = present.map((variant): Case => ({ ...(work.get(variant) as Case), name: variant }));
  const timings = await interleave([...cases, ...loops], bench.timing);
  const roundsOf = (i: number) => (timings[i] as Timing).rounds;
  const times = new Map(present.map((variant, i) => [variant, roundsOf(i)]));
  const ofLoop = new Map([...loops].map((loop, i) => [loop, roundsOf(present.length + i)]));

  return present.flatMap((build) => {
    const rounds = times.get(build) as readonly number[];
    const over = (other: Variant) => {
      const theirs = times.get(other);
      return theirs && other !== build ? ratios(theirs, rounds) : undefined;
    };
    const javascript = over("javascript");
    const scalar = build === "javascript" ? undefined : over("scalar");
    const least = fastest((limit?.loops.get(build) ?? []).map((loop) => ofLoop.get(loop) as readonly number[]));
    return metrics.map(
      ({ name, from }): Row => ({
        suite,
        case: comparison.case,
        build,
        metric: name,
        ...summarize(rounds.map(from)),
        ...(limit && least
          ? {
              peakFraction: ratios(
                least.map((time) => time * limit.amount),
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

/** Of the fastest loop in each round; undefined of none. */
function fastest(loops: readonly (readonly number[])[]): number[] | undefined {
  return loops[0]?.map((_, round) => Math.min(...loops.map((rounds) => rounds[round] as number)));
}
