// What a suite is, and what it is given.

import type { Engine } from "../src/index.js";
import type { InterleaveOptions } from "./interleave.js";
import type { Bandwidth } from "./peak/bandwidth.js";
import type { PeakLoop } from "./peak/peak.js";
import type { Gear, Row, Variant } from "./report.js";

export interface Bench {
  /** What this host runs. */
  readonly engines: ReadonlyMap<Gear, Engine>;
  readonly timing: InterleaveOptions;
  /** Fewer and shorter rounds, fewer cases: a look, not a measurement. */
  readonly quick: boolean;
  /** The fastest peak loops of each build, found once. */
  peaks(): Promise<ReadonlyMap<Variant, readonly PeakLoop[]>>;
  /** Loops that read and copy memory; null where the host has no SIMD. */
  bandwidth(): Promise<Bandwidth | null>;
}

export interface Suite {
  readonly name: string;
  /** One line above the table: what is measured. */
  readonly title: string;
  /** What `peakFraction` is a share of, in tables after "%". Default "of peak". */
  readonly limit?: string;
  run(bench: Bench): Promise<Row[]>;
}
