// Studies: the same results whatever the runner, failures, journals of searches that were killed at any moment.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ArgumentError, DataError, StateError } from "../../src/errors.js";
import { searchProgress } from "../../src/search/progress.js";
import { SearchResults } from "../../src/search/results.js";
import { uniform } from "../../src/search/space.js";
import { gridStrategy } from "../../src/search/strategies/grid.js";
import { halvingStrategy } from "../../src/search/strategies/halving.js";
import { randomStrategy } from "../../src/search/strategies/random.js";
import { tpeStrategy } from "../../src/search/strategies/tpe.js";
import { type StudyProgress, search } from "../../src/search/study.js";
import type { Objective, Trial, TrialResult, TrialRunner } from "../../src/search/trial.js";

const folder = mkdtempSync(path.join(tmpdir(), "lanewise-search-"));
afterAll(() => rmSync(folder, { recursive: true }));

const space = { x: uniform(-1, 1) };
const parabola: Objective = ({ x }: { x: number }) => -((x - 0.3) ** 2);

/** Runs several trials at a time, which end in another order than they began. */
function shuffledRunner(concurrency: number, objective: Objective): TrialRunner & { mostAtOnce: number } {
  let running = 0;
  const runner = {
    concurrency,
    mostAtOnce: 0,
    run: async ({ number, parameters, budget }: Trial) => {
      running++;
      runner.mostAtOnce = Math.max(runner.mostAtOnce, running);
      await new Promise((resolve) => setTimeout(resolve, (number * 7) % 5));
      running--;
      return { score: (await objective(parameters as never, { number, budget })) as number };
    },
    close: async () => {},
  };
  return runner;
}

const withoutTime = (results: SearchResults) => results.trials.map(({ seconds, ...rest }: TrialResult) => rest);

describe("results", () => {
  test.each([1, 2, 3, 8])("are the same with %d trials at a time", async (concurrency) => {
    for (const strategy of [
      randomStrategy(space, { trials: 12 }),
      tpeStrategy(space, { trials: 14, startup: 4 }),
      halvingStrategy(
        Array.from({ length: 9 }, (_, i) => ({ x: i / 9 })),
        { minResources: 1, maxResources: 9 },
      ),
    ]) {
      const runner = shuffledRunner(concurrency, parabola);
      const parallel = await search(runner, strategy);
      expect(withoutTime(parallel)).toEqual(withoutTime(await search(parabola, strategy)));
      expect(runner.mostAtOnce).toBe(Math.min(concurrency, strategy.name === "tpe" ? 4 : 9, concurrency === 8 ? 8 : 9));
    }
  });

  test("the best of halving is one with the largest budget", async () => {
    const objective: Objective = ({ x }: { x: number }, { budget = 0 }) => x / budget;
    const candidates = [{ x: 1 }, { x: 2 }, { x: 3 }];
    const results = await search(objective, halvingStrategy(candidates, { minResources: 1, maxResources: 3 }));
    expect(results.best).toMatchObject({ number: 3, parameters: { x: 3 }, budget: 3, score: 1 });
  });

  test("as a table, CSV and JSON", async () => {
    const objective: Objective = ({ units }: { units: number[] }) => {
      if (units.length === 0) throw new RangeError('no "units", none');
      return { score: units.length, details: { fold1: 0.5 } };
    };
    const results = await search(objective, gridStrategy({ units: [[3, 2], [], [1]] }));
    expect(results.rows().map(({ rank, score }) => [rank, score])).toEqual([
      [1, 2],
      [3, null],
      [2, 1],
    ]);
    const zero = new SearchResults(results.trials.map((trial) => ({ ...trial, seconds: 0 })));
    expect(zero.toCSV()).toBe(
      [
        "number,units,score,rank,fold1,seconds,error",
        '0,"[3,2]",2,1,0.5,0,',
        '1,[],,3,,0,"RangeError: no ""units"", none"',
        "2,[1],1,2,0.5,0,",
        "",
      ].join("\r\n"),
    );
    expect(JSON.parse(JSON.stringify(zero))[0]).toEqual({
      number: 0,
      units: [3, 2],
      score: 2,
      rank: 1,
      fold1: 0.5,
      seconds: 0,
      error: null,
    });
  });

  test("where all trials fail, the best says why", async () => {
    const results = await search(() => Number.NaN, gridStrategy({ x: [1] }));
    expect(() => results.best).toThrow(
      new StateError(
        "search: every trial failed; the first: ArgumentError: search: an objective must return a score, which is not NaN; received NaN.",
      ),
    );
  });

  test("an objective must be callable", async () => {
    await expect(search(3 as never, gridStrategy({ x: [1] }))).rejects.toThrow(ArgumentError);
  });
});

describe("journal", () => {
  const strategy = tpeStrategy(space, { trials: 9, startup: 3, batch: 2 });

  test("a search killed after any byte goes on where it was, to the same results", async () => {
    const whole = path.join(folder, "whole.jsonl");
    const expected = withoutTime(await search(parabola, strategy, { journal: whole }));
    const bytes = readFileSync(whole);
    const text = bytes.toString();
    for (let cut = 0; cut <= bytes.length; cut += 29) {
      const file = path.join(folder, "cut.jsonl");
      writeFileSync(file, bytes.subarray(0, cut));
      const lines = text.slice(0, cut).split("\n").length - 1;
      let calls = 0;
      const counting: Objective = (parameters, context) => {
        calls++;
        return parabola(parameters, context);
      };
      const resumed = await search(counting, strategy, { journal: file });
      expect(withoutTime(resumed)).toEqual(expected);
      expect(calls).toBe(9 - Math.max(0, lines - 1));
      expect(readFileSync(file, "utf8").split("\n")).toHaveLength(text.split("\n").length);
    }
  });

  test("failed trials are remembered as failed", async () => {
    const file = path.join(folder, "failed.jsonl");
    const failing: Objective = () => {
      throw new Error("no");
    };
    await search(failing, gridStrategy({ x: [1, 2] }), { journal: file });
    const again = await search(parabola, gridStrategy({ x: [1, 2] }), { journal: file });
    expect(again.trials.map(({ error }) => error)).toEqual(["Error: no", "Error: no"]);
    expect(again.trials[0]?.score).toBeNaN();
  });

  test.each([
    [
      "another search",
      '{"format":"lanewise-search/1","search":{}}\n',
      /belongs to a search with other settings or data/,
    ],
    ["another file", "hello\n", /must have been written by a search/],
  ])("%s is refused", async (_, content, message) => {
    const file = path.join(folder, "other.jsonl");
    writeFileSync(file, content);
    await expect(search(parabola, strategy, { journal: file })).rejects.toThrow(message);
    expect(readFileSync(file, "utf8")).toBe(content);
  });

  test("a damaged line is named", async () => {
    const file = path.join(folder, "damaged.jsonl");
    await search(parabola, strategy, { journal: file });
    const lines = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, lines.map((line, i) => (i === 3 ? line.slice(1) : line)).join("\n"));
    await expect(search(parabola, strategy, { journal: file })).rejects.toThrow(
      new DataError("search: the journal is damaged in line 4; remove the line, or the journal."),
    );
  });

  test("a file that cannot be written", async () => {
    const journal = path.join(folder, "no", "such", "folder.jsonl");
    await expect(search(parabola, strategy, { journal })).rejects.toThrow(/must be writable/);
  });
});

describe("progress", () => {
  test("each trial is reported with the best so far", async () => {
    const seen: StudyProgress[] = [];
    await search(parabola, gridStrategy({ x: [1, 0.5, 0] }), { onTrial: (progress) => seen.push(progress) });
    expect(seen.map(({ done, total, best }) => [done, total, best?.parameters.x])).toEqual([
      [1, 3, 1],
      [2, 3, 0.5],
      [3, 3, 0.5],
    ]);
  });

  test("as a bar", async () => {
    const written: string[] = [];
    await search(({ x }: { x: number }) => x, gridStrategy({ x: [0.5, 1] }), {
      onTrial: searchProgress((text) => written.push(text)),
    });
    expect(written).toEqual([
      '\r[==========>         ] 1/2  best 0.5000 {"x":0.5}',
      '\r[====================] 2/2  best 1.000 {"x":1}   \n',
    ]);
  });

  test("a signal ends the search before the next trial", async () => {
    const stop = new AbortController();
    const onTrial = ({ done }: StudyProgress) => done === 2 && stop.abort(new Error("enough"));
    let calls = 0;
    const counting: Objective = () => ++calls;
    const running = search(counting, gridStrategy({ x: [1, 2, 3, 4] }), { signal: stop.signal, onTrial });
    await expect(running).rejects.toThrow("enough");
    expect(calls).toBe(2);
  });
});
