import { afterEach, expect, test } from "vitest";
import { measureSpeedup, median } from "../../src/cli/compare.js";
import { readTrainOptions } from "../../src/cli/options.js";
import { iris } from "../../src/data/datasets/index.js";
import { diagnose, init } from "../../src/index.js";

const options = readTrainOptions({ dataset: "iris", batchSize: "1000" });
const never = new AbortController().signal;

afterEach(async () => {
  await init({ build: "simd" });
});

test("median", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test("measures both builds on the same steps and leaves the chosen build running", async () => {
  const engine = await init({ build: "simd" });
  const speedup = await measureSpeedup(options, iris(), engine, never);
  expect(speedup).toMatchObject({ versus: "scalar", batchSize: 120, sameWeights: true });
  expect(speedup?.ratio).toBeGreaterThan(0);
  expect(speedup?.steps).toBeGreaterThanOrEqual(300);
  expect(speedup?.ratio).toBeCloseTo((speedup?.stepTime.scalar ?? 0) / (speedup?.stepTime.build ?? 0), 10);
  expect(diagnose().build).toBe("simd");
});

test("has nothing to say about the scalar build", async () => {
  expect(await measureSpeedup(options, iris(), await init({ build: "scalar" }), never)).toBeNull();
});

test("gives up when it is told to", async () => {
  const engine = await init({ build: "simd" });
  expect(await measureSpeedup(options, iris(), engine, AbortSignal.abort())).toBeNull();
});
