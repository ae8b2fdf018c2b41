// What a search says while it runs, and how it is stopped.

import { describe, expect, test } from "vitest";
import { searchProgress } from "../../../src/estimators/search/progress.js";
import { gridStrategy } from "../../../src/estimators/search/strategies/grid.js";
import { type StudyProgress, search } from "../../../src/estimators/search/study.js";
import type { Objective } from "../../../src/estimators/search/trial.js";

const parabola: Objective = ({ x }: { x: number }) => -((x - 0.3) ** 2);

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

test("a running objective hears of the abort by context.signal", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  let heard: unknown = null;
  const objective: Objective = (_, { signal }) =>
    new Promise((resolve) => {
      signal?.addEventListener("abort", () => {
        heard = (signal as AbortSignal).reason;
        resolve(0);
      });
      stop.abort(reason);
    });
  const grid = gridStrategy({ x: [1, 2] });
  await expect(search(objective, grid, { signal: stop.signal })).rejects.toBe(reason);
  expect(heard).toBe(reason);
});

test("without a signal the context has none", async () => {
  const seen: boolean[] = [];
  const objective: Objective = ({ x }: { x: number }, context) => {
    seen.push("signal" in context);
    return x;
  };
  await search(objective, gridStrategy({ x: [1, 2] }));
  expect(seen).toEqual([false, false]);
});

test("an abort is heard between trials that wait for nothing", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 5);
  let trials = 0;
  const objective = ({ x }: { x: number }) => {
    for (const start = performance.now(); performance.now() - start < 1; );
    trials++;
    return x;
  };
  const grid = gridStrategy({ x: Array.from({ length: 2000 }, (_, i) => i) });
  await expect(search(objective, grid, { signal: stop.signal })).rejects.toThrow(/abort/);
  expect(trials).toBeLessThan(1000);
});
