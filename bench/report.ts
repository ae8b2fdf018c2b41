// What a suite gives: rows, one per case, build and metric, as they stand in the JSON file; and their table.

import type { BuildName } from "../src/index.js";
import type { Host } from "./host.js";
import type { Summary } from "./statistics.js";
import { formatTable } from "./table.js";

/** Who does the work: plain JavaScript or one of our builds. */
export type Variant = "javascript" | BuildName;

export const variants: readonly Variant[] = ["javascript", "scalar", "simd", "relaxed"];

export interface Row extends Summary {
  readonly suite: string;
  readonly case: string;
  readonly build: Variant;
  /** Unit of the three figures: `GFLOP/s`, `steps/s`, `ms`, ... */
  readonly metric: string;
  /** Of the register-only multiply-add peak of the same build, measured in the same rounds. */
  readonly peakFraction?: number;
  /** How many times as fast as others, round by round. */
  readonly speedup?: { readonly javascript?: Summary; readonly scalar?: Summary };
}

export interface Report {
  readonly host: Host;
  readonly rows: readonly Row[];
}

/** Four significant digits, thousands set apart. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return value.toLocaleString("en-US", { maximumSignificantDigits: Math.abs(value) >= 1000 ? 15 : 4 }).replace(/\.\d{5,}$/, "");
}
