// The learning-rate range test: a short training at rising rates shows which are too small and which too large.

import { ArgumentError, checkArity, checkInteger, checkNumber, checkOptions, describe } from "../../errors.js";
import { Session } from "../../runtime/session.js";
import { power } from "./arithmetic.js";

export interface RangeTestOptions {
  /** Makes a step on the next batch at this rate; gives the loss before it. */
  readonly train: (learningRate: number) => number | Promise<number>;
  /** Whose variables are afterwards as they were: weights, slots, rates. Without it they stay trained. */
  readonly session?: Session;
  /** The first rate. Default 1e-6. */
  readonly from?: number;
  /** The last rate. Default 1. */
  readonly to?: number;
  /** Rates tried, each the same factor above the one before. Default 100. */
  readonly steps?: number;
  /** Share of the old value in the smoothed loss, in [0, 1). Default 0.9. */
  readonly smoothing?: number;
  /** Ends the test where the smoothed loss is so many times the lowest. Default 4. */
  readonly stopFactor?: number;
}

export interface RangeTest {
  readonly learningRates: readonly number[];
  readonly losses: readonly number[];
  /** Running means of the losses, without the pull of the first towards 0. */
  readonly smoothed: readonly number[];
  /** Where the smoothed loss falls fastest on the way to its lowest: a good rate to begin with. Null where it never falls. */
  readonly steepest: number | null;
  /** The rate of the lowest smoothed loss: from here on rates are too large. Null where there is no finite loss. */
  readonly lowest: number | null;
}

const NAMES = ["train", "session", "from", "to", "steps", "smoothing", "stopFactor"];

/**
 * Smith 2017, Cyclical Learning Rates; the smoothing is that of Adam's means. In a graph:
 *   learningRateRangeTest({ session, train: (rate) => session.run([loss, training], { ...next(), rate })[0].item() })
 * where `rate` is a placeholder that the optimizer has as its rate.
 */
export async function learningRateRangeTest(options: RangeTestOptions): Promise<RangeTest> {
  checkArity("learningRateRangeTest", arguments.length, 1);
  checkOptions("learningRateRangeTest", options, NAMES);
  const { train, session, from = 1e-6, to = 1, steps = 100, smoothing = 0.9, stopFactor = 4 } = options;
  if (typeof train !== "function") {
    throw new ArgumentError(`learningRateRangeTest: train must be a function; received ${describe(train)}.`);
  }
  if (session !== undefined && !(session instanceof Session)) {
    throw new ArgumentError(`learningRateRangeTest: session must be a Session; received ${describe(session)}.`);
  }
  checkNumber("learningRateRangeTest: from", from, 0, Infinity, true);
  checkNumber("learningRateRangeTest: to", to, from, Infinity, true);
  checkInteger("learningRateRangeTest: steps", steps, 2);
  if (typeof smoothing !== "number" || !(smoothing >= 0 && smoothing < 1)) {
    throw new ArgumentError(`learningRateRangeTest: smoothing must be in [0, 1); received ${describe(smoothing)}.`);
  }
  checkNumber("learningRateRangeTest: stopFactor", stopFactor, 1, Infinity, true);

  const variables = session?.graph.variables() ?? [];
  const before = session?.run(variables) ?? [];
  const learningRates: number[] = [];
  const losses: number[] = [];
  const smoothed: number[] = [];
  try {
    let mean = 0;
    let lowest = Infinity;
    for (let step = 0; step < steps; step++) {
      const rate = from * power(to / from, step / (steps - 1));
      const loss = await train(rate);
      if (typeof loss !== "number") {
        throw new ArgumentError(`learningRateRangeTest: train must give the loss; received ${describe(loss)}.`);
      }
      mean = smoothing * mean + (1 - smoothing) * loss;
      const value = mean / (1 - power(smoothing, step + 1));
      learningRates.push(rate);
      losses.push(loss);
      smoothed.push(value);
      lowest = Math.min(lowest, value);
      if (!(value <= stopFactor * lowest || lowest <= 0) || !Number.isFinite(value)) break;
    }
  } finally {
    session?.set(variables.map((variable, i) => [variable, before[i]] as never));
  }
  return { learningRates, losses, smoothed, ...suggestions(learningRates, smoothed) };
}

function suggestions(rates: readonly number[], smoothed: readonly number[]): Pick<RangeTest, "steepest" | "lowest"> {
  let lowest = -1;
  smoothed.forEach((value, i) => {
    if (Number.isFinite(value) && (lowest < 0 || value < (smoothed[lowest] as number))) lowest = i;
  });
  let steepest = -1;
  let fall = 0;
  for (let i = 1; i < lowest; i++) {
    // Rates rise by one factor, so that a difference between neighbours is a slope over the logarithm.
    const slope = (smoothed[i + 1] as number) - (smoothed[i - 1] as number);
    if (slope < fall) [fall, steepest] = [slope, i];
  }
  return { steepest: rates[steepest] ?? null, lowest: rates[lowest] ?? null };
}
