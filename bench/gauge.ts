// Whether the machine has its full speed just now. On a shared one a neighbour on the other half of the core slows
// every loop by a quarter to a half, some more than others, for milliseconds or minutes: what is measured then says
// more about the neighbour than about the code.

import { setTimeout } from "node:timers/promises";
import { startWatch } from "./interleave.js";

/** A run of the job slower than the fastest one by this factor means that the machine is not calm. */
const CALM = 1.06;

/** Times a short job that is always the same and needs the whole core. */
export class Gauge {
  readonly #job: () => unknown;
  readonly #watch: () => () => number;
  #best = Number.POSITIVE_INFINITY;
  #patience: number;
  /** Turns that were measured, and those among them that were disturbed each time they were tried. */
  turns = 0;
  disturbed = 0;

  /**
   * `job`: some tenths of a millisecond of register work. `patience`: milliseconds to wait for a calm machine, all waits
   * together.
   */
  constructor(job: () => unknown, patience: number, watch: () => () => number = startWatch) {
    this.#job = job;
    this.#patience = patience;
    this.#watch = watch;
  }

  calm(): boolean {
    const elapsed = this.#watch();
    this.#job();
    const time = elapsed();
    this.#best = Math.min(this.#best, time);
    return time <= this.#best * CALM;
  }

  /** Waits until the machine is calm, as long as there is patience left. */
  async untilCalm(): Promise<void> {
    while (!this.calm() && this.#patience > 0) {
      const start = performance.now();
      await setTimeout(10);
      this.#patience -= performance.now() - start;
    }
  }
}
