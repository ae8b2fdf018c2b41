// What a schedule is, and the checks that schedules share.

import { ArgumentError, checkInteger, checkNumber, describe } from "../../errors.js";

/** The learning rate of a step, or of an epoch: whatever is counted, from 0 on. Depends on nothing else. */
export interface Schedule {
  (step: number): number;
  /** What makes it again, where it is one of the library's: the function's name and what it was called with. */
  readonly config?: ScheduleConfig;
}

export interface ScheduleConfig {
  readonly kind: string;
  readonly arguments: readonly unknown[];
}

/** A schedule from its formula and what its function was called with: steps are checked before they get there. */
export function defineSchedule(kind: string, given: readonly unknown[], formula: (step: number) => number): Schedule {
  const schedule = (step: number) => {
    checkInteger(`${kind}: step`, step, 0);
    return formula(step);
  };
  return Object.assign(schedule, { config: { kind, arguments: given } });
}

export function checkRate(subject: string, value: unknown): asserts value is number {
  checkNumber(subject, value, 0);
}

/** Fails unless `value` is greater than 0. */
export function checkPositive(subject: string, value: unknown): asserts value is number {
  checkNumber(subject, value, 0, Infinity, true);
}

/** Fails unless `value` is a number in [0, 1]. */
export function checkFraction(subject: string, value: unknown): asserts value is number {
  checkNumber(subject, value, 0, 1);
}

export function checkSchedule(subject: string, value: unknown): asserts value is Schedule {
  if (typeof value !== "function") {
    throw new ArgumentError(`${subject} must be a schedule, a function of the step; received ${describe(value)}.`);
  }
}
