// Grid search: every combination.

import { ArgumentError, describe } from "../../errors.js";
import type { Parameters } from "../../parameters/parameterized.js";
import type { Strategy } from "../strategy.js";

/** For each parameter its values. */
export type ParameterGrid = Readonly<Record<string, readonly unknown[]>>;

/** Every combination of the values; of several grids those of each. The last parameter changes fastest. */
export function gridStrategy(grid: ParameterGrid | readonly ParameterGrid[]): Strategy {
  const candidates = gridCandidates("gridStrategy", grid);
  return {
    name: "grid",
    settings: { grid },
    trials: candidates.length,
    *rounds() {
      yield candidates.map((parameters) => ({ parameters }));
    },
  };
}

export function gridCandidates(subject: string, grid: ParameterGrid | readonly ParameterGrid[]): Parameters[] {
  const grids: readonly ParameterGrid[] = Array.isArray(grid) ? grid : [grid];
  if (grids.length === 0 || grids.some((one) => typeof one !== "object" || one === null || Array.isArray(one))) {
    throw new ArgumentError(
      `${subject}: the grid must name parameters with lists of values; received ${describe(grid)}.`,
    );
  }
  return grids.flatMap((one) => {
    const names = Object.keys(one);
    if (names.length === 0)
      throw new ArgumentError(`${subject}: the grid must name at least one parameter; it is empty.`);
    return names.reduce<Parameters[]>(
      (partial, name) => {
        const values = one[name];
        if (!Array.isArray(values) || values.length === 0) {
          const rule = "must have a non-empty list of values";
          throw new ArgumentError(`${subject}: parameter ${describe(name)} ${rule}; received ${describe(values)}.`);
        }
        return partial.flatMap((parameters) => values.map((value) => ({ ...parameters, [name]: value })));
      },
      [{}],
    );
  });
}
