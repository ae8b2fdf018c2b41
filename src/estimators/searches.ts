// The searches with cross-validation: every combination, random draws, successive halving, Hyperband, TPE. A strategy
// each; everything else is SearchCV's.

import { ArgumentError, checkInteger, checkNumber, describe } from "../errors.js";
import type { Ration, SearchableEstimator } from "./search/crossValidation.js";
import { readSpace, type SearchSpace } from "./search/space.js";
import { gridCandidates, gridStrategy, type ParameterGrid } from "./search/strategies/grid.js";
import { halvingOf, hyperbandStrategy, MIN_FACTOR } from "./search/strategies/halving.js";
import { draw, randomStrategy, settingsOf } from "./search/strategies/random.js";
import { type TpeOptions, tpeStrategy } from "./search/strategies/tpe.js";
import type { Strategy } from "./search/strategy.js";
import { readOptions, SearchCV, type SearchCVOptions } from "./searchCV.js";

type Grid = ParameterGrid | readonly ParameterGrid[];

const namesOf = (grid: Grid): string[] => [...new Set([grid].flat().flatMap((one) => Object.keys(one)))];

/** Tries every combination of a grid. */
export class GridSearchCV<E extends SearchableEstimator> extends SearchCV<E> {
  readonly #grid: Grid;

  constructor(estimator: E, grid: Grid, options: SearchCVOptions = {}) {
    super("GridSearchCV", estimator, readOptions("GridSearchCV", options, []), arguments.length);
    gridCandidates("GridSearchCV", grid);
    this.#grid = grid;
  }

  protected override strategy(): Strategy {
    return gridStrategy(this.#grid);
  }
  protected override get names(): readonly string[] {
    return namesOf(this.#grid);
  }
}

export interface RandomizedSearchOptions extends SearchCVOptions {
  /** How many draws. Default 10. */
  readonly nIter?: number;
  /** The seed. Default 0. */
  readonly randomState?: number;
}

/** Tries independent draws from lists and distributions. */
export class RandomizedSearchCV<E extends SearchableEstimator> extends SearchCV<E> {
  readonly #space: SearchSpace;
  readonly #strategy: Strategy;

  constructor(estimator: E, space: SearchSpace, options: RandomizedSearchOptions = {}) {
    super(
      "RandomizedSearchCV",
      estimator,
      readOptions("RandomizedSearchCV", options, ["nIter", "randomState"]),
      arguments.length,
    );
    readSpace("RandomizedSearchCV", space);
    const { nIter = 10, randomState = 0 } = options;
    checkInteger("RandomizedSearchCV: nIter", nIter, 1);
    this.#space = space;
    this.#strategy = randomStrategy(space, { trials: nIter, randomState });
  }

  protected override strategy(): Strategy {
    return this.#strategy;
  }
  protected override get names(): readonly string[] {
    return Object.keys(this.#space);
  }
}

export interface TPESearchOptions extends SearchCVOptions, TpeOptions {}

/** Lets the trials so far say where to look: the tree-structured Parzen estimator. */
export class TPESearchCV<E extends SearchableEstimator> extends SearchCV<E> {
  readonly #space: SearchSpace;
  readonly #strategy: Strategy;

  constructor(estimator: E, space: SearchSpace, options: TPESearchOptions = {}) {
    const own = ["trials", "startup", "batch", "gamma", "candidates", "randomState"];
    super("TPESearchCV", estimator, readOptions("TPESearchCV", options, own), arguments.length);
    this.#space = space;
    this.#strategy = tpeStrategy(
      space,
      Object.fromEntries(Object.entries(options).filter(([name]) => own.includes(name))),
    );
  }

  protected override strategy(): Strategy {
    return this.#strategy;
  }
  protected override get names(): readonly string[] {
    return Object.keys(this.#space);
  }
}

export interface RationedSearchOptions extends SearchCVOptions {
  /** What is rationed: "samples", or a parameter that counts work, such as "epochs". Default "samples". */
  readonly resource?: string;
  /** What every trial gets at least. Default: a ninth of maxResources. */
  readonly minResources?: number;
  /** What the last round gets. Default: all samples; needed for a parameter. */
  readonly maxResources?: number;
  /** One candidate in `factor` survives a round. Default 3. */
  readonly factor?: number;
  /** The seed. Default 0. */
  readonly randomState?: number;
}

const rationOptions = ["resource", "minResources", "maxResources", "factor", "randomState"];

abstract class RationedSearchCV<E extends SearchableEstimator> extends SearchCV<E> {
  protected readonly rationing: RationedSearchOptions;

  constructor(subject: string, estimator: E, given: number, options: RationedSearchOptions, own: readonly string[]) {
    super(subject, estimator, readOptions(subject, options, [...own, ...rationOptions]), given);
    const { resource = "samples", maxResources, minResources, factor = 3, randomState = 0 } = options;
    for (const [name, count] of Object.entries({ maxResources, minResources })) {
      if (count !== undefined) checkInteger(`${subject}: ${name}`, count, 1);
    }
    checkNumber(`${subject}: factor`, factor, MIN_FACTOR);
    checkInteger(`${subject}: randomState`, randomState, 0);
    if (typeof resource !== "string" || (resource !== "samples" && maxResources === undefined)) {
      throw new ArgumentError(
        `${subject}: resource must be "samples", or a parameter with maxResources given; received ${describe(resource)}.`,
      );
    }
    this.rationing = options;
  }

  protected resources(samples: number) {
    const { maxResources = samples, factor = 3, randomState = 0 } = this.rationing;
    const { minResources = Math.max(1, Math.floor(maxResources / 9)) } = this.rationing;
    return { minResources, maxResources, factor, randomState };
  }

  protected override ration(samples: number): Ration {
    const { resource = "samples", randomState = 0 } = this.rationing;
    return { resource, maxResources: this.resources(samples).maxResources, randomState };
  }

  /** The resource is a parameter too, unless it is samples. */
  protected withResource(names: readonly string[]): readonly string[] {
    const { resource = "samples" } = this.rationing;
    return resource === "samples" ? names : [...names, resource];
  }
}

export interface HalvingSearchOptions extends RationedSearchOptions {
  /** How many candidates are drawn; null takes every combination of a grid. Default null. */
  readonly nCandidates?: number | null;
}

/** Successive halving: all candidates get a little, the best go on with more, the others are pruned. */
export class HalvingSearchCV<E extends SearchableEstimator> extends RationedSearchCV<E> {
  readonly #space: Grid | SearchSpace;
  readonly #nCandidates: number | null;

  constructor(estimator: E, space: Grid | SearchSpace, options: HalvingSearchOptions = {}) {
    super("HalvingSearchCV", estimator, arguments.length, options, ["nCandidates"]);
    const { nCandidates = null } = options;
    if (nCandidates === null) gridCandidates("HalvingSearchCV", space as Grid);
    else {
      checkInteger("HalvingSearchCV: nCandidates", nCandidates, 1);
      readSpace("HalvingSearchCV", space as SearchSpace);
    }
    this.#space = space;
    this.#nCandidates = nCandidates;
  }

  protected override strategy(samples: number): Strategy {
    const { randomState, ...ration } = this.resources(samples);
    const drawn = this.#nCandidates;
    const candidates =
      drawn === null
        ? gridCandidates("HalvingSearchCV", this.#space as Grid)
        : draw(readSpace("HalvingSearchCV", this.#space as SearchSpace), drawn, randomState, "halving");
    return halvingOf("HalvingSearchCV", candidates, ration, () =>
      drawn === null ? { grid: this.#space } : { space: settingsOf(this.#space as SearchSpace), drawn, randomState },
    );
  }
  protected override get names(): readonly string[] {
    return this.withResource(namesOf(this.#space as Grid));
  }
}

/** Hyperband: brackets of successive halving, from many candidates with little to a few with everything. */
export class HyperbandSearchCV<E extends SearchableEstimator> extends RationedSearchCV<E> {
  readonly #space: SearchSpace;

  constructor(estimator: E, space: SearchSpace, options: RationedSearchOptions = {}) {
    super("HyperbandSearchCV", estimator, arguments.length, options, []);
    readSpace("HyperbandSearchCV", space);
    this.#space = space;
  }

  protected override strategy(samples: number): Strategy {
    return hyperbandStrategy(this.#space, this.resources(samples));
  }
  protected override get names(): readonly string[] {
    return this.withResource(Object.keys(this.#space));
  }
}
