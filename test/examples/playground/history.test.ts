// Curves of any length stay small and keep the learning; a training that has come to rest is seen to; messages move what
// can be moved.

import { describe, expect, test } from "vitest";
import { transferables } from "../../../examples/playground/src/engine/transfer.js";
import { readRecords, TrainingHistory } from "../../../examples/playground/src/worker/history.js";
import { hasSettled } from "../../../examples/playground/src/worker/settling.js";

const record = (step: number) => ({
  step,
  loss: 1 / (step + 1),
  testLoss: 2,
  accuracy: 0.5,
  testAccuracy: 0.4,
  gradients: [step, 2 * step],
  time: step,
});

/** A training whose records come when they are due, or when the time for them has come. */
function trained(steps: number, everySteps = 1): TrainingHistory {
  const history = new TrainingHistory();
  for (let step = 0; step <= steps; step++) {
    if (step >= history.due && (step % everySteps === 0 || step >= history.overdue)) history.add(record(step));
  }
  return history;
}

/** Largest gaps between neighbours: as a share of an even axis, and of one that is logarithmic from ten steps on. */
function gaps(steps: ArrayLike<number>): readonly [even: number, log: number] {
  const all = Array.from(steps);
  const last = all.at(-1) as number;
  const largest = (place: (step: number) => number) =>
    Math.max(...all.slice(1).map((step, i) => (place(step) - place(all[i] as number)) / place(last)));
  return [largest((step) => step), largest((step) => Math.asinh(step / 10))];
}

describe("the history of a training", () => {
  test.each([
    [3000, 1],
    [300_000, 1],
    [300_000, 300],
    [2_000_000, 5000],
  ])("of %i steps keeps the first ones as full as the last, with a record every %i at best", (steps, every) => {
    const { step, loss, gradients } = trained(steps, every).columns();
    expect(step.length).toBeGreaterThan(150);
    expect(step.length).toBeLessThan(400);
    expect(step[0]).toBe(0);
    expect(step.at(-1)).toBeGreaterThan(0.97 * steps);
    const [even, log] = gaps(step);
    expect(even).toBeLessThan(0.03);
    expect(log).toBeLessThan(0.035);
    // Where nets learn, there is a curve and not a line.
    expect(step.filter((each) => each <= 3000).length).toBeGreaterThan(40);
    expect(gradients.map((column) => column[7])).toEqual([step[7], 2 * (step[7] as number)]);
    expect(loss[7]).toBe(1 / ((step[7] as number) + 1));
  });

  test("does not lose the beginning however often it is thinned", () => {
    const history = new TrainingHistory();
    const first = () => history.columns().step.filter((step) => step < 1000).length;
    for (let step = 0; step <= 1000; step++) history.add(record(step));
    for (let step = 1001; step < 400_000; step += 211) history.add(record(step));
    expect(first()).toBeGreaterThan(40);
  });

  test("goes on where a kept one ended", () => {
    const history = trained(5000);
    const other = new TrainingHistory(history.records);
    expect(other.due).toBeGreaterThan(4900);
    expect(other.columns()).toEqual(history.columns());
    expect(readRecords(JSON.parse(JSON.stringify(history.records)), 2, 5000)).toEqual(history.records);
  });

  test.each([
    ["none", undefined],
    ["no list", { length: 3 }],
    ["too many", Array.from({ length: 500 }, (_, i) => record(i))],
    ["an order that goes back", [record(5), record(4)]],
    ["steps beyond the last", [record(200)]],
    ["other layers", [{ ...record(1), gradients: [1] }]],
    ["what is not a number", [{ ...record(1), loss: "1" }]],
    ["what is not finite", [{ ...record(1), loss: null }]],
    ["null", [null]],
  ])("of a file is not taken with %s", (_, records) => {
    expect(readRecords(records, 2, 100)).toBeNull();
  });
});

describe("a training", () => {
  const runs = (steps: number, at: (step: number) => { loss: number; accuracy: number }) =>
    Array.from({ length: 300 }, (_, i) => Math.round((i * steps) / 300)).map((step) => {
      const { loss, accuracy } = at(step);
      return { ...record(step), loss, testLoss: loss, accuracy, testAccuracy: accuracy };
    });
  const noisy = (step: number) => 0.01 * Math.sin(step);

  test("has settled where nothing gets better", () => {
    const flat = (step: number) => ({ loss: 0.1 + noisy(step), accuracy: 0.98 });
    expect(hasSettled(runs(8000, flat))).toBe(true);
    expect(hasSettled(runs(5000, flat))).toBe(false);
    // The visitor wanted it to go on from 6000.
    expect(hasSettled(runs(8000, flat), 6000)).toBe(false);
    expect(hasSettled([])).toBe(false);
  });

  test("has not while the loss falls, or more is right", () => {
    const falling = (step: number) => ({ loss: 1 / (1 + step / 1000), accuracy: 0.95 });
    expect(hasSettled(runs(20_000, falling))).toBe(false);
    expect(hasSettled(runs(20_000, (step) => ({ loss: 0.1, accuracy: 0.9 + step / 1e6 })))).toBe(false);
  });

  test("is given time while the net still errs often", () => {
    const lost = () => ({ loss: 0.69, accuracy: 0.5 });
    expect(hasSettled(runs(20_000, lost))).toBe(false);
    expect(hasSettled(runs(60_000, lost))).toBe(true);
  });

  test("has where all is right, though the loss falls for ever", () => {
    const records = runs(10_000, (step) => ({ loss: 1 / (1 + step), accuracy: 1 })).map((each) => ({
      ...each,
      testLoss: 0.1,
    }));
    expect(hasSettled(records)).toBe(true);
  });
});

test("of a message the buffers that are full are moved, once, and the others copied", () => {
  const whole = new Float32Array(4);
  const part = new Float32Array(8).subarray(2, 4);
  const message = { t: "s", r: { whole, again: whole, part, list: [{ bytes: new Uint8Array(3) }], none: null } };
  expect(transferables(message)).toEqual([whole.buffer, (message.r.list[0] as { bytes: Uint8Array }).bytes.buffer]);
});
