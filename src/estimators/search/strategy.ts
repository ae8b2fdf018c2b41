// How a search chooses what to try. A strategy is a generator: it yields the trials of a round, all of which may run at
// the same time, is given their scores, and yields the next round or ends. Since it sees only whole rounds, what it
// proposes does not depend on how many workers there are or which of them is fastest.

import type { Parameters } from "../parameters/parameterized.js";

/** What is to be tried. */
export interface Proposal {
  readonly parameters: Parameters;
  /** How much of the resource the trial may use; undefined where the strategy does not ration. */
  readonly budget?: number;
}

/** A round may be a list or, so that a search of any size can begin, make each proposal when its turn comes. */
export type Rounds = Generator<Iterable<Proposal>, void, readonly number[]>;

export interface Strategy {
  readonly name: string;
  /** Plain data that tell one search from another, so that results are not mixed up on resuming. */
  readonly settings: object;
  /** How many trials there will be. */
  readonly trials: number;
  /** Begins anew. `next` is given the scores of the round, in its order; a failed trial's is -Infinity. */
  rounds(): Rounds;
}

/** Parameters by number, made when they are asked for, since there may be more than fit in memory. */
export interface Candidates {
  readonly count: number;
  at(i: number): Parameters;
}

/** The candidates from the first on, one proposal each. */
export function* proposalsOf({ count, at }: Candidates, budget?: number): Generator<Proposal> {
  for (let i = 0; i < count; i++) yield { parameters: at(i), ...(budget === undefined ? {} : { budget }) };
}
