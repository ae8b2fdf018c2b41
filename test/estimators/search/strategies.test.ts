// What strategies propose: worked out by hand, from the papers, and against random search.

import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { choice, intUniform, logUniform, type SearchSpace, uniform } from "../../../src/estimators/search/space.js";
import { gridStrategy } from "../../../src/estimators/search/strategies/grid.js";
import { halvingStrategy, hyperbandStrategy } from "../../../src/estimators/search/strategies/halving.js";
import { randomStrategy } from "../../../src/estimators/search/strategies/random.js";
import { tpeStrategy } from "../../../src/estimators/search/strategies/tpe.js";
import type { Proposal, Strategy } from "../../../src/estimators/search/strategy.js";
import { RandomStream } from "../../../src/tensor/random.js";
import { expectRefusal } from "../../support/expect-refusal.js";

/** All rounds of a strategy whose trials score by this function. */
function play(strategy: Strategy, score: (proposal: Proposal) => number): (readonly Proposal[])[] {
  const played: (readonly Proposal[])[] = [];
  const rounds = strategy.rounds();
  for (let round = rounds.next(); !round.done; ) {
    const proposals = [...round.value];
    played.push(proposals);
    round = rounds.next(proposals.map(score));
  }
  expect(played.flat()).toHaveLength(strategy.trials);
  return played;
}

describe("grid", () => {
  test("every combination, the last parameter fastest; several grids one after another", () => {
    const [round] = play(gridStrategy([{ a: [1, 2], b: ["x", "y"] }, { c: [true] }]), () => 0);
    expect(round?.map(({ parameters }) => parameters)).toEqual([
      { a: 1, b: "x" },
      { a: 1, b: "y" },
      { a: 2, b: "x" },
      { a: 2, b: "y" },
      { c: true },
    ]);
  });

  test("as many combinations as integers are exact", () => {
    const axis = Array.from({ length: 1000 }, (_, i) => i);
    const strategy = gridStrategy({ a: axis, b: axis, c: axis });
    expect(strategy.trials).toBe(1e9);
    const proposals = strategy.rounds().next().value as Iterable<Proposal>;
    const seen: unknown[] = [];
    for (const { parameters } of proposals) if (seen.push(parameters) === 1002) break;
    expect(seen[0]).toEqual({ a: 0, b: 0, c: 0 });
    expect(seen[1001]).toEqual({ a: 0, b: 1, c: 1 });
    expect(() => gridStrategy({ a: axis, b: axis, c: axis, d: axis, e: axis, f: axis })).toThrow(
      /at most 2\^53 - 1 combinations/,
    );
  });

  test.each([
    [() => gridStrategy({}), "gridStrategy: the grid must name at least one parameter; it is empty."],
    [
      () => gridStrategy({ alpha: [] }),
      'gridStrategy: parameter "alpha" must have a non-empty list of values; received [].',
    ],
    [
      () => gridStrategy({ alpha: 3 as unknown as number[] }),
      'gridStrategy: parameter "alpha" must have a non-empty list of values; received 3.',
    ],
    [() => gridStrategy([]), "gridStrategy: the grid must name parameters with lists of values; received []."],
  ])("refusal %#", (call, message) => expectRefusal(call, ArgumentError, message));
});

describe("distributions", () => {
  test("keep to their bounds, and places lead back", () => {
    const random = new RandomStream(1, "test");
    for (const distribution of [uniform(-2, 3), logUniform(1e-5, 10), intUniform(-3, 4), choice(["a", null, 7])]) {
      for (let i = 0; i < 500; i++) {
        const value = distribution.at(random.uniform());
        const [low, high] = distribution.bounds as [number, number];
        if (distribution.kind === "choice") expect(distribution.bounds).toContain(value);
        else expect(value as number).toBeGreaterThanOrEqual(low);
        if (distribution.kind !== "choice") expect(value as number).toBeLessThanOrEqual(high);
        const again = distribution.at(distribution.placeOf(value));
        if (typeof value === "number" && !Number.isInteger(value)) expect(again).toBeCloseTo(value, 9);
        else expect(again).toBe(value);
      }
    }
  });

  test("logUniform has as much below the geometric mean as above it", () => {
    const { at } = logUniform(1e-4, 1);
    expect(at(0.5)).toBeCloseTo(1e-2, 12);
    expect(at(0)).toBe(1e-4);
  });

  test("intUniform reaches both ends alike", () => {
    const random = new RandomStream(2, "test");
    const counts = [0, 0, 0];
    for (let i = 0; i < 3000; i++) counts[intUniform(0, 2).at(random.uniform()) as number]! += 1;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  test.each([
    [() => uniform(1, 1), "uniform: high must be a finite number greater than 1; received 1."],
    [() => logUniform(0, 1), "logUniform: low must be a finite number greater than 0; received 0."],
    [() => intUniform(3, 2), "intUniform: high must be an integer >= 3; received 2."],
    [() => choice([]), "choice: values must be a non-empty list; received []."],
    [
      () => randomStrategy({ a: [] }),
      'randomStrategy: parameter "a" must have a non-empty list of values or a distribution; received [].',
    ],
    [
      () => randomStrategy({}),
      "randomStrategy: the space must name parameters with their values or distributions; received an object.",
    ],
  ])("refusal %#", (call, message) => expectRefusal(call, ArgumentError, message));
});

describe("random", () => {
  const space = { a: uniform(0, 1), b: ["x", "y"] };

  test("the first draws are the same however many there are", () => {
    const drawn = (trials: number, randomState = 0) =>
      (play(randomStrategy(space, { trials, randomState }), () => 0)[0] as Proposal[]).map(
        ({ parameters }) => parameters,
      );
    expect(drawn(20).slice(0, 5)).toEqual(drawn(5));
    expect(drawn(5, 1)).not.toEqual(drawn(5));
    expect(new Set(drawn(20).map(({ a }) => a)).size).toBe(20);
  });
});

describe("successive halving", () => {
  const candidates = Array.from({ length: 9 }, (_, i) => ({ a: i }));
  const byA = ({ parameters }: Proposal) => parameters.a as number;

  test("a third goes on with three times as much, the best of it", () => {
    const rounds = play(halvingStrategy(candidates, { minResources: 10, maxResources: 100 }), byA);
    expect(rounds.map((round) => round.map(({ parameters }) => parameters.a))).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
      [8, 7, 6],
      [8],
    ]);
    expect(rounds.map(([first]) => first?.budget)).toEqual([10, 30, 90]);
  });

  test("the budget ends it before one is left", () => {
    const rounds = play(halvingStrategy(candidates, { minResources: 50, maxResources: 100, factor: 2 }), byA);
    expect(rounds.map((round) => round.length)).toEqual([9, 5]);
  });

  test("failed candidates are pruned first, equal ones by their order", () => {
    const rounds = play(halvingStrategy(candidates, { minResources: 1, maxResources: 3 }), ({ parameters }) =>
      parameters.a === 0 ? -Infinity : 1,
    );
    expect(rounds[1]?.map(({ parameters }) => parameters.a)).toEqual([1, 2, 3]);
  });
});

test("Hyperband has the brackets of the paper for R = 81, factor 3", () => {
  const rounds = play(hyperbandStrategy({ a: uniform(0, 1) }, { minResources: 1, maxResources: 81 }), () => 0);
  // Li et al. 2018, table 1, with n = ceil((s_max + 1) / (s + 1) * 3^s), their equation (the table rounds down).
  expect(rounds.map((round) => [round.length, round[0]?.budget])).toEqual([
    [81, 1],
    [27, 3],
    [9, 9],
    [3, 27],
    [1, 81],
    [34, 3],
    [11, 9],
    [3, 27],
    [1, 81],
    [15, 9],
    [5, 27],
    [1, 81],
    [8, 27],
    [2, 81],
    [5, 81],
  ]);
});

describe("TPE", () => {
  const space: SearchSpace = { x: uniform(-5, 5), rate: logUniform(1e-5, 1), kind: ["a", "b", "c"] };
  /** Best at x = 2, rate = 0.01, kind b: 0. */
  const objective = ({ parameters: { x, rate, kind } }: Proposal) =>
    -(((x as number) - 2) ** 2) - Math.log10((rate as number) / 0.01) ** 2 - (kind === "b" ? 0 : 3);
  const best = (strategy: Strategy) => Math.max(...play(strategy, objective).flat().map(objective));
  const mean = (make: (randomState: number) => Strategy) => {
    const seeds = Array.from({ length: 20 }, (_, i) => i);
    return seeds.reduce((sum, seed) => sum + best(make(seed)), 0) / seeds.length;
  };

  test("finds better ones than random search with as many trials", () => {
    const random = mean((randomState) => randomStrategy(space, { trials: 60, randomState }));
    const tpe = mean((randomState) => tpeStrategy(space, { trials: 60, randomState }));
    expect(tpe).toBeGreaterThan(random / 3); // both are negative: less than a third as far from the best
  });

  test("asks for rounds that do not depend on anything but scores and seed", () => {
    const settings = { trials: 23, startup: 6, batch: 5, randomState: 3 };
    const rounds = play(tpeStrategy(space, settings), objective);
    expect(rounds.map((round) => round.length)).toEqual([6, 5, 5, 5, 2]);
    expect(play(tpeStrategy(space, settings), objective)).toEqual(rounds);
    expect(play(tpeStrategy(space, settings), (proposal) => -objective(proposal))).not.toEqual(rounds);
  });

  test("survives failed trials", () => {
    const rounds = play(tpeStrategy(space, { trials: 30 }), (proposal) =>
      proposal.parameters.kind === "a" ? -Infinity : objective(proposal),
    );
    const late = rounds.slice(3).flat();
    expect(late.filter(({ parameters }) => parameters.kind === "a").length).toBeLessThan(late.length / 3);
  });
});
