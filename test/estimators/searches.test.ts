// The searches with cross-validation: sound choices, worker threads, refusals.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ArgumentError, StateError } from "../../src/errors.js";
import { MLPClassifier } from "../../src/estimators/mlp/classifier.js";
import { Perceptron } from "../../src/estimators/perceptron.js";
import { pipeline } from "../../src/estimators/pipeline.js";
import { StandardScaler } from "../../src/estimators/preprocessing/standardScaler.js";
import { takeRows } from "../../src/estimators/samples/rows.js";
import { crossValScore } from "../../src/estimators/search/crossValidation.js";
import type { SearchResults } from "../../src/estimators/search/results.js";
import { intUniform, logUniform } from "../../src/estimators/search/space.js";
import {
  GridSearchCV,
  HalvingSearchCV,
  HyperbandSearchCV,
  RandomizedSearchCV,
  TPESearchCV,
} from "../../src/estimators/searches.js";
import { KFold, StratifiedKFold } from "../../src/estimators/splits/folds.js";
import { init } from "../../src/wasm/engine.js";
import { irisFeatures, irisLabels } from "../support/iris-rows.js";

type Door = typeof import("../../src/estimators/index.js");
const built = new URL("../../dist/estimators.js", import.meta.url);
const folder = mkdtempSync(path.join(tmpdir(), "lanewise-search-"));
let dist: Door & { init: typeof init };

beforeAll(async () => {
  await init();
  if (!existsSync(built)) throw new Error("the package is not built; run: node scripts/build.mjs");
  const core = await import(new URL("../../dist/index.js", import.meta.url).href);
  dist = { ...(await import(built.href)), init: core.init };
  await dist.init();
});
afterAll(() => rmSync(folder, { recursive: true }));

const x = irisFeatures as number[][];
const y = irisLabels as number[];
const small = { hiddenUnits: [6], epochs: 15, batchSize: 30, learningRate: 0.02 } as const;
const scores = (results: SearchResults) =>
  results.trials.map(({ parameters, budget, score }) => [parameters, budget, score]);

describe("cross-validation", () => {
  test("fits on all folds but one and scores that one; the estimator learns nothing", async () => {
    const perceptron = new Perceptron({ randomState: 3 });
    const received = await crossValScore(perceptron, x, y, { cv: 3 });
    const expected = new StratifiedKFold({ nSplits: 3 })
      .split(x, y)
      .map(({ train, test }) =>
        new Perceptron({ randomState: 3 })
          .fit(takeRows(x, train), takeRows(y, train))
          .score(takeRows(x, test), takeRows(y, test)),
      );
    expect(received).toEqual(expected);
    expect(() => perceptron.coef).toThrow(StateError);
  });

  test("a splitter and a scoring of choice", async () => {
    const perceptron = new Perceptron();
    const cv = new KFold({ nSplits: 4, shuffle: true });
    expect(await crossValScore(perceptron, x, y, { cv, scoring: "accuracy" })).toEqual(
      await crossValScore(perceptron, x, y, { cv }),
    );
    expect(await crossValScore(perceptron, x, y, { cv, scoring: () => 7 })).toEqual([7, 7, 7, 7]);
    await expect(crossValScore(perceptron, x, y, { cv, scoring: "negLogLoss" })).rejects.toThrow(
      "search: this scoring needs an estimator with predictProba(); Perceptron has none.",
    );
  });
});

describe("searches", () => {
  test("a grid: all candidates, means over the folds, the best refitted on everything", async () => {
    const grid = { penalty: [null, "l2"], alpha: [0.1, 10] };
    const search = await new GridSearchCV(new Perceptron(), grid, { cv: 3 }).fit(x, y);
    expect(search.results.trials).toHaveLength(4);
    for (const { parameters, score, details } of search.results.trials) {
      const folds = await crossValScore(new Perceptron(parameters as object), x, y, { cv: 3 });
      expect(score).toBeCloseTo(folds.reduce((sum, one) => sum + one, 0) / 3, 12);
      expect([details.fold1, details.fold2, details.fold3]).toEqual(folds);
    }
    expect(search.bestScore).toBe(Math.max(...search.results.trials.map(({ score }) => score)));
    const again = new Perceptron(search.bestParams as object).fit(x, y);
    expect(search.bestEstimator.coef).toEqual(again.coef);
    expect(await search.predict(x)).toEqual(again.predict(x));
    expect(await search.score(x, y)).toBe(again.score(x, y));
  });

  test("random draws and TPE over a pipeline", async () => {
    const model = pipeline(new StandardScaler(), new Perceptron());
    const space = { perceptron__alpha: logUniform(1e-5, 1), perceptron__penalty: ["l1", "l2"] };
    const random = await new RandomizedSearchCV(model, space, { nIter: 5, cv: 3 }).fit(x, y);
    expect(random.results.trials).toHaveLength(5);
    const tpe = await new TPESearchCV(model, space, { trials: 12, startup: 4, cv: 3 }).fit(x, y);
    expect(tpe.results.trials).toHaveLength(12);
    expect(tpe.bestScore).toBeGreaterThan(0.8);
  });

  test("halving rations samples, Hyperband epochs", async () => {
    const halving = new HalvingSearchCV(
      new Perceptron(),
      { alpha: [0.1, 0.01, 0.001] },
      { minResources: 30, maxResources: 90, cv: 3 },
    );
    await halving.fit(x, y);
    expect(halving.results.trials.map(({ budget }) => budget)).toEqual([30, 30, 30, 90]);
    const hyperband = new HyperbandSearchCV(
      new MLPClassifier({ ...small, tol: null }),
      { hiddenUnits: [[2], [8]] },
      {
        resource: "epochs",
        minResources: 1,
        maxResources: 9,
        cv: 3,
      },
    );
    await hyperband.fit(x, y);
    expect(new Set(hyperband.results.trials.map(({ budget }) => budget))).toEqual(new Set([1, 3, 9]));
    expect(hyperband.bestEstimator.nIter).toBe(9);
  });

  test("without refit there are results and no estimator", async () => {
    const search = await new GridSearchCV(new Perceptron(), { alpha: [1] }, { refit: false, cv: 3 }).fit(x, y);
    expect(search.bestParams).toEqual({ alpha: 1 });
    expect(() => search.bestEstimator).toThrow('GridSearchCV.bestEstimator: refit is false; fit {"alpha":1} yourself.');
  });
});

describe("worker threads", () => {
  test("the same results with none, one, two and three", async () => {
    const { MLPClassifier: Classifier, pipeline: inRow, StandardScaler: Scaler, TPESearchCV: Search } = dist;
    const run = async (workers: number) => {
      const model = inRow(new Scaler(), new Classifier(small));
      const space = { mlpClassifier__hiddenUnits: [[4], [8]], mlpClassifier__learningRate: logUniform(1e-3, 1e-1) };
      const search = await new Search(model, space, { trials: 8, startup: 4, cv: 3, workers }).fit(x, y);
      expect(search.results.trials.map(({ error }) => error)).toEqual(new Array(8).fill(null));
      return scores(search.results);
    };
    const expected = await run(0);
    for (const workers of [1, 2, 3]) expect(await run(workers)).toEqual(expected);
  });

  test("a function in a module; a thread that dies costs its trial only", async () => {
    const file = path.join(folder, "objective.mjs");
    writeFileSync(
      file,
      `export default async ({ n }, { number, budget }) => {
        if (n === 3) process.exit(7);
        if (n === 5) throw new RangeError("five");
        return { score: 10 * n + number, details: { budget: budget ?? -1 } };
      };`,
    );
    const runner = dist.workerRunner(pathToFileURL(file), { count: 2 });
    const { trials } = await dist.search(runner, dist.gridStrategy({ n: [1, 2, 3, 4, 5, 6] }));
    expect(trials.map(({ score }) => score)).toEqual([10, 21, Number.NaN, 43, Number.NaN, 65]);
    expect(trials.map(({ error }) => error)).toEqual([
      null,
      null,
      "StateError: search: the thread of the trial ended: exit code 7.",
      null,
      "RangeError: five",
      null,
    ]);
  });

  test("a signal ends running trials", async () => {
    const file = path.join(folder, "endless.mjs");
    writeFileSync(file, "export default () => new Promise(() => {});");
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 300);
    const running = dist.search(
      dist.workerRunner(pathToFileURL(file), { count: 2 }),
      dist.gridStrategy({ n: [1, 2, 3] }),
      {
        signal: stop.signal,
      },
    );
    await expect(running).rejects.toThrow("enough");
  });

  test("a journal written by threads is resumed by others", async () => {
    const journal = path.join(folder, "threads.jsonl");
    const space = { alpha: logUniform(1e-4, 1), maxIter: intUniform(5, 50) };
    const run = (workers: number) =>
      new dist.RandomizedSearchCV(new dist.Perceptron(), space, { nIter: 6, cv: 3, workers, journal }).fit(x, y);
    const first = await run(2);
    const lines = readFileSync(journal, "utf8").split("\n");
    writeFileSync(journal, `${lines.slice(0, 4).join("\n")}\n${lines[4]?.slice(0, 9)}`);
    expect(scores((await run(0)).results)).toEqual(scores(first.results));
    await expect(
      new dist.RandomizedSearchCV(new dist.Perceptron(), space, { nIter: 6, cv: 4, journal }).fit(x, y),
    ).rejects.toThrow(/other settings or data/);
  });

  test("may be started by the caller", async () => {
    const started: Worker[] = [];
    const startWorker = () => {
      const worker = new Worker(new URL("../../dist/trialWorker.js", import.meta.url));
      started.push(worker);
      return worker;
    };
    const run = (options: object) =>
      new dist.GridSearchCV(new dist.Perceptron(), { alpha: [0, 1] }, { cv: 3, ...options }).fit(x, y);
    expect(scores((await run({ workers: 2, startWorker })).results)).toEqual(scores((await run({})).results));
    expect(started.length).toBe(2);
    expect(started.map(({ threadId }) => threadId)).toEqual([-1, -1]); // ended

    const none = { workers: 1, startWorker: () => ({}) };
    await expect(run(none)).rejects.toThrow("search: startWorker must give a Worker; received an object.");
    expect(() => run({ startWorker: "trials.js" })).toThrow(
      'GridSearchCV: startWorker must be a function; received "trials.js".',
    );
  });

  test("need data, not code", async () => {
    const search = (estimator: object, options = {}) =>
      new GridSearchCV(estimator as Perceptron, { alpha: [1] }, { workers: 2, ...options });
    await expect(search(new Perceptron(), { scoring: () => 1 }).fit(x, y)).rejects.toThrow(
      "GridSearchCV: threads need a scoring by name; received function scoring.",
    );
    const foreign = { getParams: () => ({ alpha: 1 }), setParams: () => {}, fit: () => {} };
    await expect(search(foreign).fit(x, y)).rejects.toThrow(/needs an estimator of this library/);
  });
});

describe("refusals", () => {
  test.each([
    [
      () => new GridSearchCV(new Perceptron(), { alhpa: [1] }).fit(x, y),
      'GridSearchCV: Perceptron has no parameter "alhpa"; did you mean "alpha"?',
    ],
    [
      () => new RandomizedSearchCV(pipeline(new Perceptron()), { alpha: [1] }).fit(x, y),
      'RandomizedSearchCV: Pipeline has no parameter "alpha"; ',
    ],
    [
      () => new GridSearchCV(new Perceptron(), { alpha: [1] }, { cv: 51 }).fit(x, y),
      "StratifiedKFold: nSplits must be at most the number of samples in the largest class, 50; received 51.",
    ],
    [
      async () => new GridSearchCV(new Perceptron(), { alpha: [1] }, { cv: 1 }),
      "GridSearchCV: cv must be an integer >= 2; received 1.",
    ],
    [
      async () => new HyperbandSearchCV(new MLPClassifier(), { alpha: [1] }, { resource: "epochs" }),
      'HyperbandSearchCV: resource must be "samples", or a parameter with maxResources given; received "epochs".',
    ],
    [
      async () => new GridSearchCV(new Perceptron(), { alpha: [] }),
      'GridSearchCV: parameter "alpha" must have a non-empty list of values; received [].',
    ],
    [
      async () => new GridSearchCV(new Perceptron(), { alpha: [1] }, { n_jobs: 2 } as object),
      "GridSearchCV: options must be an object with ",
    ],
    [
      async () => new GridSearchCV(new Perceptron(), { alpha: [1] }, { scoring: "acc" as "accuracy" }),
      "GridSearchCV: scoring must be a function or one of ",
    ],
    [
      async () => new GridSearchCV({} as Perceptron, { alpha: [1] }),
      "GridSearchCV: needs an estimator with fit, getParams and setParams; received an object.",
    ],
  ])("%#", async (call, message) => {
    const error: unknown = await call().catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message.startsWith(message), (error as Error).message).toBe(true);
  });
});
