// What a suite is, and what it is given.

import type { Engine, NamedBuild } from "../src/index.js";
import type { InterleaveOptions } from "./interleave.js";
import type { PeakLoop } from "./peak/peak.js";
import type { Row } from "./report.js";

export interface Bench {
  /** The builds that this host supports. */
  readonly engines: ReadonlyMap<NamedBuild, Engine>;
  readonly timing: InterleaveOptions;
  /** Fewer and shorter rounds, fewer cases: a look, not a measurement. */
  readonly quick: boolean;
  /** The fastest peak loops of each build, found once. */
  peaks(): Promise<ReadonlyMap<NamedBuild, readonly PeakLoop[]>>;
}

export interface Suite {
  readonly name: string;
  /** One line above the table: what is measured. */
  readonly title: string;
  run(bench: Bench): Promise<Row[]>;
}
