// Studies: the same results whatever the runner, failures, journals of searches that were killed at any moment.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ArgumentError, DataError, StateError } from "../../../src/errors.js";
import { SearchResults } from "../../../src/estimators/search/results.js";
import { uniform } from "../../../src/estimators/search/space.js";
import { gridStrategy } from "../../../src/estimators/search/strategies/grid.js";
import { halvingStrategy, hyperbandStrategy } from "../../../src/estimators/search/strategies/halving.js";
import { randomStrategy } from "../../../src/estimators/search/strategies/random.js";
import { tpeStrategy } from "../../../src/estimators/search/strategies/tpe.js";
import { type StudyProgress, search } from "../../../src/estimators/search/study.js";
import type { Objective, Trial, TrialResult, TrialRunner } from "../../../src/estimators/search/trial.js";

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

  test.each([
    [{ score: "99" }, /must return a score, which is not NaN; received "99"/],
    [{ score: undefined }, /must return a score/],
    [{ score: 1, details: { std: "1" } }, /details must be numbers by name; received "1"/],
    [{ score: 1, details: [1] }, /details must be numbers by name/],
  ])("what a runner reports is checked: %j", async (report, message) => {
    const runner = { concurrency: 1, run: async () => report as never, close: async () => {} };
    const { trials } = await search(runner, gridStrategy({ x: [1] }));
    expect(trials[0]?.error).toMatch(message);
    expect(trials[0]?.score).toBeNaN();
  });

  test("a strategy must be one", async () => {
    await expect(search(parabola, { x: [1] } as never)).rejects.toThrow(/the strategy must have rounds/);
  });

  test("searches of any size begin at once and hold what was tried", async () => {
    const axis = Array.from({ length: 1000 }, (_, i) => i);
    for (const strategy of [
      gridStrategy({ a: axis, b: axis, c: axis }),
      randomStrategy(space, { trials: 1e9 }),
      tpeStrategy(space, { trials: 1e9, startup: 1e9 }),
      hyperbandStrategy(space, { minResources: 1, maxResources: 1e9 }),
    ]) {
      const stop = new AbortController();
      const onTrial = ({ done }: StudyProgress) => done === 50 && stop.abort(new Error("enough"));
      const options = { signal: stop.signal, onTrial, journal: path.join(folder, `${strategy.name}-huge.jsonl`) };
      await expect(search(() => 1, strategy, options)).rejects.toThrow("enough");
      expect(strategy.trials).toBeGreaterThanOrEqual(1e9 / 10);
    }
  });

  test("many trials take time in proportion, and tables of them can be made", async () => {
    const results = await search(
      ({ i }: { i: number }) => -i,
      gridStrategy({ i: Array.from({ length: 200_000 }, (_, i) => i) }),
      {
        onTrial: () => {},
      },
    );
    expect(results.best.number).toBe(0);
    expect(results.rows()[199_999]).toMatchObject({ number: 199_999, rank: 200_000 });
  }, 20_000);

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
      // A line that lacks only its end counts too.
      const lines = text.slice(0, cut + 1).split("\n").length - 1;
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

  test.each([
    ["JSON of another kind", JSON.stringify({ weights: [1, 2, 3] })],
    ["the same over several lines", JSON.stringify({ weights: [1, 2, 3] }, null, 2)],
    ["text without a last line feed", "one\ntwo\nthree"],
    ["a single character of the sign", "{"],
    ["another version", '{"format":"lanewise-search/2","search":{}}\n'],
    ["a sign that is only half there", '{"format":"lanewise'],
    ["blank lines", "\n\n"],
    ["bytes", "\u0000\u0001\uffff"],
    [
      "a trial without a first line",
      '{"number":0,"parameters":{"x":1},"score":1,"details":{},"error":null,"seconds":0}\n',
    ],
  ])("a file that is not a journal is refused and stays as it is: %s", async (_, content) => {
    const file = path.join(folder, "mine.json");
    writeFileSync(file, content);
    await expect(search(parabola, strategy, { journal: file })).rejects.toThrow(DataError);
    expect(readFileSync(file, "utf8")).toBe(content);
  });

  test("a folder and a device are refused at once", async () => {
    for (const journal of [folder, "/dev/zero"]) {
      await expect(search(parabola, strategy, { journal })).rejects.toThrow(/must be a readable file/);
    }
  });

  test("infinite scores and details are remembered", async () => {
    const file = path.join(folder, "infinite.jsonl");
    const scores = [-Infinity, 3, Infinity, 5];
    const objective: Objective = ({ i }: { i: number }) => ({
      score: scores[i] as number,
      details: { loss: -(scores[i] as number), odd: Number.NaN },
    });
    const grid = gridStrategy({ i: [0, 1, 2, 3] });
    const first = await search(objective, grid, { journal: file });
    const again = await search(() => Number.NaN, grid, { journal: file });
    expect(withoutTime(again)).toEqual(withoutTime(first));
    expect(again.best).toMatchObject({ number: 2, score: Infinity });
  });

  test("a score that an earlier version wrote as null is tried again", async () => {
    const file = path.join(folder, "null.jsonl");
    const grid = gridStrategy({ i: [0, 1] });
    await search(({ i }: { i: number }) => i, grid, { journal: file });
    writeFileSync(file, readFileSync(file, "utf8").replace('"score":1', '"score":null'));
    const again = await search(() => Infinity, grid, { journal: file });
    expect(again.trials.map(({ score }) => score)).toEqual([0, Infinity]);
    const third = await search(() => Number.NaN, grid, { journal: file });
    expect(third.trials.map(({ score }) => score)).toEqual([0, Infinity]);
  });

  test.each([
    ["score", '"99"'],
    ["score", "true"],
    ["number", "-1"],
    ["number", '"0"'],
    ["parameters", "[1]"],
    ["details", "null"],
    ["details", '{"std":"1"}'],
    ["error", "1"],
    ["seconds", "null"],
  ])("a trial whose %s is %s is refused", async (name, value) => {
    const file = path.join(folder, "field.jsonl");
    rmSync(file, { force: true });
    const grid = gridStrategy({ i: [7] });
    await search(() => 1, grid, { journal: file });
    const [header, line = "{}"] = readFileSync(file, "utf8").split("\n");
    const content = `${header}\n${JSON.stringify({ ...JSON.parse(line), [name]: JSON.parse(value) })}\n`;
    writeFileSync(file, content);
    await expect(search(() => 1, grid, { journal: file })).rejects.toThrow(
      new RegExp(`^search: the journal is damaged in line 2, where ${name} is `),
    );
    expect(readFileSync(file, "utf8")).toBe(content);
  });

  test("lines ended by an editor of another system are read", async () => {
    const file = path.join(folder, "crlf.jsonl");
    const expected = withoutTime(await search(parabola, strategy, { journal: file }));
    const lines = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, `\ufeff${lines.slice(0, 5).join("\r\n")}\r\n`);
    let calls = 0;
    const counting: Objective = (parameters, context) => {
      calls++;
      return parabola(parameters, context);
    };
    expect(withoutTime(await search(counting, strategy, { journal: file }))).toEqual(expected);
    expect(calls).toBe(9 - 4);
    expect(withoutTime(await search(() => Number.NaN, strategy, { journal: file }))).toEqual(expected);
  });

  test("several searches write one journal at once, after a torn line too", async () => {
    const file = path.join(folder, "shared.jsonl");
    const expected = withoutTime(await search(parabola, strategy));
    for (const torn of [false, true]) {
      rmSync(file, { force: true });
      if (torn) {
        await search(parabola, strategy, { journal: file });
        writeFileSync(file, readFileSync(file, "utf8").slice(0, -20));
      }
      const all = await Promise.all(
        [1, 2, 3].map((count) => search(shuffledRunner(count, parabola), strategy, { journal: file })),
      );
      for (const results of all) expect(withoutTime(results)).toEqual(expected);
      for (const line of readFileSync(file, "utf8").trimEnd().split("\n"))
        expect(JSON.parse(line)).toBeTypeOf("object");
      const again = await search(() => Number.NaN, strategy, { journal: file });
      expect(withoutTime(again)).toEqual(expected);
    }
  });

  test("two different searches begin one journal at once: one is refused, the other goes on", async () => {
    const file = path.join(folder, "rivals.jsonl");
    const [one, two] = [gridStrategy({ x: [1, 2] }), gridStrategy({ x: [3, 4] })];
    const ended = await Promise.allSettled([one, two].map((grid) => search(parabola, grid, { journal: file })));
    expect(ended.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const [winner] = [one, two].filter((_, i) => ended[i]?.status === "fulfilled") as [typeof one];
    expect((await search(() => Number.NaN, winner, { journal: file })).best.score).not.toBeNaN();
  });

  test("parameters that JSON does not have tell searches apart", async () => {
    const file = path.join(folder, "odd.jsonl");
    const relu = () => 1;
    const tanh = () => 2;
    await search(() => 1, gridStrategy({ x: [Infinity, Number.NaN, 1n], f: [relu, tanh] }), { journal: file });
    await expect(
      search(() => 1, gridStrategy({ x: [Number.NaN, Infinity, 1n], f: [relu, tanh] }), { journal: file }),
    ).rejects.toThrow(/other settings/);
    await expect(
      search(() => 1, gridStrategy({ x: [Infinity, Number.NaN, 1n], f: [tanh, relu] }), { journal: file }),
    ).rejects.toThrow(/other settings/);
  });

  test.each([[5], [{}], [{ read: () => [] }], [null]])("%j is not a journal", async (journal) => {
    await expect(search(parabola, strategy, { journal: journal as never })).rejects.toThrow(ArgumentError);
  });

  test("a file that cannot be written", async () => {
    const journal = path.join(folder, "no", "such", "folder.jsonl");
    await expect(search(parabola, strategy, { journal })).rejects.toThrow(/must be writable/);
  });
});
