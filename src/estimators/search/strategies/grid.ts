// Grid search: every combination.

import { ArgumentError, checkArity, describe } from "../../../errors.js";
import { type Candidates, proposalsOf, type Strategy } from "../strategy.js";

/** For each parameter its values. */
export type ParameterGrid = Readonly<Record<string, readonly unknown[]>>;

/**
 * Every combination of the values; of several grids those of each. The last parameter changes fastest. Combinations are
 * made one by one, so a grid may have any number of them up to 2^53.
 */
export function gridStrategy(grid: ParameterGrid | readonly ParameterGrid[]): Strategy {
  checkArity("gridStrategy", arguments.length, 1);
  const candidates = gridCandidates("gridStrategy", grid);
  return {
    name: "grid",
    settings: { grid },
    trials: candidates.count,
    *rounds() {
      yield proposalsOf(candidates);
    },
  };
}

export function gridCandidates(subject: string, grid: ParameterGrid | readonly ParameterGrid[]): Candidates {
  const grids: readonly ParameterGrid[] = Array.isArray(grid) ? grid : [grid];
  if (grids.length === 0 || grids.some((one) => typeof one !== "object" || one === null || Array.isArray(one))) {
    throw new ArgumentError(
      `${subject}: the grid must name parameters with lists of values; received ${describe(grid)}.`,
    );
  }
  const parts = grids.map((one) => {
    const axes = Object.entries(one).map(([name, values]) => {
      if (Array.isArray(values) && values.length > 0) return [name, [...values]] as const;
      const rule = "must have a non-empty list of values";
      throw new ArgumentError(`${subject}: parameter ${describe(name)} ${rule}; received ${describe(values)}.`);
    });
    if (axes.length === 0) {
      throw new ArgumentError(`${subject}: the grid must name at least one parameter; it is empty.`);
    }
    return { axes, count: axes.reduce((product, [, values]) => product * values.length, 1) };
  });
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  if (!Number.isSafeInteger(count)) {
    throw new ArgumentError(`${subject}: the grid must have at most 2^53 - 1 combinations; received about ${count}.`);
  }
  return {
    count,
    at: (i) => {
      let left = i;
      const { axes } = parts.find((part) => {
        if (left < part.count) return true;
        left -= part.count;
        return false;
      }) as (typeof parts)[number];
      const values = new Array<unknown>(axes.length);
      for (let j = axes.length - 1; j >= 0; j--) {
        const choices = (axes[j] as (typeof axes)[number])[1];
        values[j] = choices[left % choices.length];
        left = Math.floor(left / choices.length);
      }
      return Object.fromEntries(axes.map(([name], j) => [name, values[j]]));
    },
  };
}
