// Rates that stand still, for good or for a while.

import { ArgumentError, checkArity, checkOptions, describe } from "../../errors.js";
import { checkRate, defineSchedule, type Schedule } from "./schedule.js";

/** The same rate at every step. */
export function constant(learningRate: number): Schedule {
  checkArity("constant", arguments.length, 1);
  checkRate("constant: learningRate", learningRate);
  return defineSchedule("constant", { learningRate }, () => learningRate);
}

export interface PiecewiseConstantOptions {
  /** Steps in rising order, each the last of its piece. */
  readonly boundaries: readonly number[];
  /** The rate of each piece: one more than boundaries. */
  readonly values: readonly number[];
}

/** values[0] up to and including step boundaries[0], then values[1] up to and including boundaries[1], and so on. */
export function piecewiseConstant(options: PiecewiseConstantOptions): Schedule {
  checkArity("piecewiseConstant", arguments.length, 1);
  checkOptions("piecewiseConstant", options, ["boundaries", "values"]);
  const { boundaries, values } = options;
  if (!Array.isArray(boundaries) || boundaries.some((at, i) => !(at > (boundaries[i - 1] ?? -1)))) {
    throw new ArgumentError(
      `piecewiseConstant: boundaries must be rising steps from 0 on; received ${describe(boundaries)}.`,
    );
  }
  if (!Array.isArray(values) || values.length !== boundaries.length + 1) {
    throw new ArgumentError(
      `piecewiseConstant: values must hold one rate more than there are boundaries, ${boundaries.length + 1}; ` +
        `received ${describe(values)}.`,
    );
  }
  values.forEach((value, i) => {
    checkRate(`piecewiseConstant: values[${i}]`, value);
  });
  return defineSchedule("piecewiseConstant", options, (step) => {
    const piece = boundaries.filter((boundary) => step > boundary).length;
    return values[piece] as number;
  });
}
