// TPE, the tree-structured Parzen estimator (Bergstra et al. 2011): two densities are kept for each parameter, of the
// best trials so far (l) and of all others (g); the next trial is the draw from l for which l / g is largest.

import { checkArity, checkInteger, checkNumber, checkOptions } from "../../../errors.js";
import { RandomStream } from "../../../tensor/random.js";
import type { Parameters } from "../../parameters/parameterized.js";
import { type Distribution, readSpace, type SearchSpace } from "../space.js";
import { proposalsOf, type Strategy } from "../strategy.js";
import { draw, settingsOf } from "./random.js";

export interface TpeOptions {
  /** How many trials. Default 30. */
  readonly trials?: number;
  /** Random trials before the densities are used. Default 10. */
  readonly startup?: number;
  /** Trials proposed from the same knowledge, and so how many workers can be busy. Default 4. */
  readonly batch?: number;
  /** The share of trials that counts as good, in (0, 1). Default 0.1. */
  readonly gamma?: number;
  /** Draws from l among which the best is taken. Default 24. */
  readonly candidates?: number;
  /** The seed. Default 0. */
  readonly randomState?: number;
}

export function tpeStrategy(space: SearchSpace, options: TpeOptions = {}): Strategy {
  checkArity("tpeStrategy", arguments.length, 2);
  const subject = "tpeStrategy";
  checkOptions(subject, options, ["trials", "startup", "batch", "gamma", "candidates", "randomState"]);
  const { trials = 30, startup = 10, batch = 4, gamma = 0.1, candidates = 24, randomState = 0 } = options;
  for (const [name, value] of Object.entries({ trials, startup, batch, candidates })) {
    checkInteger(`${subject}: ${name}`, value, 1);
  }
  checkInteger(`${subject}: randomState`, randomState, 0);
  checkNumber(`${subject}: gamma`, gamma, 0, 0.999, true);
  const distributions = readSpace(subject, space);
  return {
    name: "tpe",
    settings: { space: settingsOf(space), trials, startup, batch, gamma, candidates, randomState },
    trials,
    *rounds() {
      const first = draw(distributions, Math.min(startup, trials), randomState, "tpe/startup");
      const scores = [...(yield proposalsOf(first))];
      const tried = scores.map((_, i) => first.at(i));
      while (tried.length < trials) {
        const { good, rest } = divide(tried, scores, gamma);
        const round: Parameters[] = [];
        while (round.length < batch && tried.length + round.length < trials) {
          const random = new RandomStream(randomState, `search/tpe/${tried.length + round.length}`);
          // What this round has already proposed counts as bad, so that it is not proposed twice.
          const others = [...rest, ...round];
          const propose = ([name, distribution]: readonly [string, Distribution]) => {
            const places = (trials: readonly Parameters[]) => trials.map((trial) => distribution.placeOf(trial[name]));
            return [name, choose(distribution, places(good), places(others), candidates, random)];
          };
          round.push(Object.fromEntries([...distributions].map(propose)));
        }
        tried.push(...round);
        scores.push(...(yield round.map((parameters) => ({ parameters }))));
      }
    },
  };
}

/** The best share of the trials, at least one, and the others. */
function divide(tried: readonly Parameters[], scores: readonly number[], gamma: number) {
  const order = [...tried.keys()].sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  const ranked = order.map((i) => tried[i] as Parameters);
  const count = Math.max(1, Math.ceil(gamma * tried.length));
  return { good: ranked.slice(0, count), rest: ranked.slice(count) };
}

function choose(
  distribution: Distribution,
  good: readonly number[],
  rest: readonly number[],
  candidates: number,
  random: RandomStream,
): unknown {
  const discrete = distribution.kind === "choice";
  const [l, g] = discrete
    ? [new Histogram(good, distribution.bounds.length), new Histogram(rest, distribution.bounds.length)]
    : [new Parzen(good), new Parzen(rest)];
  let best = 0;
  let gain = -Infinity;
  for (let i = 0; i < candidates; i++) {
    const u = l.draw(random);
    const ratio = Math.log(l.density(u)) - Math.log(g.density(u));
    if (ratio <= gain) continue;
    gain = ratio;
    best = u;
  }
  return distribution.at(best);
}

/** A density on [0, 1). */
interface Density {
  density(u: number): number;
  draw(random: RandomStream): number;
}

/** Equal cells with the counts of the places, and one more each, so that nothing is ever ruled out. */
class Histogram implements Density {
  readonly #weights: number[];

  constructor(places: readonly number[], cells: number) {
    this.#weights = new Array<number>(cells).fill(1 / (places.length + cells));
    for (const u of places) this.#weights[Math.floor(u * cells)]! += 1 / (places.length + cells);
  }

  density(u: number): number {
    return this.#weights[Math.floor(u * this.#weights.length)] as number;
  }

  draw(random: RandomStream): number {
    let left = random.uniform();
    const cell = this.#weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
    return ((cell < 0 ? this.#weights.length - 1 : cell) + 0.5) / this.#weights.length;
  }
}

/** A Gaussian around each place, as wide as the way to its neighbours, and a uniform one for what is unknown. */
class Parzen implements Density {
  readonly #centres: readonly number[];
  readonly #widths: readonly number[];

  constructor(places: readonly number[]) {
    const sorted = [...places].sort((a, b) => a - b);
    const least = 1 / Math.min(100, 2 + sorted.length);
    this.#centres = sorted;
    // At the ends only the inner neighbour counts, or the best places near a bound would be smeared over everything.
    this.#widths = sorted.map((u, i) => {
      const below = u - (sorted[i - 1] ?? u);
      const above = (sorted[i + 1] ?? u) - u;
      return sorted.length === 1 ? 1 : Math.max(least, below, above);
    });
  }

  density(u: number): number {
    const bumps = this.#centres.map((centre, i) => {
      const width = this.#widths[i] as number;
      return Math.exp(-0.5 * ((u - centre) / width) ** 2) / (width * Math.sqrt(2 * Math.PI));
    });
    return (1 + bumps.reduce((sum, bump) => sum + bump, 0)) / (1 + this.#centres.length);
  }

  draw(random: RandomStream): number {
    const component = random.below(this.#centres.length + 1);
    if (component === this.#centres.length) return random.uniform();
    // Polar method; what falls outside [0, 1) is drawn again.
    for (;;) {
      const [a, b] = [2 * random.uniform() - 1, 2 * random.uniform() - 1];
      const s = a * a + b * b;
      if (s >= 1 || s === 0) continue;
      const u =
        (this.#centres[component] as number) +
        (this.#widths[component] as number) * a * Math.sqrt((-2 * Math.log(s)) / s);
      if (u >= 0 && u < 1) return u;
    }
  }
}
