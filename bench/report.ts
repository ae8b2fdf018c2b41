// What the benches give: rows, one per case, build and metric, by suite.

import type { BuildName } from "../src/index.js";
import type { Host } from "./host.js";
import type { Summary } from "./statistics.js";

/** Our builds, and the wide gear: simd with neighbouring instructions joined to 256 bits by V8. */
export type Gear = BuildName;

/** Who does the work: plain JavaScript or one of ours. */
export type Variant = "javascript" | Gear;

export const variants: readonly Variant[] = ["javascript", "scalar", "simd", "relaxed", "wide"];

/** Variants as tables and charts name them. */
export const variantNames: Readonly<Record<Variant, string>> = {
  javascript: "plain JavaScript",
  scalar: "scalar",
  simd: "simd",
  relaxed: "relaxed",
  wide: "wide",
};

export interface Row extends Summary {
  readonly suite: string;
  readonly case: string;
  readonly build: Variant;
  /** Unit of the three figures: `GFLOP/s`, `steps/s`, `ms`, ... */
  readonly metric: string;
  /** Median share of what the suite's `limit` names, measured in the same rounds. */
  readonly peakFraction?: number;
  /** How many times as fast as others, round by round. */
  readonly speedup?: Partial<Readonly<Record<"javascript" | "scalar", Summary>>>;
}

/** The rows of one suite and what a reader has to know about them. */
export interface SuiteReport {
  readonly name: string;
  readonly title: string;
  /** What `peakFraction` is a share of. */
  readonly limit: string;
  readonly rows: readonly Row[];
  /** Variants that this host does not run, and why. */
  readonly absent: Readonly<Partial<Record<Variant, string>>>;
  /** How many turns were measured, and how many of them on a calm machine. */
  readonly turns: number;
  readonly calm: number;
}

export interface Report {
  readonly host: Host;
  readonly quick: boolean;
  readonly suites: readonly SuiteReport[];
}

/** The rows of both processes of a suite: of the second, those of the wide gear. */
export function joinReports(ordinary: SuiteReport, wide: SuiteReport): SuiteReport {
  const rows = [...ordinary.rows];
  for (const row of wide.rows.filter(({ build }) => build === "wide")) {
    const same = (other: Row) => other.case === row.case && other.metric === row.metric;
    rows.splice(rows.findLastIndex(same) + 1 || rows.length, 0, row);
  }
  return {
    ...ordinary,
    rows,
    absent: { ...ordinary.absent, ...wide.absent },
    turns: ordinary.turns + wide.turns,
    calm: ordinary.calm + wide.calm,
  };
}

/** The JSON file: { host, rows }, ratios left to the reader. */
export function reportJson({ host, suites }: Report): string {
  const rows = suites.flatMap(({ rows }) => rows.map(({ speedup: _, ...row }) => row));
  return `${JSON.stringify({ host, rows }, null, 2)}\n`;
}

/** How the figures were made, for people. */
export const METHOD =
  "Within a suite, all variants of a case take turns in slices of some milliseconds after a warm-up, so that each round " +
  "meets the same clock, heat and neighbours. Figures are medians of all rounds, with the least and the greatest; ratios " +
  "and shares are taken within each round. Results are checked against each other before anything is timed. One thread.";
