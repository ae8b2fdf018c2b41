// Comparing on a noisy machine: all cases take turns in short slices, so that each round meets the same neighbours,
// clock and heat, and a ratio is taken within a round. Every figure that is compared with another comes from here.

import type { Gauge } from "./gauge.js";

/** What is measured. */
export interface Case {
  readonly name: string;
  /** Units of work in one call, such as training steps. Default 1. */
  readonly units?: number;
  /** One call; a promise is waited for. */
  readonly run: () => unknown;
}

/** Nanoseconds per unit of work, one figure per round. */
export interface Timing {
  readonly name: string;
  readonly rounds: readonly number[];
}

export interface InterleaveOptions {
  /** Default 15. */
  readonly rounds?: number;
  /** Milliseconds that a case runs in one turn; at least one call. Default 10. */
  readonly slice?: number;
  /** Milliseconds of warm-up per case, at least. Default 150. */
  readonly warmUp?: number;
  /** Starts a watch that tells elapsed milliseconds. Default `startWatch`; tests bring their own. */
  readonly watch?: () => () => number;
  /** Tells when the machine is disturbed: a turn before or after which it is, is tried again. Default: none. */
  readonly gauge?: Pick<Gauge, "calm" | "untilCalm" | "turns" | "disturbed">;
}

/**
 * Elapsed time less what other processes took of it: the clock on the wall, or the processor time of this process where
 * that is shorter. Work on one thread takes as long by either as long as it has its processor to itself.
 */
export function startWatch(): () => number {
  const cpu = process.cpuUsage();
  const start = performance.now();
  return () => {
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    return Math.min(wall, (user + system) / 1000);
  };
}

/** Warm-up ends when no case has become faster by this factor for so many rounds, or at this multiple of its length. */
const FASTER = 0.97;
const QUIET_ROUNDS = 3;
const MOST_WARM_UP = 6;

/** Milliseconds per call that are believed at least: the clock of the processor may stand still during a short one. */
const LEAST = 1e-4;

/** A turn that is disturbed is tried so often; then the fastest try counts. */
const TRIES = 6;

/**
 * Times the cases in turn, round after round, once they run at full speed: engines run code slowly first and compile
 * it in the background while it runs, so the warm-up takes turns as well.
 */
export async function interleave(cases: readonly Case[], options: InterleaveOptions = {}): Promise<Timing[]> {
  const { rounds = 15, slice = 10, warmUp = 150, watch = startWatch, gauge } = options;
  const best = cases.map(() => Number.POSITIVE_INFINITY);
  const spent = cases.map(() => 0);
  const turn = async (i: number): Promise<number> => {
    const { run } = cases[i] as Case;
    const guess = best[i] as number;
    const calls = Math.max(1, Math.round(guess === Number.POSITIVE_INFINITY ? 1 : slice / guess));
    const elapsed = watch();
    for (let call = 0; call < calls; call++) {
      const result = run();
      if (result instanceof Promise) await result;
    }
    const time = elapsed();
    spent[i] = (spent[i] as number) + time;
    return time / calls;
  };

  for (let quiet = 0; quiet < QUIET_ROUNDS || spent.some((time) => time < warmUp); quiet++) {
    if (spent.every((time) => time > warmUp * MOST_WARM_UP)) break;
    for (let i = 0; i < cases.length; i++) {
      const time = Math.max(await turn(i), LEAST);
      if (time < (best[i] as number) * FASTER) quiet = -1;
      best[i] = Math.min(best[i] as number, time);
    }
  }

  const calmTurn = async (i: number): Promise<number> => {
    if (!gauge) return turn(i);
    gauge.turns++;
    let fastest = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      await gauge.untilCalm();
      const time = await turn(i);
      if (gauge.calm()) return time;
      fastest = Math.min(fastest, time);
    }
    gauge.disturbed++;
    return fastest;
  };

  const timings = cases.map(({ name }) => ({ name, rounds: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another case, so that none always follows the same neighbour's cold caches.
    for (let offset = 0; offset < cases.length; offset++) {
      const i = (round + offset) % cases.length;
      const { units = 1 } = cases[i] as Case;
      timings[i]?.rounds.push(((await calmTurn(i)) * 1e6) / units);
    }
  }
  return timings;
}
