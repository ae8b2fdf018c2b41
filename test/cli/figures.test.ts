import { expect, test } from "vitest";
import { clock, count, duration, loss, percent, stepTime } from "../../src/cli/figures.js";

test("counts and shares", () => {
  expect(count(60000)).toBe("60,000");
  expect(count(1234.6)).toBe("1,235");
  expect(percent(0.98051)).toBe("98.05 %");
});

test("losses", () => {
  expect(loss(0.08414)).toBe("0.0841");
  expect(loss(12345)).toBe("1.23e+4");
  expect(loss(Number.NaN)).toBe("NaN");
});

test("durations change their unit where the next one reads better", () => {
  expect([0.841, 9.99, 9.999, 42.12, 59.96, 200.4, 3600, 7505].map(duration)).toEqual([
    "0.84 s",
    "9.99 s",
    "10.0 s",
    "42.1 s",
    "1 min 00 s",
    "3 min 20 s",
    "1 h 00 min",
    "2 h 05 min",
  ]);
});

test("times to come", () => {
  expect([0, 12.4, 200, 3599.6, 7500, -1, Number.NaN].map(clock)).toEqual([
    "0:00",
    "0:12",
    "3:20",
    "1:00:00",
    "2:05:00",
    "0:00",
    "?",
  ]);
});

test("times of steps keep three digits", () => {
  expect([0.00812, 0.5244, 1.2, 16.31, 1634].map(stepTime)).toEqual([
    "8.12 µs",
    "524 µs",
    "1.20 ms",
    "16.3 ms",
    "1.63 s",
  ]);
});
