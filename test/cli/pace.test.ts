import { expect, test } from "vitest";
import { Pace } from "../../src/cli/pace.js";

// Two epochs of 100 examples in 4 steps, the last of 10.
const run = { epochs: 2, steps: 4, examples: 100, batchSize: 30 };

test("examples count, not full batches; evaluation counts for the time left only", () => {
  const pace = new Pace(run, 1000);
  expect(pace.samplesPerSecond).toBe(0);
  pace.step(1, 2, 3000);
  expect(pace.seconds).toBe(2);
  expect(pace.samplesPerSecond).toBe(30);
  expect(pace.secondsLeft(3000)).toBe(6);
  pace.step(1, 4, 5000);
  expect(pace.samplesPerSecond).toBe(25);
  // One second of evaluation.
  expect(pace.endEpoch(6000)).toBe(5);
  expect(pace.seconds).toBe(4);
  expect(pace.secondsLeft(6000)).toBe(5);
  pace.step(2, 4, 7000);
  expect(pace.seconds).toBe(5);
  expect(pace.samplesPerSecond).toBe(40);
  expect(pace.secondsLeft(7000)).toBe(0);
});

test("the first steps do not tell how long it will take", () => {
  const pace = new Pace(run, 0);
  pace.step(1, 1, 200);
  expect(pace.secondsLeft(200)).toBeNaN();
});
