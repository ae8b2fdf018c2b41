// What a schedule is, and the checks that schedules share.

import { ArgumentError, checkInteger, checkNumber, describe } from "../errors.js";

/** The learning rate of a step, or of an epoch: whatever is counted, from 0 on. Depends on nothing else. */
export type Schedule = (step: number) => number;

/** A schedule from its formula: steps are checked before they get there. */
export function defineSchedule(name: string, formula: Schedule): Schedule {
  return (step) => {
    checkInteger(`${name}: step`, step, 0);
    return formula(step);
  };
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
