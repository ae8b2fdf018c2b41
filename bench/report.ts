// What the benches give: rows, one per case, build and metric. The JSON file is { host, rows }.

import type { NamedBuild } from "../src/index.js";
import type { Host } from "./host.js";
import type { Summary } from "./statistics.js";

/** Who does the work: plain JavaScript or one of our builds. */
export type Variant = "javascript" | NamedBuild;

export const variants: readonly Variant[] = ["javascript", "scalar", "simd", "relaxed"];

export interface Row extends Summary {
  readonly suite: string;
  readonly case: string;
  readonly build: Variant;
  /** Unit of the three figures: `GFLOP/s`, `steps/s`, `ms`, ... */
  readonly metric: string;
  /** Median share of the register-only multiply-add peak of the same build, measured in the same rounds. */
  readonly peakFraction?: number;
  /** How many times as fast as others, round by round. */
  readonly speedup?: Partial<Readonly<Record<"javascript" | "scalar", Summary>>>;
}

export interface Report {
  readonly host: Host;
  readonly rows: readonly Row[];
}
