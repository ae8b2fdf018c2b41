// A rising start before any other schedule.

import { checkArity, checkInteger, checkOptions } from "../../errors.js";
import { checkFraction, checkSchedule, defineSchedule, type Schedule } from "./schedule.js";

export interface WarmUpOptions {
  /** Steps of the rise. */
  readonly steps: number;
  /** The rate at step 0, as a fraction of the schedule's first. Default 0. */
  readonly startFactor?: number;
}

/** Rises in a straight line to the schedule's first rate, reached at step `steps`, where the schedule begins. */
export function warmUp(schedule: Schedule, options: WarmUpOptions): Schedule {
  checkArity("warmUp", arguments.length, 2);
  checkOptions("warmUp", options, ["steps", "startFactor"]);
  const { steps, startFactor = 0 } = options;
  checkSchedule("warmUp: schedule", schedule);
  checkInteger("warmUp: steps", steps, 1);
  checkFraction("warmUp: startFactor", startFactor);
  return defineSchedule("warmUp", { schedule, ...options }, (step) => {
    if (step >= steps) return schedule(step - steps);
    return schedule(0) * (startFactor + ((1 - startFactor) * step) / steps);
  });
}
