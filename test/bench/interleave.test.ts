// The order of turns and the arithmetic, on a clock that stands still but while a case runs.

import { expect, test } from "vitest";
import { type Case, interleave, startWatch } from "../../bench/interleave.js";

function fakeTime() {
  let now = 0;
  const calls: string[] = [];
  const watch = () => {
    const start = now;
    return () => now - start;
  };
  /** A case whose n-th call, from 1, takes so many milliseconds. */
  const lasting = (name: string, milliseconds: (call: number) => number, units = 1): Case => {
    let call = 0;
    const run = () => {
      now += milliseconds(++call);
      calls.push(name);
    };
    return { name, units, run };
  };
  return { watch, lasting, calls };
}

test("gives nanoseconds per unit of work, one figure per round", async () => {
  const { watch, lasting } = fakeTime();
  const cases = [lasting("a", () => 2), lasting("b", () => 3, 6)];
  const timings = await interleave(cases, { rounds: 4, slice: 10, warmUp: 20, watch });
  expect(timings).toEqual([
    { name: "a", rounds: [2e6, 2e6, 2e6, 2e6] },
    { name: "b", rounds: [5e5, 5e5, 5e5, 5e5] },
  ]);
});

test("cases take turns, and each round begins with another", async () => {
  const { watch, lasting, calls } = fakeTime();
  const cases = ["a", "b", "c"].map((name) => lasting(name, () => 1));
  await interleave(cases, { rounds: 3, slice: 1, warmUp: 0, watch });
  expect(calls.slice(-9).join("")).toBe("abcbcacab");
});

test("a turn holds as many calls as fit into a slice, at least one", async () => {
  const { watch, lasting, calls } = fakeTime();
  const cases = [lasting("fast", () => 0.5), lasting("slow", () => 50)];
  await interleave(cases, { rounds: 1, slice: 10, warmUp: 0, watch });
  expect(calls.slice(-21)).toEqual([...Array(20).fill("fast"), "slow"]);
});

test("warm-up is not counted and goes on while a case still becomes faster", async () => {
  const { watch, lasting } = fakeTime();
  // A quarter faster with each of forty calls, as code is while it is compiled.
  const warming = lasting("warming", (call) => Math.max(1, 1000 * 0.75 ** call));
  const [timing] = await interleave([warming], { rounds: 3, slice: 1, warmUp: 1000, watch });
  expect(timing?.rounds).toEqual([1e6, 1e6, 1e6]);
});

test("warm-up lasts as long as asked for in every case", async () => {
  const { watch, lasting, calls } = fakeTime();
  await interleave([lasting("a", () => 1), lasting("b", () => 7)], { rounds: 0, slice: 1, warmUp: 30, watch });
  expect(calls.filter((name) => name === "a")).toHaveLength(30);
});

test("warm-up ends even where a case becomes faster for ever", async () => {
  const { watch, lasting } = fakeTime();
  const [timing] = await interleave([lasting("ever faster", (call) => 0.9 ** call)], {
    rounds: 2,
    slice: 0.01,
    warmUp: 0.5,
    watch,
  });
  expect(timing?.rounds).toHaveLength(2);
});

test("a promise is waited for before the next call", async () => {
  let open = 0;
  let most = 0;
  const run = async () => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setImmediate(resolve));
    open--;
  };
  await interleave([{ name: "async", run }], { rounds: 2, slice: 3, warmUp: 0, watch: () => () => 1 });
  expect([most, open]).toEqual([1, 0]);
});

test("the watch does not count time that this process spends waiting", async () => {
  const start = performance.now();
  const elapsed = startWatch();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(elapsed()).toBeLessThan(performance.now() - start);
});
