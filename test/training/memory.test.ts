// Nothing to manage: training allocates nothing that stays.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const megabyte = 2 ** 20;

type Measured = { linear: number; heap: number; buffers: number };
let results: Record<string, { steps: number; measured: [Measured, Measured] }>;

beforeAll(async () => {
  const script = fileURLToPath(new URL("long-run.ts", import.meta.url));
  const { stdout } = await run(process.execPath, ["--expose-gc", "--import", "tsx", script]);
  results = JSON.parse(stdout);
});

test.each(["fit", "run"])("20,000 steps by %s leave linear memory and heap as they were after 2,000", (way) => {
  const { steps, measured } = results[way] as (typeof results)[string];
  const [early, late] = measured;
  expect(steps).toBe(20_000);
  expect(late.linear).toBe(early.linear);
  expect(late.heap - early.heap).toBeLessThan(megabyte);
  expect(late.buffers - early.buffers).toBeLessThan(megabyte);
  expect(early.linear).toBeLessThan(megabyte);
});

test("so do 400 rounds of training, prediction and evaluation with changing batches", () => {
  const [early, late] = (results.everything as (typeof results)[string]).measured;
  expect(late.linear).toBe(early.linear);
  expect(late.heap - early.heap).toBeLessThan(megabyte);
  expect(late.buffers - early.buffers).toBeLessThan(megabyte);
});

test("so does a mixture of models, data, callbacks and states", () => {
  const [early, late] = (results.mixture as (typeof results)[string]).measured;
  expect(late.linear).toBe(early.linear);
  expect(late.heap - early.heap).toBeLessThan(megabyte);
  expect(late.buffers - early.buffers).toBeLessThan(megabyte);
});
