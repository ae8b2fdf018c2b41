// Successive halving and Hyperband: many candidates get a little of a resource, the best go on with more, the others are
// pruned (Jamieson & Talwalkar 2016; Li et al. 2018).

import { ArgumentError, checkArity, checkInteger, checkNumber, checkOptions, describe } from "../../../errors.js";
import type { Parameters } from "../../parameters/parameterized.js";
import { readSpace, type SearchSpace } from "../space.js";
import { type Candidates, proposalsOf, type Rounds, type Strategy } from "../strategy.js";
import { draw, settingsOf } from "./random.js";

/** Nearer to 1, there would be more rounds than candidates. */
export const MIN_FACTOR = 1.1;

export interface RationOptions {
  /** What a trial gets at least: epochs, samples, whatever the budget means. */
  readonly minResources: number;
  /** What the last round gets at most. */
  readonly maxResources: number;
  /** One candidate in `factor` survives a round, with `factor` times the budget; at least 1.1. Default 3. */
  readonly factor?: number;
}

/** One rung after another until the budget reaches maxResources or one candidate is left. */
export function halvingStrategy(candidates: readonly Parameters[], options: RationOptions): Strategy {
  checkArity("halvingStrategy", arguments.length, 2);
  checkOptions("halvingStrategy", options, ["minResources", "maxResources", "factor"]);
  if (!Array.isArray(candidates) || candidates.length === 0) {
    throw new ArgumentError(`halvingStrategy: candidates must be a non-empty list; received ${describe(candidates)}.`);
  }
  const all = { count: candidates.length, at: (i: number) => candidates[i] as Parameters };
  return halvingOf("halvingStrategy", all, options, () => ({ candidates }));
}

/** The same with candidates that are made when they are asked for; `settings` are plain data that tell them apart. */
export function halvingOf(
  subject: string,
  candidates: Candidates,
  options: RationOptions,
  settings: () => object,
): Strategy {
  const { minResources, maxResources, factor } = readRation(subject, options);
  const rungs = rungsOf(candidates.count, minResources, maxResources, factor);
  return {
    name: "halving",
    get settings() {
      return { ...settings(), minResources, maxResources, factor };
    },
    trials: rungs.reduce((sum, { count }) => sum + count, 0),
    rounds: () => halve(candidates, rungs),
  };
}

export interface HyperbandOptions extends RationOptions {
  /** The seed. Default 0. */
  readonly randomState?: number;
}

/**
 * Brackets of successive halving, from many candidates with little each to a few with everything, since nobody knows
 * how much a candidate needs to show what it is worth.
 */
export function hyperbandStrategy(space: SearchSpace, options: HyperbandOptions): Strategy {
  checkArity("hyperbandStrategy", arguments.length, 2);
  checkOptions("hyperbandStrategy", options, ["minResources", "maxResources", "factor", "randomState"]);
  const { randomState = 0 } = options;
  checkInteger("hyperbandStrategy: randomState", randomState, 0);
  const { minResources, maxResources, factor } = readRation("hyperbandStrategy", options);
  const distributions = readSpace("hyperbandStrategy", space);
  const most = wholeLog(maxResources / minResources, factor);
  const brackets = Array.from({ length: most + 1 }, (_, i) => {
    const halvings = most - i;
    const count = Math.ceil(((most + 1) / (halvings + 1)) * factor ** halvings);
    const rungs = Array.from({ length: halvings + 1 }, (__, rung) => ({
      count: Math.max(1, Math.floor(count / factor ** rung)),
      budget: Math.max(1, Math.round(maxResources / factor ** (halvings - rung))),
    }));
    return { candidates: draw(distributions, count, randomState, `hyperband/${halvings}`), rungs };
  });
  return {
    name: "hyperband",
    settings: { space: settingsOf(space), minResources, maxResources, factor, randomState },
    trials: brackets.reduce((sum, { rungs }) => sum + rungs.reduce((inner, { count }) => inner + count, 0), 0),
    *rounds() {
      for (const { candidates, rungs } of brackets) yield* halve(candidates, rungs);
    },
  };
}

interface Rung {
  /** Candidates that are tried. */
  readonly count: number;
  /** What each of them gets. */
  readonly budget: number;
}

function* halve(candidates: Candidates, rungs: readonly Rung[]): Rounds {
  // The numbers of those that go on; at first all do.
  let alive: readonly number[] | null = null;
  for (const { count, budget } of rungs) {
    const round: readonly number[] | null = alive;
    const at = (i: number) => candidates.at(round === null ? i : (round[i] as number));
    const scores: readonly number[] = yield proposalsOf({ count, at }, budget);
    // The sort is stable: of equal scores, the earlier candidate goes on.
    const order = scores.map((_, i) => i).sort((a, b) => (scores[b] as number) - (scores[a] as number));
    alive = order.map((i) => (round === null ? i : (round[i] as number)));
  }
}

function rungsOf(candidates: number, minResources: number, maxResources: number, factor: number): Rung[] {
  const rounds =
    1 +
    Math.min(wholeLog(maxResources / minResources, factor), Math.ceil(Math.log(candidates) / Math.log(factor) - 1e-9));
  return Array.from({ length: rounds }, (_, rung) => ({
    count: Math.ceil(candidates / factor ** rung - 1e-9),
    budget: Math.round(minResources * factor ** rung),
  }));
}

function readRation(subject: string, options: RationOptions) {
  const { minResources, maxResources, factor = 3 } = options;
  checkInteger(`${subject}: minResources`, minResources, 1);
  checkInteger(`${subject}: maxResources`, maxResources, minResources);
  checkNumber(`${subject}: factor`, factor, MIN_FACTOR);
  return { minResources, maxResources, factor };
}

/** The greatest integer e with factor^e <= x, rounding errors of the logarithm forgiven. */
function wholeLog(x: number, factor: number): number {
  return Math.floor(Math.log(x) / Math.log(factor) + 1e-9);
}
