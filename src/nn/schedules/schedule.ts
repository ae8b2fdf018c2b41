// What a schedule is, and the checks that schedules share.

import { ArgumentError, checkInteger, checkNumber, describe } from "../../errors.js";
import { type Description, describedAs } from "../description.js";

/** The learning rate of a step, or of an epoch: whatever is counted, from 0 on. Depends on nothing else. */
export interface Schedule {
  (step: number): number;
  /** What makes it again, if it is one of the library's. */
  readonly config?: Description;
}

/** A schedule from its formula and the options that make it again: steps are checked before they get there. */
export function defineSchedule(kind: string, options: object, formula: (step: number) => number): Schedule {
  const schedule = (step: number) => {
    checkInteger(`${kind}: step`, step, 0);
    return formula(step);
  };
  return describedAs(kind, options, schedule);
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
