// Randomized search: independent draws, often better than a grid for the same cost (Bergstra & Bengio 2012).

import { checkArity, checkInteger, checkOptions } from "../../../errors.js";
import { RandomStream } from "../../../tensor/random.js";
import { type Distribution, readSpace, type SearchSpace, sample } from "../space.js";
import { type Candidates, proposalsOf, type Strategy } from "../strategy.js";

export interface RandomOptions {
  /** How many trials. Default 10. */
  readonly trials?: number;
  /** The seed. Default 0. */
  readonly randomState?: number;
}

export function randomStrategy(space: SearchSpace, options: RandomOptions = {}): Strategy {
  checkArity("randomStrategy", arguments.length, 2);
  checkOptions("randomStrategy", options, ["trials", "randomState"]);
  const { trials = 10, randomState = 0 } = options;
  checkInteger("randomStrategy: trials", trials, 1);
  checkInteger("randomStrategy: randomState", randomState, 0);
  const candidates = draw(readSpace("randomStrategy", space), trials, randomState, "random");
  return {
    name: "random",
    settings: { space: settingsOf(space), trials, randomState },
    trials,
    *rounds() {
      yield proposalsOf(candidates);
    },
  };
}

/** `count` draws; the i-th is a function of seed, stream and i, however many there are. */
export function draw(
  space: ReadonlyMap<string, Distribution>,
  count: number,
  randomState: number,
  stream: string,
): Candidates {
  return { count, at: (i) => sample(space, new RandomStream(randomState, `search/${stream}/${i}`)) };
}

/** A space as plain data. */
export function settingsOf(space: SearchSpace): object {
  return Object.fromEntries(
    Object.entries(space).map(([name, values]) => {
      const { kind, bounds } = values as Distribution;
      return [name, Array.isArray(values) ? values : { kind, bounds }];
    }),
  );
}
